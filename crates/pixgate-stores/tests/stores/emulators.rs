//! Emulators that run beside the tests, and how objects get into them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::fixtures::Fixtures;
use crate::sign;

/// The endpoints that the start script wrote down.
pub(crate) struct Emulators {
    endpoints: BTreeMap<String, String>,
    placed: Mutex<BTreeSet<String>>,
}

impl Emulators {
    /// Reads `NAME=URL` lines from the file `endpoints` in the folder `PIXGATE_EMULATORS`.
    pub(crate) fn find() -> Self {
        let folder = std::env::var_os("PIXGATE_EMULATORS");
        let text = folder.map(|folder| {
            let file = Path::new(&folder).join("endpoints");
            std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"))
        });
        let text = text.unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once('='));
        Self {
            endpoints: lines
                .map(|(name, url)| (name.to_owned(), url.to_owned()))
                .collect(),
            placed: Mutex::default(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.endpoints.get(name).cloned()
    }

    /// Stores an object; versions become the placeholders `{version:N}`.
    ///
    /// The same key always has the same content. It is stored once, because storing it again
    /// would change its date while another case looks at it.
    pub(crate) async fn place(
        &self,
        name: &str,
        url: &str,
        (index, object): (usize, &Value),
        fixtures: &Fixtures,
    ) {
        let text = |name: &str| object[name].as_str().unwrap();
        let bytes = fixtures.bytes(text("fixture"));
        let (bucket, key, headers) = (text("bucket"), text("key"), &object["headers"]);
        let mut placed = self.placed.lock().await;
        let is_new = placed.insert(format!("{name}/{bucket}/{key}"));
        if !is_new && !bucket.ends_with("-versions") {
            return;
        }
        match name {
            "gcs" => place_gcs(url, bucket, key, headers, &bytes).await,
            "azure" => place_azure(url, bucket, key, headers, &bytes).await,
            _ => {
                let version = place_s3(url, bucket, key, headers, &bytes).await;
                fixtures.set(format!("version:{index}"), version.unwrap_or_default());
            }
        }
    }
}

async fn place_s3(
    url: &str,
    bucket: &str,
    key: &str,
    headers: &Value,
    bytes: &[u8],
) -> Option<String> {
    let bucket_url = format!("{url}/{bucket}");
    // The bucket may be there already.
    sign::s3("PUT", &bucket_url, &[], b"").await;
    if bucket.ends_with("-versions") {
        let body = b"<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                     <Status>Enabled</Status></VersioningConfiguration>";
        sign::s3("PUT", &format!("{bucket_url}?versioning="), &[], body).await;
    }
    let headers = text_pairs(headers);
    let url = format!("{bucket_url}/{}", escape(key));
    let (status, answer) = sign::s3("PUT", &url, &headers, bytes).await;
    assert_eq!(status, 200, "{key} is not stored");
    let version = answer.get("x-amz-version-id")?;
    Some(version.to_str().unwrap().to_owned())
}

async fn place_azure(url: &str, bucket: &str, key: &str, headers: &Value, bytes: &[u8]) {
    let container = format!("{url}/{AZURE_ACCOUNT}/{bucket}");
    // The container may be there already.
    sign::azure("PUT", &format!("{container}?restype=container"), &[], b"").await;
    let mut all = vec![("x-ms-blob-type", "BlockBlob")];
    for (name, value) in text_pairs(headers) {
        all.push(match name {
            "Content-Type" => ("x-ms-blob-content-type", value),
            "Cache-Control" => ("x-ms-blob-cache-control", value),
            "Content-Encoding" => ("x-ms-blob-content-encoding", value),
            other => panic!("{other}"),
        });
    }
    let url = format!("{container}/{}", escape(key));
    let (status, _) = sign::azure("PUT", &url, &all, bytes).await;
    assert_eq!(status, 201, "{key} is not stored");
}

fn text_pairs(headers: &Value) -> Vec<(&str, &str)> {
    let headers = headers.as_object().into_iter().flatten();
    headers
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect()
}

/// A key as the path of a request; the HTTP client would resolve dots between slashes.
fn escape(key: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~')
        .remove(b'/');
    let escaped = utf8_percent_encode(key, KEPT).to_string();
    if key.split('/').any(|part| part == "." || part == "..") {
        return escaped.replace('/', "%2F");
    }
    escaped
}

async fn place_gcs(url: &str, bucket: &str, key: &str, headers: &Value, bytes: &[u8]) {
    let json = [("Content-Type", "application/json")];
    let body = serde_json::json!({"name": bucket}).to_string();
    // The bucket may be there already.
    send(
        "POST",
        &format!("{url}/storage/v1/b?project=pix"),
        &json,
        body.as_bytes(),
    )
    .await;
    let object = serde_json::json!({
        "name": key,
        "contentType": headers["Content-Type"].as_str().unwrap_or("application/octet-stream"),
        "cacheControl": headers["Cache-Control"].as_str().unwrap_or(""),
    });
    let mut body = format!(
        "--part\r\nContent-Type: application/json\r\n\r\n{object}\r\n--part\r\nContent-Type: {}\r\n\r\n",
        object["contentType"].as_str().unwrap()
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--part--\r\n");
    let url = format!("{url}/upload/storage/v1/b/{bucket}/o?uploadType=multipart");
    let headers = [("Content-Type", "multipart/related; boundary=part")];
    let status = send("POST", &url, &headers, &body).await;
    assert_eq!(status, 200, "{key} is not stored");
}

/// Sends one request and returns the status.
pub(crate) async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> u16 {
    let (status, _) = exchange(method, url, headers, body).await;
    status
}

/// Sends one request and returns status and headers.
pub(crate) async fn exchange(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> (u16, http::HeaderMap) {
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(no_tls())
        .build();
    let method: reqwest::Method = method.parse().unwrap();
    let mut request = client.unwrap().request(method, url).body(body.to_vec());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.headers().clone())
}

/// The client wants some TLS; the emulators have none.
fn no_tls() -> rustls::ClientConfig {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// The account that Azurite publishes.
pub(crate) const AZURE_ACCOUNT: &str = "devstoreaccount1";
/// And its key, which is the same everywhere.
pub(crate) const AZURE_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
