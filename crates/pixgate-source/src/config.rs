//! The settings of a [`Fetcher`](crate::Fetcher).

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderMap;
use http::header::HeaderName;
use pixgate_allow::{AddressPolicy, Allowlist};

/// How sources are fetched; [`Default`] gives imgproxy's defaults, except where noted.
///
/// Nothing is read from the environment, in particular no proxy variables.
#[derive(Debug, Clone)]
pub struct Config {
    /// Budget of one fetch with all redirects and the whole body. Default: 5 s.
    pub download_timeout: Duration,
    /// Longest time for TCP and TLS of one connection, within the budget. Default: 30 s.
    pub connect_timeout: Duration,
    /// Longest time without any byte of the body, within the budget; zero = no such limit.
    /// Default: 10 s (imgproxy has none).
    pub idle_timeout: Duration,
    /// How many redirects are followed. Default: 10.
    pub max_redirects: u32,
    /// Where redirects may lead. Default: anywhere that the address policy allows.
    pub redirects: Redirects,
    /// `User-Agent` of all requests. Default: `pixgate/` and this crate's version.
    pub user_agent: String,
    /// How long an unused connection is kept; zero = no reuse. Default: 90 s.
    pub keep_alive: Duration,
    /// Most bytes of a source, decompressed, that are read in [`Mode::Image`](crate::Mode);
    /// zero = no limit. Default: 256 MiB (imgproxy has no limit).
    pub max_bytes: u64,
    /// Sources that are fetched at a time, from the first byte of the request to the last of the
    /// body; others wait. Zero = any number, the default: it is for the limit of open files.
    pub max_downloads: usize,
    /// Which addresses http(s) sources may be at. Default: no loopback, no link-local, private.
    pub addresses: AddressPolicy,
    /// Accept any TLS certificate. Default: false.
    pub ignore_ssl_verification: bool,
    /// Certificates (DER) of authorities that are trusted besides the system's. Default: none.
    pub extra_roots: Vec<Vec<u8>>,
    /// Headers sent with each request to the first host. Default: none.
    pub headers: HeaderMap,
    /// Response headers kept besides [`KEPT_HEADERS`](crate::KEPT_HEADERS). Default: none.
    pub keep_headers: Vec<HeaderName>,
    /// Proxies for http(s) sources. Default: none.
    pub proxies: Proxies,
    /// Folder that `local://` serves. Default: none, `local://` is disabled.
    pub local_root: Option<PathBuf>,
    /// Follow symbolic links that lead out of [`Config::local_root`]. Default: false
    /// (imgproxy follows them).
    pub follow_symlinks_outside: bool,
    /// What separates key and query in URLs that are not http(s); empty = nothing does.
    /// Default: `?`.
    pub query_separator: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            download_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(10),
            max_redirects: 10,
            redirects: Redirects::default(),
            user_agent: concat!("pixgate/", env!("CARGO_PKG_VERSION")).to_owned(),
            keep_alive: Duration::from_secs(90),
            max_bytes: 256 << 20,
            max_downloads: 0,
            addresses: AddressPolicy::default(),
            ignore_ssl_verification: false,
            extra_roots: Vec::new(),
            headers: HeaderMap::new(),
            keep_headers: Vec::new(),
            proxies: Proxies::default(),
            local_root: None,
            follow_symlinks_outside: false,
            query_separator: "?".to_owned(),
        }
    }
}

/// Where an origin may redirect to; http(s) and the address policy apply to all of them.
#[derive(Debug, Clone, Default)]
pub enum Redirects {
    /// Anywhere, as imgproxy follows them.
    #[default]
    Follow,
    /// To URLs that this list allows.
    SameList(Allowlist),
    /// Nowhere: a redirect is an error.
    Off,
}

/// Proxies between this process and http(s) origins, as the usual variables describe them.
///
/// With a proxy the address policy sees the proxy's address instead of the origin's; hosts that
/// are written as addresses are still checked.
#[derive(Clone, Default)]
pub struct Proxies {
    /// Proxy URL for `http` sources, what `HTTP_PROXY` holds.
    pub http: Option<String>,
    /// Proxy URL for `https` sources, what `HTTPS_PROXY` holds.
    pub https: Option<String>,
    /// Hosts that are contacted directly, what `NO_PROXY` holds.
    pub exceptions: Option<String>,
}

impl fmt::Debug for Proxies {
    /// Proxy URLs can hold a password and are not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies")
            .field("http", &self.http.is_some())
            .field("https", &self.https.is_some())
            .field("exceptions", &self.exceptions)
            .finish()
    }
}
