//! Every URL vector through the configuration registry, verification, grammar and allowlist, as
//! `pixgate explain --json` tells it.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is missing"
)]

use std::process::Command;

use http::{HeaderMap, HeaderName, HeaderValue};
use pixgate::cli::explain_json;
use serde_json::Value;

const VECTORS: &str = include_str!("../../../crates/pixgate-url/tests/vectors/url-vectors.json");

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn environment(vector: &Value) -> Vec<(String, String)> {
    let pairs = vector["config"].as_object().unwrap().iter();
    pairs
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect()
}

fn headers(vector: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in vector["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::try_from(name.as_str()).unwrap();
        headers.insert(
            name,
            HeaderValue::try_from(value.as_str().unwrap()).unwrap(),
        );
    }
    headers
}

/// Equal but for the way numbers are written; floats within 1e-9.
fn agree(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Number(a), Value::Number(b)) => {
            (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() <= 1e-9
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| agree(a, b)))
        }
        _ => expected == actual,
    }
}

/// What differs from the vector, if anything.
fn difference(vector: &Value, actual: &Value) -> Option<String> {
    let (expected, actual) = if vector["ok"] == true {
        (&vector["expect"], actual)
    } else {
        (&vector["error"], &actual["error"])
    };
    let differs = |key: &String, value: &Value| {
        let same_kind_of_failure = key == "public_message" && vector["error"]["status"] == 0;
        (!same_kind_of_failure && !agree(value, &actual[key]))
            .then(|| format!("{}: {key} is {}, not {value}", vector["id"], actual[key]))
    };
    expected
        .as_object()
        .unwrap()
        .iter()
        .find_map(|(key, value)| differs(key, value))
}

#[test]
fn explains_every_vector() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 358);
    let failures: Vec<String> = vectors
        .iter()
        .filter_map(|vector| {
            let path = vector["path"].as_str().unwrap();
            let actual = explain_json(environment(vector), path, &headers(vector));
            difference(vector, &actual)
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn the_program_says_the_same() {
    let picked: Vec<Value> = vectors().into_iter().step_by(17).collect();
    assert!(picked.len() >= 20);
    for vector in &picked {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pixgate"));
        command
            .env_clear()
            .envs(environment(vector))
            .args(["explain", "--json", "--offline"]);
        for (name, value) in &headers(vector) {
            command.args(["--header", &format!("{name}: {}", value.to_str().unwrap())]);
        }
        let output = command
            .args(["--", vector["path"].as_str().unwrap()])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let actual: Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(difference(vector, &actual), None);
    }
}
