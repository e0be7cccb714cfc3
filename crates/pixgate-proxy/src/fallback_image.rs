//! The configured picture that stands in for sources that cannot be had.

use bytes::Bytes;
use http::{HeaderMap, header};

use crate::budgeted::BudgetedBytes;
use crate::{StartError, StartErrorKind};

/// The fallback image, and what its origin said of it.
#[derive(Debug, Clone)]
pub(crate) struct FallbackImage {
    pub(crate) bytes: Bytes,
    /// Without the validators and the expiry, which were of the moment.
    pub(crate) headers: HeaderMap,
}

impl FallbackImage {
    /// Takes bytes that are a picture of a known format.
    pub(crate) fn new(bytes: Bytes, mut headers: HeaderMap) -> Result<Self, StartError> {
        if pixgate_codec::sniff(&bytes).is_none() {
            return Err(StartError::new(StartErrorKind::FallbackImage {
                what: "the fallback image is no image of a known format".to_owned(),
            }));
        }
        remove_momentary(&mut headers);
        Ok(Self { bytes, headers })
    }

    /// The bytes, which are in memory anyway.
    pub(crate) fn budgeted(&self) -> BudgetedBytes {
        BudgetedBytes::free(self.bytes.clone())
    }
}

/// Removes what an origin said of its picture at the moment of its answer.
pub(crate) fn remove_momentary(headers: &mut HeaderMap) {
    for name in [header::EXPIRES, header::LAST_MODIFIED, header::ETAG] {
        headers.remove(name);
    }
}
