//! What a vector expects, against what came.

use pixgate_codec::{DecodeRequest, Limits, decode, probe};
use regex::Regex;
use serde_json::Value;

use crate::server::Answer;
use crate::{Vectors, text};

/// Everything about one answer that is not as expected.
pub(crate) fn answer(vectors: &Vectors, expect: &Value, answer: &Answer) -> Vec<String> {
    let mut differences = Vec::new();
    for (key, expected) in expect.as_object().unwrap() {
        match key.as_str() {
            "status" if *expected != answer.status => differences.push(format!(
                "status {}, not {expected} ({})",
                answer.status,
                answer.text()
            )),
            "headers" => differences.extend(headers(expected, &answer.headers)),
            "body" => differences.extend(body(vectors, expected, &answer.body)),
            "body_all_re" => differences.extend(
                expected
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|pattern| !matches(pattern, &answer.text()))
                    .map(|pattern| format!("{pattern} is not in the body")),
            ),
            "status" | "origin_requests" | "origin_saw" => {}
            other => panic!("{other} is not understood"),
        }
    }
    differences
}

/// Header expectations by name, whatever its case.
pub(crate) fn headers(expected: &Value, actual: &[(String, String)]) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, rules) in expected.as_object().unwrap() {
        let mut named = actual
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str());
        let value = named.next();
        if named.next().is_some() {
            differences.push(format!("{name} came twice"));
        }
        for (rule, expected) in rules.as_object().unwrap() {
            let holds = match rule.as_str() {
                "eq" => value == expected.as_str(),
                "ne" => value != expected.as_str(),
                "re" => value.is_some_and(|value| matches(expected, value)),
                "present" => value.is_some(),
                "absent" => value.is_none(),
                other => panic!("{other} is not understood"),
            };
            if !holds {
                differences.push(format!("{name} is {value:?}, not {rule} {expected}"));
            }
        }
    }
    differences
}

/// Body expectations.
pub(crate) fn body(vectors: &Vectors, expected: &Value, actual: &[u8]) -> Vec<String> {
    let shown = String::from_utf8_lossy(actual);
    let rules = expected.as_object().unwrap().iter();
    let broken = rules.filter(|(rule, expected)| match rule.as_str() {
        "eq" => actual != text(expected).as_bytes(),
        "re" => !matches(expected, &shown),
        "not_re" => matches(expected, &shown),
        "fixture" => actual != fixture(vectors, expected),
        "fixture_slice" => {
            let range = index(&expected[1])..index(&expected[2]);
            Some(actual) != fixture(vectors, &expected[0]).get(range)
        }
        "image" => image(actual).as_ref() != Some(*expected),
        other => panic!("{other} is not understood"),
    });
    broken
        .map(|(rule, expected)| {
            let start: String = shown.chars().take(200).collect();
            format!("the body is not {rule} {expected}: {start}")
        })
        .collect()
}

fn fixture<'v>(vectors: &'v Vectors, id: &Value) -> &'v [u8] {
    vectors.bodies.get(text(id)).unwrap()
}

fn index(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// Format and size of a picture that decodes completely.
fn image(bytes: &[u8]) -> Option<Value> {
    let limits = Limits::default();
    let header = probe(bytes, &limits).ok()?;
    decode(bytes, &header, &DecodeRequest::default(), &limits).ok()?;
    Some(serde_json::json!({
        "format": header.format.to_string(),
        "width": header.width,
        "height": header.height,
    }))
}

pub(crate) fn matches(pattern: &Value, subject: &str) -> bool {
    Regex::new(text(pattern)).unwrap().is_match(subject)
}
