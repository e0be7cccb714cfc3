//! Credentials that are fetched once and renewed before they end.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pixgate_source::{Error, ErrorKind};

/// Something that was fetched and how long it can be used.
#[derive(Debug, Clone)]
pub(crate) struct Fresh<T> {
    pub(crate) value: T,
    /// From now on; `None` = for ever.
    pub(crate) lifetime: Option<Duration>,
}

/// Holds one value for all requests; only one of them fetches it.
///
/// In the last part of a value's life one request renews it while the others go on with it, so
/// a slow credential service is noticed only once nothing usable is left.
#[derive(Debug)]
pub(crate) struct Cached<T> {
    held: Mutex<Option<Held<T>>>,
    renewal: tokio::sync::Mutex<Option<Failure>>,
}

/// When fetching failed the last time, and why.
#[derive(Debug)]
struct Failure {
    at: Instant,
    reason: String,
}

#[derive(Debug, Clone)]
struct Held<T> {
    value: T,
    renew_at: Option<Instant>,
    ends_at: Option<Instant>,
}

enum State<T> {
    Good(T),
    Ending(T),
    Missing,
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self {
            held: Mutex::new(None),
            renewal: tokio::sync::Mutex::new(None),
        }
    }
}

impl<T: Clone> Cached<T> {
    /// The value, fetched with `fetch` if there is none or it ends soon.
    pub(crate) async fn value(
        &self,
        fetch: impl Future<Output = Result<Fresh<T>, Error>>,
    ) -> Result<T, Error> {
        let asked_at = Instant::now();
        let mut renewal = match self.state() {
            State::Good(value) => return Ok(value),
            State::Ending(value) => match self.renewal.try_lock() {
                Ok(renewal) => renewal,
                Err(_) => return Ok(value),
            },
            State::Missing => self.renewal.lock().await,
        };
        let old = match (self.state(), &*renewal) {
            (State::Good(value), _) => return Ok(value),
            (State::Ending(value), _) => Some(value),
            // Whoever waited for an attempt that failed need not make the same one.
            (State::Missing, Some(failure)) if failure.at >= asked_at => {
                let reason = failure.reason.clone();
                return Err(ErrorKind::NoCredentials { reason }.into());
            }
            (State::Missing, _) => None,
        };
        match (fetch.await, old) {
            (Ok(fresh), _) => Ok(self.keep(fresh)),
            (Err(_), Some(old)) => Ok(old),
            (Err(error), None) => {
                let (at, reason) = (Instant::now(), error.to_string());
                *renewal = Some(Failure { at, reason });
                Err(error)
            }
        }
    }

    /// Drops the value: the service did not take it.
    pub(crate) fn forget(&self) {
        *self.held() = None;
    }

    fn state(&self) -> State<T> {
        let now = Instant::now();
        let is_over = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        match &*self.held() {
            Some(held) if is_over(held.ends_at) => State::Missing,
            Some(held) if is_over(held.renew_at) => State::Ending(held.value.clone()),
            Some(held) => State::Good(held.value.clone()),
            None => State::Missing,
        }
    }

    fn keep(&self, fresh: Fresh<T>) -> T {
        let after = |time: Duration| Instant::now().checked_add(time);
        let margin = |life: Duration| MARGIN.min(life.checked_div(MARGIN_SHARE).unwrap_or(life));
        let renew_after = |life: Duration| life.saturating_sub(margin(life));
        let value = fresh.value.clone();
        *self.held() = Some(Held {
            value: fresh.value,
            renew_at: fresh.lifetime.map(renew_after).and_then(after),
            ends_at: fresh.lifetime.and_then(after),
        });
        value
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Held<T>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Clouds hand out tokens with at least five minutes left; renewal begins a little later.
const MARGIN: Duration = Duration::from_secs(240);
/// Short-lived values are renewed in their last fifth.
const MARGIN_SHARE: u32 = 5;

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    async fn count(calls: &AtomicU32, lifetime: Option<Duration>) -> Result<Fresh<u32>, Error> {
        let value = calls.fetch_add(1, Ordering::SeqCst);
        Ok(Fresh { value, lifetime })
    }

    async fn refuse() -> Result<Fresh<u32>, Error> {
        Err(ErrorKind::ReadFailed.into())
    }

    #[tokio::test]
    async fn a_value_is_fetched_once() {
        let (cached, calls) = (Cached::default(), AtomicU32::new(7));
        assert_eq!(cached.value(count(&calls, None)).await.unwrap(), 7);
        assert_eq!(cached.value(count(&calls, None)).await.unwrap(), 7);
        cached.forget();
        assert_eq!(cached.value(count(&calls, None)).await.unwrap(), 8);
    }

    #[tokio::test]
    async fn an_ending_value_survives_a_refused_renewal() {
        let (cached, calls) = (Cached::default(), AtomicU32::new(0));
        let short = Some(Duration::from_millis(500));
        assert_eq!(cached.value(count(&calls, short)).await.unwrap(), 0);
        tokio::time::sleep(Duration::from_millis(410)).await;
        assert_eq!(cached.value(refuse()).await.unwrap(), 0);
        tokio::time::sleep(Duration::from_millis(110)).await;
        assert!(cached.value(refuse()).await.is_err());
    }

    #[tokio::test]
    async fn those_who_wait_share_a_failure() {
        let (cached, calls) = (Cached::default(), AtomicU32::new(0));
        let slow = || async {
            calls.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            refuse().await
        };
        let all = (0..20).map(|_| cached.value(slow()));
        for result in futures_util::future::join_all(all).await {
            assert!(result.is_err());
        }
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn errors_are_not_kept() {
        let (cached, calls) = (Cached::default(), AtomicU32::new(3));
        assert!(cached.value(refuse()).await.is_err());
        assert_eq!(cached.value(count(&calls, None)).await.unwrap(), 3);
    }
}
