//! Who may be connected: a place for each client, which idle ones give up when there is none left.
//!
//! A limit on connections alone lets clients that never ask for anything keep all others out. So
//! whoever comes when all places are taken gets the place of the one that has had no request for
//! longest: because its head does not end, or because it keeps an idle connection.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// All places.
pub(super) struct Places {
    free: Arc<Semaphore>,
    /// So many are for connections alone.
    reserved: usize,
    seats: Mutex<Seats>,
}

#[derive(Default)]
struct Seats {
    taken: u64,
    /// When a request of HTTP/2 last looked for an idle client.
    looked: Option<Instant>,
    by_number: HashMap<u64, Arc<Seat>>,
}

/// A client's place, given back when dropped.
pub(super) struct Place {
    seat: Arc<Seat>,
    number: u64,
    places: Arc<Places>,
    _permit: OwnedSemaphorePermit,
}

/// What a client does with its place.
pub(super) struct Seat {
    began: Instant,
    /// Milliseconds after `began` since when there is no request, and one of the two words below.
    state: AtomicU64,
    task: AtomicWaker,
}

/// A request is being answered.
const BUSY: u64 = u64::MAX;
/// Somebody else gets the place.
const LOST: u64 = u64::MAX - 1;

impl Places {
    /// So many places.
    pub(super) fn new(count: usize) -> Arc<Self> {
        Arc::new(Self {
            free: Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS))),
            reserved: count / RESERVED_PART,
            seats: Mutex::default(),
        })
    }

    /// Waits for a place, at the cost of idle clients if need be; none only if there is no server
    /// any more.
    pub(super) async fn take(self: &Arc<Self>) -> Option<Place> {
        if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
            return Some(self.seat(permit));
        }
        let permit = Arc::clone(&self.free).acquire_owned();
        tokio::pin!(permit);
        loop {
            self.lock().make_room();
            if let Ok(permit) = timeout(PAUSE, &mut permit).await {
                return Some(self.seat(permit.ok()?));
            }
        }
    }

    /// A further place for a client that has one, for one more request at a time; none if only those
    /// are free that are for new clients.
    pub(super) fn try_extra(&self) -> Option<OwnedSemaphorePermit> {
        if self.free.available_permits() <= self.reserved {
            return None;
        }
        Arc::clone(&self.free).try_acquire_owned().ok()
    }

    /// The same as for one who waits for a place, but no more often than that: requests that are refused
    /// for want of a place cost their client nothing.
    pub(super) fn ask_for_room(&self) {
        let mut seats = self.lock();
        let is_time = |looked: Instant| looked.elapsed() >= PAUSE;
        if seats.looked.is_none_or(is_time) {
            seats.looked = Some(Instant::now());
            seats.make_room();
        }
    }

    /// All places that nobody has.
    pub(super) fn free(&self) -> usize {
        self.free.available_permits()
    }

    fn seat(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Place {
        let seat = Arc::new(Seat::default());
        let mut seats = self.lock();
        let number = seats.taken;
        seats.taken = number.wrapping_add(1);
        seats.by_number.insert(number, Arc::clone(&seat));
        Place {
            seat,
            number,
            places: Arc::clone(self),
            _permit: permit,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seats {
    /// Takes the place from the client that has had no request for longest, if that is long.
    fn make_room(&self) {
        let patient = self.by_number.values().filter_map(|seat| {
            let idle = seat.idle()?;
            (idle >= GRACE).then_some((idle, seat))
        });
        if let Some((_, seat)) = patient.max_by_key(|(idle, _)| *idle) {
            seat.lose();
        }
    }
}

impl Place {
    /// What the client does with it.
    pub(super) fn seat(&self) -> &Arc<Seat> {
        &self.seat
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().by_number.remove(&self.number);
    }
}

impl Seat {
    /// A request has come.
    pub(super) fn begin(&self) {
        self.state.store(BUSY, Ordering::Relaxed);
    }

    /// The last request is answered.
    pub(super) fn rest(&self) {
        self.state.store(self.now(), Ordering::Relaxed);
    }

    /// Whether somebody else gets the place; wakes the task when that comes to be.
    pub(super) fn is_lost(&self, context: &Context<'_>) -> bool {
        self.task.register(context.waker());
        self.state.load(Ordering::Acquire) == LOST
    }

    /// Waits until somebody else gets the place.
    pub(super) async fn lost(&self) {
        poll_fn(|context| match self.is_lost(context) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }

    /// How long there has been no request.
    fn idle(&self) -> Option<Duration> {
        match self.state.load(Ordering::Relaxed) {
            BUSY | LOST => None,
            since => Some(Duration::from_millis(self.now().saturating_sub(since))),
        }
    }

    fn lose(&self) {
        let since = self.state.load(Ordering::Relaxed);
        // A request that came just now keeps its place.
        let is_idle = since != BUSY && since != LOST;
        let (success, failure) = (Ordering::Release, Ordering::Relaxed);
        if is_idle
            && self
                .state
                .compare_exchange(since, LOST, success, failure)
                .is_ok()
        {
            self.task.wake();
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).map_or(0, |now| now.min(LOST - 1))
    }
}

impl Default for Seat {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            state: AtomicU64::new(0),
            task: AtomicWaker::new(),
        }
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").field("idle", &self.idle()).finish()
    }
}

/// What every client has for its request, however many others wait.
const GRACE: Duration = Duration::from_secs(1);
/// One place of so many is for connections, however many requests there are on those of HTTP/2.
const RESERVED_PART: usize = 8;
/// Between two looks for an idle client.
const PAUSE: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use super::*;

    async fn soon(places: &Arc<Places>) -> Option<Place> {
        timeout(Duration::from_millis(200), places.take())
            .await
            .ok()
            .flatten()
    }

    fn is_lost(place: &Place) -> bool {
        place.seat.idle().is_none() && place.seat.state.load(Ordering::Relaxed) == LOST
    }

    #[tokio::test]
    async fn there_are_as_many_as_were_said() {
        let places = Places::new(2);
        let (first, second) = (soon(&places).await, places.try_extra());
        assert!(first.is_some() && second.is_some());
        assert!(places.try_extra().is_none() && soon(&places).await.is_none());
        drop(second);
        assert!(soon(&places).await.is_some());
    }

    #[tokio::test]
    async fn further_requests_leave_places_to_new_clients() {
        let places = Places::new(16);
        let extra: Vec<_> = std::iter::from_fn(|| places.try_extra()).collect();
        assert_eq!(extra.len(), 14);
        let clients = [soon(&places).await, soon(&places).await];
        assert!(clients.iter().all(Option::is_some));
        assert!(soon(&places).await.is_none());
    }

    #[tokio::test]
    async fn the_client_that_was_idle_for_longest_gives_its_place_up() {
        let places = Places::new(3);
        let mut all = Vec::new();
        while let Some(place) = soon(&places).await {
            all.push(place);
        }
        std::thread::sleep(GRACE + Duration::from_millis(20));
        all[0].seat.begin();
        all[1].seat.rest();
        places.lock().make_room();
        let lost: Vec<_> = all.iter().map(is_lost).collect();
        assert_eq!(lost, [false, false, true]);
        all[2].seat.lost().await;
        // The others had a request a moment ago.
        places.lock().make_room();
        assert!(!is_lost(&all[1]));
        drop(all.pop());
        assert!(soon(&places).await.is_some());
    }
}
