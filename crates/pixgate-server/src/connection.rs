//! A client's connection: which protocol it speaks, and how long it may take.

use std::future::{Future as _, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_server::GracefulShutdownSignal;
use bytes::BytesMut;
use pixgate_proxy::{MemoryPermit, Proxy};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::time::{Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::activity::Activity;
use super::channel::Channel;
use super::frames::Frames;
use super::half::{CONTINUED_HEAD_BYTES, Half, SMALL_HEAD_BYTES};
use super::heads::Heads;
use super::idle::Idle;
use super::place::Place;

/// A stream of a client.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + 'static {
    /// Sees to it that answers are sent at once, and says who is at the other end, as far as that
    /// has an address.
    fn prepare(&self) -> Option<SocketAddr>;
}

/// A stream whose heads have to end, and whose answers have to be taken in time.
pub(super) struct Connection<S> {
    stream: Channel<S>,
    speech: Speech,
    /// What was read and not passed on.
    waiting: BytesMut,
    terms: Terms,
    /// Runs while an answer is written.
    write_deadline: Option<Pin<Box<Sleep>>>,
    activity: Activity,
    /// The head that has begun and not ended.
    half: Option<Half>,
    /// For the large head of the request before.
    _memory: Vec<MemoryPermit>,
    /// Given back when the connection is dropped.
    place: Place,
}

/// What the client speaks.
enum Speech {
    Http1(Heads),
    Http2 {
        frames: Frames,
        idle: Idle,
        /// Bytes read since the task last did something else.
        turn_bytes: usize,
    },
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
    /// Has the memory for large heads.
    pub(super) proxy: Proxy,
}

impl<S: Stream> Connection<S> {
    /// Shakes hands and reads enough to tell the protocol.
    ///
    /// # Errors
    ///
    /// The stream's, `InvalidData` if the handshake fails, `TimedOut` if the client says nothing
    /// for `read_timeout`, and `UnexpectedEof` if it goes away.
    pub(super) async fn open(stream: S, place: Place, terms: &Terms) -> io::Result<Self> {
        let seat = Arc::clone(place.seat());
        let greeting = timeout(terms.read_timeout, Self::greet(stream, place, terms));
        tokio::select! {
            greeted = greeting => greeted?,
            () = seat.lost() => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    async fn greet(stream: S, place: Place, terms: &Terms) -> io::Result<Self> {
        let stream = Channel::open(stream, terms.tls.as_ref()).await?;
        let mut connection = Self {
            stream,
            speech: Speech::Http1(Heads::new()),
            waiting: BytesMut::new(),
            terms: terms.clone(),
            write_deadline: None,
            activity: Activity::new(Arc::clone(place.seat())),
            half: None,
            _memory: Vec::new(),
            place,
        };
        if connection.begins_with_preface().await? {
            connection.speech = Speech::http2(&connection.activity, terms);
        }
        let start = connection.waiting.split();
        connection.waiting = connection.speech.pass(&start).unwrap_or(start);
        connection.watch_head()?;
        Ok(connection)
    }

    /// Whether the client speaks HTTP/2.
    pub(super) const fn is_http2(&self) -> bool {
        matches!(self.speech, Speech::Http2 { .. })
    }

    /// Compares the first bytes with the preface of HTTP/2, until they differ or agree.
    async fn begins_with_preface(&mut self) -> io::Result<bool> {
        loop {
            let common = PREFACE.len().min(self.waiting.len());
            if self.waiting.get(..common) != PREFACE.get(..common) {
                return Ok(false);
            }
            if common == PREFACE.len() {
                return Ok(true);
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

    /// Reads from the stream; of HTTP/2 no more than belongs to a turn.
    fn poll_stream(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.is_http2() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let mut bytes = [0; TURN_BYTES];
        let room = buffer.remaining().min(TURN_BYTES);
        let mut turn = ReadBuf::new(bytes.get_mut(..room).unwrap_or_default());
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut turn))?;
        buffer.put_slice(turn.filled());
        Poll::Ready(Ok(()))
    }

    /// Fails once the client takes too long to take an answer.
    fn check_deadline(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        self.activity.set_clogged(true);
        let timeout = self.terms.write_timeout;
        let deadline = self
            .write_deadline
            .get_or_insert_with(|| Box::pin(sleep(timeout)));
        match deadline.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    /// Sees to it that a head ends in time, and that a large one is counted.
    fn watch_head(&mut self) -> io::Result<()> {
        let bytes = self.speech.unfinished_bytes();
        if bytes == 0 {
            self._memory = self.half.take().map(Half::into_memory).unwrap_or_default();
            return Ok(());
        }
        let limit = self.speech.patience(&self.terms);
        let half = self.half.get_or_insert_with(|| Half::new(limit));
        match self.speech.is_continued() {
            true => half.charge(self.terms.proxy.admission(), CONTINUED_HEAD_BYTES),
            false if bytes <= SMALL_HEAD_BYTES => Ok(()),
            false => half.charge(self.terms.proxy.admission(), bytes),
        }
    }

    /// Fails if there is nothing to wait for any more: the client had its time, or somebody else
    /// gets its place.
    fn check_wait(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.place.seat().is_lost(context) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if let Some(half) = &mut self.half {
            half.check(context)?;
        }
        match &mut self.speech {
            Speech::Http1(_) => Ok(()),
            Speech::Http2 { idle, .. } => idle.check(context),
        }
    }
}

impl Speech {
    fn http2(activity: &Activity, terms: &Terms) -> Self {
        Self::Http2 {
            frames: Frames::new(),
            idle: Idle::new(activity.clone(), terms.idle_timeout, terms.stopping.clone()),
            turn_bytes: 0,
        }
    }

    /// Takes what came and gives what to pass on; none means: as it came.
    fn pass(&mut self, came: &[u8]) -> Option<BytesMut> {
        match self {
            Self::Http1(heads) if heads.is_done() => None,
            Self::Http1(heads) if came.is_empty() => Some(heads.finish()),
            Self::Http1(heads) => heads.pass(came),
            Self::Http2 {
                frames, turn_bytes, ..
            } => {
                frames.pass(came);
                *turn_bytes = turn_bytes.saturating_add(came.len());
                None
            }
        }
    }

    /// Whether the task has something else to do before it reads on.
    ///
    /// The protocol library decodes all heads that it can read before it gives the first one away.
    fn is_turn_over(&mut self) -> bool {
        match self {
            Self::Http1(_) => false,
            Self::Http2 { turn_bytes, .. } if *turn_bytes < TURN_BYTES => false,
            Self::Http2 { turn_bytes, .. } => {
                *turn_bytes = 0;
                true
            }
        }
    }

    fn unfinished_bytes(&self) -> usize {
        match self {
            Self::Http1(heads) => heads.unfinished_bytes(),
            Self::Http2 { frames, .. } => frames.unfinished_bytes(),
        }
    }

    /// Whether a head needs several frames.
    fn is_continued(&self) -> bool {
        match self {
            Self::Http1(_) => false,
            Self::Http2 { frames, .. } => frames.is_continued(),
        }
    }

    /// How long a head may take; with HTTP/1 the web framework comes first, and answers.
    fn patience(&self, terms: &Terms) -> Duration {
        match self {
            Self::Http1(_) => terms.read_timeout.saturating_add(MOMENT),
            Self::Http2 { .. } => terms.read_timeout,
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
            if self.speech.is_turn_over() {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let start = buffer.filled().len();
            let has_room = buffer.remaining() > 0;
            let read = self.poll_stream(context, buffer);
            if read.is_pending() {
                self.check_wait(context)?;
            }
            ready!(read)?;
            if !has_room {
                return Poll::Ready(Ok(()));
            }
            let came = buffer.filled().get(start..).unwrap_or_default();
            let is_end = came.is_empty();
            let instead = self.speech.pass(came);
            self.watch_head()?;
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
            Poll::Ready(_) => {
                self.write_deadline = None;
                self.activity.set_clogged(false);
            }
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

#[cfg(unix)]
impl Stream for UnixStream {
    fn prepare(&self) -> Option<SocketAddr> {
        None
    }
}

impl Stream for DuplexStream {
    fn prepare(&self) -> Option<SocketAddr> {
        None
    }
}

/// How HTTP/2 begins (RFC 9113, section 3.4); no HTTP/1 request has this in it.
const PREFACE: &[u8] = b"PRI * HTTP/2";
/// Most heads of requests are shorter.
const FIRST_READ_BYTES: usize = 2_048;
/// What is read of HTTP/2 before the requests in it are looked at, and other clients have their turn: a
/// byte can stand for a whole field of a head.
const TURN_BYTES: usize = 2 << 10;
/// Time for the web framework's own words.
const MOMENT: Duration = Duration::from_secs(1);
