//! Requests that store things, signed by hand: a second reading of the clouds' documents.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use ring::{digest, hmac};
use url::Url;

use crate::emulators::{AZURE_ACCOUNT, AZURE_KEY, exchange};

/// Signature version 4 for the emulators' key in `us-east-1`.
pub(crate) async fn s3(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> (u16, HeaderMap) {
    let parsed = Url::parse(url).unwrap();
    let host = format!("{}:{}", parsed.host_str().unwrap(), parsed.port().unwrap());
    let (day, time) = amazon_time();
    let hash = hex(digest::digest(&digest::SHA256, body).as_ref());
    let path = parsed.path().replace("%2F", "/");
    let query = parsed.query().unwrap_or_default();
    let names = "host;x-amz-content-sha256;x-amz-date";
    let canonical = format!(
        "{method}\n{path}\n{query}\nhost:{host}\nx-amz-content-sha256:{hash}\n\
         x-amz-date:{time}\n\n{names}\n{hash}"
    );
    let scope = format!("{day}/us-east-1/s3/aws4_request");
    let canonical = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
    let message = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{canonical}");
    let mut key = b"AWS4pixsecret".to_vec();
    for part in [day.as_str(), "us-east-1", "s3", "aws4_request", &message] {
        key = hmac256(&key, part);
    }
    let signature = hex(&key);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=pixkey/{scope}, SignedHeaders={names}, Signature={signature}"
    );
    let mut all = headers.to_vec();
    all.extend([
        ("x-amz-date", time.as_str()),
        ("x-amz-content-sha256", &hash),
        ("Authorization", &authorization),
    ]);
    exchange(method, url, &all, body).await
}

/// Shared-key authorisation for Azurite's account.
pub(crate) async fn azure(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> (u16, HeaderMap) {
    let date = httpdate::fmt_http_date(SystemTime::now());
    let mut all = headers.to_vec();
    all.extend([("x-ms-date", date.as_str()), ("x-ms-version", "2021-12-02")]);
    all.sort_unstable();
    let lines: String = all
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    let parsed = Url::parse(url).unwrap();
    let mut resource = format!("/{AZURE_ACCOUNT}{}", parsed.path());
    for (name, value) in parsed.query_pairs() {
        resource.push_str(&format!("\n{name}:{value}"));
    }
    let length = match body.len() {
        0 => String::new(),
        length => length.to_string(),
    };
    let message = format!("{method}\n\n\n{length}\n\n\n\n\n\n\n\n\n{lines}{resource}");
    let key = STANDARD.decode(AZURE_KEY).unwrap();
    let signature = STANDARD.encode(hmac256(&key, &message));
    let authorization = format!("SharedKey {AZURE_ACCOUNT}:{signature}");
    all.push(("Authorization", &authorization));
    exchange(method, url, &all, body).await
}

fn hmac256(key: &[u8], message: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Today as `20260102`, and now as `20260102T030405Z`, read from an HTTP date.
fn amazon_time() -> (String, String) {
    let date = httpdate::fmt_http_date(SystemTime::now());
    let parts: Vec<&str> = date.split([' ', ':']).collect();
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = months.find(parts[2]).unwrap() / 3 + 1;
    let day = format!("{}{month:02}{}", parts[3], parts[1]);
    let time = format!("{day}T{}{}{}Z", parts[4], parts[5], parts[6]);
    (day, time)
}
