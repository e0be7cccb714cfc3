//! The kinds of store that are built in.

use crate::kind::Kind;

/// All kinds whose cargo feature is on.
pub(crate) const KINDS: &[Kind] = &[
    #[cfg(feature = "s3")]
    crate::s3::KIND,
    #[cfg(feature = "gcs")]
    crate::gcs::KIND,
    #[cfg(feature = "azure")]
    crate::abs::KIND,
    #[cfg(feature = "swift")]
    crate::swift::KIND,
];
