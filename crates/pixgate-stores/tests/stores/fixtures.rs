//! The bytes and texts that the vectors refer to.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Fixtures, and the values of placeholders such as `{store}`.
pub(crate) struct Fixtures {
    bytes: BTreeMap<String, Vec<u8>>,
    values: Mutex<BTreeMap<String, String>>,
}

impl Fixtures {
    pub(crate) fn new(fixtures: &Value) -> Self {
        let decode = |fixture: &Value| STANDARD.decode(fixture["base64"].as_str().unwrap());
        let fixtures = fixtures.as_object().unwrap().iter();
        Self {
            bytes: fixtures
                .map(|(id, fixture)| (id.clone(), decode(fixture).unwrap()))
                .collect(),
            values: Mutex::default(),
        }
    }

    pub(crate) fn bytes(&self, id: &str) -> Vec<u8> {
        self.bytes[id].clone()
    }

    /// Tells whether these are the bytes of a picture among the fixtures.
    pub(crate) fn is_picture(&self, bytes: &[u8]) -> bool {
        let is_known = self.bytes.values().any(|fixture| fixture == bytes);
        is_known && (bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"\xff\xd8"))
    }

    pub(crate) fn set(&self, name: impl Into<String>, value: impl Into<String>) {
        self.values
            .lock()
            .unwrap()
            .insert(name.into(), value.into());
    }

    /// Replaces the placeholders of a text.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if let Some((start, rest)) = text.split_once("{fixture_base64:") {
            let (id, end) = rest.split_once('}').unwrap();
            text = format!("{start}{}{end}", STANDARD.encode(&self.bytes[id]));
        }
        for (name, value) in self.values.lock().unwrap().iter() {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        if let Some((start, rest)) = text.split_once("{httpdate+") {
            let (seconds, end) = rest.split_once('}').unwrap();
            let later = Duration::from_secs(seconds.parse().unwrap());
            let date = httpdate::fmt_http_date(SystemTime::now() + later);
            text = format!("{start}{date}{end}");
        }
        text
    }
}
