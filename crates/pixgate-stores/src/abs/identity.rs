//! Tokens of Microsoft Entra.

use http::header::{HeaderMap, HeaderValue};
use pixgate_source::{Error, ErrorKind, Secret};
use reqwest::Response;

use super::certificate;
use super::config::AzureIdentity;
use crate::cached::{Cached, Fresh};
use crate::client::{self, StoreClient};
use crate::{form, oauth, object};

/// Fetches tokens and holds them.
#[derive(Debug)]
pub(super) struct Tokens {
    identity: AzureIdentity,
    cached: Cached<Secret>,
}

impl Tokens {
    pub(super) fn new(identity: &AzureIdentity) -> Self {
        Self {
            identity: identity.clone(),
            cached: Cached::default(),
        }
    }

    /// A token that is good now.
    pub(super) async fn value(&self, client: &StoreClient) -> Result<Secret, Error> {
        self.cached.value(self.fetch(client)).await
    }

    /// Makes the next request fetch a new token.
    pub(super) fn forget(&self) {
        self.cached.forget();
    }

    async fn fetch(&self, client: &StoreClient) -> Result<Fresh<Secret>, Error> {
        let from = &self.identity;
        if let (Some(tenant), Some(id)) = (&from.tenant_id, &from.client_id) {
            if let Some(secret) = &from.client_secret {
                let fields = [("client_secret", secret.expose().as_str())];
                return self.sign_in(client, tenant, id, &fields).await;
            }
            let assertion = match (&from.client_certificate_file, &from.federated_token_file) {
                (Some(file), _) => {
                    let audience = self.sign_in_url(tenant);
                    Some(certificate::assertion(file, id, &audience).await?)
                }
                (None, Some(file)) => Some(read(file).await?),
                (None, None) => None,
            };
            if let Some(assertion) = assertion {
                let fields = [
                    ("client_assertion_type", ASSERTION_TYPE),
                    ("client_assertion", assertion.expose().trim()),
                ];
                return self.sign_in(client, tenant, id, &fields).await;
            }
        }
        oauth::token(self.managed(client).await?, "managed identity").await
    }

    async fn sign_in(
        &self,
        client: &StoreClient,
        tenant: &str,
        id: &str,
        proof: &[(&str, &str)],
    ) -> Result<Fresh<Secret>, Error> {
        let url = self.sign_in_url(tenant);
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("scope", SCOPE),
        ];
        fields.extend_from_slice(proof);
        let response = client.send(&form::post(&url, &fields)?).await?;
        oauth::token(response, "sign-in service of Azure").await
    }

    fn sign_in_url(&self, tenant: &str) -> String {
        let authority = self.identity.authority_host.as_deref();
        let authority = authority.unwrap_or(AUTHORITY).trim_end_matches('/');
        let tenant = object::encode(tenant);
        format!("{authority}/{tenant}/oauth2/v2.0/token")
    }

    /// Asks App Service if there is one, else the machine.
    async fn managed(&self, client: &StoreClient) -> Result<Response, Error> {
        let from = &self.identity;
        let mut headers = HeaderMap::new();
        let app_service = from
            .identity_endpoint
            .as_ref()
            .zip(from.identity_header.as_ref());
        let (place, version) = match app_service {
            Some((endpoint, secret)) => {
                headers.insert("x-identity-header", header(secret)?);
                (endpoint.clone(), "2019-08-01")
            }
            None => {
                headers.insert("metadata", HeaderValue::from_static("true"));
                let host = from.metadata_endpoint.as_deref().unwrap_or(METADATA);
                let host = host.trim_end_matches('/');
                (
                    format!("{host}/metadata/identity/oauth2/token"),
                    "2018-02-01",
                )
            }
        };
        let resource = object::encode(RESOURCE);
        let mut url = format!("{place}?api-version={version}&resource={resource}");
        if let Some(id) = &from.client_id {
            url.push_str(&format!("&client_id={}", object::encode(id)));
        }
        let response = client.send_to_neighbour(&client::get(&url, headers)?).await;
        response.map_err(|error| match app_service {
            Some(_) => error,
            None => {
                let reason = NOTHING.to_owned();
                Error::with_source(ErrorKind::NoCredentials { reason }, error)
            }
        })
    }
}

async fn read(path: &std::path::Path) -> Result<Secret, Error> {
    let text = tokio::fs::read_to_string(path).await;
    text.map(Secret::new).map_err(|error| {
        let reason = format!("token file `{}` cannot be read", path.display());
        Error::with_source(ErrorKind::NoCredentials { reason }, error)
    })
}

fn header(secret: &Secret) -> Result<HeaderValue, Error> {
    let field = "abs.credentials";
    let value = HeaderValue::try_from(secret.expose());
    let mut value = value.map_err(|_| Error::new(ErrorKind::InvalidConfig { field }))?;
    value.set_sensitive(true);
    Ok(value)
}

const AUTHORITY: &str = "https://login.microsoftonline.com";
const SCOPE: &str = "https://storage.azure.com/.default";
const RESOURCE: &str = "https://storage.azure.com/";
const METADATA: &str = "http://169.254.169.254";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const NOTHING: &str = "no Azure credentials: set IMGPROXY_ABS_KEY, or AZURE_TENANT_ID, \
                       AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or run with a managed identity";
