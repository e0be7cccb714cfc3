//! http and https: the redirect loop, each hop checked.

mod hop;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use http::HeaderMap;
use http::header;
use pixgate_allow::AddressPolicy;
use reqwest::{Client, Response};
use url::Url;

use self::hop::Hop;
use crate::client::{Failure, LazyClient, body_error};
use crate::resolve::Resolve;
use crate::transport::{BoxFuture, Transport, TransportResponse};
use crate::{Config, Error, ErrorKind, Redirects, SourceRequest, Status};

/// The [`Transport`] of http and https sources.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: Arc<LazyClient>,
    policy: AddressPolicy,
    max_redirects: u32,
    redirects: Redirects,
    reuses_connections: bool,
    headers: HeaderMap,
}

impl HttpTransport {
    /// Makes the transport; its client and the certificates that it trusts come with the first request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if a proxy, a certificate or the user agent cannot be used.
    pub fn new(config: &Config, resolver: Arc<dyn Resolve>) -> Result<Self, Error> {
        Ok(Self {
            client: Arc::new(LazyClient::new(config, resolver)?),
            policy: config.addresses,
            max_redirects: config.max_redirects,
            redirects: config.redirects.clone(),
            reuses_connections: !config.keep_alive.is_zero(),
            headers: config.headers.clone(),
        })
    }

    async fn follow(&self, request: &SourceRequest) -> Result<TransportResponse, Error> {
        let mut hop = Hop::first(request, &self.headers)?;
        let mut followed = 0;
        loop {
            let response = self.send(&hop).await?;
            hop.keep_cookies(response.headers());
            let Some(target) = hop.redirect(&response)? else {
                hop.refuse_sign_in_page(&response)?;
                return Ok(transport_response(response, &hop));
            };
            self.check_redirect(&target)?;
            if followed == self.max_redirects {
                let limit = self.max_redirects;
                return Err(ErrorKind::TooManyRedirects { limit }.into());
            }
            followed = followed.saturating_add(1);
            hop.go_to(target);
        }
    }

    fn check_redirect(&self, target: &Url) -> Result<(), Error> {
        match &self.redirects {
            Redirects::Follow => Ok(()),
            Redirects::Off => Err(ErrorKind::RedirectsOff.into()),
            Redirects::SameList(list) => list.check(target.as_str()).map_err(|refusal| {
                let host = target.host_str().unwrap_or_default().to_owned();
                Error::with_source(ErrorKind::RedirectNotAllowed { host }, refusal)
            }),
        }
    }

    /// Sends one request, twice if a reused connection turned out to be dead.
    async fn send(&self, hop: &Hop<'_>) -> Result<Response, Error> {
        self.check_literal(hop.host())?;
        let client = self.client.get().await?;
        let response = match send_once(client, hop).await {
            Err(failure) if failure.is_connection_lost() && self.reuses_connections => {
                tokio::time::sleep(RETRY_PAUSE).await;
                send_once(client, hop).await
            }
            other => other,
        };
        let response = response.map_err(|failure| failure.into_error(hop.host()))?;
        self.check_peer(hop.host(), &response)?;
        Ok(response)
    }

    /// Hosts that are addresses never reach the resolver.
    fn check_literal(&self, host: &str) -> Result<(), Error> {
        match self.policy.check_host_literal(host) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(refused(host, refusal)),
        }
    }

    /// The resolver checked this address already; a second look costs nothing.
    fn check_peer(&self, host: &str, response: &Response) -> Result<(), Error> {
        let peer = response
            .remote_addr()
            .map(|peer| self.policy.check(peer.ip()));
        peer.unwrap_or(Ok(()))
            .map_err(|refusal| refused(host, refusal))
    }
}

impl Transport for HttpTransport {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        Box::pin(self.follow(request))
    }
}

async fn send_once(client: &Client, hop: &Hop<'_>) -> Result<Response, Failure> {
    let started = Instant::now();
    let request = client.get(hop.url.clone()).headers(hop.headers());
    let result = request.send().await;
    result.map_err(|error| Failure::new(error, started))
}

fn refused(host: &str, refusal: pixgate_allow::Error) -> Error {
    let address = match refusal.kind() {
        pixgate_allow::ErrorKind::AddressRefused { address, .. } => Some(address),
        _ => None,
    };
    let host = host.to_owned();
    Error::with_source(ErrorKind::AddressRefused { host, address }, refusal)
}

fn transport_response(mut response: Response, hop: &Hop<'_>) -> TransportResponse {
    let mut headers = std::mem::take(response.headers_mut());
    headers.remove(header::SET_COOKIE);
    if headers.contains_key(header::TRANSFER_ENCODING) {
        // Chunks decide where the body ends, whatever the length says (RFC 9112, 6.3).
        headers.remove(header::CONTENT_LENGTH);
    }
    TransportResponse {
        status: Status::from(response.status().as_u16()),
        headers,
        final_url: hop.url.to_string(),
        body: Box::pin(
            response
                .bytes_stream()
                .map(|chunk| chunk.map_err(body_error)),
        ),
    }
}

/// As short as imgproxy's: the retry only has to leave the dead connection behind.
const RETRY_PAUSE: Duration = Duration::from_micros(100);
