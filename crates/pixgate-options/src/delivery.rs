//! What is checked about a source before it is used.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// The hash functions of `hashsum` and `calc_hashsums`; imgproxy Pro.
    HashKind {
        /// No check.
        None = "none",
        /// MD5.
        Md5 = "md5",
        /// SHA-1.
        Sha1 = "sha1",
        /// SHA-256.
        Sha256 = "sha256",
        /// SHA-512.
        Sha512 = "sha512",
    }
}

/// The keys `hashsum.*`: the source must have this hash; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct HashsumOptions {
    /// The hash function, key `hashsum.type`.
    pub kind: Option<HashKind>,
    /// The hash in hexadecimal digits.
    pub hashsum: Option<String>,
}
