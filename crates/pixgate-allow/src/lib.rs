//! Decides which image sources and which network addresses may be contacted.
//!
//! A server that fetches what strangers name must answer two questions. May this URL be fetched?
//! An [`Allowlist`] of patterns and a [`BucketPolicy`] say so. May this address be connected to?
//! An [`AddressPolicy`] says so, after classifying the address, the IPv4 address that it may
//! carry, and all the ways to spell it. Nothing here opens a connection or resolves a name.
//!
//! ```
//! use pixgate_allow::{AddressPolicy, Allowlist};
//!
//! let list = Allowlist::parse("https://*.example.com/, s3://photos/");
//! assert!(list.allows("https://img.example.com/cat.jpg"));
//! assert!(!list.allows("https://img.example.com.evil.net/cat.jpg"));
//!
//! let policy = AddressPolicy::default();
//! assert!(policy.check_host_literal("0x7f.1").is_err());
//! assert!(policy.check("169.254.169.254".parse().unwrap()).is_err());
//! assert!(policy.check("93.184.216.34".parse().unwrap()).is_ok());
//! ```
//!
//! # What this crate does not do
//!
//! It does no I/O. The caller checks the address that a connection really goes to, for each
//! redirect, because a name may resolve to something else each time. Give the host to
//! [`AddressPolicy::check_host_literal`] and the whole text to the allowlist, and fetch the
//! [`normalized`] URL, which is the one that was checked.

#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod allowlist;
mod bucket;
mod class;
mod embedded;
mod error;
mod fold;
mod host;
mod list;
mod literal;
mod local;
mod normal;
mod pattern;
mod percent;
mod policy;
mod segments;
mod url_text;

pub use crate::allowlist::Allowlist;
pub use crate::bucket::BucketPolicy;
pub use crate::class::{AddressClass, class_of};
pub use crate::embedded::embedded_ipv4;
pub use crate::error::{Error, ErrorKind};
pub use crate::host::host_address;
pub use crate::normal::normalized;
pub use crate::pattern::Pattern;
pub use crate::policy::AddressPolicy;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
