//! Placeholders in vectors.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::Vectors;

/// What stands for the placeholders.
pub(crate) struct Template<'v> {
    pub(crate) vectors: &'v Vectors,
    /// Where the origin listens.
    pub(crate) origin_port: u16,
    /// Where the server will listen, if that is known beforehand.
    pub(crate) bind: String,
    /// Where the metrics will be.
    pub(crate) metrics_bind: String,
    /// Headers of earlier answers.
    pub(crate) captured: BTreeMap<String, String>,
}

impl Template<'_> {
    /// The same value with all placeholders filled in.
    pub(crate) fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(values) => values.iter().map(|value| self.fill(value)).collect(),
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), self.fill(value)))
                .collect(),
            other => other.clone(),
        }
    }

    /// Inner placeholders first; braces that are no placeholder stay.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut filled = String::new();
        for letter in text.chars() {
            filled.push(letter);
            let Some(start) = filled.rfind('{').filter(|_| letter == '}') else {
                continue;
            };
            let name = filled.get(start + 1..filled.len() - 1).unwrap_or_default();
            if let Some(value) = self.value(name) {
                filled.replace_range(start.., &value);
            }
        }
        filled
    }

    fn value(&self, name: &str) -> Option<String> {
        let folder = self.vectors.folder.path();
        match name {
            "origin" => return Some(format!("http://127.0.0.1:{}", self.origin_port)),
            "origin_port" => return Some(self.origin_port.to_string()),
            "fixtures_dir" => return Some(folder.to_str()?.to_owned()),
            "bind" => return Some(self.bind.clone()),
            "metrics_bind" => return Some(self.metrics_bind.clone()),
            _ => {}
        }
        if let Some((kind, argument)) = name.split_once(':') {
            return match kind {
                "fixture_base64" => Some(STANDARD.encode(self.vectors.bodies.get(argument)?)),
                "b64url" => Some(URL_SAFE_NO_PAD.encode(argument)),
                "capture" => self.captured.get(argument).cloned(),
                _ => None,
            };
        }
        let (clock, offset) = name.split_at_checked(name.find(['+', '-'])?)?;
        let then = now().saturating_add_signed(offset.parse().ok()?);
        match clock {
            "now" => Some(then.to_string()),
            "httpdate" => Some(http_date(then)),
            _ => None,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "vectors are about the time of day"
)]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap().as_secs()
}

fn http_date(seconds: u64) -> String {
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

#[test]
fn inner_placeholders_are_filled_first() {
    let vectors = Vectors::read();
    let template = Template {
        vectors: &vectors,
        origin_port: 7,
        bind: String::new(),
        metrics_bind: String::new(),
        captured: BTreeMap::new(),
    };
    let filled = template.text("{b64url:{origin_port}}{other}${1}{\"a\":{}}");
    assert_eq!(filled, "Nw{other}${1}{\"a\":{}}");
}
