//! Image sources in object storages: S3, Google Cloud Storage, Azure Blob Storage and OpenStack
//! Swift.
//!
//! Each storage is a [`Transport`](pixgate_source::Transport) that is added to a
//! [`Fetcher`](pixgate_source::Fetcher), which then knows its scheme.
//!
//! ```
//! use pixgate_source::{Config, Fetcher};
//! use pixgate_stores::Stores;
//!
//! let config = Config::default();
//! let stores = Stores::from_variables(&config, &|name| match name {
//!     "IMGPROXY_USE_S3" => Some("true".to_owned()),
//!     _ => None,
//! })?;
//! let fetcher = stores.add_to(Fetcher::new(config)?);
//! # let schemes: Vec<_> = stores.schemes().collect();
//! # #[cfg(feature = "s3")]
//! assert_eq!(schemes, ["s3"]);
//! # drop((fetcher, schemes));
//! # Ok::<(), pixgate_source::Error>(())
//! ```
//!
//! | Scheme | Feature | Transport | Settings |
//! |---|---|---|---|
//! | `s3` | `s3` | `S3Transport` | `S3Config`, `AwsCredentials` |
//! | `gs` | `gcs` | `GcsTransport` | `GcsConfig`, `GcsCredentials` |
//! | `abs` | `azure` | `AbsTransport` | `AbsConfig`, `AbsCredentials` |
//! | `swift` | `swift` | `SwiftTransport` | `SwiftConfig` |
//!
//! # Objects
//!
//! An object is named by `scheme://bucket/key`, see [`ObjectUrl`](pixgate_source::ObjectUrl);
//! every key can be read, with `//`, `..`, `%`, spaces or any other text in it, except the keys
//! `.` and `..` and those that begin with a slash. Endpoints are chosen by the operator, so the
//! address policy does not apply to them; lists of buckets
//! ([`BucketPolicy`](pixgate_allow::BucketPolicy)) do, and denied ones win.
//!
//! # Credentials
//!
//! Credentials are data in the settings, each field says from which variable it usually comes,
//! and `from_variables` fills them in; [`Stores`] does so for all at once. They are fetched when
//! needed, renewed before they end, and neither shown by [`Debug`] nor part of an error. A call is
//! repeated at most twice, within the deadline of the request; an
//! [`Error`](pixgate_source::Error) has the cause "what to change" behind it.
//!
//! `AwsSecrets` (feature `s3`) and `GoogleSecrets` (feature `gcs`) read secrets and parameters with
//! the same credentials.
//!
//! # Why no storage library
//!
//! Every store makes its own HTTP requests with the client that http sources have. Object names
//! are the reason: libraries such as `object_store` cannot name objects with `//`, `.` or `..` in
//! their keys, so each service would need a second, hand-made path for those. One path for all
//! keys is less code than two, and it gives what sources need and libraries hide: the service's
//! own headers, one deadline over credentials, retries and body, and no look at the environment.
//! What is left to do per service is an `Authorization` header.
//!
//! # What this crate does not do
//!
//! It lists, writes and caches nothing, and reads no environment variables.

#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod accounts;
mod kind;
mod kinds;
mod stores;
mod variables;

#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "swift"))]
mod answer;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "swift"))]
mod cached;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "swift"))]
mod client;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "swift"))]
mod object;
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "swift"))]
mod utc;

#[cfg(any(feature = "gcs", feature = "azure", feature = "swift"))]
mod compare;

#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
mod form;
#[cfg(any(feature = "gcs", feature = "azure"))]
mod jwt;
#[cfg(any(feature = "gcs", feature = "azure"))]
mod oauth;

#[cfg(feature = "azure")]
mod abs;
#[cfg(feature = "gcs")]
mod gcs;
#[cfg(feature = "s3")]
mod s3;
#[cfg(feature = "swift")]
mod swift;

#[cfg(feature = "azure")]
pub use crate::abs::{AbsConfig, AbsCredentials, AbsTransport, AzureIdentity};
#[cfg(feature = "gcs")]
pub use crate::gcs::{
    GcsConfig, GcsCredentials, GcsTransport, GoogleAmbient, GoogleSecretId, GoogleSecrets,
};
#[cfg(feature = "s3")]
pub use crate::s3::{AssumeRole, AwsCredentials, AwsSecretId, AwsSecrets, S3Config, S3Transport};
pub use crate::stores::Stores;
#[cfg(feature = "swift")]
pub use crate::swift::{SwiftConfig, SwiftTransport};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
