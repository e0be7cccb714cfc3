//! Runs the signature and encryption half of every compatibility vector that has keys.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a malformed file should fail the test"
)]

use pixgate_sign::{Error, KeyRing, SourceCipher};
use serde_json::Value;

const VECTORS: &str = include_str!("../../pixgate-url/tests/vectors/url-vectors.json");
const PREFIX: &str = "IMGPROXY_PATH_PREFIX";
const CIPHER_KEY: &str = "IMGPROXY_SOURCE_URL_ENCRYPTION_KEY";

fn vectors(is_wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut all: Value = serde_json::from_str(VECTORS).expect("vectors are json");
    let Value::Array(rows) = all["vectors"].take() else {
        panic!("vectors are a list")
    };
    rows.into_iter().filter(is_wanted).collect()
}

fn setting<'a>(row: &'a Value, name: &str) -> &'a str {
    row["config"][name].as_str().unwrap_or_default()
}

fn error_kind(row: &Value) -> &str {
    row["error"]["kind"].as_str().unwrap_or_default()
}

fn ring(row: &Value) -> Result<KeyRing, Error> {
    let ring =
        KeyRing::from_hex_lists(setting(row, "IMGPROXY_KEY"), setting(row, "IMGPROXY_SALT"))?;
    let size = match setting(row, "IMGPROXY_SIGNATURE_SIZE") {
        "" => 32,
        size => size.parse().expect("a number"),
    };
    let trusted = setting(row, "IMGPROXY_TRUSTED_SIGNATURES");
    Ok(ring
        .with_signature_size(size)?
        .with_trusted_signatures(trusted))
}

/// Signature and rest of the path, with the one repair that refused vectors need.
fn split(row: &Value) -> (String, String) {
    let path = row["path"].as_str().expect("a path");
    let path = path.split('?').next().expect("at least one piece");
    let path = path.strip_prefix(setting(row, PREFIX)).expect("the prefix");
    let path = path.strip_prefix("/info").unwrap_or(path);
    let path = path.trim_start_matches('/');
    let (signature, rest) = path.split_once('/').expect("a rest");
    (signature.to_owned(), rest.replace("w%3A", "w:"))
}

/// The text after `enc/`, without extension and file name.
fn encrypted_text(row: &Value) -> Option<String> {
    let (_, text) = row["path"].as_str()?.split_once("/enc/")?;
    let text = match setting(row, "IMGPROXY_BASE64_URL_INCLUDES_FILENAME") {
        "" => text,
        _ => text.rsplit_once('/')?.0,
    };
    text.split('.').next().map(|text| text.replace('/', ""))
}

fn has_keys(row: &Value) -> bool {
    !setting(row, "IMGPROXY_KEY").is_empty() || !setting(row, "IMGPROXY_SALT").is_empty()
}

fn is_refused_for_its_signature(row: &Value) -> bool {
    error_kind(row).starts_with("signature_") || error_kind(row) == "config_error"
}

#[test]
fn signatures_are_accepted_as_in_the_vectors() {
    let rows = vectors(|row| has_keys(row) && row["ok"] == true);
    assert_eq!(rows.len(), 17);
    for row in rows {
        let (signature, _) = split(&row);
        let signed = row["expect"]["signed"].as_str().expect("signed text");
        assert_eq!(row["expect"]["signature"], signature.as_str(), "{row}");
        let ring = ring(&row).expect("valid keys");
        assert!(ring.verify(&signature, signed).is_ok(), "{row}");
        if setting(&row, "IMGPROXY_TRUSTED_SIGNATURES").is_empty() {
            assert!(
                ring.signatures(signed).any(|made| made == signature),
                "{row}"
            );
        }
    }
}

#[test]
fn signatures_are_refused_as_in_the_vectors() {
    let rows = vectors(|row| has_keys(row) && is_refused_for_its_signature(row));
    assert_eq!(rows.len(), 14);
    for row in rows {
        let (signature, rest) = split(&row);
        let verdict = ring(&row).and_then(|ring| ring.verify(signature, rest));
        let error = verdict.expect_err("refused");
        assert_eq!(error.kind().name(), error_kind(&row), "{row}");
    }
}

#[test]
fn without_keys_signatures_are_judged_as_in_the_vectors() {
    let is_judged = |row: &Value| row["ok"] == true || is_refused_for_its_signature(row);
    let rows = vectors(|row| {
        let is_parsed = row["expect"]["signed"].is_string() || !error_kind(row).is_empty();
        !has_keys(row) && is_judged(row) && is_parsed && error_kind(row) != "config_error"
    });
    assert!(rows.len() > 200, "{}", rows.len());
    for row in rows {
        let (signature, rest) = split(&row);
        let verdict = KeyRing::default().verify(signature, rest);
        let name = verdict.err().map_or("", |error| error.kind().name());
        assert_eq!(name, error_kind(&row), "{row}");
    }
}

#[test]
fn encrypted_sources_are_read_and_made_as_in_the_vectors() {
    let rows = vectors(|row| !setting(row, CIPHER_KEY).is_empty());
    assert_eq!(rows.len(), 9);
    for row in rows {
        let cipher = SourceCipher::from_hex(setting(&row, CIPHER_KEY)).expect("a valid key");
        let text = encrypted_text(&row).expect("encrypted text");
        match row["expect"]["source_url"].as_str() {
            Some(source) => {
                assert_eq!(
                    cipher.decrypt(&text).as_deref(),
                    Ok(source.as_bytes()),
                    "{row}"
                );
                assert_eq!(cipher.encrypt_with_iv(source, iv(&text)), text, "{row}");
            }
            None => {
                let error = cipher.decrypt(&text).expect_err("undecryptable");
                assert_eq!(error.kind().name(), error_kind(&row), "{row}");
            }
        }
    }
}

/// The 16 bytes that the first 22 characters stand for.
fn iv(text: &str) -> [u8; 16] {
    use base64::Engine;
    let raw = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .expect("base64");
    *raw.first_chunk().expect("an iv")
}
