//! What a source answered.

use http::header::{self, HeaderMap, HeaderName};

use crate::Status;
use crate::body::Body;

/// A source that answered, with its body still to be read.
///
/// Dropping it ends the transfer.
#[derive(Debug)]
#[non_exhaustive]
pub struct SourceResponse {
    /// What kind of answer it is.
    pub status: Status,
    /// The headers that matter further on, see [`KEPT_HEADERS`]; values as received.
    ///
    /// After gzip was undone, `Content-Encoding` and `Content-Length` are missing.
    pub headers: HeaderMap,
    /// Where the body finally came from, after redirects; without user name and password.
    pub final_url: String,
    /// The bytes.
    pub body: Body,
}

impl SourceResponse {
    /// A validator or other header as text; `None` if it is missing or not visible ASCII.
    #[must_use]
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `ETag`, with its quotes.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.header(&header::ETAG)
    }

    /// `Last-Modified`, whether or not it is a date.
    #[must_use]
    pub fn last_modified(&self) -> Option<&str> {
        self.header(&header::LAST_MODIFIED)
    }

    /// `Cache-Control`.
    #[must_use]
    pub fn cache_control(&self) -> Option<&str> {
        self.header(&header::CACHE_CONTROL)
    }

    /// `Expires`, whether or not it is a date.
    #[must_use]
    pub fn expires(&self) -> Option<&str> {
        self.header(&header::EXPIRES)
    }

    /// `Content-Type`, the source's claim.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.header(&header::CONTENT_TYPE)
    }

    /// How many bytes [`SourceResponse::body`] will give, if that is known.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.body.len()
    }
}

/// The response headers that are kept: what a proxy relays and what decides about caching.
pub const KEPT_HEADERS: [HeaderName; 9] = [
    header::ETAG,
    header::LAST_MODIFIED,
    header::CACHE_CONTROL,
    header::EXPIRES,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::CONTENT_RANGE,
    header::ACCEPT_RANGES,
];
