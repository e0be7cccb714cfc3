//! From a request to a response: scheme, deadlines, limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::accept::Terms;
use crate::clock::Clock;
use crate::http::HttpTransport;
use crate::local::LocalTransport;
use crate::slots::Slots;
use crate::{
    Config, Error, ErrorKind, Mode, Resolve, SourceRequest, SourceResponse, SystemResolver,
    Transport,
};

/// Fetches sources; cheap to clone, all clones share their connections.
///
/// # Examples
///
/// ```
/// use pixgate_source::{Config, ErrorKind, Fetcher, SourceRequest};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let fetcher = Fetcher::new(Config::default())?;
/// let error = fetcher.fetch(SourceRequest::new("http://127.0.0.1/")).await.unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::AddressRefused { .. }));
/// # Ok::<(), pixgate_source::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Fetcher {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
    transports: BTreeMap<String, Arc<dyn Transport>>,
    slots: Slots,
}

impl Fetcher {
    /// Makes a fetcher for http(s) and, if a root is configured, `local`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRoot`] if the local root is no directory, and
    /// [`ErrorKind::InvalidConfig`] if a setting cannot be used.
    pub fn new(config: Config) -> Result<Self, Error> {
        Self::with_resolver(config, Arc::new(SystemResolver::default()))
    }

    /// Makes a fetcher that looks host names up with `resolver`.
    ///
    /// # Errors
    ///
    /// As [`Fetcher::new`].
    pub fn with_resolver(config: Config, resolver: Arc<dyn Resolve>) -> Result<Self, Error> {
        let http: Arc<dyn Transport> = Arc::new(HttpTransport::new(&config, resolver)?);
        let mut transports = BTreeMap::new();
        transports.insert("http".to_owned(), Arc::clone(&http));
        transports.insert("https".to_owned(), http);
        if let Some(local) = LocalTransport::new(&config)? {
            let local: Arc<dyn Transport> = Arc::new(local);
            transports.insert("local".to_owned(), local);
        }
        let shared = Arc::new(Shared {
            slots: Slots::new(config.max_downloads),
            config,
            transports,
        });
        Ok(Self { shared })
    }

    /// The same fetcher with one more scheme (lower case), or another transport for a known one.
    #[must_use]
    pub fn with_transport(self, scheme: &str, transport: Arc<dyn Transport>) -> Self {
        let mut transports = self.shared.transports.clone();
        transports.insert(scheme.to_owned(), transport);
        let shared = Arc::new(Shared {
            config: self.shared.config.clone(),
            transports,
            slots: self.shared.slots.clone(),
        });
        Self { shared }
    }

    /// Fetches one source; the body of the result is still to be read.
    ///
    /// # Errors
    ///
    /// All of [`ErrorKind`] but the two kinds of [`Fetcher::new`].
    pub async fn fetch(&self, request: SourceRequest) -> Result<SourceResponse, Error> {
        let config = &self.shared.config;
        let transport = self.transport(&request.url)?;
        let slot = self.shared.slots.take(request.deadline).await?;
        let clock = Clock::start(
            config.download_timeout,
            request.deadline,
            config.idle_timeout,
        );
        let terms = Terms {
            mode: request.mode,
            clock,
            limit: self.limit(&request),
            keep: &config.keep_headers,
        };
        let response = clock.response(transport.fetch(&request)).await??;
        let mut response = terms.accept(response).await?;
        response.body.hold(slot);
        Ok(response)
    }

    /// Checks that a URL has a scheme that can be fetched; nothing is contacted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidUrl`], [`ErrorKind::SchemeUnknown`] or [`ErrorKind::SchemeDisabled`].
    pub fn check_scheme(&self, url: &str) -> Result<(), Error> {
        self.transport(url).map(drop)
    }

    /// Whether a URL names something on this machine, see [`Transport::is_near`].
    #[must_use]
    pub fn is_near(&self, url: &str) -> bool {
        self.transport(url).is_ok_and(Transport::is_near)
    }

    fn transport(&self, url: &str) -> Result<&dyn Transport, Error> {
        let scheme = scheme(url)?;
        match self.shared.transports.get(&scheme) {
            Some(transport) => Ok(transport.as_ref()),
            None => Err(unregistered(scheme).into()),
        }
    }

    fn limit(&self, request: &SourceRequest) -> Option<u64> {
        let own = match (request.mode, self.shared.config.max_bytes) {
            (Mode::Raw, _) | (Mode::Image, 0) => None,
            (Mode::Image, bytes) => Some(bytes),
        };
        match (own, request.max_bytes) {
            (Some(own), Some(asked)) => Some(own.min(asked)),
            (own, asked) => own.or(asked),
        }
    }
}

/// The scheme of a URL in lower case.
fn scheme(url: &str) -> Result<String, Error> {
    let invalid = |reason| Error::new(ErrorKind::InvalidUrl { reason });
    let (scheme, _) = url.split_once("://").ok_or(invalid("it has no scheme"))?;
    let is_scheme = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
    if scheme.is_empty() || scheme.len() > MAX_SCHEME_BYTES || !scheme.bytes().all(is_scheme) {
        return Err(invalid("its scheme is not a word"));
    }
    Ok(scheme.to_ascii_lowercase())
}

fn unregistered(scheme: String) -> ErrorKind {
    match OPTIONAL_SCHEMES.contains(&&*scheme) {
        true => ErrorKind::SchemeDisabled { scheme },
        false => ErrorKind::SchemeUnknown { scheme },
    }
}

/// The schemes of imgproxy that are off unless their storage is configured.
const OPTIONAL_SCHEMES: [&str; 5] = ["local", "s3", "gs", "abs", "swift"];

/// Longer schemes are not worth repeating in a message.
const MAX_SCHEME_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> ErrorKind {
        let fetcher = Fetcher::new(Config::default()).unwrap();
        fetcher.transport(url).unwrap_err().kind().clone()
    }

    #[test]
    fn a_scheme_that_is_off_is_not_an_unknown_one() {
        for scheme in OPTIONAL_SCHEMES {
            let kind = refusal(&format!("{}://a/b", scheme.to_ascii_uppercase()));
            let scheme = scheme.to_owned();
            assert_eq!(kind, ErrorKind::SchemeDisabled { scheme });
        }
    }

    #[test]
    fn refuses_what_has_no_known_scheme() {
        for (url, message) in [
            ("ftp://a/b", "scheme `ftp` is not known"),
            ("/a/b", "source URL is not valid: it has no scheme"),
            ("://a", "source URL is not valid: its scheme is not a word"),
            (
                "a b://c",
                "source URL is not valid: its scheme is not a word",
            ),
        ] {
            assert_eq!(refusal(url).to_string(), message);
        }
    }

    #[test]
    fn the_smaller_limit_counts() {
        let config = Config {
            max_bytes: 100,
            ..Config::default()
        };
        let fetcher = Fetcher::new(config).unwrap();
        let mut request = SourceRequest::new("http://a/");
        assert_eq!(fetcher.limit(&request), Some(100));
        request.max_bytes = Some(50);
        assert_eq!(fetcher.limit(&request), Some(50));
        request.max_bytes = Some(500);
        assert_eq!(fetcher.limit(&request), Some(100));
        request.mode = Mode::Raw;
        assert_eq!(fetcher.limit(&request), Some(500));
    }
}
