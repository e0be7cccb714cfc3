//! The deadlines of one fetch.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::{Error, ErrorKind, Wait};

/// When a fetch began and when it has to be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    started: Instant,
    deadline: Instant,
    idle: Option<Duration>,
}

impl Clock {
    /// Starts now; `idle` of zero means no limit between two bytes.
    pub(crate) fn start(
        budget: Duration,
        deadline: Option<std::time::Instant>,
        idle: Duration,
    ) -> Self {
        let started = Instant::now();
        let own = started.checked_add(budget).unwrap_or_else(|| far(started));
        Self {
            started,
            deadline: deadline.map_or(own, |given| own.min(Instant::from_std(given))),
            idle: Some(idle).filter(|idle| !idle.is_zero()),
        }
    }

    /// Waits for the response headers.
    pub(crate) async fn response<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        timeout_at(self.deadline, future)
            .await
            .map_err(|_| self.timeout(Wait::Response))
    }

    /// Waits for the next piece of the body.
    pub(crate) async fn next_byte<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        let idle = self.idle.and_then(|idle| Instant::now().checked_add(idle));
        let (until, wait) = match idle {
            Some(idle) if idle < self.deadline => (idle, Wait::Idle),
            _ => (self.deadline, Wait::Body),
        };
        timeout_at(until, future)
            .await
            .map_err(|_| self.timeout(wait))
    }

    /// The error of a wait that ended now.
    pub(crate) fn timeout(&self, wait: Wait) -> Error {
        let elapsed = self.started.elapsed();
        ErrorKind::Timeout { wait, elapsed }.into()
    }
}

/// A deadline for budgets that are too large to add.
fn far(now: Instant) -> Instant {
    const DAY: Duration = Duration::from_secs(86_400);
    now.checked_add(DAY).unwrap_or(now)
}
