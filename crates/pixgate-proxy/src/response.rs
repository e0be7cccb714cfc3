//! What goes back to the client.

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{Error, Facts, LeftOut, Trace};

/// An answer without a web framework.
#[derive(Debug)]
#[non_exhaustive]
pub struct Response {
    /// Status.
    pub status: StatusCode,
    /// Headers; `Content-Length` only with a [`Body::Stream`] of known length.
    pub headers: HeaderMap,
    /// Body.
    pub body: Body,
    /// Why there is no picture, for the log; none on success.
    pub error: Option<Error>,
    /// What the picture was made of, for the log.
    pub facts: Facts,
    /// What was asked for and is not in the picture.
    pub left_out: Vec<LeftOut>,
}

/// The body of a [`Response`].
pub enum Body {
    /// All of it.
    Bytes(Bytes),
    /// Piece by piece, as a source sends it.
    Stream(BodyStream),
}

/// Pieces of a body; an error breaks the connection off.
pub type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, pixgate_source::Error>> + Send>>;

impl Response {
    /// An answer with this status, media type and body.
    #[must_use]
    pub fn new(status: u16, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers,
            body: Body::Bytes(body.into()),
            error: None,
            facts: Facts::default(),
            left_out: Vec::new(),
        }
    }

    /// An answer whose body is a single space: some front ends choke on empty ones.
    #[must_use]
    pub fn blank(status: u16) -> Self {
        Self::new(status, "text/plain", Bytes::from_static(b" "))
    }

    /// An answer without body and media type.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        let mut response = Self::new(status, "text/plain", Bytes::new());
        response.headers.clear();
        response
    }

    /// Adds `Server-Timing`, if anything was timed.
    pub(crate) fn add_timing(&mut self, trace: &Trace) {
        let timing = trace.server_timing();
        if let (false, Ok(value)) = (timing.is_empty(), HeaderValue::try_from(timing)) {
            self.add(SERVER_TIMING, value);
        }
    }

    /// Adds a header unless there is one of this name already.
    pub(crate) fn add(&mut self, name: header::HeaderName, value: HeaderValue) {
        self.headers.entry(name).or_insert(value);
    }
}

impl From<Response> for http::Response<Body> {
    fn from(response: Response) -> Self {
        let mut answer = Self::new(response.body);
        *answer.status_mut() = response.status;
        *answer.headers_mut() = response.headers;
        answer
    }
}

const SERVER_TIMING: header::HeaderName = header::HeaderName::from_static("server-timing");

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream(_) => f.write_str("a stream"),
        }
    }
}
