//! Compares what a fetch gave with what a vector expects.

use std::collections::BTreeMap;

use pixgate_source::{Error, ErrorKind, SourceResponse};
use serde_json::Value;

use crate::fixtures::Fixtures;
use crate::rules::{self, Verdict, check};

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
        rules::bytes(&expect["body"], &outcome.body, fixtures)?;
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
