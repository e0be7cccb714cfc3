//! `swift://`: OpenStack Swift.

mod config;
mod login;

use std::future::Future;

use http::HeaderMap;
use http::header;
use pixgate_source::{
    BoxFuture, Config, Error, ErrorKind, KEPT_HEADERS, ObjectUrl, SourceRequest, Transport,
    TransportResponse, Wait,
};
use reqwest::Response;
use tokio::time::{Instant, timeout};

pub use self::config::SwiftConfig;
use self::login::{Session, Version};
use crate::answer::{self, Refusal};
use crate::cached::Cached;
use crate::client::{self, StoreClient};
use crate::compare;
use crate::kind::{Kind, Store};
use crate::object;

/// The [`Transport`] of objects in Swift.
///
/// Conditions and ranges are the service's business. A refused token is renewed once. Refusals
/// other than 416 and 5xx look like missing objects (status 404), and the reason is found behind
/// the error.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use pixgate_source::{Config, Fetcher};
/// use pixgate_stores::{SwiftConfig, SwiftTransport};
///
/// let config = Config::default();
/// let swift = SwiftConfig {
///     username: "pictures".to_owned(),
///     api_key: "secret".into(),
///     auth_url: "https://keystone.example/v3".to_owned(),
///     ..SwiftConfig::default()
/// };
/// let swift = SwiftTransport::new(&config, swift)?;
/// let fetcher = Fetcher::new(config)?.with_transport("swift", Arc::new(swift));
/// # Ok::<(), pixgate_source::Error>(())
/// ```
#[derive(Debug)]
pub struct SwiftTransport {
    client: StoreClient,
    session: Cached<Session>,
    version: Version,
    separator: String,
    config: SwiftConfig,
}

impl SwiftTransport {
    /// Makes the transport; it signs in when needed.
    ///
    /// Of `config` this uses proxies, certificates, user agent, connections and the separator.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the URL is no http(s) URL, or neither it nor
    /// [`SwiftConfig::auth_version`] says which version to use.
    pub fn new(config: &Config, swift: SwiftConfig) -> Result<Self, Error> {
        let invalid = |field| Error::new(ErrorKind::InvalidConfig { field });
        let is_web = url::Url::parse(&swift.auth_url)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !is_web {
            return Err(invalid("swift.auth_url"));
        }
        let mut own = config.clone();
        own.connect_timeout = swift.connect_timeout;
        Ok(Self {
            client: StoreClient::new(&own)?,
            session: Cached::default(),
            version: Version::of(&swift).ok_or_else(|| invalid("swift.auth_version"))?,
            separator: config.query_separator.clone(),
            config: swift,
        })
    }

    /// Signs in, to find out at the start whether that works.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`] if the service refuses or cannot be reached.
    pub async fn check_credentials(&self) -> Result<(), Error> {
        self.session().await.map(|_| ()).map_err(|error| {
            let url = &self.config.auth_url;
            let reason = format!("no login to Swift at `{url}`, check IMGPROXY_SWIFT_AUTH_URL");
            Error::with_source(ErrorKind::NoCredentials { reason }, error)
        })
    }

    async fn session(&self) -> Result<Session, Error> {
        let login = login::login(&self.client, &self.config, self.version);
        self.in_time(self.session.value(login)).await
    }

    async fn read(&self, request: &SourceRequest) -> Result<TransportResponse, Error> {
        let object = object::parse(&request.url, &self.separator, &self.config.containers)?;
        let mut response = self.ask(request, &object).await?;
        if response.status() == 401 {
            self.session.forget();
            response = self.ask(request, &object).await?;
        }
        if !answer::is_success(&response) {
            return Err(refused(response, object.container).await);
        }
        let answer = answer::accept(request, response, &KEPT_HEADERS);
        if request.range.is_some() {
            return Ok(answer);
        }
        Ok(compare::compare(request, answer))
    }

    async fn ask(
        &self,
        request: &SourceRequest,
        object: &ObjectUrl<'_>,
    ) -> Result<Response, Error> {
        let session = self.session().await?;
        let mut headers = HeaderMap::new();
        let token = login::secret_header(session.token.expose())?;
        headers.insert("x-auth-token", token);
        let conditions = &request.conditions;
        for (name, value) in [
            (header::RANGE, &request.range),
            (header::IF_NONE_MATCH, &conditions.if_none_match),
            (header::IF_MODIFIED_SINCE, &conditions.if_modified_since),
        ] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
        let base = session.storage_url.trim_end_matches('/');
        let container = object::encode(object.container);
        let url = format!("{base}/{container}/{}", object::escape(object.key));
        let get = client::get(&url, headers)?;
        self.in_time(self.client.send(&get)).await
    }

    async fn in_time<T>(
        &self,
        exchange: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let started = Instant::now();
        timeout(self.config.timeout, exchange)
            .await
            .unwrap_or_else(|_| {
                let (wait, elapsed) = (Wait::Response, started.elapsed());
                Err(ErrorKind::Timeout { wait, elapsed }.into())
            })
    }
}

impl Transport for SwiftTransport {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        Box::pin(self.read(request))
    }
}

impl Store for SwiftTransport {
    fn check_start(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.check_credentials())
    }
}

async fn refused(response: Response, container: &str) -> Error {
    let refusal = Refusal::read(response).await;
    let (status, advice) = match refusal.status {
        404 => (
            404,
            "there is no such object or container, names are case-sensitive".to_owned(),
        ),
        401 | 403 => (
            404,
            format!("let the user read container `{container}` (X-Container-Read)"),
        ),
        416 => (
            416,
            "the range begins beyond the end of the object".to_owned(),
        ),
        status @ 500.. => (status, "the service has trouble".to_owned()),
        _ => (404, "the service refuses".to_owned()),
    };
    refusal.into_error(status, advice)
}

/// The scheme, its switch and its variables.
pub(crate) const KIND: Kind = Kind {
    scheme: "swift",
    name: "SWIFT",
    settings: &[
        "IMGPROXY_SWIFT_USERNAME",
        "IMGPROXY_SWIFT_API_KEY",
        "IMGPROXY_SWIFT_AUTH_URL",
        "IMGPROXY_SWIFT_AUTH_VERSION",
        "IMGPROXY_SWIFT_TENANT",
        "IMGPROXY_SWIFT_DOMAIN",
        "IMGPROXY_SWIFT_TIMEOUT_SECONDS",
        "IMGPROXY_SWIFT_CONNECT_TIMEOUT_SECONDS",
    ],
    ambient: &[],
    accounts_field: "swift.accounts",
    make: |config, variable| {
        let swift = SwiftConfig::from_variables(variable);
        SwiftTransport::new(config, swift).map(|store| Box::new(store) as _)
    },
};
