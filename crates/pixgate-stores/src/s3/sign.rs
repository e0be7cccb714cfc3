//! Signature version 4 (AWS General Reference, "Signature Version 4 signing process").

use std::time::SystemTime;

use http::header::{self, HeaderName, HeaderValue};
use pixgate_source::{Error, ErrorKind};
use reqwest::Request;
use ring::{digest, hmac};

use super::keys::Keys;
use crate::utc;

/// For whom a signature is good.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

/// Signs all that a request has so far; headers that are added later are not covered.
pub(super) fn sign(
    request: &mut Request,
    keys: &Keys,
    scope: Scope<'_>,
    now: SystemTime,
) -> Result<(), Error> {
    let time = utc::compact(now);
    let body = request.body().and_then(reqwest::Body::as_bytes);
    let body_hash = sha256(body.unwrap_or_default());
    let host = host(request.url());
    set(request, DATE, &time)?;
    set(request, CONTENT_HASH, &body_hash)?;
    set(request, header::HOST, &host)?;
    if let Some(token) = &keys.session_token {
        set(request, SECURITY_TOKEN, token.expose())?;
    }
    let (signed, canonical) = canonical(request, &body_hash);
    let date = time.split('T').next().unwrap_or_default();
    let Scope { region, service } = scope;
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let message = format!(
        "{ALGORITHM}\n{time}\n{scope}\n{}",
        sha256(canonical.as_bytes())
    );
    let signature = hex::encode(signature(keys, [date, region, service], &message).as_ref());
    let id = &keys.id;
    let value = format!(
        "{ALGORITHM} Credential={id}/{scope}, SignedHeaders={signed}, Signature={signature}"
    );
    set(request, header::AUTHORIZATION, &value)
}

fn signature(keys: &Keys, scope: [&str; 3], message: &str) -> hmac::Tag {
    let start = format!("AWS4{}", keys.secret.expose());
    let mut key = hmac::Key::new(hmac::HMAC_SHA256, start.as_bytes());
    for part in scope.into_iter().chain(["aws4_request"]) {
        let tag = hmac::sign(&key, part.as_bytes());
        key = hmac::Key::new(hmac::HMAC_SHA256, tag.as_ref());
    }
    hmac::sign(&key, message.as_bytes())
}

/// The names of the signed headers, and the request in the form that both sides hash.
fn canonical(request: &Request, body_hash: &str) -> (String, String) {
    let url = request.url();
    // Whoever decodes the path writes these slashes as such when checking the signature.
    let path = url.path().replace("%2F", "/");
    let mut query: Vec<&str> = url.query().unwrap_or_default().split('&').collect();
    query.sort_unstable();
    let headers = request.headers().iter();
    let mut headers: Vec<(&str, &str)> = headers
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default().trim()))
        .collect();
    headers.sort_unstable();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"));
    let canonical = format!(
        "{}\n{path}\n{}\n{}\n{names}\n{body_hash}",
        request.method(),
        query.join("&"),
        lines.collect::<String>(),
    );
    (names, canonical)
}

/// `Host` as the HTTP client sends it.
fn host(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn set(request: &mut Request, name: HeaderName, value: &str) -> Result<(), Error> {
    let value = HeaderValue::try_from(value);
    let mut value = value.map_err(|_| {
        let reason = "a key or token cannot be sent as a header".to_owned();
        Error::new(ErrorKind::NoCredentials { reason })
    })?;
    value.set_sensitive([header::AUTHORIZATION, SECURITY_TOKEN].contains(&name));
    request.headers_mut().insert(name, value);
    Ok(())
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes).as_ref())
}

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const CONTENT_HASH: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use http::HeaderMap;

    use super::*;
    use crate::client;
    use pixgate_source::Secret;

    /// The example "GET Object" of the S3 documentation, "Authenticating requests: using the
    /// Authorization header".
    #[test]
    fn signs_like_the_documented_example() {
        let keys = Keys {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: Secret::from("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            session_token: None,
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-9"));
        let url = "https://examplebucket.s3.amazonaws.com/test.txt";
        let mut request = client::get(url, headers).unwrap();
        let scope = Scope {
            region: "us-east-1",
            service: "s3",
        };
        let now = UNIX_EPOCH + Duration::from_secs(1_369_353_600);
        sign(&mut request, &keys, scope, now).unwrap();
        let value = request.headers().get(header::AUTHORIZATION).unwrap();
        assert_eq!(
            value,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
             Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        assert!(value.is_sensitive());
    }
}
