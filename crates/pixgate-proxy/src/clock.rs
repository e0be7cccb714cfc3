//! The clock that deadlines are measured by: tokio's, which tests can pause.

use std::time::{Duration, Instant};

/// The present moment.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// The time that is left until a deadline; none is left once it has passed.
pub(crate) fn until(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(now())
}
