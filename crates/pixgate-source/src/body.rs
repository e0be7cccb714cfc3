//! The bytes of a source, counted and on time.

use std::fmt;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::OwnedSemaphorePermit;

use crate::clock::Clock;
use crate::gzip::Gunzip;
use crate::transport::Chunks;
use crate::{Error, ErrorKind};

/// The bytes of a source, read as they arrive.
///
/// Each read ends by the fetch's deadline and by the idle timeout, the bytes are counted against
/// the limit after decompression, and a body that ends early is an error. Nothing is read ahead:
/// between two reads it costs a socket and the socket's buffer. Dropping it closes the
/// connection (or cancels the HTTP/2 stream).
pub struct Body {
    chunks: Chunks,
    gunzip: Option<Gunzip>,
    clock: Clock,
    count: Count,
    ahead: Option<Bytes>,
    ended: bool,
    slot: Option<OwnedSemaphorePermit>,
}

/// What was read and what may be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Count {
    /// Bytes that came over the wire.
    pub(crate) received: u64,
    /// Bytes that should come over the wire.
    pub(crate) expected: Option<u64>,
    /// Bytes after decompression.
    pub(crate) decoded: u64,
    /// Most bytes after decompression.
    pub(crate) limit: Option<u64>,
}

impl Body {
    /// Guards a transport's bytes.
    pub(crate) fn new(chunks: Chunks, clock: Clock, expected: Option<u64>) -> Self {
        Self {
            chunks,
            gunzip: None,
            clock,
            count: Count {
                expected,
                ..Count::default()
            },
            ahead: None,
            ended: false,
            slot: None,
        }
    }

    /// Keeps a slot among the downloads until the last byte is read.
    pub(crate) fn hold(&mut self, slot: Option<OwnedSemaphorePermit>) {
        self.slot = slot.filter(|_| !self.ended);
    }

    /// A body without bytes.
    pub(crate) fn empty(clock: Clock) -> Self {
        Self::new(Box::pin(stream::empty()), clock, Some(0))
    }

    /// Undoes gzip from here on; the length is then unknown.
    pub(crate) fn gunzipped(mut self) -> Self {
        self.gunzip = Some(Gunzip::new());
        self
    }

    /// Refuses bodies above `limit` bytes, at once if the announced length is above it.
    pub(crate) fn limited(mut self, limit: Option<u64>) -> Result<Self, Error> {
        self.count.limit = limit;
        match (self.len(), limit) {
            (size @ Some(length), Some(limit)) if length > limit => {
                Err(ErrorKind::TooLarge { size, limit }.into())
            }
            _ => Ok(self),
        }
    }

    /// How many bytes the body has in all, if that is known.
    #[must_use]
    pub fn len(&self) -> Option<u64> {
        self.count.expected.filter(|_| self.gunzip.is_none())
    }

    /// Tells whether the body is known to have no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The next bytes, at least one; `None` at the end of a complete body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`], [`ErrorKind::Incomplete`], [`ErrorKind::TooLarge`],
    /// [`ErrorKind::BrokenEncoding`] or [`ErrorKind::ReadFailed`]. After an error the body is at
    /// its end.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        if let Some(ahead) = self.ahead.take() {
            return Some(Ok(ahead));
        }
        if self.ended {
            return None;
        }
        let result = self.read().await.transpose();
        if !matches!(result, Some(Ok(_))) {
            self.end();
        }
        result
    }

    /// Reads until `bytes` bytes (or all) are there, returns them and leaves them in the body.
    ///
    /// For recognising a format before the rest is wanted: drop the body to stop there. More
    /// bytes than asked for may be returned.
    ///
    /// # Errors
    ///
    /// As [`Body::next`]; the bytes before the error are lost.
    pub async fn peek(&mut self, bytes: usize) -> Result<Bytes, Error> {
        let mut first = match self.next().await {
            None => return Ok(Bytes::new()),
            Some(chunk) => chunk?,
        };
        if first.len() < bytes {
            let mut joined = BytesMut::from(first);
            while joined.len() < bytes {
                let Some(chunk) = self.next().await else {
                    break;
                };
                joined.extend_from_slice(&chunk?);
            }
            first = joined.freeze();
        }
        self.ahead = Some(first.clone());
        Ok(first)
    }

    /// Reads everything into memory, at most `limit` bytes.
    ///
    /// Memory grows with what arrives, not with what was announced.
    ///
    /// # Errors
    ///
    /// As [`Body::next`]; [`ErrorKind::TooLarge`] also for more than `limit` bytes.
    pub async fn collect(mut self, limit: u64) -> Result<Bytes, Error> {
        if let Some(length) = self.len().filter(|length| *length > limit) {
            let size = Some(length);
            return Err(ErrorKind::TooLarge { size, limit }.into());
        }
        let Some(first) = self.next().await else {
            return Ok(Bytes::new());
        };
        let mut all = BytesMut::from(first?);
        if let Some(Ok(length)) = self.len().map(usize::try_from) {
            all.reserve(length.min(MAX_RESERVE_BYTES).saturating_sub(all.len()));
        }
        while let Some(chunk) = self.next().await {
            all.extend_from_slice(&chunk?);
            if all.len() as u64 > limit {
                break;
            }
        }
        if all.len() as u64 > limit {
            return Err(ErrorKind::TooLarge { size: None, limit }.into());
        }
        Ok(all.freeze())
    }

    /// The same bytes as a stream, which ends after the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send {
        stream::unfold(self, |mut body| async move {
            let item = body.next().await?;
            Some((item, body))
        })
    }

    /// Counts what the wire gives and decompresses it if need be.
    async fn read(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            if let Some(gunzip) = &mut self.gunzip {
                let output = gunzip.output().map_err(broken)?;
                if !output.is_empty() {
                    return self.count.deliver(output).map(Some);
                }
            }
            let Some(chunk) = self.receive().await? else {
                return self.finish();
            };
            match &mut self.gunzip {
                Some(gunzip) => gunzip.give(chunk),
                None if chunk.is_empty() => {}
                None => return self.count.deliver(chunk).map(Some),
            }
        }
    }

    async fn receive(&mut self) -> Result<Option<Bytes>, Error> {
        let next = self.clock.next_byte(self.chunks.next()).await?;
        match next.transpose() {
            Ok(Some(chunk)) => self.count.receive(chunk, self.gunzip.is_some()).map(Some),
            Ok(None) => self.count.check_end().map(|()| None),
            Err(error) => Err(self.count.explain(error)),
        }
    }

    fn finish(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(gunzip) = &mut self.gunzip else {
            return Ok(None);
        };
        let rest = gunzip.finish().map_err(broken)?;
        self.ended = true;
        if rest.is_empty() {
            return Ok(None);
        }
        self.count.deliver(rest).map(Some)
    }

    fn end(&mut self) {
        self.ended = true;
        self.chunks = Box::pin(stream::empty());
        self.slot = None;
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("count", &self.count)
            .field("gzip", &self.gunzip.is_some())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl Count {
    /// Compressed bytes may exceed the limit a little: incompressible data grows.
    fn receive(&mut self, chunk: Bytes, is_gzip: bool) -> Result<Bytes, Error> {
        self.received = self.received.saturating_add(chunk.len() as u64);
        let limit = self.limit.unwrap_or(u64::MAX);
        let growth = if is_gzip {
            (limit >> GROWTH_SHIFT).saturating_add(GROWTH_BYTES)
        } else {
            0
        };
        self.check(self.received.saturating_sub(growth))
            .map(|()| chunk)
    }

    fn deliver(&mut self, chunk: Bytes) -> Result<Bytes, Error> {
        self.decoded = self.decoded.saturating_add(chunk.len() as u64);
        self.check(self.decoded).map(|()| chunk)
    }

    fn check(&self, bytes: u64) -> Result<(), Error> {
        match self.limit {
            Some(limit) if bytes > limit => Err(ErrorKind::TooLarge { size: None, limit }.into()),
            _ => Ok(()),
        }
    }

    fn check_end(&self) -> Result<(), Error> {
        match self.expected {
            Some(expected) if self.received < expected => Err(self.incomplete().into()),
            _ => Ok(()),
        }
    }

    fn incomplete(&self) -> ErrorKind {
        ErrorKind::Incomplete {
            received: self.received,
            expected: self.expected,
        }
    }

    /// Adds the numbers that a transport cannot know.
    fn explain(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::Incomplete { .. } => Error::with_source(self.incomplete(), error),
            _ => error,
        }
    }
}

fn broken(error: std::io::Error) -> Error {
    Error::with_source(ErrorKind::BrokenEncoding, error)
}

/// Deflate adds 5 bytes per stored block, gzip some 20 bytes and perhaps a file name per member.
const GROWTH_BYTES: u64 = 4096;
/// As much more in proportion to the size: one 64th.
const GROWTH_SHIFT: u32 = 6;
/// Most memory that is reserved before the bytes arrive.
const MAX_RESERVE_BYTES: usize = 1 << 20;
