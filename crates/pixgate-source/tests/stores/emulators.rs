//! Emulators that run beside the tests, and how objects get into them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::fixtures::Fixtures;

/// The endpoints that the start script wrote down.
pub(crate) struct Emulators {
    endpoints: BTreeMap<String, String>,
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
        }
    }

    pub(crate) async fn get(&self, name: &str) -> Option<String> {
        self.endpoints.get(name).cloned()
    }

    pub(crate) async fn place(
        &self,
        name: &str,
        url: &str,
        object: &Value,
        _: usize,
        fixtures: &Fixtures,
    ) {
        let bytes = fixtures.bytes(object["fixture"].as_str().unwrap());
        let bucket = object["bucket"].as_str().unwrap();
        let key = object["key"].as_str().unwrap();
        match name {
            "gcs" => place_gcs(url, bucket, key, &object["headers"], &bytes).await,
            other => panic!("{other}"),
        }
    }
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
