//! Who may work: a bounded number of requests, and one memory budget that they share.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::progress::Counted;

/// The gate in front of all expensive work.
///
/// A quarter of the memory is for sources, the rest for pixels. A request first takes a [`Ticket`]; when as many are out as slots and queue allow, it is
/// refused at once. When its plan is known it takes a [`MemoryPermit`] of the plan's peak, and
/// waits for it in order of arrival: a large request is not overtaken for ever by small ones.
#[derive(Debug)]
pub struct Admission {
    tickets: Option<Tickets>,
    pixels: Arc<Semaphore>,
    pixel_bytes: u64,
    sources: Arc<Semaphore>,
    source_bytes: u64,
    holders: Arc<AtomicUsize>,
    peak_bytes: AtomicU64,
}

#[derive(Debug)]
struct Tickets {
    free: Arc<Semaphore>,
    limit: usize,
}

/// The right to be worked on or to wait; given back when dropped.
#[derive(Debug)]
pub struct Ticket {
    _permit: Option<OwnedSemaphorePermit>,
}

/// A share of the memory budget; given back when dropped.
#[derive(Debug)]
pub struct MemoryPermit {
    permit: OwnedSemaphorePermit,
    holder: Option<Counted>,
}

/// Why a request was not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdmissionError {
    /// As many requests as allowed are being worked on or wait.
    QueueFull {
        /// Most requests at a time.
        limit: usize,
    },
    /// The request alone needs more than the whole budget.
    TooLarge {
        /// Bytes needed.
        needed_bytes: u64,
        /// The whole budget.
        budget_bytes: u64,
    },
    /// The deadline passed while waiting for memory.
    TimedOut,
}

impl fmt::Display for AdmissionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QueueFull { limit } => write!(
                f,
                "{limit} requests are being worked on or wait, no more may"
            ),
            Self::TooLarge {
                needed_bytes,
                budget_bytes,
            } => write!(
                f,
                "needs {needed_bytes} bytes of memory, the budget of all requests is {budget_bytes}"
            ),
            Self::TimedOut => f.write_str("deadline of the request passed"),
        }
    }
}

impl std::error::Error for AdmissionError {}

impl Admission {
    /// A gate for `slots` requests being worked on, `queue` more that wait (0 for any number),
    /// and a memory budget.
    #[must_use]
    pub fn new(slots: usize, queue: usize, budget_bytes: u64) -> Self {
        let source_bytes = budget_bytes / SOURCE_PART;
        let pixel_bytes = budget_bytes - source_bytes;
        let limit = slots.saturating_add(queue).min(Semaphore::MAX_PERMITS);
        Self {
            tickets: (queue > 0).then(|| Tickets {
                free: Arc::new(Semaphore::new(limit)),
                limit,
            }),
            pixels: Arc::new(Semaphore::new(units(pixel_bytes) as usize)),
            pixel_bytes,
            sources: Arc::new(Semaphore::new(units(source_bytes) as usize)),
            source_bytes,
            holders: Arc::default(),
            peak_bytes: AtomicU64::new(0),
        }
    }

    /// Takes a ticket without waiting.
    ///
    /// # Errors
    ///
    /// [`AdmissionError::QueueFull`].
    pub fn ticket(&self) -> Result<Ticket, AdmissionError> {
        let Some(tickets) = &self.tickets else {
            return Ok(Ticket { _permit: None });
        };
        match Arc::clone(&tickets.free).try_acquire_owned() {
            Ok(permit) => Ok(Ticket {
                _permit: Some(permit),
            }),
            Err(_) => Err(AdmissionError::QueueFull {
                limit: tickets.limit,
            }),
        }
    }

    /// Takes a share of the memory for pixels, waiting at most `max_wait`.
    ///
    /// # Errors
    ///
    /// [`AdmissionError::TooLarge`] at once, or [`AdmissionError::TimedOut`].
    pub async fn memory(
        &self,
        bytes: u64,
        max_wait: Duration,
    ) -> Result<MemoryPermit, AdmissionError> {
        let permit = acquire(&self.pixels, bytes, self.pixel_bytes, max_wait).await?;
        Ok(self.held(permit))
    }

    fn held(&self, mut permit: MemoryPermit) -> MemoryPermit {
        let used_bytes = self.pixel_bytes.saturating_sub(self.free_bytes());
        self.peak_bytes.fetch_max(used_bytes, Ordering::Relaxed);
        permit.holder = Some(Counted::one(&self.holders));
        permit
    }

    /// Takes a share of the memory for pixels if it is free now.
    #[must_use]
    pub fn try_memory(&self, bytes: u64) -> Option<MemoryPermit> {
        let permit = Arc::clone(&self.pixels).try_acquire_many_owned(units(bytes));
        permit
            .ok()
            .map(|permit| self.held(MemoryPermit::new(permit)))
    }

    /// Takes a share of the memory for sources, waiting at most `max_wait`.
    ///
    /// # Errors
    ///
    /// [`AdmissionError::TooLarge`] at once, or [`AdmissionError::TimedOut`].
    pub async fn source_memory(
        &self,
        bytes: u64,
        max_wait: Duration,
    ) -> Result<MemoryPermit, AdmissionError> {
        acquire(&self.sources, bytes, self.source_bytes, max_wait).await
    }

    /// Takes a share of the memory for sources if it is free now.
    #[must_use]
    pub fn try_source_memory(&self, bytes: u64) -> Option<MemoryPermit> {
        let permit = Arc::clone(&self.sources).try_acquire_many_owned(units(bytes));
        permit.ok().map(MemoryPermit::new)
    }

    /// Bytes that pixels may take together.
    #[must_use]
    pub fn budget_bytes(&self) -> u64 {
        self.pixel_bytes
    }

    /// Bytes that sources may take together.
    #[must_use]
    pub fn source_budget_bytes(&self) -> u64 {
        self.source_bytes
    }

    /// Bytes for pixels that nobody holds.
    #[must_use]
    pub fn free_bytes(&self) -> u64 {
        (self.pixels.available_permits() as u64) << UNIT_BITS
    }

    /// Bytes for sources that nobody holds.
    #[must_use]
    pub fn source_free_bytes(&self) -> u64 {
        (self.sources.available_permits() as u64) << UNIT_BITS
    }

    /// The most bytes for pixels that were ever held together.
    #[must_use]
    pub fn peak_bytes(&self) -> u64 {
        self.peak_bytes.load(Ordering::Relaxed)
    }

    /// How many shares of the memory for pixels are held.
    #[must_use]
    pub fn holders(&self) -> usize {
        self.holders.load(Ordering::Relaxed)
    }
}

impl MemoryPermit {
    /// Gives back what is held beyond so many bytes.
    pub(crate) fn shrink(&mut self, bytes: u64) {
        let needed = units(bytes) as usize;
        let surplus = self.permit.num_permits().saturating_sub(needed);
        drop(self.permit.split(surplus));
    }

    /// Takes so many bytes out into a permit of their own; none if there are not so many.
    pub(crate) fn split(&mut self, bytes: u64) -> Option<Self> {
        self.permit.split(units(bytes) as usize).map(Self::new)
    }

    /// Keeps the share for as long as the process lives.
    pub(crate) fn keep(self) {
        self.permit.forget();
    }

    fn new(permit: OwnedSemaphorePermit) -> Self {
        Self {
            permit,
            holder: None,
        }
    }
}

async fn acquire(
    memory: &Arc<Semaphore>,
    bytes: u64,
    budget_bytes: u64,
    max_wait: Duration,
) -> Result<MemoryPermit, AdmissionError> {
    if bytes > budget_bytes {
        return Err(AdmissionError::TooLarge {
            needed_bytes: bytes,
            budget_bytes,
        });
    }
    let acquire = Arc::clone(memory).acquire_many_owned(units(bytes));
    match timeout(max_wait, acquire).await {
        Ok(Ok(permit)) => Ok(MemoryPermit::new(permit)),
        _ => Err(AdmissionError::TimedOut),
    }
}

/// Memory is counted in units of 64 KiB, rounded up, so that any budget fits a semaphore.
fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1 << UNIT_BITS)).unwrap_or(u32::MAX >> 3)
}

const UNIT_BITS: u32 = 16;

/// One part of so many is for sources, the rest for pixels. Both are apart because a request holds
/// its source while it waits for pixels: from one pot, many sources could wait for each other.
const SOURCE_PART: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const BUDGET: u64 = 4 * MIB;
    const PIXELS: u64 = 3 * MIB;

    #[tokio::test]
    async fn more_than_slots_and_queue_is_refused_at_once() {
        let gate = Admission::new(1, 1, BUDGET);
        let first = gate.ticket();
        let second = gate.ticket();
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(
            gate.ticket().err(),
            Some(AdmissionError::QueueFull { limit: 2 })
        );
        drop(first);
        assert!(gate.ticket().is_ok());
    }

    #[tokio::test]
    async fn no_queue_size_means_no_limit() {
        let gate = Admission::new(1, 0, BUDGET);
        let tickets: Vec<_> = (0..100).map(|_| gate.ticket()).collect();
        assert!(tickets.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn one_request_may_take_the_whole_budget_but_no_more() {
        let gate = Admission::new(1, 0, BUDGET);
        assert!(gate.memory(PIXELS, Duration::ZERO).await.is_ok());
        assert_eq!(
            gate.memory(PIXELS + 1, Duration::ZERO).await.err(),
            Some(AdmissionError::TooLarge {
                needed_bytes: PIXELS + 1,
                budget_bytes: PIXELS
            })
        );
    }

    #[tokio::test]
    async fn what_is_not_needed_any_more_is_given_back() {
        let gate = Admission::new(1, 0, BUDGET);
        let mut held = gate
            .memory(PIXELS, Duration::ZERO)
            .await
            .expect("all of it");
        held.shrink(MIB + 1);
        assert_eq!(gate.free_bytes(), PIXELS - MIB - (1 << UNIT_BITS));
        held.shrink(PIXELS);
        assert_eq!(gate.free_bytes(), PIXELS - MIB - (1 << UNIT_BITS));
        drop(held);
        assert_eq!(gate.free_bytes(), PIXELS);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_at_the_deadline() {
        let gate = Admission::new(1, 0, BUDGET);
        let _held = gate.memory(PIXELS, Duration::ZERO).await;
        let refused = gate.memory(1, Duration::from_millis(5)).await.err();
        assert_eq!(refused, Some(AdmissionError::TimedOut));
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_request_is_not_overtaken() {
        let gate = Arc::new(Admission::new(1, 0, BUDGET));
        let held = gate.memory(PIXELS / 2, Duration::ZERO).await;
        let large = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.memory(PIXELS, Duration::from_secs(5)).await.is_ok() }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(gate.memory(1, Duration::from_millis(5)).await.is_err());
        drop(held);
        assert!(large.await.is_ok_and(|admitted| admitted));
    }
}
