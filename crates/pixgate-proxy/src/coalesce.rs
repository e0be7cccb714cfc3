//! Work that several requests want at the same time, done once.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::network::Network;

/// Work in progress, by what it makes.
///
/// The first to ask for a key starts the work, as a task of its own: it does not end because the
/// first one leaves. Whoever asks for the key meanwhile gets the same result. When nobody waits any
/// more the task is aborted. A result is forgotten as soon as it is there: nothing is cached.
pub(crate) struct Flights<T> {
    open: Arc<Open<T>>,
    network: Arc<Network>,
}

struct Open<T> {
    by_key: Mutex<HashMap<String, Entry<T>>>,
    started: AtomicU64,
}

struct Entry<T> {
    id: u64,
    flight: Weak<Flight<T>>,
}

/// Held by all who wait; the last one to let go ends the work.
struct Flight<T> {
    result: watch::Receiver<Option<T>>,
    task: AbortHandle,
    _listed: Listed<T>,
}

/// A line in the list, taken out when dropped.
struct Listed<T> {
    open: Arc<Open<T>>,
    key: String,
    id: u64,
}

impl<T> Flights<T> {
    /// Nothing in progress; work will run on these threads.
    pub(crate) fn new(network: &Arc<Network>) -> Self {
        Self {
            open: Arc::new(Open {
                by_key: Mutex::default(),
                started: AtomicU64::new(0),
            }),
            network: Arc::clone(network),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    /// Waits for the result of this key, and starts the work if nobody has.
    ///
    /// None if the work ended without a result, which only a panic can bring about.
    pub(crate) async fn join<F>(&self, key: String, work: impl FnOnce() -> F) -> Option<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let flight = self.board(key, work);
        let mut result = flight.result.clone();
        let outcome = result.wait_for(Option::is_some).await;
        outcome.ok().and_then(|value| value.clone())
    }

    fn board<F>(&self, key: String, work: impl FnOnce() -> F) -> Arc<Flight<T>>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut by_key = self.open.lock();
        let running = by_key.get(&key).and_then(|entry| entry.flight.upgrade());
        if let Some(flight) = running {
            return flight;
        }
        let id = self.open.started.fetch_add(1, Ordering::Relaxed);
        let flight = Arc::new(self.depart(key.clone(), id, work()));
        let entry = Entry {
            id,
            flight: Arc::downgrade(&flight),
        };
        by_key.insert(key, entry);
        flight
    }

    fn depart(
        &self,
        key: String,
        id: u64,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Flight<T> {
        let (sender, result) = watch::channel(None);
        let open = Arc::clone(&self.open);
        let own_key = key.clone();
        let task = self.network.spawn(async move {
            let value = work.await;
            open.remove(&own_key, id);
            // Nobody may be left to see it.
            let _ = sender.send(Some(value));
        });
        Flight {
            result,
            task: task.abort_handle(),
            _listed: Listed {
                open: Arc::clone(&self.open),
                key,
                id,
            },
        }
    }
}

impl<T> Open<T> {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry<T>>> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self, key: &str, id: u64) {
        let mut by_key = self.lock();
        if by_key.get(key).is_some_and(|entry| entry.id == id) {
            by_key.remove(key);
        }
    }
}

impl<T> Drop for Flight<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl<T> Drop for Listed<T> {
    fn drop(&mut self) {
        self.open.remove(&self.key, self.id);
    }
}

impl<T> fmt::Debug for Flights<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights")
            .field("open", &self.open.lock().len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use tokio::runtime::Handle;
    use tokio::sync::{Notify, oneshot};
    use tokio::time::{sleep, timeout};

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    fn flights<T: Clone + Send + Sync + 'static>() -> Flights<T> {
        Flights::new(&Arc::new(Network::on(Handle::current())))
    }

    fn key() -> String {
        "key".to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn many_who_ask_at_a_time_share_one_run() {
        let flights = Arc::new(flights());
        let runs = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let (flights, runs) = (Arc::clone(&flights), Arc::clone(&runs));
                tokio::spawn(async move {
                    let work = || async move {
                        runs.fetch_add(1, Ordering::SeqCst);
                        sleep(Duration::from_millis(20)).await;
                        7
                    };
                    flights.join(key(), work).await
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.ok(), Some(Some(7)));
        }
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        assert!(flights.open.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_result_is_not_kept() {
        let flights = flights();
        assert_eq!(flights.join(key(), || async { 1 }).await, Some(1));
        assert_eq!(flights.join(key(), || async { 2 }).await, Some(2));
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_one_may_leave() {
        let flights = Arc::new(flights());
        let go = Arc::new(Notify::new());
        let (begin, begun) = oneshot::channel();
        let work = {
            let go = Arc::clone(&go);
            || async move {
                let _ = begin.send(());
                go.notified().await;
                1
            }
        };
        let first = tokio::spawn({
            let flights = Arc::clone(&flights);
            async move { flights.join(key(), work).await }
        });
        assert!(begun.await.is_ok());
        let mut second = Box::pin(flights.join(key(), || async { 2 }));
        assert!(
            timeout(Duration::from_millis(5), &mut second)
                .await
                .is_err()
        );
        first.abort();
        assert!(first.await.is_err());
        go.notify_one();
        assert_eq!(timeout(SOON, second).await, Ok(Some(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_nobody_waits_for_is_dropped() {
        let flights = flights::<()>();
        let (held, dropped) = oneshot::channel::<()>();
        let work = || async move {
            let _held = held;
            std::future::pending::<()>().await;
        };
        let wait = flights.join(key(), work);
        assert!(timeout(Duration::from_millis(5), wait).await.is_err());
        assert!(timeout(SOON, dropped).await.is_ok_and(|end| end.is_err()));
        assert!(flights.open.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_gives_nothing_and_blocks_nobody() {
        let flights = flights::<u8>();
        let work = || async { std::panic::resume_unwind(Box::new("broken")) };
        assert_eq!(flights.join(key(), work).await, None);
        assert_eq!(flights.join(key(), || async { 1 }).await, Some(1));
    }
}
