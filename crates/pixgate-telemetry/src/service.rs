//! Requests to services that the operator chose: collectors of traces, reporters of errors.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use pixgate_source::{AddressPolicy, Config, Error, ErrorKind, SystemResolver, client};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How a service is spoken to.
#[derive(Clone, Default)]
pub struct ServiceConfig {
    /// HTTP/2 from the first byte, as gRPC wants it on unencrypted connections.
    pub http2_only: bool,
    /// Certificates in PEM that are trusted as well; empty for none.
    pub roots: String,
    /// Our own certificates in PEM, with the next field; empty for none.
    pub certificates: String,
    /// The key in PEM of our own certificate.
    pub key: String,
}

impl fmt::Debug for ServiceConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceConfig")
            .field("http2_only", &self.http2_only)
            .finish_non_exhaustive()
    }
}

/// A client for services outside the allowlist, at any address.
#[derive(Debug, Clone)]
pub(crate) struct ServiceClient {
    client: reqwest::Client,
}

impl ServiceClient {
    /// Makes the client; of `config` this uses proxies, certificates, user agent and connections.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if certificates, keys or proxies cannot be used.
    pub(crate) fn new(config: &Config, service: &ServiceConfig) -> Result<Self, Error> {
        let mut config = config.clone();
        config.addresses = AddressPolicy::ALL;
        for root in certificates(&service.roots)? {
            config.extra_roots.push(root.to_vec());
        }
        let identity = match service.certificates.trim() {
            "" => None,
            chain => Some((certificates(chain)?, key(&service.key)?)),
        };
        let tls = client::tls_config(&config, identity)?;
        let builder = client::builder(&config, Arc::new(SystemResolver::default()), tls)?;
        let builder = if service.http2_only {
            builder.http2_prior_knowledge()
        } else {
            builder
        };
        let client = builder.build();
        let client = client.map_err(|error| invalid("service", error))?;
        Ok(Self { client })
    }

    /// Sends a request and reads the answer, of which 64 KiB are kept, within `timeout`.
    ///
    /// # Errors
    ///
    /// The errors of a connection.
    pub(crate) async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, Error> {
        let request = request.map(reqwest::Body::from);
        let mut request = reqwest::Request::try_from(request).map_err(|error| {
            let reason = "no request can be made from it";
            Error::with_source(ErrorKind::InvalidUrl { reason }, error)
        })?;
        *request.timeout_mut() = Some(timeout);
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let started = std::time::Instant::now();
        let response = self.client.execute(request).await;
        let response =
            response.map_err(|error| client::Failure::new(error, started).into_error(&host))?;
        let mut answer = http::Response::new(Bytes::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        *answer.body_mut() = client::first_bytes(response, MAX_ANSWER_BYTES).await?;
        Ok(answer)
    }
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let all = all.map_err(|error| invalid("service.certificates", error))?;
    if all.is_empty() && !pem.trim().is_empty() {
        let field = "service.certificates";
        return Err(ErrorKind::InvalidConfig { field }.into());
    }
    Ok(all)
}

fn key(pem: &str) -> Result<PrivateKeyDer<'static>, Error> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|error| invalid("service.key", error))
}

fn invalid(field: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::with_source(ErrorKind::InvalidConfig { field }, error)
}

const MAX_ANSWER_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_that_are_none_are_refused() {
        let service = ServiceConfig {
            roots: "no certificate".to_owned(),
            ..ServiceConfig::default()
        };
        assert!(ServiceClient::new(&Config::default(), &service).is_err());
    }
}
