//! Threads that speak to sources, apart from those that speak to clients.

use std::fmt;
use std::future::Future;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

/// A runtime of its own for everything that waits for sources.
///
/// What an origin sends is read, decrypted and parsed here. One that sends interim answers without
/// end keeps a thread busy for long steps, and must not keep it from clients and health checks; an
/// idle thread looks after the timers, so that the deadline ends it in time.
pub(crate) struct Network {
    /// None if it is somebody else's, and while being dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Network {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// What the operating system says if it refuses a thread.
    pub(crate) fn new(threads: usize) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.clamp(MIN_THREADS, MAX_THREADS))
            .thread_name("pixgate-net")
            .enable_all()
            .build()?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    /// Uses a runtime that is somebody else's.
    pub(crate) fn on(handle: Handle) -> Self {
        Self {
            runtime: None,
            handle,
        }
    }

    /// Starts work that goes on by itself, there.
    pub(crate) fn spawn_at<T: Send + 'static>(
        &self,
        place: Place,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        match (place, Handle::try_current()) {
            (Place::Here, Ok(here)) => here.spawn(work),
            _ => self.spawn(work),
        }
    }

    /// Starts work that goes on by itself.
    fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.handle.spawn(work)
    }

    /// Waits for work that ends when this is dropped; none if it panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let mut task = Aborted(self.spawn(work));
        (&mut task.0).await.ok()
    }
}

/// Where work goes on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On the threads that speak to sources.
    Network,
    /// On the runtime of whoever starts it: work that only waits for other work, or for files. Its
    /// result wakes nobody on another thread.
    Here,
}

/// A task that ends with its owner.
struct Aborted<T>(JoinHandle<T>);

impl<T> Drop for Aborted<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Drop for Network {
    /// Without waiting, which threads of another runtime may not do.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

/// With one thread, one origin could hold all others up for the length of a step.
const MIN_THREADS: usize = 2;
const MAX_THREADS: usize = 8;
