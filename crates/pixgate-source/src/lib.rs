//! Fetches image sources within limits: http(s), local files and objects of four clouds.
//!
//! A [`Fetcher`] takes a [`SourceRequest`] and gives a [`SourceResponse`]: validators and a
//! [`Body`] whose bytes are counted, decompressed if need be, and on time. Behind it is one
//! [`Transport`] per scheme: http(s) and `local` come with the fetcher, those of object storages
//! (see below) are made and added by the caller, and more can be written. The origin is taken for hostile: a slow one costs
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
//! # Object storages
//!
//! | Scheme | Feature | Transport | Settings |
//! |---|---|---|---|
//! | `s3` | `s3` | [`S3Transport`] | [`S3Config`], [`AwsCredentials`] |
//! | `gs` | `gcs` | [`GcsTransport`] | [`GcsConfig`], [`GcsCredentials`] |
//! | `abs` | `abs` | [`AbsTransport`] | [`AbsConfig`], [`AbsCredentials`] |
//! | `swift` | `swift` | [`SwiftTransport`] | [`SwiftConfig`] |
//!
//! An object is named by `scheme://bucket/key`, see [`ObjectUrl`]; every key can be read, with
//! `//`, `..`, `%`, spaces or any other text in it, except the keys `.` and `..` and those that
//! begin with a slash. Endpoints are chosen by the operator, so the address policy does not
//! apply to them; lists of buckets ([`BucketPolicy`]) do, and denied ones win. Credentials are
//! data in the settings, each field says from which variable it usually comes, and
//! `from_variables` fills them in; [`Stores`] does so for all at once. They are fetched when needed, renewed before they end, and
//! neither shown by [`Debug`] nor part of an error. A call is repeated at most twice, within the
//! deadline of the request; an [`Error`] has the cause "what to change" behind it.
//!
//! # What this crate does not do
//!
//! It does not decide which URLs are allowed (`pixgate-allow` does), does not look into images,
//! caches nothing and reads no environment variables. (The library that finds the system's
//! certificates looks at `SSL_CERT_FILE` and `SSL_CERT_DIR`.)

#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![cfg_attr(
    not(all(feature = "s3", feature = "gcs", feature = "abs", feature = "swift")),
    allow(dead_code, reason = "stores share code, of which each uses a part")
)]

mod accept;
mod body;
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
mod request;
mod resolve;
mod response;
mod secret;
mod service;
mod slots;
#[cfg(any(feature = "s3", feature = "gcs", feature = "abs", feature = "swift"))]
mod stores;
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
pub use crate::request::{Conditions, Mode, SourceRequest};
pub use crate::resolve::{Resolve, SystemResolver};
pub use crate::response::{KEPT_HEADERS, SourceResponse, Status};
pub use crate::secret::Secret;
pub use crate::service::{ServiceClient, ServiceConfig};
#[cfg(any(feature = "s3", feature = "gcs", feature = "abs", feature = "swift"))]
pub use crate::stores::Stores;
#[cfg(feature = "abs")]
pub use crate::stores::abs::{AbsConfig, AbsCredentials, AbsTransport, AzureIdentity};
#[cfg(feature = "gcs")]
pub use crate::stores::gcs::{
    GcsConfig, GcsCredentials, GcsTransport, GoogleAmbient, GoogleKeeper, GoogleSecretId,
};
#[cfg(feature = "s3")]
pub use crate::stores::s3::{
    AssumeRole, AwsCredentials, AwsKeeper, AwsSecretId, S3Config, S3Transport,
};
#[cfg(feature = "swift")]
pub use crate::stores::swift::{SwiftConfig, SwiftTransport};
pub use pixgate_allow::{AddressPolicy, Allowlist, BucketPolicy};

pub use crate::transport::{BoxFuture, Chunks, Transport, TransportResponse};

#[doc = include_str!("../README.md")]
#[cfg(all(doctest, feature = "gcs"))]
struct ReadmeDoctests;
