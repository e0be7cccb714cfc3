//! The thread that ends children whose work is not wanted any more.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pixgate_codec::Stop;

use crate::process::Handle;

/// Children that work, each with the question whether it still should.
#[derive(Default)]
pub(crate) struct Watch {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    watched: Vec<(Arc<Handle>, Stop)>,
    is_closed: bool,
}

impl Watch {
    /// Starts the thread, which also calls `tidy` now and then while no child works.
    pub(crate) fn start(tidy: impl Fn() + Send + 'static) -> std::io::Result<Arc<Self>> {
        let watch = Arc::new(Self::default());
        let thread = Arc::clone(&watch);
        std::thread::Builder::new()
            .name("pixgate-sandbox".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || thread.run(&tidy))?;
        Ok(watch)
    }

    /// Watches a child until [`forget`](Self::forget).
    pub(crate) fn add(&self, handle: &Arc<Handle>, stop: &Stop) {
        let watched = (Arc::clone(handle), Arc::clone(stop));
        self.lock().watched.push(watched);
        self.changed.notify_one();
    }

    /// Watches a child no more.
    pub(crate) fn forget(&self, handle: &Arc<Handle>) {
        let is_other = |(watched, _): &(Arc<Handle>, Stop)| !Arc::ptr_eq(watched, handle);
        self.lock().watched.retain(is_other);
    }

    /// Ends the thread.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_one();
    }

    fn run(&self, tidy: &dyn Fn()) {
        let mut state = self.lock();
        while !state.is_closed {
            let is_idle = state.watched.is_empty();
            for (handle, stop) in &state.watched {
                if stop() {
                    handle.stop();
                }
            }
            let interval = if is_idle { TIDY_INTERVAL } else { INTERVAL };
            let waited = self.changed.wait_timeout(state, interval);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if is_idle && state.watched.is_empty() {
                drop(state);
                tidy();
                state = self.lock();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("watched", &self.lock().watched.len())
            .finish_non_exhaustive()
    }
}

/// How often the questions are asked while a child works.
const INTERVAL: Duration = Duration::from_millis(10);
/// How often it is tidied up while none works.
const TIDY_INTERVAL: Duration = Duration::from_secs(15);
const STACK_BYTES: usize = 64 << 10;
