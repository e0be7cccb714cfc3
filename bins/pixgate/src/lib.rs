//! The command line of the image server `pixgate`.
//!
//! Everything that answers a request lives in the libraries; here is what only a program does: read
//! the environment and talk to people.
//!
//! ```
//! use pixgate_config::Settings;
//!
//! let pairs = [("IMGPROXY_TTL", "60"), ("IMGPROXY_AUTO_WEBP", "true")];
//! let settings = Settings::load(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))?;
//! assert_eq!(settings.proxy.answer.caching.ttl, 60);
//! # Ok::<(), pixgate_config::Error>(())
//! ```
//!
//! What it does not do: nothing is kept on disk, and no picture is touched outside the libraries.

#![forbid(unsafe_code)]

pub mod cli;
pub mod sandbox;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
