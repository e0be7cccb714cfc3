//! Work that several requests want at the same time, done once.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::network::{Network, Place};

/// Work in progress, by what it makes.
///
/// The first to ask for a key starts the work, as a task of its own: it does not end because the
/// first one leaves. Whoever asks for the key meanwhile gets the same result. When nobody waits any
/// more the task is aborted. A result is forgotten as soon as it is there: nothing is cached.
pub(crate) struct Flights<K: Eq + Hash, T> {
    running: Arc<Running<K, T>>,
    network: Arc<Network>,
}

struct Running<K: Eq + Hash, T> {
    by_key: Mutex<HashMap<K, Entry<K, T>>>,
    started: AtomicU64,
}

struct Entry<K: Eq + Hash, T> {
    id: u64,
    flight: Weak<Flight<K, T>>,
}

/// Held by all who wait; the last one to let go ends the work.
struct Flight<K: Eq + Hash, T> {
    result: watch::Receiver<Option<T>>,
    task: AbortHandle,
    _registration: Option<Registration<K, T>>,
}

/// A line in the list of what is running, taken out when dropped.
struct Registration<K: Eq + Hash, T> {
    running: Arc<Running<K, T>>,
    key: K,
    id: u64,
}

impl<K: Eq + Hash, T> Flights<K, T> {
    /// Nothing in progress; work that speaks to sources will run on these threads.
    pub(crate) fn new(network: &Arc<Network>) -> Self {
        Self {
            running: Arc::new(Running {
                by_key: Mutex::default(),
                started: AtomicU64::new(0),
            }),
            network: Arc::clone(network),
        }
    }
}

impl<K, T> Flights<K, T>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Waits for the result of this key, and starts the work at this place if nobody has; without a key
    /// the work is one's own.
    ///
    /// None if the work ended without a result, which only a panic can bring about.
    pub(crate) async fn join<F>(
        &self,
        key: Option<&K>,
        place: Place,
        work: impl FnOnce() -> F,
    ) -> Option<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let flight = match key {
            Some(key) => self.join_or_start(key, place, work),
            None => Arc::new(self.start(None, place, work())),
        };
        let mut result = flight.result.clone();
        let outcome = result.wait_for(Option::is_some).await;
        outcome.ok().and_then(|value| value.clone())
    }

    fn join_or_start<F>(&self, key: &K, place: Place, work: impl FnOnce() -> F) -> Arc<Flight<K, T>>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut by_key = self.running.lock();
        let flight = by_key.get(key).and_then(|entry| entry.flight.upgrade());
        if let Some(flight) = flight {
            return flight;
        }
        let id = self.running.started.fetch_add(1, Ordering::Relaxed);
        let registration = Registration {
            running: Arc::clone(&self.running),
            key: key.clone(),
            id,
        };
        let flight = Arc::new(self.start(Some(registration), place, work()));
        let entry = Entry {
            id,
            flight: Arc::downgrade(&flight),
        };
        by_key.insert(key.clone(), entry);
        flight
    }

    fn start(
        &self,
        registration: Option<Registration<K, T>>,
        place: Place,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Flight<K, T> {
        let (sender, result) = watch::channel(None);
        let registered = registration
            .as_ref()
            .map(|own| (Arc::clone(&own.running), own.key.clone(), own.id));
        let task = self.network.spawn_at(place, async move {
            let value = work.await;
            if let Some((running, key, id)) = registered {
                running.remove(&key, id);
            }
            // Nobody may be left to see it.
            let _ = sender.send(Some(value));
        });
        Flight {
            result,
            task: task.abort_handle(),
            _registration: registration,
        }
    }
}

impl<K: Eq + Hash, T> Running<K, T> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Entry<K, T>>> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self, key: &K, id: u64) {
        let mut by_key = self.lock();
        if by_key.get(key).is_some_and(|entry| entry.id == id) {
            by_key.remove(key);
        }
    }
}

impl<K: Eq + Hash, T> Drop for Flight<K, T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl<K: Eq + Hash, T> Drop for Registration<K, T> {
    fn drop(&mut self) {
        self.running.remove(&self.key, self.id);
    }
}

impl<K: Eq + Hash, T> fmt::Debug for Flights<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights")
            .field("running", &self.running.lock().len())
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

    fn flights<T: Clone + Send + Sync + 'static>() -> Flights<&'static str, T> {
        Flights::new(&Arc::new(Network::on(Handle::current())))
    }

    const KEY: Option<&&str> = Some(&"key");

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
                    flights.join(KEY, Place::Network, work).await
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.ok(), Some(Some(7)));
        }
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        assert!(flights.running.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_result_is_not_kept() {
        let flights = flights();
        assert_eq!(
            flights.join(KEY, Place::Network, || async { 1 }).await,
            Some(1)
        );
        assert_eq!(
            flights.join(KEY, Place::Network, || async { 2 }).await,
            Some(2)
        );
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
            async move { flights.join(KEY, Place::Network, work).await }
        });
        assert!(begun.await.is_ok());
        let mut second = Box::pin(flights.join(KEY, Place::Network, || async { 2 }));
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
        let wait = flights.join(KEY, Place::Network, work);
        assert!(timeout(Duration::from_millis(5), wait).await.is_err());
        assert!(timeout(SOON, dropped).await.is_ok_and(|end| end.is_err()));
        assert!(flights.running.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_gives_nothing_and_blocks_nobody() {
        let flights = flights::<u8>();
        let work = || async { std::panic::resume_unwind(Box::new("broken")) };
        assert_eq!(flights.join(KEY, Place::Network, work).await, None);
        assert_eq!(
            flights.join(KEY, Place::Network, || async { 1 }).await,
            Some(1)
        );
    }
}
