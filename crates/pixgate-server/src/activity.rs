//! What goes on on a connection: requests being answered, and bytes that the client does not take.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;

use super::place::Seat;

/// What goes on on one connection; it stays on one thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Activity(Rc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    requests: Cell<usize>,
    is_clogged: Cell<bool>,
    seat: Arc<Seat>,
}

/// A request that is being answered, until this is dropped.
#[derive(Debug)]
pub(super) struct Ongoing(Activity);

/// A body whose request goes on until it is sent.
pub(super) struct OngoingBody {
    body: BoxBody,
    _ongoing: Option<Ongoing>,
}

impl Activity {
    /// Nothing yet, in this place.
    pub(super) fn new(seat: Arc<Seat>) -> Self {
        Self(Rc::new(Inner {
            seat,
            ..Inner::default()
        }))
    }

    /// Counts a request.
    pub(super) fn begin(&self) -> Ongoing {
        let Self(inner) = self;
        if self.is_idle() {
            inner.seat.begin();
        }
        inner.requests.set(inner.requests.get().saturating_add(1));
        Ongoing(self.clone())
    }

    /// Whether no request is being answered.
    pub(super) fn is_idle(&self) -> bool {
        self.0.requests.get() == 0
    }

    /// Notes whether the client leaves bytes untaken.
    pub(super) fn set_clogged(&self, is_clogged: bool) {
        self.0.is_clogged.set(is_clogged);
    }

    /// Whether the client leaves bytes untaken.
    pub(super) fn is_clogged(&self) -> bool {
        self.0.is_clogged.get()
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        let Activity(inner) = &self.0;
        inner.requests.set(inner.requests.get().saturating_sub(1));
        if self.0.is_idle() {
            inner.seat.rest();
        }
    }
}

impl OngoingBody {
    /// The body of an answer to a request that was counted, if it was.
    pub(super) fn new(body: BoxBody, ongoing: Option<Ongoing>) -> Self {
        Self {
            body,
            _ongoing: ongoing,
        }
    }
}

impl MessageBody for OngoingBody {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_on_until_its_body_is_gone() {
        let activity = Activity::default();
        let (first, second) = (activity.begin(), activity.begin());
        drop(second);
        let body = OngoingBody::new(BoxBody::new(Bytes::new()), Some(first));
        assert!(!activity.is_idle());
        drop(body);
        assert!(activity.is_idle());
    }
}
