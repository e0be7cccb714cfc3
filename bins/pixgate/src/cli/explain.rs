//! `pixgate explain`: what a path means.

mod people;

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use pixgate_proxy::{Error, Resolved, Route};
use pixgate_url::{CanonicalMap, Value, canonical, canonical_info};
use serde_json::{Map, Value as Json, json};

use super::Failure;
use crate::clock;
use crate::config::Settings;
use crate::server;

/// What was asked.
pub(super) struct Asked {
    pub(super) json: bool,
    pub(super) headers: Vec<String>,
    pub(super) path: String,
}

/// Explains a path with the configuration of the environment.
pub(super) fn run(environment: &BTreeMap<String, String>, asked: &Asked) -> Result<(), Failure> {
    let headers = headers(&asked.headers)?;
    if asked.json {
        let answer = explain_json(environment.clone(), &asked.path, &headers);
        super::print(&answer.to_string());
        return Ok(());
    }
    let settings = Settings::load(environment.clone())?;
    let proxy = server::proxy(&settings)?;
    super::print(people::explain(&proxy, &asked.path, &headers).trim_end());
    Ok(())
}

fn headers(lines: &[String]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for line in lines {
        let bad = || Failure::Because(format!("`{line}` is no header, write `Name: value`"));
        let (name, value) = line.split_once(':').ok_or_else(bad)?;
        let name = HeaderName::try_from(name.trim()).map_err(|_| bad())?;
        let value = HeaderValue::try_from(value.trim()).map_err(|_| bad())?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// The explanation for programs: the canonical meaning of a path, or the error that it gets.
#[must_use]
pub fn explain_json(
    environment: impl IntoIterator<Item = (String, String)>,
    path: &str,
    headers: &HeaderMap,
) -> Json {
    let settings = match Settings::load(environment) {
        Ok(settings) => settings,
        Err(error) => return load_error_json(&error.to_string()),
    };
    let proxy = match server::proxy(&settings) {
        Ok(proxy) => proxy,
        Err(error) => return load_error_json(&error.to_string()),
    };
    if proxy.route(&http::Method::GET, path) == Route::Health {
        return json!({"endpoint": "health"});
    }
    match proxy.resolve(path, headers, clock::now()) {
        Ok(resolved) => meaning(&resolved),
        Err(error) => error_json(&error),
    }
}

/// The error of a configuration that cannot be used.
#[must_use]
pub fn load_error_json(message: &str) -> Json {
    json!({"error": {"status": 0, "kind": "config_error", "public_message": message}})
}

fn error_json(error: &Error) -> Json {
    let verdict = error.verdict();
    json!({"error": {
        "status": verdict.status,
        "kind": verdict.name,
        "public_message": verdict.public_message,
    }})
}

fn meaning(resolved: &Resolved) -> Json {
    match resolved {
        Resolved::Landing => json!({"endpoint": "landing"}),
        Resolved::Health => json!({"endpoint": "health"}),
        Resolved::Image(verified) => {
            let mut maps = canonical(&verified.request.options).into_iter();
            let first = maps.next().unwrap_or_default();
            let rest: Vec<Json> = maps.map(|map| map_json(&map)).collect();
            let mut answer = json!({
                "endpoint": "process",
                "signature": verified.signature,
                "signed": verified.signed,
                "options": map_json(&first),
                "presets": verified.request.presets,
                "source_url": verified.request.source.to_text(),
                "format": verified.request.options.global.format.map(pixgate_options::Format::name),
            });
            if let Some(object) = answer.as_object_mut().filter(|_| !rest.is_empty()) {
                object.insert("pipelines".to_owned(), Json::Array(rest));
            }
            answer
        }
        Resolved::Info(verified) => json!({
            "endpoint": "info",
            "signature": verified.signature,
            "signed": verified.signed,
            "options": map_json(&canonical_info(&verified.request.options)),
            "presets": verified.request.presets,
            "source_url": verified.request.source.to_text(),
        }),
        _ => json!({"endpoint": "not_found"}),
    }
}

fn map_json(map: &CanonicalMap) -> Json {
    let entries = map
        .iter()
        .map(|(name, value)| (name.clone(), value_json(value)));
    Json::Object(entries.collect::<Map<_, _>>())
}

fn value_json(value: &Value) -> Json {
    match value {
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Bool(flag) => Json::from(*flag),
        Value::String(text) => Json::from(text.as_str()),
        Value::List(values) => values.iter().map(value_json).collect(),
        Value::Map(values) => map_json(values),
    }
}
