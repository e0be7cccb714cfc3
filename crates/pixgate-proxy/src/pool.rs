//! The CPU pool: a fixed number of threads, each working on one image at a time.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use pixgate_engine::Cancel;

/// Threads that do the pixel work, and the jobs that wait for one of them.
///
/// Waiters are served in order of arrival. Dropping the pool lets running jobs end and forgets
/// the waiting ones.
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    busy: AtomicUsize,
    slots: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    closed: bool,
}

struct Job {
    cancel: Cancel,
    work: Box<dyn FnOnce() + Send>,
}

/// Why a job gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// The job panicked; the message is for the log.
    Panicked(String),
    /// The job was cancelled before it began, or the pool is gone.
    Cancelled,
}

/// A job handed to the pool; awaiting it gives the result, dropping it cancels the job.
#[derive(Debug)]
pub struct Task<T> {
    result: oneshot::Receiver<Result<T, String>>,
    cancel: Cancel,
}

impl Pool {
    /// Starts `slots` threads (at least one).
    ///
    /// # Errors
    ///
    /// What the operating system says if it refuses a thread.
    pub fn new(slots: usize) -> std::io::Result<Self> {
        let slots = slots.max(1);
        let pool = Self {
            shared: Arc::new(Shared {
                state: Mutex::default(),
                changed: Condvar::new(),
                busy: AtomicUsize::new(0),
                slots,
            }),
        };
        for index in 0..slots {
            let shared = Arc::clone(&pool.shared);
            std::thread::Builder::new()
                .name(format!("pixgate-cpu-{index}"))
                .stack_size(STACK_BYTES)
                .spawn(move || shared.serve())?;
        }
        Ok(pool)
    }

    /// Queues a job, which should look at `cancel` now and then.
    ///
    /// The queue has no bound of its own: every waiter holds an admission ticket and its share of
    /// the memory budget, see [`Admission`](crate::Admission).
    pub fn submit<T: Send + 'static>(
        &self,
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
        self.shared.lock().waiting.push_back(job);
        self.shared.changed.notify_one();
        Task { result, cancel }
    }

    /// Threads in the pool.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.shared.slots
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

    fn serve(&self) {
        while let Some(job) = self.next() {
            if job.cancel.check().is_err() {
                continue;
            }
            self.busy.fetch_add(1, Ordering::Relaxed);
            (job.work)();
            self.busy.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(job) = state.waiting.pop_front() {
                return Some(job);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Lost>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.result)
            .poll(context)
            .map(|outcome| match outcome {
                Ok(result) => result.map_err(Lost::Panicked),
                Err(_) => Err(Lost::Cancelled),
            })
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.cancel.cancel();
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
        assert_eq!(lost, Err::<(), _>(Lost::Panicked("seven of 9".to_owned())));
        assert_eq!(pool.submit(cancel(), || 1).await, Ok(1));
    }

    #[tokio::test]
    async fn a_dropped_task_never_starts() {
        let pool = Pool::new(1).expect("threads");
        let started = Arc::new(AtomicBool::new(false));
        let blocker = pool.submit(cancel(), || std::thread::sleep(Duration::from_millis(50)));
        let flag = Arc::clone(&started);
        drop(pool.submit(cancel(), move || flag.store(true, Ordering::SeqCst)));
        assert_eq!(blocker.await, Ok(()));
        assert_eq!(pool.submit(cancel(), || ()).await, Ok(()));
        assert!(!started.load(Ordering::SeqCst));
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
}
