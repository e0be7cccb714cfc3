//! How many requests of a connection are being answered.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;

/// The requests of one connection; it stays on one thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Activity(Rc<Cell<usize>>);

/// A request that is being answered, until this is dropped.
#[derive(Debug)]
pub(super) struct Ongoing(Activity);

/// A body whose request goes on until it is sent.
pub(super) struct OngoingBody {
    body: BoxBody,
    _ongoing: Option<Ongoing>,
}

impl Activity {
    /// Counts a request.
    pub(super) fn begin(&self) -> Ongoing {
        self.0.set(self.0.get().saturating_add(1));
        Ongoing(self.clone())
    }

    /// Whether no request is being answered.
    pub(super) fn is_idle(&self) -> bool {
        self.0.get() == 0
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        let Activity(count) = &self.0;
        count.set(count.get().saturating_sub(1));
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
