//! Object storages: one module per service, what they share beside them.
//!
//! Every store makes its own HTTP requests with the client that http sources have, and none uses
//! a storage library. Object names are the reason: libraries such as `object_store` cannot name
//! objects with `//`, `.` or `..` in their keys, so each service would need a second, hand-made
//! path for those. One path for all keys is less code than two, and it gives what sources need
//! and libraries hide: the service's own headers, one deadline over credentials, retries and
//! body, and no look at the environment. What is left to do per service is an `Authorization`
//! header.

mod accounts;
mod answer;
mod cached;
mod client;
mod enabled;
mod kind;
mod object;
mod variables;
mod wall;

#[cfg(any(feature = "gcs", feature = "abs"))]
mod jwt;

#[cfg(any(feature = "gcs", feature = "abs"))]
mod oauth;

#[cfg(feature = "gcs")]
pub(crate) mod gcs;

#[cfg(feature = "s3")]
pub(crate) mod s3;

#[cfg(feature = "abs")]
pub(crate) mod abs;

#[cfg(feature = "swift")]
pub(crate) mod swift;

pub use self::enabled::Stores;
