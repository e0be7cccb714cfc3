//! The CPU pool: a fixed number of threads, each working on one image at a time.

mod lending;
mod queue;
mod reserve;
#[cfg(test)]
mod simulation;

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use pixgate_engine::Cancel;

use queue::{Queue, Size, Turn};
use reserve::Reserve;

/// Threads that do the pixel work, and the jobs that wait for one of them.
///
/// Waiters are served in order of arrival, but for two things. A large job lets those pass that come
/// later by no more than [`PATIENCE`] times the work that is expected of it, and as long as small jobs
/// come, a quarter of the threads (one of two or three) begins no large one. So thumbnails do not wait
/// behind large pictures, and no job waits for ever: whatever comes after that time comes behind it, on
/// every thread that is not kept for small ones. Dropping the pool lets running jobs end and forgets the
/// waiting ones.
///
/// [`PATIENCE`]: Self::PATIENCE
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    busy: AtomicUsize,
    /// Cores of idle threads that jobs of other threads use.
    lent: AtomicUsize,
    born: Instant,
    slots: Vec<Slot>,
}

/// What a thread is doing: milliseconds since the pool's birth when its job began, plus one; zero
/// without a job.
#[derive(Default)]
struct Slot {
    began: AtomicU64,
}

struct State {
    waiting: Queue<Job>,
    reserve: Reserve,
    closed: bool,
}

struct Job {
    cancel: Cancel,
    work: Box<dyn FnOnce() + Send>,
}

/// Why a job gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobError {
    /// The job panicked; the message is for the log.
    Panicked(String),
    /// The job was cancelled before it began, or the pool is gone.
    Cancelled,
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(message) => write!(f, "work on the picture panicked: {message}"),
            Self::Cancelled => f.write_str("request was given up"),
        }
    }
}

impl std::error::Error for JobError {}

/// A job handed to the pool; awaiting it gives the result, dropping it cancels the job.
#[derive(Debug)]
pub struct Task<T> {
    result: oneshot::Receiver<Result<T, String>>,
    cancel: Cancel,
    place: Place,
}

/// Where a job waits.
struct Place {
    pool: Weak<Shared>,
    turn: Turn,
}

impl Pool {
    /// For how many times its expected work a large job lets others pass.
    pub const PATIENCE: u32 = 4;

    /// Starts `slots` threads (at least one).
    ///
    /// # Errors
    ///
    /// What the operating system says if it refuses a thread.
    pub fn new(slots: usize) -> std::io::Result<Self> {
        let slots = slots.max(1);
        let pool = Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    waiting: Queue::default(),
                    reserve: Reserve::new(slots),
                    closed: false,
                }),
                changed: Condvar::new(),
                busy: AtomicUsize::new(0),
                lent: AtomicUsize::new(0),
                born: Instant::now(),
                slots: (0..slots).map(|_| Slot::default()).collect(),
            }),
        };
        for index in 0..slots {
            let shared = Arc::clone(&pool.shared);
            std::thread::Builder::new()
                .name(format!("pixgate-cpu-{index}"))
                .stack_size(STACK_BYTES)
                .spawn(move || shared.serve(index))?;
        }
        Ok(pool)
    }

    /// Queues a job of which little work is expected, which should look at `cancel` now and then.
    pub fn submit<T: Send + 'static>(
        &self,
        cancel: Cancel,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Task<T> {
        self.submit_expecting(Duration::ZERO, cancel, work)
    }

    /// Queues a job of which so much work is expected, which should look at `cancel` now and then.
    ///
    /// The queue has no bound of its own: every waiter holds an admission ticket and its share of
    /// the memory budget, see [`Admission`](crate::Admission).
    pub fn submit_expecting<T: Send + 'static>(
        &self,
        expected: Duration,
        cancel: Cancel,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Task<T> {
        let (sender, result) = oneshot::channel();
        let job = Job {
            cancel: cancel.clone(),
            work: Box::new(move || {
                let outcome = catch_unwind(AssertUnwindSafe(work)).map_err(panic_message);
                drop(sender.send(outcome));
            }),
        };
        let patience = expected.saturating_mul(Self::PATIENCE);
        let (now, size) = (self.shared.born.elapsed(), Size::of(expected));
        let turn = self.shared.lock().waiting.push(now, patience, size, job);
        self.shared.changed.notify_one();
        Task {
            result,
            cancel,
            place: Place {
                pool: Arc::downgrade(&self.shared),
                turn,
            },
        }
    }

    /// Threads in the pool.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.shared.slots.len()
    }

    /// Threads that work on an image right now.
    #[must_use]
    pub fn busy(&self) -> usize {
        self.shared.busy.load(Ordering::Relaxed)
    }

    /// Jobs that wait for a thread.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.shared.lock().waiting.len()
    }

    /// Threads that have been on one job for longer than `limit`.
    ///
    /// Jobs end at their deadline because they look at their cancel flag; one that goes on for much
    /// longer hangs inside a codec library and takes its thread with it.
    #[must_use]
    pub fn stuck(&self, limit: Duration) -> usize {
        let now = self.shared.born.elapsed();
        let slots = self.shared.slots.iter();
        slots.filter(|slot| slot.age(now) > limit).count()
    }

    /// Whether every thread is [stuck](Self::stuck): nothing can be expected of this pool any more.
    #[must_use]
    pub fn has_stalled(&self, limit: Duration) -> bool {
        self.stuck(limit) == self.slots()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.waiting.clear();
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("slots", &self.slots())
            .field("busy", &self.busy())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, index: usize) {
        while let Some((size, job)) = self.next() {
            let begin = self.born.elapsed();
            if job.cancel.check().is_err() {
                self.lock().reserve.end(size, Duration::ZERO);
                continue;
            }
            let slot = self.slots.get(index);
            self.busy.fetch_add(1, Ordering::AcqRel);
            if let Some(slot) = slot {
                slot.begin(begin);
            }
            (job.work)();
            if let Some(slot) = slot {
                slot.end();
            }
            self.busy.fetch_sub(1, Ordering::AcqRel);
            let took = self.born.elapsed().saturating_sub(begin);
            self.lock().reserve.end(size, took);
        }
    }

    fn next(&self) -> Option<(Size, Job)> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            let most = state.reserve.most();
            if let Some((size, job)) = state.waiting.pop(most) {
                state.reserve.begin(size);
                if state.waiting.len() > 0 {
                    // A thread that is kept free may have been waiting for one to begin a small job.
                    self.changed.notify_one();
                }
                return Some((size, job));
            }
            state = match state.waiting.len() {
                0 => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                _ => self.keep_free(state),
            };
        }
    }

    /// Waits for a small job while nothing but large ones waits.
    fn keep_free<'a>(&'a self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let (begin, left) = (self.born.elapsed(), state.reserve.left());
        let waited = self.changed.wait_timeout(state, left);
        let (mut state, end) = waited.unwrap_or_else(PoisonError::into_inner);
        let idle = match end.timed_out() {
            true => left,
            false => self.born.elapsed().saturating_sub(begin),
        };
        state.reserve.spend(idle);
        state
    }
}

impl Slot {
    fn begin(&self, now: Duration) {
        self.began.store(millis(now) + 1, Ordering::Relaxed);
    }

    fn end(&self) {
        self.began.store(0, Ordering::Relaxed);
    }

    /// How long its job has been running; nothing without a job.
    fn age(&self, now: Duration) -> Duration {
        match self.began.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            began => Duration::from_millis((millis(now) + 1).saturating_sub(began)),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX >> 1)
}

impl<T> Future for Task<T> {
    type Output = Result<T, JobError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.result)
            .poll(context)
            .map(|outcome| match outcome {
                Ok(result) => result.map_err(JobError::Panicked),
                Err(_) => Err(JobError::Cancelled),
            })
    }
}

impl<T> Drop for Task<T> {
    /// A waiting job is taken out of the queue, and what it holds is free at once.
    fn drop(&mut self) {
        self.cancel.cancel();
        self.place.leave();
    }
}

impl Place {
    fn leave(&self) {
        let Some(pool) = self.pool.upgrade() else {
            return;
        };
        let mut state = pool.lock();
        let job = state.waiting.remove(self.turn);
        // What the job holds is dropped without the lock.
        drop(state);
        drop(job);
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.turn)
    }
}

fn panic_message(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().map_or_else(
            || "a panic without a message".to_owned(),
            |text| (*text).to_owned(),
        ),
    }
}

/// Codecs recurse and keep tables on the stack: AV1 needs more than the usual 2 MiB.
const STACK_BYTES: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use super::*;

    fn cancel() -> Cancel {
        Cancel::never()
    }

    #[tokio::test]
    async fn gives_results_back() {
        let pool = Pool::new(2).expect("threads");
        let tasks: Vec<_> = (0..20)
            .map(|n| pool.submit(cancel(), move || n * n))
            .collect();
        for (n, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await, Ok(n * n));
        }
    }

    #[tokio::test]
    async fn a_panic_costs_one_job() {
        let pool = Pool::new(1).expect("threads");
        let lost = pool
            .submit::<()>(cancel(), || panic!("seven of {}", 9))
            .await;
        assert_eq!(
            lost,
            Err::<(), _>(JobError::Panicked("seven of 9".to_owned()))
        );
        assert_eq!(pool.submit(cancel(), || 1).await, Ok(1));
    }

    /// In which order such jobs run that come while the only thread is busy: the moment in which each
    /// comes, and the work that is expected of it, both in milliseconds.
    async fn order(jobs: &[(u64, u64)]) -> Vec<usize> {
        let pool = Pool::new(1).expect("threads");
        let (release, released) = std::sync::mpsc::channel::<()>();
        let blocker = pool.submit(cancel(), move || released.recv().is_err());
        let ran = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        let mut now = 0;
        for (index, &(at, expected)) in jobs.iter().enumerate() {
            tokio::time::advance(Duration::from_millis(at - now)).await;
            now = at;
            let ran = Arc::clone(&ran);
            let work = move || ran.lock().expect("no panic").push(index);
            tasks.push(pool.submit_expecting(Duration::from_millis(expected), cancel(), work));
        }
        drop(release);
        assert_eq!(blocker.await, Ok(true));
        for task in tasks {
            assert_eq!(task.await, Ok(()));
        }
        let ran = ran.lock().expect("no panic");
        ran.clone()
    }

    #[tokio::test(start_paused = true)]
    async fn small_jobs_pass_large_ones_for_a_bounded_time() {
        assert_eq!(order(&[(0, 8), (0, 8), (1, 8)]).await, [0, 1, 2]);
        let large = 100;
        let patience = large * u64::from(Pool::PATIENCE);
        assert_eq!(
            order(&[(0, large), (0, 0), (patience - 1, 0)]).await,
            [1, 2, 0]
        );
        assert_eq!(order(&[(0, large), (patience + 1, 0)]).await, [0, 1]);
        let behind = order(&[(0, large), (patience + 1, 0), (patience + 2, large)]).await;
        assert_eq!(behind, [0, 1, 2]);
    }

    #[tokio::test]
    async fn a_dropped_task_never_starts() {
        let pool = Pool::new(1).expect("threads");
        let started = Arc::new(AtomicBool::new(false));
        let (release, released) = std::sync::mpsc::channel::<()>();
        let blocker = pool.submit(cancel(), move || released.recv().is_err());
        let flag = Arc::clone(&started);
        drop(pool.submit(cancel(), move || flag.store(true, Ordering::SeqCst)));
        drop(release);
        assert_eq!(blocker.await, Ok(true));
        assert_eq!(pool.submit(cancel(), || ()).await, Ok(()));
        assert!(!started.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_dropped_task_leaves_the_queue_at_once() {
        let pool = Pool::new(1).expect("threads");
        let (release, released) = std::sync::mpsc::channel::<()>();
        let blocker = pool.submit(cancel(), move || released.recv().is_err());
        let (held, mut freed) = oneshot::channel::<()>();
        let task = pool.submit(cancel(), move || drop(held));
        drop(task);
        assert!(
            freed
                .try_recv()
                .is_err_and(|error| error == oneshot::error::TryRecvError::Closed)
        );
        drop(release);
        assert_eq!(blocker.await, Ok(true));
    }

    #[tokio::test]
    async fn a_dropped_task_tells_the_running_job() {
        let pool = Pool::new(1).expect("threads");
        let token = cancel();
        let (sender, receiver) = oneshot::channel();
        let (begin, begun) = oneshot::channel();
        let seen = token.clone();
        let task = pool.submit(token, move || {
            let _ = begin.send(());
            while seen.check().is_ok() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let _ = sender.send(());
        });
        assert!(begun.await.is_ok());
        drop(task);
        assert!(receiver.await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_does_not_end_is_noticed() {
        let pool = Pool::new(2).expect("threads");
        let limit = Duration::from_secs(30);
        let (release, released) = std::sync::mpsc::channel::<()>();
        let (begin, begun) = oneshot::channel();
        let stuck = pool.submit(cancel(), move || {
            let _ = begin.send(());
            released.recv().is_err()
        });
        assert_eq!(pool.submit(cancel(), || 1).await, Ok(1));
        assert!(begun.await.is_ok());
        freed(|| pool.busy() == 1);
        tokio::time::advance(limit * 3).await;
        assert_eq!(pool.stuck(limit), 1);
        assert!(!pool.has_stalled(limit));
        drop(release);
        assert_eq!(stuck.await, Ok(true));
        freed(|| pool.stuck(limit) == 0);
    }

    /// A result is there a moment before its thread is free.
    fn freed(is_free: impl Fn() -> bool) {
        while !is_free() {
            std::thread::yield_now();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pool_with_nothing_but_stuck_threads_has_stalled() {
        let pool = Pool::new(1).expect("threads");
        let limit = Duration::from_secs(30);
        let (release, released) = std::sync::mpsc::channel::<()>();
        let (begin, begun) = oneshot::channel();
        let stuck = pool.submit(cancel(), move || {
            let _ = begin.send(());
            released.recv().is_err()
        });
        assert!(begun.await.is_ok());
        assert!(!pool.has_stalled(limit));
        tokio::time::advance(limit * 3).await;
        assert!(pool.has_stalled(limit));
        drop(release);
        assert_eq!(stuck.await, Ok(true));
        freed(|| !pool.has_stalled(limit));
    }
}
