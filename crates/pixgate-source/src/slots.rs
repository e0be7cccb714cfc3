//! How many sources are fetched at a time.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

use crate::{Error, ErrorKind};

/// So many fetches, each with its sockets or its file.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    free: Option<Arc<Semaphore>>,
    limit: usize,
}

impl Slots {
    /// At most `limit` at a time, zero for any number.
    pub(crate) fn new(limit: usize) -> Self {
        let limit = limit.min(Semaphore::MAX_PERMITS);
        Self {
            free: (limit > 0).then(|| Arc::new(Semaphore::new(limit))),
            limit,
        }
    }

    /// Waits for a slot, in the order of arrival; none if there is nothing to wait for.
    pub(crate) async fn take(
        &self,
        deadline: Option<Instant>,
    ) -> Result<Option<OwnedSemaphorePermit>, Error> {
        let Some(free) = &self.free else {
            return Ok(None);
        };
        let slot = Arc::clone(free).acquire_owned();
        let slot = match deadline {
            Some(deadline) => timeout_at(deadline.into(), slot).await.ok(),
            None => Some(slot.await),
        };
        let limit = self.limit;
        match slot {
            Some(Ok(slot)) => Ok(Some(slot)),
            _ => Err(ErrorKind::TooManyDownloads { limit }.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn more_wait_until_their_deadline() {
        let slots = Slots::new(1);
        let soon = || Some(Instant::now() + Duration::from_millis(20));
        let held = slots.take(soon()).await.unwrap();
        assert!(held.is_some());
        let refused = slots.take(soon()).await.unwrap_err();
        assert_eq!(refused.kind(), &ErrorKind::TooManyDownloads { limit: 1 });
        let (next, ()) = tokio::join!(slots.take(None), async { drop(held) });
        assert!(next.unwrap().is_some());
    }

    #[tokio::test]
    async fn no_limit_is_no_slot() {
        let slots = Slots::new(0);
        assert!(slots.take(Some(Instant::now())).await.unwrap().is_none());
    }
}
