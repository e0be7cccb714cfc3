//! The flat form of options: canonical keys and values.

use std::collections::BTreeMap;

use pixgate_options::{GlobalOptions, InfoOptions, ProcessingOptions};

use crate::options::{INFO, PROCESSING};
use crate::table::{Access, Action, Key};
use crate::value::Value;

/// Canonical keys that were set, with their values.
pub type CanonicalMap = BTreeMap<String, Value>;

/// Flattens options: one map per pipeline, the first one with the global options.
///
/// ```
/// use pixgate_url::{Config, Defaults, Value, canonical, parse};
///
/// let request = parse("/w:10/q:80/-/bl:2/plain/a", &Config::default(), &Defaults::default(), 0)?;
/// let maps = canonical(&request.options);
/// assert_eq!(maps[0].get("width"), Some(&Value::Int(10)));
/// assert_eq!(maps[0].get("quality"), Some(&Value::Int(80)));
/// assert_eq!(maps[1].get("blur"), Some(&Value::Float(2.0)));
/// # Ok::<(), pixgate_url::Error>(())
/// ```
#[must_use]
pub fn canonical(options: &ProcessingOptions) -> Vec<CanonicalMap> {
    let mut maps = vec![CanonicalMap::new(); options.pipelines.len().max(1)];
    for row in PROCESSING.rows() {
        match &row.action {
            Action::Global(access) => {
                if let Some(map) = maps.first_mut() {
                    add(map, access.keys, &options.global);
                }
            }
            Action::Pipeline(access) => {
                for (map, pipeline) in maps.iter_mut().zip(&options.pipelines) {
                    add(map, access.keys, pipeline);
                }
            }
            Action::Info(_) | Action::Preset | Action::InfoPreset => {}
        }
    }
    if let Some(map) = maps.first_mut() {
        add(map, NEGOTIATED, &options.global);
    }
    maps
}

/// Flattens the options of an info request.
#[must_use]
pub fn canonical_info(options: &InfoOptions) -> CanonicalMap {
    let mut map = CanonicalMap::new();
    for row in INFO.rows() {
        if let Action::Info(Access { keys, .. }) = &row.action {
            add(&mut map, keys, options);
        }
    }
    map
}

fn add<T>(map: &mut CanonicalMap, keys: &[Key<T>], options: &T) {
    for key in keys {
        match (key.name.strip_suffix('*'), (key.value)(options)) {
            (_, None) => {}
            (Some(prefix), Some(Value::Map(entries))) => {
                let entries = entries.into_iter();
                map.extend(entries.map(|(name, value)| (format!("{prefix}{name}"), value)));
            }
            (_, Some(value)) => {
                map.insert(key.name.to_owned(), value);
            }
        }
    }
}

macro_rules! negotiated {
    ($($name:literal => $format:ident $asks:ident,)+) => {
        &[ $( Key {
            name: $name,
            value: |options| {
                let is_asked = options.negotiation.$format.$asks();
                is_asked.then_some(Value::Bool(true))
            },
        } ),+ ]
    };
}

/// Keys that follow from request headers; no option sets them.
static NEGOTIATED: &[Key<GlobalOptions>] = negotiated!(
    "prefer_webp" => webp prefers,
    "prefer_avif" => avif prefers,
    "prefer_jxl" => jxl prefers,
    "enforce_webp" => webp enforces,
    "enforce_avif" => avif enforces,
    "enforce_jxl" => jxl enforces,
);
