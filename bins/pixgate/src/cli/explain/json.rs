//! The explanation for programs.

use http::StatusCode;
use pixgate_codec::Header;
use pixgate_options::Format;
use pixgate_proxy::{Error, Resolved, Route};
use pixgate_url::{CanonicalMap, Value, canonical, canonical_info};
use serde_json::{Map, Value as Json, json};

use super::report::{Answer, Report};
use super::words::{meaning_of, route_name};

/// The whole report.
pub(super) fn written(report: &Report) -> Json {
    let mut object = match (&report.resolved, report.route) {
        (_, Route::Health) => one("endpoint", json!("health")),
        (Ok(resolved), _) => meaning(resolved),
        (Err(_), _) => Map::new(),
    };
    let error = report.error.as_ref().or(report.resolved.as_ref().err());
    if let Some(error) = error.filter(|_| report.route != Route::Health) {
        object.insert("error".to_owned(), error_json(error));
    }
    if matches!(
        report.route,
        Route::Quiet | Route::Undefined | Route::Malformed
    ) {
        object.insert("reason".to_owned(), json!(route_name(report.route)));
    }
    if let Some(signature) = &report.signature {
        let expected = signature
            .fault
            .as_ref()
            .and_then(|(_, expected)| expected.as_ref());
        let state = json!({
            "written": signature.written,
            "is_checked": signature.is_checked,
            "is_right": signature.fault.is_none(),
            "expected": expected,
        });
        object.insert("signature_check".to_owned(), state);
    }
    if let Some(request) = &report.request {
        object.insert("segments".to_owned(), segments(report, request));
        let notes = request.notes.iter();
        let notes = notes.map(|note| json!({"position": note.position, "text": note.text}));
        object.insert("notes".to_owned(), notes.collect());
    }
    if let Some(answer) = &report.answer {
        add_answer(&mut object, answer);
    }
    Json::Object(object)
}

/// The error of a configuration that cannot be used.
#[must_use]
pub fn load_error_json(message: &str) -> Json {
    json!({"error": {"status": 0, "kind": "config_error", "public_message": message}})
}

fn error_json(error: &Error) -> Json {
    let verdict = error.verdict();
    let url = error
        .cause()
        .and_then(|cause| cause.downcast_ref::<pixgate_url::Error>());
    json!({
        "status": verdict.status,
        "kind": verdict.name,
        "public_message": verdict.public_message,
        "reason": error.to_string(),
        "position": url.map(pixgate_url::Error::position),
        "segment": url.map(pixgate_url::Error::segment),
        "hint": error.hint(),
    })
}

fn meaning(resolved: &Resolved) -> Map<String, Json> {
    match resolved {
        Resolved::Landing => one("endpoint", json!("landing")),
        Resolved::Health => one("endpoint", json!("health")),
        Resolved::Image(verified) => {
            let mut maps = canonical(&verified.request.options).into_iter();
            let first = maps.next().unwrap_or_default();
            let rest: Vec<Json> = maps.map(|map| map_json(&map)).collect();
            let format = verified.request.options.global.format.map(Format::name);
            let mut answer = one("endpoint", json!("process"));
            for (name, value) in [
                ("signature", json!(verified.signature)),
                ("signed", json!(verified.signed)),
                ("options", map_json(&first)),
                ("presets", json!(verified.request.presets)),
                ("source_url", json!(verified.request.source.to_text())),
                ("format", json!(format)),
            ] {
                answer.insert(name.to_owned(), value);
            }
            if !rest.is_empty() {
                answer.insert("pipelines".to_owned(), Json::Array(rest));
            }
            answer
        }
        Resolved::Info(verified) => {
            let mut answer = one("endpoint", json!("info"));
            for (name, value) in [
                ("signature", json!(verified.signature)),
                ("signed", json!(verified.signed)),
                (
                    "options",
                    map_json(&canonical_info(&verified.request.options)),
                ),
                ("presets", json!(verified.request.presets)),
                ("source_url", json!(verified.request.source.to_text())),
            ] {
                answer.insert(name.to_owned(), value);
            }
            answer
        }
        _ => one("endpoint", json!("not_found")),
    }
}

fn segments(report: &Report, request: &pixgate_url::Request) -> Json {
    let signed = report
        .signature
        .as_ref()
        .map_or("", |signature| &signature.signed);
    let segments = request.segments.iter();
    segments
        .map(|segment| {
            json!({
                "text": signed.get(segment.range.clone()),
                "position": segment.range.start,
                "meaning": meaning_of(segment.kind),
            })
        })
        .collect()
}

fn add_answer(object: &mut Map<String, Json>, answer: &Answer) {
    let warnings = answer.left_out.iter();
    let warnings = warnings.map(|one| json!({"kind": one.kind, "text": one.text}));
    object.insert("warnings".to_owned(), warnings.collect());
    object.insert(
        "answer".to_owned(),
        json!({
            "status": answer.status.as_u16(),
            "is_good": answer.status == StatusCode::OK,
            "media_type": answer.media_type,
            "bytes": answer.bytes,
            "fallback_because": answer.masked.as_ref().map(|masked| masked.message.as_str()),
        }),
    );
    if let Some((header, plan)) = &answer.planned {
        object.insert("source".to_owned(), source_json(header));
        object.insert("plan".to_owned(), json!(plan));
    }
}

fn source_json(header: &Header) -> Json {
    json!({
        "format": header.format.name(),
        "width": header.width,
        "height": header.height,
        "frames": header.frames,
    })
}

fn one(name: &str, value: Json) -> Map<String, Json> {
    [(name.to_owned(), value)].into_iter().collect()
}

fn map_json(map: &CanonicalMap) -> Json {
    let entries = map
        .iter()
        .map(|(name, value)| (name.clone(), value_json(value)));
    Json::Object(entries.collect::<Map<_, _>>())
}

pub(super) fn value_json(value: &Value) -> Json {
    match value {
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Bool(flag) => Json::from(*flag),
        Value::String(text) => Json::from(text.as_str()),
        Value::List(values) => values.iter().map(value_json).collect(),
        Value::Map(values) => map_json(values),
    }
}
