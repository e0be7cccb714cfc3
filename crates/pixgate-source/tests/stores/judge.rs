//! Compares answers and requests with what a vector expects.

use std::collections::BTreeMap;

use pixgate_source::{Error, ErrorKind, SourceResponse};
use regex::Regex;
use serde_json::Value;

use crate::fixtures::Fixtures;
use crate::http::Asked;
use crate::scripted::object_of;

/// What a fetch gave, as a server would tell its client.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Outcome {
    pub(crate) async fn of(
        fetched: Result<SourceResponse, Error>,
        is_raw: bool,
        fixtures: &Fixtures,
    ) -> Self {
        let response = match fetched {
            Ok(response) => response,
            Err(error) => return Self::error(&error),
        };
        let status = response.status.code();
        let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = response.headers.iter();
        let mut headers: BTreeMap<_, _> = headers
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        if let Some(length) = response.content_length() {
            headers.insert("content-length".to_owned(), length.to_string());
        }
        match response.body.collect(u64::MAX).await {
            Err(error) => Self::error(&error),
            // What is no picture is found out by the decoder.
            Ok(body) if status == 200 && !is_raw && !fixtures.is_picture(&body) => Self {
                status: 422,
                headers,
                body: Vec::new(),
            },
            Ok(body) => Self {
                status,
                headers,
                body: body.to_vec(),
            },
        }
    }

    /// The statuses of the compatibility table.
    fn error(error: &Error) -> Self {
        let status = match error.kind() {
            ErrorKind::Status { status } if (400..500).contains(status) => *status,
            ErrorKind::Status { status } if *status >= 500 => 502,
            ErrorKind::Timeout { .. } => 504,
            ErrorKind::Incomplete { .. }
            | ErrorKind::TooLarge { .. }
            | ErrorKind::ChecksumMismatch { .. }
            | ErrorKind::BrokenEncoding => 422,
            _ => 404,
        };
        Self {
            status,
            headers: BTreeMap::new(),
            body: format!("{error:?}").into_bytes(),
        }
    }
}

/// One complaint, or none.
pub(crate) type Verdict = Result<(), String>;

pub(crate) fn answer(
    expect: &Value,
    outcome: &Outcome,
    is_raw: bool,
    fixtures: &Fixtures,
) -> Verdict {
    let status = u64::from(outcome.status);
    let one_of = expect["status_in"].as_array();
    let fits = match (&expect["status"], one_of) {
        (Value::Number(wanted), _) => wanted.as_u64() == Some(status),
        (_, Some(list)) => list.iter().any(|wanted| *wanted == status),
        _ => true,
    };
    if !fits {
        let said = String::from_utf8_lossy(&outcome.body)
            .chars()
            .take(400)
            .collect::<String>();
        return Err(format!(
            "status {status}, not {} {}: {said}",
            expect["status"], expect["status_in"]
        ));
    }
    if outcome.status < 300 {
        body(&expect["body"], outcome, fixtures)?;
        for (name, rule) in expect["headers"].as_object().into_iter().flatten() {
            if is_source_header(name, is_raw) && rule["absent"] != true {
                let value = outcome.headers.get(&name.to_ascii_lowercase());
                check(name, rule, value.map(String::as_str), fixtures)?;
            }
        }
    }
    if outcome.status == 304 {
        for name in ["ETag", "Last-Modified"] {
            let rule = &expect["headers"][name];
            let value = outcome.headers.get(&name.to_ascii_lowercase());
            if rule.is_object() {
                check(name, rule, value.map(String::as_str), fixtures)?;
            }
        }
    }
    Ok(())
}

/// What the server makes itself when it makes a new picture is not judged here.
fn is_source_header(name: &str, is_raw: bool) -> bool {
    is_raw || ["ETag", "Last-Modified"].contains(&name)
}

fn body(rule: &Value, outcome: &Outcome, fixtures: &Fixtures) -> Verdict {
    let wanted = if let Some(id) = rule["fixture"].as_str() {
        fixtures.bytes(id)
    } else if let Some([id, from, to]) = rule["fixture_slice"].as_array().map(Vec::as_slice) {
        let index = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        fixtures.bytes(id.as_str().unwrap())[index(from)..index(to)].to_vec()
    } else {
        return Ok(());
    };
    if outcome.body == wanted {
        return Ok(());
    }
    Err(format!(
        "{} other bytes than the {} expected",
        outcome.body.len(),
        wanted.len()
    ))
}

/// `eq`, `ne`, `re`, `present` and `absent`.
fn check(name: &str, rule: &Value, value: Option<&str>, fixtures: &Fixtures) -> Verdict {
    let wanted = |key: &str| rule[key].as_str().map(|text| fixtures.fill(text));
    let fits = if rule["absent"] == true {
        value.is_none()
    } else if rule["present"] == true {
        value.is_some()
    } else if let Some(wanted) = wanted("eq") {
        value == Some(&wanted)
    } else if let Some(other) = wanted("ne") {
        value != Some(&other)
    } else {
        let pattern = Regex::new(rule["re"].as_str().unwrap()).unwrap();
        value.is_some_and(|value| pattern.is_match(value))
    };
    if fits {
        Ok(())
    } else {
        Err(format!("{name} is {value:?}, not {rule}"))
    }
}

/// The first requests are these, in order.
pub(crate) fn saw(rules: &Value, asked: &[Asked], fixtures: &Fixtures) -> Verdict {
    for (index, rule) in rules.as_array().into_iter().flatten().enumerate() {
        let asked = asked.get(index).ok_or(format!("no request {index}"))?;
        request(rule, asked, fixtures)?;
    }
    Ok(())
}

/// Each rule is met by some request.
pub(crate) fn saw_somewhere(rules: &Value, asked: &[Asked], fixtures: &Fixtures) -> Verdict {
    for rule in rules.as_array().into_iter().flatten() {
        let fits = |asked: &&Asked| request(rule, asked, fixtures).is_ok();
        if asked.iter().find(fits).is_none() {
            return Err(format!("no request is {rule}: {asked:?}"));
        }
    }
    Ok(())
}

fn request(rule: &Value, asked: &Asked, fixtures: &Fixtures) -> Verdict {
    let same = |name: &str, value: &str| match rule[name].as_str() {
        Some(wanted) if fixtures.fill(wanted) != value => {
            Err(format!("{name} is {value}, not {wanted}"))
        }
        _ => Ok(()),
    };
    same("method", &asked.method)?;
    same("host", asked.host())?;
    same("path", &asked.path())?;
    if let Some([bucket, key]) = rule["object"].as_array().map(Vec::as_slice) {
        let wanted = format!("{}/{}", bucket.as_str().unwrap(), key.as_str().unwrap());
        let object = object_of(&asked.path());
        if object.as_ref() != Some(&wanted) {
            return Err(format!("object is {object:?}, not {wanted}"));
        }
    }
    for (name, pairs) in [("query", asked.query()), ("form", asked.form())] {
        for (key, rule) in rule[name].as_object().into_iter().flatten() {
            let value = pairs.iter().find(|(name, _)| name == key);
            check(key, rule, value.map(|(_, value)| value.as_str()), fixtures)?;
        }
    }
    for (name, rule) in rule["headers"].as_object().into_iter().flatten() {
        check(name, rule, asked.header(name), fixtures)?;
    }
    Ok(())
}
