//! The HTTP client of http(s) sources, for transports in other crates: no environment, no
//! redirects, no decompression of its own.
//!
//! A transport whose endpoint the operator chose sets
//! [`Config::addresses`] to [`AddressPolicy::ALL`](crate::AddressPolicy::ALL) first.
//!
//! ```
//! use std::sync::Arc;
//! use pixgate_source::{AddressPolicy, Config, SystemResolver, client};
//!
//! let config = Config {
//!     addresses: AddressPolicy::ALL,
//!     ..Config::default()
//! };
//! let tls = client::tls_config(&config, None)?;
//! let builder = client::builder(&config, Arc::new(SystemResolver::default()), tls)?;
//! # drop(builder);
//! # Ok::<(), pixgate_source::Error>(())
//! ```

mod failure;
mod lazy;
mod tls;

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::HeaderValue;
use reqwest::{Client, ClientBuilder, NoProxy, Proxy, Response, redirect};

pub use self::failure::{Failure, body_error};
pub(crate) use self::lazy::LazyClient;
pub use self::tls::{Identity, tls_config};
use crate::resolve::{GuardedResolver, Resolve};
use crate::{Config, Error, ErrorKind, Proxies};

/// Builds the client that all http(s) sources share; HTTP/2 is offered.
pub(crate) fn build(config: &Config, resolver: Arc<dyn Resolve>) -> Result<Client, Error> {
    with_tls(config, resolver, tls_config(config, None)?)
}

/// Whether [`build`] can do its work, as far as settings tell.
pub(crate) fn check(config: &Config) -> Result<(), Error> {
    proxies(&config.proxies)?;
    tls::check_roots(config)?;
    let agent = HeaderValue::from_str(&config.user_agent).map(drop);
    agent.map_err(|error| invalid("user_agent", error))
}

/// Builds a client with these TLS settings.
///
/// # Errors
///
/// [`ErrorKind::InvalidConfig`] if the proxies or the user agent of `config` cannot be used.
pub fn with_tls(
    config: &Config,
    resolver: Arc<dyn Resolve>,
    tls: rustls::ClientConfig,
) -> Result<Client, Error> {
    builder(config, resolver, tls)?
        .build()
        .map_err(|error| invalid("user_agent", error))
}

/// Reads a short answer; what exceeds `limit` bytes is cut off.
///
/// # Errors
///
/// [`ErrorKind::Incomplete`] if the body ends early.
pub async fn first_bytes(response: Response, limit: usize) -> Result<Bytes, Error> {
    let mut all = BytesMut::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk.map_err(body_error)?);
        if all.len() >= limit {
            all.truncate(limit);
            break;
        }
    }
    Ok(all.freeze())
}

/// What all clients have in common: limits, proxies, and the address policy at each connection.
///
/// # Errors
///
/// [`ErrorKind::InvalidConfig`] if the proxies of `config` cannot be used.
pub fn builder(
    config: &Config,
    resolver: Arc<dyn Resolve>,
    tls: rustls::ClientConfig,
) -> Result<ClientBuilder, Error> {
    let guarded = GuardedResolver {
        inner: resolver,
        policy: config.addresses,
    };
    let idle = if config.keep_alive.is_zero() {
        0
    } else {
        MAX_IDLE
    };
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .user_agent(&config.user_agent)
        .connect_timeout(config.connect_timeout)
        .pool_max_idle_per_host(idle)
        .pool_idle_timeout(config.keep_alive)
        // Origins have header names with spaces and other leftovers; imgproxy reads past them.
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .http2_initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .dns_resolver(Arc::new(guarded))
        .tls_backend_preconfigured(tls);
    for proxy in proxies(&config.proxies)? {
        builder = builder.proxy(proxy);
    }
    Ok(builder)
}

fn proxies(proxies: &Proxies) -> Result<Vec<Proxy>, Error> {
    let exceptions = || proxies.exceptions.as_deref().and_then(NoProxy::from_string);
    let mut all = Vec::new();
    if let Some(url) = &proxies.http {
        let proxy = Proxy::http(url).map_err(|error| invalid("proxies.http", error))?;
        all.push(proxy.no_proxy(exceptions()));
    }
    if let Some(url) = &proxies.https {
        let proxy = Proxy::https(url).map_err(|error| invalid("proxies.https", error))?;
        all.push(proxy.no_proxy(exceptions()));
    }
    Ok(all)
}

fn invalid(field: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::with_source(ErrorKind::InvalidConfig { field }, error)
}

/// Idle connections that are kept per host, as imgproxy keeps.
const MAX_IDLE: usize = 100;
/// HTTP/2 response headers above this are refused; HTTP/1 has its own limit of this order.
const MAX_HEADER_BYTES: u32 = 128 << 10;
/// What an HTTP/2 origin may send ahead of our reading, per source; a socket's buffer is alike.
const STREAM_WINDOW_BYTES: u32 = 256 << 10;
/// The same for all sources on one connection.
const CONNECTION_WINDOW_BYTES: u32 = 2 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemResolver;

    fn refused_field(config: &Config) -> Option<ErrorKind> {
        let error = build(config, Arc::new(SystemResolver::default())).err();
        let found = check(config).err().map(|error| error.kind().clone());
        assert_eq!(found, error.map(|error| error.kind().clone()));
        found
    }

    #[test]
    fn settings_that_cannot_be_used_are_named() {
        let with_proxies = |proxies| Config {
            proxies,
            ..Config::default()
        };
        let bad = || Some("http://".to_owned());
        for (config, field) in [
            (
                Config {
                    user_agent: "a\nb".to_owned(),
                    ..Config::default()
                },
                "user_agent",
            ),
            (
                with_proxies(Proxies {
                    http: bad(),
                    ..Proxies::default()
                }),
                "proxies.http",
            ),
            (
                with_proxies(Proxies {
                    https: bad(),
                    ..Proxies::default()
                }),
                "proxies.https",
            ),
        ] {
            let expected = Some(ErrorKind::InvalidConfig { field });
            assert_eq!(refused_field(&config), expected);
        }
        assert_eq!(refused_field(&Config::default()), None);
    }

    #[test]
    fn passwords_of_proxies_are_not_shown() {
        let proxies = Proxies {
            http: Some("http://user:secret@proxy.test".to_owned()),
            ..Proxies::default()
        };
        assert!(!format!("{proxies:?}").contains("secret"));
    }
}
