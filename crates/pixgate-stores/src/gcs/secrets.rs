//! Variables that are kept by Google Cloud Secret Manager.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use pixgate_source::{Config, Error, ErrorKind, client::first_bytes};
use serde_json::Value;

use super::config::GcsCredentials;
use super::credentials::Tokens;
use crate::GcsConfig;
use crate::client::{self, StoreClient};
use crate::object;
use crate::variables::Variables;

/// Which secret of Google Cloud Secret Manager.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoogleSecretId {
    /// Id or number of the project.
    pub project: String,
    /// Name.
    pub secret: String,
    /// Version, or `latest`.
    pub version: String,
}

/// Reads secrets with a service account's key, or with what this machine has.
#[derive(Debug)]
pub struct GoogleSecrets {
    client: StoreClient,
    tokens: Tokens,
    endpoint: String,
}

impl GoogleSecrets {
    /// Makes the client; `variable` looks up Google's own variables, and `key` is the JSON of a
    /// service account, which goes before what they name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the key cannot be used, and
    /// [`ErrorKind::NoCredentials`] if there is none.
    pub fn new(
        config: &Config,
        variable: &dyn Fn(&str) -> Option<String>,
        key: Option<String>,
    ) -> Result<Self, Error> {
        let ambient = |name: &str| variable(name).filter(|_| name != "IMGPROXY_GCS_KEY");
        let credentials = match key {
            Some(key) => GcsCredentials::Key(key.into()),
            None => GcsConfig::from_variables(&ambient).credentials,
        };
        let endpoint = Variables(variable).text(ENDPOINT_VARIABLE);
        Ok(Self {
            client: StoreClient::new(config)?,
            tokens: Tokens::new(&credentials)?.with_scope(SCOPE),
            endpoint: endpoint.unwrap_or_else(|| ENDPOINT.to_owned()),
        })
    }

    /// The bytes of a secret.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`], [`ErrorKind::Status`] if the service refuses, with its words
    /// behind it, or answers without a payload, and the errors of a connection.
    pub async fn secret(&self, secret: &GoogleSecretId) -> Result<Vec<u8>, Error> {
        let url = format!(
            "{}/v1/projects/{}/secrets/{}/versions/{}:access",
            self.endpoint.trim_end_matches('/'),
            object::encode(&secret.project),
            object::encode(&secret.secret),
            object::encode(&secret.version)
        );
        let mut headers = HeaderMap::new();
        self.tokens.authorize(&self.client, &mut headers).await?;
        let response = self.client.send(&client::get(&url, headers)?).await?;
        let status = response.status().as_u16();
        let text = first_bytes(response, MAX_BYTES).await?;
        let payload = serde_json::from_slice::<Value>(&text).ok();
        let payload = payload.as_ref().and_then(|answer| answer.get("payload"));
        match payload {
            Some(payload) if status == 200 => data(payload).ok_or_else(|| {
                let words = "the payload is not base64".to_owned();
                Error::with_source(ErrorKind::Status { status }, words)
            }),
            _ => {
                let words = String::from_utf8_lossy(&text).into_owned();
                Err(Error::with_source(ErrorKind::Status { status }, words))
            }
        }
    }
}

/// Without data the payload is empty.
fn data(payload: &Value) -> Option<Vec<u8>> {
    let data = payload.get("data").and_then(Value::as_str);
    STANDARD.decode(data.unwrap_or_default()).ok()
}

const ENDPOINT: &str = "https://secretmanager.googleapis.com";
/// As gcloud has it, for emulators.
const ENDPOINT_VARIABLE: &str = "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER";
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// Secrets have 64 KiB at most.
const MAX_BYTES: usize = 1 << 20;
