//! Signs imgproxy request paths and verifies their signatures.
//!
//! A request path is `/signature/options/source`. The signature is HMAC-SHA256 over a secret salt
//! and everything after the signature, so that only holders of the key can make a server work.
//! A [`KeyRing`] holds any number of key and salt pairs: it verifies against all of them and signs
//! with the first. With the feature `encryption`, `SourceCipher` hides the source URL too.
//!
//! ```
//! use pixgate_sign::KeyRing;
//!
//! let ring = KeyRing::from_hex_lists("746573742d6b6579", "746573742d73616c74")?;
//! let path = ring.sign("/rs:fill:4:4/plain/local:///test1.png");
//! assert_eq!(
//!     path,
//!     "/My9d3xq_PYpVHsPrCyww0Kh1w5KZeZhIlWhsa4az1TI/rs:fill:4:4/plain/local:///test1.png",
//! );
//! let (signature, rest) = path[1..].split_once('/').unwrap();
//! assert!(ring.verify(signature, rest).is_ok());
//! assert!(ring.verify(signature, "rs:fill:9:9/plain/local:///test1.png").is_err());
//! # Ok::<(), pixgate_sign::Error>(())
//! ```
//!
//! # What this crate does not do
//!
//! It does not split or repair request paths and does not parse options (`pixgate-url` does), it
//! does not read the environment or the clock, and it has no random numbers: an IV is given or
//! derived. Keys are not wiped from memory.
//!
//! # Features
//!
//! `encryption` (off by default) adds `SourceCipher` and the AES crates.

#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod base64url;
#[cfg(feature = "encryption")]
mod cipher;
mod error;
mod expiry;
mod hex;
mod key;
mod ring;
#[cfg(feature = "encryption")]
mod sealed;
mod secret;

#[cfg(feature = "encryption")]
pub use crate::cipher::SourceCipher;
pub use crate::error::{Blame, Error, ErrorKind};
pub use crate::expiry::is_expired;
pub use crate::key::KeyPair;
pub use crate::ring::{Acceptance, KeyRing};
pub use crate::secret::Secret;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
