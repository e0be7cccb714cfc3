//! Fetches image sources within limits: http(s) and local files.
//!
//! A [`Fetcher`] takes a [`SourceRequest`] and gives a [`SourceResponse`]: validators and a
//! [`Body`] whose bytes are counted, decompressed if need be, and on time. Behind it is one
//! [`Transport`] per scheme: http(s) and `local` come with the fetcher, those of object storages
//! are in `pixgate-stores`, and more can be written ([`client`] has the HTTP client of this crate
//! for them). The origin is taken for hostile: a slow one costs
//! a socket and a small buffer, an endless one ends at the size limit, and one that redirects is
//! followed only so often, only to http(s), and only to addresses that the policy allows.
//!
//! ```
//! use pixgate_source::{Config, Fetcher, SourceRequest};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let root = tempfile::tempdir().unwrap();
//! std::fs::write(root.path().join("cat.gif"), b"GIF89a...").unwrap();
//!
//! let config = Config {
//!     local_root: Some(root.path().to_owned()),
//!     ..Config::default()
//! };
//! let fetcher = Fetcher::new(config)?;
//! let response = fetcher.fetch(SourceRequest::new("local:///cat.gif")).await?;
//! assert_eq!(response.content_type(), Some("image/gif"));
//! assert_eq!(response.body.collect(1000).await?, "GIF89a...");
//! # Ok::<(), pixgate_source::Error>(())
//! # }).unwrap();
//! ```
//!
//! # Addresses
//!
//! The address policy is asked for hosts that are written as addresses, for every address that a
//! name resolves to (at the moment of the connection, so a name cannot change its mind), and for
//! the peer of each connection; for the first request and for each redirect. No proxy is used
//! unless the [`Config`] names one.
//!
//! # Redirects
//!
//! Up to [`Config::max_redirects`] redirects are followed, if [`Config::redirects`] allows it. On the way to another host (or from
//! https to http) `Authorization`, `Cookie`, `Proxy-Authorization`, `WWW-Authenticate` and
//! everything in [`Config::headers`] is dropped and stays dropped. The client's cookies go to the
//! first host only; cookies that a hop sets are sent to the hops they belong to and then
//! forgotten.
//!
//! # What this crate does not do
//!
//! It does not decide which URLs are allowed (`pixgate-allow` does), does not look into images,
//! caches nothing and reads no environment variables. (The library that finds the system's
//! certificates looks at `SSL_CERT_FILE` and `SSL_CERT_DIR`.)

#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod accept;
mod blocking;
mod body;
pub mod client;
mod clock;
mod config;
mod cookies;
mod error;
mod fetcher;
mod gzip;
mod http;
mod http_date;
mod local;
mod masked;
mod object_url;
mod range;
mod read_ahead;
mod request;
mod resolve;
mod response;
mod secret;
mod slots;
mod status;
mod transport;

pub use crate::body::Body;
pub use crate::config::{Config, Proxies, Redirects};
pub use crate::cookies::{ClientCookies, CookieScope};
pub use crate::error::{Blame, Error, ErrorKind, Wait};
pub use crate::fetcher::Fetcher;
pub use crate::http::HttpTransport;
pub use crate::http_date::http_date;
pub use crate::local::LocalTransport;
pub use crate::masked::masked;
pub use crate::object_url::ObjectUrl;
pub use crate::range::ByteRange;
pub use crate::read_ahead::ReadAhead;
pub use crate::request::{Conditions, Mode, SourceRequest};
pub use crate::resolve::{Resolve, SystemResolver};
pub use crate::response::{KEPT_HEADERS, SourceResponse};
pub use crate::secret::Secret;
pub use crate::status::Status;
pub use pixgate_allow::{AddressPolicy, Allowlist, BucketPolicy};

pub use crate::transport::{BoxFuture, Chunks, Transport, TransportResponse};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
