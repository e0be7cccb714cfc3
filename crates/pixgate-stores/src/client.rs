//! Requests to storage services: pooled, repeated when that may help, never redirected.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderMap;
use pixgate_allow::AddressPolicy;
use pixgate_source::client::{Failure, tls_config, with_tls};
use pixgate_source::{Config, Error, ErrorKind, SystemResolver};
use reqwest::{Client, Request, Response};

/// The connections of one store.
///
/// Endpoints are chosen by the operator, so all addresses are allowed; proxies, certificates,
/// user agent and keep-alive are those of the other sources.
#[derive(Debug, Clone)]
pub(crate) struct StoreClient {
    services: Client,
    #[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
    neighbours: Client,
}

impl StoreClient {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let mut config = config.clone();
        config.addresses = AddressPolicy::ALL;
        let resolver = Arc::new(SystemResolver::default());
        let mut tls = tls_config(&config, None)?;
        // All objects of a store come from one host. On one HTTP/2 connection a few bodies that
        // nobody reads yet would use up its window and keep all others waiting.
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            services: with_tls(&config, Arc::clone(&resolver) as _, tls.clone())?,
            #[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
            neighbours: neighbours(config, resolver, tls)?,
        })
    }

    /// Sends a request; up to three times if the service is not there or has trouble.
    pub(crate) async fn send(&self, request: &Request) -> Result<Response, Error> {
        send(&self.services, request, &PAUSES).await
    }

    /// The same for services of this very machine or cloud instance, which no proxy knows; up to
    /// two times.
    #[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
    pub(crate) async fn send_to_neighbour(&self, request: &Request) -> Result<Response, Error> {
        send(&self.neighbours, request, &NEIGHBOUR_PAUSES).await
    }
}

#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
fn neighbours(
    mut config: Config,
    resolver: Arc<SystemResolver>,
    tls: rustls::ClientConfig,
) -> Result<Client, Error> {
    config.proxies = pixgate_source::Proxies::default();
    config.connect_timeout = config.connect_timeout.min(NEIGHBOUR_TIMEOUT);
    with_tls(&config, resolver, tls)
}

async fn send(client: &Client, request: &Request, pauses: &[Duration]) -> Result<Response, Error> {
    let mut pauses = pauses.iter().copied();
    loop {
        let result = send_once(client, request).await?;
        let is_final = match &result {
            Ok(response) => !REPEATED.contains(&response.status().as_u16()),
            Err(failure) => !failure.is_connect() && !failure.is_connection_lost(),
        };
        let pause = pauses.next().filter(|_| !is_final);
        let Some(pause) = pause else {
            let host = request.url().host_str().unwrap_or_default();
            return result.map_err(|failure| failure.into_error(host));
        };
        tokio::time::sleep(pause).await;
    }
}

async fn send_once(client: &Client, request: &Request) -> Result<Result<Response, Failure>, Error> {
    let reason = "its request cannot be repeated";
    let copy = request.try_clone();
    let copy = copy.ok_or(Error::new(ErrorKind::InvalidUrl { reason }))?;
    let started = Instant::now();
    let result = client.execute(copy).await;
    Ok(result.map_err(|error| Failure::new(error, started)))
}

/// A GET of a URL that this crate put together.
pub(crate) fn get(url: &str, headers: HeaderMap) -> Result<Request, Error> {
    request(reqwest::Method::GET, url, headers)
}

/// A request without a body.
pub(crate) fn request(
    method: reqwest::Method,
    url: &str,
    headers: HeaderMap,
) -> Result<Request, Error> {
    let url = url::Url::parse(url).map_err(|error| {
        let reason = "no request can be made from it";
        Error::with_source(ErrorKind::InvalidUrl { reason }, error)
    })?;
    let mut request = Request::new(method, url);
    *request.headers_mut() = headers;
    Ok(request)
}

/// Before the second and the third try; all ends when the deadline drops the whole fetch.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
/// A credential service that is not there has to be noticed well before a request's deadline.
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
const NEIGHBOUR_PAUSES: [Duration; 1] = [Duration::from_millis(100)];
/// Answers that say "again": trouble of the service, and too many requests.
const REPEATED: [u16; 5] = [429, 500, 502, 503, 504];
/// Metadata services answer at once or are not there.
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
const NEIGHBOUR_TIMEOUT: Duration = Duration::from_secs(1);
