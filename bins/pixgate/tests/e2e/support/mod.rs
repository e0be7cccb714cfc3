//! What the tests of the program share.

pub(crate) mod collector;
pub(crate) mod origin;
pub(crate) mod otlp;
pub(crate) mod pictures;
pub(crate) mod server;
pub(crate) mod world;

use std::time::{Duration, Instant};

/// What the task gives, and a failure if it takes longer.
pub(crate) fn within<T>(limit: Duration, what: &str, task: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = task();
    let elapsed = start.elapsed();
    assert!(elapsed < limit, "{what} took {elapsed:?}");
    result
}

/// Longer than any refusal may take, on a busy machine as well.
pub(crate) const AT_ONCE: Duration = Duration::from_millis(500);
