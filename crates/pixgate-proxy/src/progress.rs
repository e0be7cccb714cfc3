//! How much goes on at the moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Requests and streams that are going on.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) requests: Arc<AtomicUsize>,
    pub(crate) streams: Arc<AtomicUsize>,
    is_stopping: AtomicBool,
}

impl Progress {
    pub(crate) fn begin_stopping(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }
}

/// One of several things of a kind that are going on, until dropped.
#[derive(Debug)]
pub(crate) struct Counted(Arc<AtomicUsize>);

impl Counted {
    pub(crate) fn one(of: &Arc<AtomicUsize>) -> Self {
        of.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(of))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_up_counts_no_more() {
        let progress = Progress::default();
        let one = Counted::one(&progress.requests);
        assert_eq!(progress.requests.load(Ordering::Relaxed), 1);
        drop(one);
        assert_eq!(progress.requests.load(Ordering::Relaxed), 0);
    }
}
