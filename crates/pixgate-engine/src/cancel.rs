//! Stopping a run from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use pixgate_codec::Stop;

use crate::{Error, ErrorKind};

/// When a run has to give up: a point in time, and a flag that anybody may set.
///
/// Clones share the flag. A run looks at it between bands of rows, between steps and before every
/// attempt of the byte-limited save; what a codec library does in one go is not interrupted.
///
/// # Examples
///
/// ```
/// let cancel = pixgate_engine::Cancel::never();
/// let from_elsewhere = cancel.clone();
/// assert!(cancel.check().is_ok());
/// from_elsewhere.cancel();
/// assert!(cancel.check().is_err());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Cancel {
    /// Gives up only when [`cancel`](Self::cancel) is called.
    #[must_use]
    pub fn never() -> Self {
        Self::default()
    }

    /// Gives up at this point in time, or when [`cancel`](Self::cancel) is called.
    #[must_use]
    pub fn at(deadline: Instant) -> Self {
        Self {
            flag: Arc::default(),
            deadline: Some(deadline),
        }
    }

    /// Makes every run that holds a clone of this give up soon.
    pub fn cancel(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// Whether to go on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] once the flag is set, [`ErrorKind::DeadlineExceeded`] once the time
    /// has come.
    pub fn check(&self) -> Result<(), Error> {
        if self.flag.load(Ordering::Relaxed) {
            return Err(ErrorKind::Cancelled.into());
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(ErrorKind::DeadlineExceeded.into()),
            _ => Ok(()),
        }
    }

    /// The same question for a sandbox, whose watcher asks it.
    pub(crate) fn stop(&self) -> Stop {
        let cancel = self.clone();
        Arc::new(move || cancel.check().is_err())
    }

    /// The result of work in a sandbox, which ends when this says so.
    pub(crate) fn explain_codec<T>(
        &self,
        result: Result<T, pixgate_codec::Error>,
    ) -> Result<T, Error> {
        result.map_err(|error| match error.kind() {
            pixgate_codec::ErrorKind::Stopped => {
                let reason = self.check().err();
                reason.unwrap_or_else(|| ErrorKind::Cancelled.into())
            }
            _ => error.into(),
        })
    }

    /// The result of an operation that asks whether to stop: it failed for this reason then.
    pub(crate) fn explain<T>(&self, result: Result<T, pixgate_raster::Error>) -> Result<T, Error> {
        result.map_err(|error| match error.kind() {
            pixgate_raster::ErrorKind::Stopped => {
                let reason = self.check().err();
                reason.unwrap_or_else(|| ErrorKind::Cancelled.into())
            }
            _ => error.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_in_the_past_stops_at_once() {
        let error = Cancel::at(Instant::now()).check().unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::DeadlineExceeded);
    }

    #[test]
    fn clones_share_the_flag() {
        let cancel = Cancel::never();
        cancel.clone().cancel();
        assert_eq!(cancel.check().unwrap_err().kind(), &ErrorKind::Cancelled);
    }
}
