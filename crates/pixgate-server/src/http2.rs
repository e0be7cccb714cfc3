//! A connection with HTTP/2: which of its requests are taken, and how many at a time.
//!
//! The protocol itself is the `h2` library's, which bounds what one connection can make it keep.
//! What is decided here is what all connections together may cost: every request takes a place
//! among the clients, as an HTTP/1 connection does, and but for the first on a connection a share of
//! the memory. Without one of them it is refused before anything is done for it, in the way that tells clients to try again.

mod stream;

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use actix_web::web;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use h2::server::{self, SendResponse};
use h2::{Reason, RecvStream};
use http::{Request, StatusCode};
use pixgate_proxy::MemoryPermit;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::State;
use super::activity::{Activity, Ongoing};
use super::connection::{Connection, Stream, Terms};
use super::convert::Incoming;
use super::half::{UNIT_BYTES, take};
use super::place::Places;
use stream::End;

/// What all connections have in common.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) state: web::Data<State>,
    pub(super) places: Arc<Places>,
    pub(super) terms: Terms,
    /// Requests at a time on one connection.
    pub(super) max_streams: u32,
}

/// What a request holds until its last byte is with the client.
pub(super) struct Share {
    _ongoing: Ongoing,
    _place: Place,
    _memory: Option<MemoryPermit>,
}

/// A request and the way to answer it.
type Accepted = (Request<RecvStream>, SendResponse<Bytes>);

/// A place among the clients.
enum Place {
    /// The connection's own, which is for one request at a time.
    Own(#[expect(dead_code, reason = "it counts as long as it is there")] Rc<()>),
    /// One more.
    Extra(#[expect(dead_code, reason = "it is given back when dropped")] OwnedSemaphorePermit),
}

/// One connection.
struct Conversation<'f> {
    front: &'f Front,
    peer: Option<SocketAddr>,
    activity: Activity,
    /// Held once more by the request that has the connection's own place.
    own: Rc<()>,
    /// Of requests whose answers may not be with the client yet.
    lingering: Vec<Share>,
    /// How many more requests may be taken back.
    calm: u32,
}

impl Front {
    /// Speaks with a client until one of both ends it.
    ///
    /// # Errors
    ///
    /// What ended the connection out of order.
    pub(super) async fn serve<S: Stream>(
        &self,
        connection: Connection<S>,
        peer: Option<SocketAddr>,
    ) -> io::Result<()> {
        let mut conversation = Conversation {
            front: self,
            peer,
            activity: connection.activity().clone(),
            own: Rc::default(),
            lingering: Vec::new(),
            calm: MAX_RESETS,
        };
        let handshake = self.builder().handshake(connection);
        let handshake = timeout(self.terms.read_timeout, handshake).await?;
        let connection = handshake.map_err(io::Error::other)?;
        conversation.run(connection).await.map_err(io::Error::other)
    }

    fn builder(&self) -> server::Builder {
        let mut builder = server::Builder::new();
        builder
            .max_header_list_size(MAX_HEADER_LIST_BYTES)
            .max_concurrent_streams(self.max_streams)
            .max_pending_accept_reset_streams(MAX_PENDING_RESETS)
            .max_concurrent_reset_streams(MAX_PENDING_RESETS)
            .max_local_error_reset_streams(Some(MAX_ERRORS))
            .max_send_buffer_size(MAX_UNSENT_BYTES);
        builder
    }
}

impl Conversation<'_> {
    async fn run<S: Stream>(
        &mut self,
        mut connection: server::Connection<Connection<S>, Bytes>,
    ) -> Result<(), h2::Error> {
        let mut requests = FuturesUnordered::new();
        let mut stopping = pin!(self.front.terms.stopping.notified());
        let mut is_stopping = false;
        loop {
            tokio::select! {
                accepted = self.accept(&mut connection) => match accepted {
                    None => return Ok(()),
                    Some(accepted) => {
                        let (request, answer) = accepted?;
                        requests.extend(self.admit(request, answer));
                    }
                },
                Some(end) = requests.next(), if !requests.is_empty() => {
                    if !self.note(end) {
                        connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
                    }
                }
                () = &mut stopping, if !is_stopping => {
                    is_stopping = true;
                    connection.graceful_shutdown();
                }
            }
        }
    }

    /// The next request; meanwhile the connection is kept going.
    fn accept<S: Stream>(
        &mut self,
        connection: &mut server::Connection<Connection<S>, Bytes>,
    ) -> impl Future<Output = Option<Result<Accepted, h2::Error>>> {
        poll_fn(move |context| {
            let accepted = connection.poll_accept(context);
            if matches!(accepted, Poll::Pending) && !self.activity.is_clogged() {
                self.lingering.clear();
            }
            accepted
        })
    }

    /// Begins to answer a request, or refuses it for want of a place or of memory.
    fn admit(
        &self,
        request: Request<RecvStream>,
        mut answer: SendResponse<Bytes>,
    ) -> Option<impl Future<Output = End> + use<>> {
        let (parts, body) = request.into_parts();
        if parts.headers.len() > MAX_FIELDS {
            let mut head = http::Response::new(());
            *head.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            // The client may be gone.
            answer.send_response(head, true).ok();
            return None;
        }
        let Some(share) = self.share(&parts) else {
            answer.send_reset(Reason::REFUSED_STREAM);
            return None;
        };
        let incoming = Incoming::of_stream(parts, self.peer);
        let asked = stream::Asked {
            state: self.front.state.clone(),
            incoming,
            body,
            patience: self.front.terms.write_timeout,
        };
        Some(stream::answer(asked, answer, share))
    }

    fn share(&self, parts: &http::request::Parts) -> Option<Share> {
        let place = self.place()?;
        let needed_bytes = match &place {
            Place::Own(_) => large_bytes(parts),
            Place::Extra(_) => large_bytes(parts).max(UNIT_BYTES),
        };
        let memory = match needed_bytes {
            0 => None,
            bytes => Some(take(self.front.state.proxy.admission(), bytes)?),
        };
        Some(Share {
            _ongoing: self.activity.begin(),
            _place: place,
            _memory: memory,
        })
    }

    fn place(&self) -> Option<Place> {
        if Rc::strong_count(&self.own) == 1 {
            return Some(Place::Own(Rc::clone(&self.own)));
        }
        let places = &self.front.places;
        let extra = places.try_extra().map(Place::Extra);
        if extra.is_none() {
            places.ask_for_room();
        }
        extra
    }

    /// Whether the client may go on, now that one of its requests is over.
    fn note(&mut self, end: End) -> bool {
        match end {
            End::Answered(share) => {
                self.lingering.push(share);
                self.calm = self.calm.saturating_add(1).min(MAX_RESETS);
            }
            End::TakenBack => self.calm = self.calm.saturating_sub(1),
        }
        self.calm > 0
    }
}

/// What a head takes from the budget; nothing if it is small.
fn large_bytes(parts: &http::request::Parts) -> u64 {
    match head_bytes(parts) {
        ..=SMALL_HEAD_BYTES => 0,
        bytes => (bytes as u64).saturating_mul(HEAD_OVERHEAD),
    }
}

/// The size of a head as the protocol counts it (RFC 9113, section 6.5.2).
fn head_bytes(parts: &http::request::Parts) -> usize {
    let headers = parts.headers.iter();
    let fields = headers.map(|(name, value)| name.as_str().len() + value.len() + FIELD_BYTES);
    let target = parts
        .uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    fields.sum::<usize>().saturating_add(target)
}

/// What a request's head may have, announced as `SETTINGS_MAX_HEADER_LIST_SIZE`: more is answered
/// with 431, and four times as much ends the connection, both before it is kept.
pub(super) const MAX_HEADER_LIST_BYTES: u32 = 32 << 10;
/// More fields than any client has: a byte is enough for one, and each is looked at several times.
const MAX_FIELDS: usize = 256;
/// What the protocol adds for each field.
const FIELD_BYTES: usize = 32;
/// Heads up to here count with their request's place.
const SMALL_HEAD_BYTES: usize = 4 << 10;
/// How much more a head takes in memory than it is counted for: small fields take most, and the log
/// has a copy.
const HEAD_OVERHEAD: u64 = 6;
/// Requests that may be taken back before anybody looked at them.
const MAX_PENDING_RESETS: usize = 20;
/// Requests that may be taken back without others that are waited for.
const MAX_RESETS: u32 = 500;
/// Requests on one connection that are broken, or begun although as many as allowed are open: a
/// client may begin some before it knows how many.
const MAX_ERRORS: usize = 1_000;
/// Of an answer, waiting for the socket.
const MAX_UNSENT_BYTES: usize = 32 << 10;
