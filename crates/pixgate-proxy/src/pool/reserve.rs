//! Threads that are kept for small jobs.

use std::time::Duration;

use super::queue::Size;

/// Keeps some threads free of large jobs, as long as that pays: a small job then finds one, and waits for
/// no large one.
///
/// A thread that is kept may be idle while large jobs wait. So it is kept only for [`SHARE`] times as long
/// as small jobs have worked lately; without small jobs, large ones have all threads.
#[derive(Debug)]
pub(super) struct Reserve {
    /// Threads that are never kept.
    open: usize,
    /// Threads that work on large jobs.
    large: usize,
    /// For how long threads are kept idle from now on.
    left: Duration,
}

impl Reserve {
    /// Keeps a quarter of so many threads, at least one; of a single one none.
    pub(super) fn new(threads: usize) -> Self {
        let kept = match threads {
            0 | 1 => 0,
            more => (more / 4).max(1),
        };
        Self {
            open: threads - kept,
            large: 0,
            left: Duration::ZERO,
        }
    }

    /// What a thread without a job may take.
    pub(super) fn most(&self) -> Size {
        match self.large < self.open || self.left.is_zero() {
            true => Size::Large,
            false => Size::Small,
        }
    }

    /// For how long a thread may be idle if nothing but large jobs waits.
    pub(super) fn left(&self) -> Duration {
        self.left
    }

    /// A thread was idle although a large job waited.
    pub(super) fn spend(&mut self, idle: Duration) {
        self.left = self.left.saturating_sub(idle);
    }

    /// A job begins.
    pub(super) fn begin(&mut self, size: Size) {
        self.large += usize::from(size == Size::Large);
    }

    /// A job is over that took so long.
    pub(super) fn end(&mut self, size: Size, took: Duration) {
        match size {
            Size::Large => self.large = self.large.saturating_sub(1),
            Size::Small => {
                let earned = took.saturating_mul(SHARE);
                self.left = self.left.saturating_add(earned).min(MOST_LEFT);
            }
        }
    }
}

/// Idle time for the working time of small jobs: where they take a fifth of a thread, one is theirs.
const SHARE: u32 = 4;
/// A stream of small jobs that pauses for longer has ended.
const MOST_LEFT: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn without_small_jobs_large_ones_have_all_threads() {
        let mut reserve = Reserve::new(2);
        for _ in 0..2 {
            assert_eq!(reserve.most(), Size::Large);
            reserve.begin(Size::Large);
        }
    }

    #[test]
    fn small_jobs_keep_a_thread_as_long_as_they_come() {
        for (threads, open) in [(2, 1), (4, 3), (8, 6)] {
            let mut reserve = Reserve::new(threads);
            reserve.begin(Size::Small);
            reserve.end(Size::Small, ms(5));
            for _ in 0..open {
                assert_eq!(reserve.most(), Size::Large);
                reserve.begin(Size::Large);
            }
            assert_eq!((reserve.most(), reserve.left()), (Size::Small, ms(20)));
            reserve.spend(ms(15));
            assert_eq!(reserve.most(), Size::Small);
            reserve.spend(ms(15));
            assert_eq!(reserve.most(), Size::Large);
            reserve.end(Size::Small, ms(1_000));
            assert_eq!(reserve.left(), MOST_LEFT);
            reserve.end(Size::Large, ms(1_000));
            assert_eq!(reserve.most(), Size::Large, "one of the others is free");
        }
    }

    #[test]
    fn a_single_thread_is_for_all() {
        let mut reserve = Reserve::new(1);
        reserve.end(Size::Small, ms(50));
        assert_eq!(reserve.most(), Size::Large);
    }
}
