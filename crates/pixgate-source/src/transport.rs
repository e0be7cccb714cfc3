//! The one interface behind which all schemes live.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::Stream;
use http::HeaderMap;

use crate::{Error, SourceRequest, Status};

/// A future that can be sent between threads and boxed.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The bytes of a response as a transport delivers them: not counted, not decoded.
pub type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// Fetches the URLs of some schemes.
///
/// A transport speaks to one kind of store and knows nothing of modes, size limits, total
/// deadlines or content encodings: [`Fetcher`](crate::Fetcher) applies those to whatever comes
/// back. It has to honour [`SourceRequest::conditions`] (answer 304) and
/// [`SourceRequest::range`] (answer 206 or 416), and it is cancelled by being dropped.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Asks for one source.
    ///
    /// An object that does not exist is a response with status 404, not an error; its body may
    /// hold a short text.
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>>;

    /// Whether sources are on this machine: fetching them waits for no stranger, and nothing is parsed
    /// that one has sent. No unless said.
    fn is_near(&self) -> bool {
        false
    }
}

/// What a [`Transport`] got, whatever its status.
pub struct TransportResponse {
    /// The status.
    pub status: Status,
    /// All response headers; `Content-Length` and `Content-Encoding` describe `body`.
    pub headers: HeaderMap,
    /// Where the body came from.
    pub final_url: String,
    /// The bytes.
    pub body: Chunks,
}

impl fmt::Debug for TransportResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("final_url", &self.final_url)
            .finish_non_exhaustive()
    }
}
