//! `abs://`: Azure Blob Storage.

mod certificate;
mod config;
mod identity;
mod sign;

use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};
use pixgate_source::{
    BoxFuture, ByteRange, Config, Error, ErrorKind, ObjectUrl, Secret, SourceRequest, Transport,
    TransportResponse,
};
use reqwest::{Request, Response};
use url::Url;

pub use self::config::{AbsConfig, AbsCredentials, AzureIdentity};
use self::identity::Tokens;
use self::sign::SharedKey;
use crate::answer::{self, Refusal};
use crate::client::{self, StoreClient};
use crate::compare;
use crate::kind::{Kind, Store};
use crate::{oauth, object, utc};

/// The [`Transport`] of blobs in Azure Blob Storage.
///
/// One GET each. Conditions are compared here, the service's 4xx statuses are kept.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use pixgate_source::{Config, Fetcher};
/// use pixgate_stores::{AbsConfig, AbsTransport};
///
/// let config = Config::default();
/// let abs = AbsConfig::from_connection_string("AccountName=photos;AccountKey=c2VjcmV0")?;
/// let abs = AbsTransport::new(&config, abs)?;
/// let fetcher = Fetcher::new(config)?.with_transport("abs", Arc::new(abs));
/// # Ok::<(), pixgate_source::Error>(())
/// ```
#[derive(Debug)]
pub struct AbsTransport {
    client: StoreClient,
    signer: Signer,
    endpoint: String,
    separator: String,
    config: AbsConfig,
}

#[derive(Debug)]
enum Signer {
    Nobody,
    Key(SharedKey),
    Signature(Secret),
    Identity(Tokens),
}

impl AbsTransport {
    /// Makes the transport; tokens are fetched when needed.
    ///
    /// Of `config` this uses proxies, certificates, user agent, connections and the separator.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if there is no account, the endpoint is no http(s) URL, or
    /// the key is not base64.
    pub fn new(config: &Config, abs: AbsConfig) -> Result<Self, Error> {
        Ok(Self {
            client: StoreClient::new(config)?,
            signer: Signer::new(&abs.credentials)?,
            endpoint: endpoint(&abs)?,
            separator: config.query_separator.clone(),
            config: abs,
        })
    }

    /// Fetches a token if one is needed, to find out at the start whether that works.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`] if a service refuses, and the errors of a connection.
    pub async fn check_credentials(&self) -> Result<(), Error> {
        match &self.signer {
            Signer::Identity(tokens) => tokens.value(&self.client).await.map(|_| ()),
            _ => Ok(()),
        }
    }

    async fn read(&self, request: &SourceRequest) -> Result<TransportResponse, Error> {
        let object = object::parse(&request.url, &self.separator, &self.config.containers)?;
        let get = self.request(request, &object).await?;
        let response = self.client.send(&get).await?;
        if answer::is_success(&response) {
            let answer = answer::accept(request, response, &KEPT);
            return Ok(compare::compare(request, answer));
        }
        if let (401, Signer::Identity(tokens)) = (response.status().as_u16(), &self.signer) {
            tokens.forget();
        }
        Err(self.refused(response, object.container).await)
    }

    async fn request(
        &self,
        request: &SourceRequest,
        object: &ObjectUrl<'_>,
    ) -> Result<Request, Error> {
        let container = object::encode(object.container);
        let mut url = format!(
            "{}/{container}/{}",
            self.endpoint,
            object::escape(object.key)
        );
        let mut headers = HeaderMap::new();
        headers.insert("x-ms-version", HeaderValue::from_static(VERSION));
        let date = httpdate::fmt_http_date(utc::now());
        if let Ok(date) = HeaderValue::try_from(date) {
            headers.insert("x-ms-date", date);
        }
        if let Some(range) = &request.range {
            headers.insert(header::RANGE, ByteRange::without_suffix(range)?);
        }
        match &self.signer {
            Signer::Nobody => client::get(&url, headers),
            Signer::Key(key) => {
                let mut get = client::get(&url, headers)?;
                key.sign(&mut get, &self.config.account)?;
                Ok(get)
            }
            Signer::Signature(signature) => {
                url.push('?');
                url.push_str(signature.expose().trim_start_matches('?'));
                client::get(&url, headers)
            }
            Signer::Identity(tokens) => {
                self.check_tls()?;
                let token = tokens.value(&self.client).await?;
                headers.insert(header::AUTHORIZATION, oauth::bearer(&token)?);
                client::get(&url, headers)
            }
        }
    }

    fn check_tls(&self) -> Result<(), Error> {
        if self.endpoint.starts_with("https://") {
            return Ok(());
        }
        let reason = "tokens are not sent without TLS, set an https IMGPROXY_ABS_ENDPOINT or \
                      IMGPROXY_ABS_KEY";
        let reason = reason.to_owned();
        Err(ErrorKind::NoCredentials { reason }.into())
    }

    async fn refused(&self, response: Response, container: &str) -> Error {
        let refusal = Refusal::read(response).await;
        let status = match refusal.status {
            status @ 400.. => status,
            _ => 404,
        };
        let advice = advice(&refusal, &self.config.account, container);
        refusal.into_error(status, advice)
    }
}

impl Transport for AbsTransport {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        Box::pin(self.read(request))
    }
}

impl Store for AbsTransport {}

impl Signer {
    fn new(credentials: &AbsCredentials) -> Result<Self, Error> {
        Ok(match credentials {
            AbsCredentials::SharedKey(key) => Self::Key(SharedKey::read(key)?),
            AbsCredentials::SharedAccessSignature(text) => Self::Signature(text.clone()),
            AbsCredentials::Identity(identity) => Self::Identity(Tokens::new(identity)),
            AbsCredentials::Anonymous => Self::Nobody,
        })
    }
}

fn endpoint(abs: &AbsConfig) -> Result<String, Error> {
    let invalid = |field| Error::new(ErrorKind::InvalidConfig { field });
    let account = &abs.account;
    let is_account = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if account.is_empty() || !account.bytes().all(is_account) {
        let cause = "set IMGPROXY_ABS_NAME to the name of the storage account";
        let field = "abs.account";
        return Err(Error::with_source(
            ErrorKind::InvalidConfig { field },
            cause,
        ));
    }
    let own = abs.endpoint.clone();
    let text = own.unwrap_or_else(|| format!("https://{account}.blob.core.windows.net"));
    let url = Url::parse(&text).map_err(|_| invalid("abs.endpoint"))?;
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.has_host();
    if !is_plain || !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("abs.endpoint"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn advice(refusal: &Refusal, account: &str, container: &str) -> String {
    match (refusal.code.as_str(), refusal.status) {
        ("ContainerNotFound", _) => {
            format!("account `{account}` has no container `{container}`, check the source URL")
        }
        ("AuthenticationFailed", _) => format!(
            "the signature is refused: check IMGPROXY_ABS_KEY, that it belongs to account \
             `{account}`, and this machine's clock"
        ),
        ("KeyBasedAuthenticationNotPermitted", _) => {
            format!("account `{account}` takes no keys: use an identity instead")
        }
        ("AuthorizationPermissionMismatch", _) | (_, 403) => format!(
            "give the identity the role `Storage Blob Data Reader` on container `{container}`, \
             and let the account's firewall admit this machine"
        ),
        (_, 401) => "the token is refused, check the tenant and the clock".to_owned(),
        (_, 404) => format!("container `{container}` has no such blob, names are case-sensitive"),
        (_, 409) => format!("account `{account}` allows no anonymous access, use credentials"),
        (_, 416) => "the range begins beyond the end of the blob".to_owned(),
        _ => "the service has trouble or refuses".to_owned(),
    }
}

/// Of the service's interface; emulators know it too.
const VERSION: &str = "2021-12-02";

/// The headers that matter.
const KEPT: [HeaderName; 8] = [
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::CONTENT_RANGE,
    header::CACHE_CONTROL,
    header::ETAG,
    header::LAST_MODIFIED,
    header::ACCEPT_RANGES,
];

/// The scheme, its switch and its variables.
pub(crate) const KIND: Kind = Kind {
    scheme: "abs",
    name: "ABS",
    settings: &[
        "IMGPROXY_ABS_NAME",
        "IMGPROXY_ABS_KEY",
        "IMGPROXY_ABS_ENDPOINT",
    ],
    ambient: &[
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET",
        "AZURE_CLIENT_CERTIFICATE_PATH",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_AUTHORITY_HOST",
        "AZURE_POD_IDENTITY_AUTHORITY_HOST",
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
    ],
    accounts_field: "abs.accounts",
    make: |config, variable| {
        let abs = AbsConfig::from_variables(variable);
        AbsTransport::new(config, abs).map(|store| Box::new(store) as _)
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_and_the_endpoint_are_checked() {
        for (account, own, expected) in [
            ("acc", None, Some("https://acc.blob.core.windows.net")),
            ("acc", Some("http://h:1/acc/"), Some("http://h:1/acc")),
            ("", None, None),
            ("a/b", None, None),
            ("acc", Some("h:1"), None),
            ("acc", Some("https://h/?x"), None),
        ] {
            let abs = AbsConfig {
                account: account.to_owned(),
                endpoint: own.map(str::to_owned),
                ..AbsConfig::default()
            };
            assert_eq!(
                endpoint(&abs).ok().as_deref(),
                expected,
                "{account} {own:?}"
            );
        }
    }

    #[test]
    fn refusals_teach() {
        for (status, code, part) in [
            (404, "ContainerNotFound", "no container `box`"),
            (404, "BlobNotFound", "no such blob"),
            (403, "AuthenticationFailed", "clock"),
            (
                403,
                "AuthorizationPermissionMismatch",
                "Storage Blob Data Reader",
            ),
            (409, "PublicAccessNotPermitted", "credentials"),
        ] {
            let refusal = Refusal {
                status,
                code: code.to_owned(),
                ..Refusal::default()
            };
            let advice = advice(&refusal, "acc", "box");
            assert!(advice.contains(part), "{code}: {advice}");
        }
    }
}
