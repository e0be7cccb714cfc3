//! Compares an answer with what a vector expects.

use pixgate_codec::{DecodeRequest, Limits, decode, probe};
use serde_json::Value;

use crate::client::Answer;
use crate::fixtures::Fixtures;
use crate::rules::{self, Verdict, check};

pub(crate) fn answer(expect: &Value, answer: &Answer, fixtures: &Fixtures) -> Verdict {
    status(expect, answer)?;
    body(&expect["body"], answer, fixtures)?;
    for (name, rule) in expect["headers"].as_object().into_iter().flatten() {
        check(name, rule, answer.header(name).as_deref(), fixtures)?;
    }
    Ok(())
}

fn status(expect: &Value, answer: &Answer) -> Verdict {
    let status = u64::from(answer.status);
    let fits = match (&expect["status"], expect["status_in"].as_array()) {
        (Value::Number(wanted), _) => wanted.as_u64() == Some(status),
        (_, Some(list)) => list.iter().any(|wanted| *wanted == status),
        _ => true,
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "status {status}, not {} {}: {}",
        expect["status"],
        expect["status_in"],
        String::from_utf8_lossy(&answer.body)
    ))
}

fn body(rule: &Value, answer: &Answer, fixtures: &Fixtures) -> Verdict {
    if rule["eq"].is_string() || rule["re"].is_string() {
        let text = String::from_utf8_lossy(&answer.body);
        return check("body", rule, Some(&text), fixtures);
    }
    if rule["image"].is_object() {
        let found = picture(&answer.body)?;
        let wanted = &rule["image"];
        return if found == *wanted {
            Ok(())
        } else {
            Err(format!("the picture is {found}, not {wanted}"))
        };
    }
    rules::bytes(rule, &answer.body, fixtures)
}

/// Format and size of the decoded picture.
fn picture(bytes: &[u8]) -> Result<Value, String> {
    let limits = Limits::default();
    let no_picture = |error: pixgate_codec::Error| error.to_string();
    let header = probe(bytes, &limits).map_err(no_picture)?;
    let request = DecodeRequest::default();
    let (pixels, _) = decode(bytes, &header, &request, &limits).map_err(no_picture)?;
    let (width, height) = pixels.size();
    let format = header.format.to_string();
    Ok(serde_json::json!({"format": format, "width": width, "height": height}))
}
