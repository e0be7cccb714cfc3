//! A client's connection: which protocol it speaks, and how long it may take.

use std::future::{Future as _, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::Protocol;
use actix_server::GracefulShutdownSignal;
use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::activity::Activity;
use super::channel::Channel;
use super::heads::Heads;
use super::idle::Idle;

/// A stream of a client.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + 'static {
    /// Sees to it that answers are sent at once, and says who is at the other end, as far as that
    /// has an address.
    fn prepare(&self) -> Option<SocketAddr>;
}

/// A stream whose request targets survive, and whose answers have to be taken in time.
pub(super) struct Connection<S> {
    stream: Channel<S>,
    heads: Heads,
    /// What was read and not passed on.
    waiting: BytesMut,
    write_timeout: Duration,
    /// Runs while an answer is written.
    write_deadline: Option<Pin<Box<Sleep>>>,
    activity: Activity,
    /// Only with HTTP/2.
    idle: Option<Idle>,
    /// Given back when the connection is dropped.
    _place: OwnedSemaphorePermit,
}

/// How long a client may take.
#[derive(Clone)]
pub(super) struct Terms {
    /// What to shake hands with, if connections are encrypted.
    pub(super) tls: Option<TlsAcceptor>,
    /// To shake hands and say anything.
    pub(super) read_timeout: Duration,
    /// To take an answer.
    pub(super) write_timeout: Duration,
    /// Between requests.
    pub(super) idle_timeout: Duration,
    /// Tells that the server stops.
    pub(super) stopping: GracefulShutdownSignal,
}

impl<S: Stream> Connection<S> {
    /// Shakes hands and reads enough to tell the protocol.
    ///
    /// # Errors
    ///
    /// The stream's, `InvalidData` if the handshake fails, `TimedOut` if the client says nothing
    /// for `read_timeout`, and `UnexpectedEof` if it goes away.
    pub(super) async fn open(
        stream: S,
        place: OwnedSemaphorePermit,
        terms: &Terms,
    ) -> io::Result<(Self, Protocol)> {
        timeout(terms.read_timeout, Self::greet(stream, place, terms)).await?
    }

    async fn greet(
        stream: S,
        place: OwnedSemaphorePermit,
        terms: &Terms,
    ) -> io::Result<(Self, Protocol)> {
        let stream = Channel::open(stream, terms.tls.as_ref()).await?;
        let mut connection = Self {
            stream,
            heads: Heads::new(),
            waiting: BytesMut::new(),
            write_timeout: terms.write_timeout,
            write_deadline: None,
            activity: Activity::default(),
            idle: None,
            _place: place,
        };
        let protocol = connection.protocol().await?;
        if protocol == Protocol::Http2 {
            connection.heads.finish();
            let (activity, stopping) = (connection.activity.clone(), terms.stopping.clone());
            connection.idle = Some(Idle::new(activity, terms.idle_timeout, stopping));
        } else {
            let start = connection.waiting.split();
            connection.waiting = connection.heads.pass(&start).unwrap_or(start);
        }
        Ok((connection, protocol))
    }

    /// Compares the first bytes with the preface of HTTP/2, until they differ or agree.
    async fn protocol(&mut self) -> io::Result<Protocol> {
        loop {
            let common = PREFACE.len().min(self.waiting.len());
            if self.waiting.get(..common) != PREFACE.get(..common) {
                return Ok(Protocol::Http1);
            }
            if common == PREFACE.len() {
                return Ok(Protocol::Http2);
            }
            let mut bytes = [0; FIRST_READ_BYTES];
            let mut buffer = ReadBuf::new(&mut bytes);
            poll_fn(|context| Pin::new(&mut self.stream).poll_read(context, &mut buffer)).await?;
            match buffer.filled() {
                [] => return Err(io::ErrorKind::UnexpectedEof.into()),
                came => self.waiting.extend_from_slice(came),
            }
        }
    }

    /// The requests that are being answered on this connection.
    pub(super) fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Fails once the client takes too long to take an answer.
    fn check_deadline(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let timeout = self.write_timeout;
        let deadline = self
            .write_deadline
            .get_or_insert_with(|| Box::pin(sleep(timeout)));
        match deadline.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl<S: Stream> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if !self.waiting.is_empty() {
                let length = self.waiting.len().min(buffer.remaining());
                buffer.put_slice(&self.waiting.split_to(length));
                return Poll::Ready(Ok(()));
            }
            let start = buffer.filled().len();
            let has_room = buffer.remaining() > 0;
            let read = Pin::new(&mut self.stream).poll_read(context, buffer);
            if let Some(idle) = self.idle.as_mut().filter(|_| read.is_pending()) {
                idle.check(context)?;
            }
            ready!(read)?;
            if self.heads.is_done() || !has_room {
                return Poll::Ready(Ok(()));
            }
            let came = buffer.filled().get(start..).unwrap_or_default();
            let is_end = came.is_empty();
            let instead = match is_end {
                true => Some(self.heads.finish()),
                false => self.heads.pass(came),
            };
            let Some(instead) = instead else {
                return Poll::Ready(Ok(()));
            };
            buffer.set_filled(start);
            if is_end && instead.is_empty() {
                return Poll::Ready(Ok(()));
            }
            self.waiting = instead;
        }
    }
}

impl<S: Stream> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_pending() || self.write_deadline.is_some() {
            self.check_deadline(context)?;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        match flushed {
            Poll::Ready(_) => self.write_deadline = None,
            Poll::Pending => self.check_deadline(context)?,
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = Pin::new(&mut self.stream).poll_shutdown(context);
        if ended.is_pending() {
            self.check_deadline(context)?;
        }
        ended
    }
}

impl Stream for TcpStream {
    fn prepare(&self) -> Option<SocketAddr> {
        if let Err(error) = self.set_nodelay(true) {
            tracing::debug!("answers may wait: {error}");
        }
        self.peer_addr().ok()
    }
}

impl Stream for UnixStream {
    fn prepare(&self) -> Option<SocketAddr> {
        None
    }
}

/// How HTTP/2 begins (RFC 9113, section 3.4); no HTTP/1 request has this in it.
const PREFACE: &[u8] = b"PRI * HTTP/2";
/// Most heads of requests are shorter.
const FIRST_READ_BYTES: usize = 2_048;
