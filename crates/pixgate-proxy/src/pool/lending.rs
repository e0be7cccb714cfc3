//! Cores of threads without a job, lent to the jobs of others.

use std::sync::atomic::Ordering;

use pixgate_engine::IdleCores;

use super::{Pool, Shared};

/// Running jobs are lent the cores of threads that have no job. As soon as there are more jobs than
/// that leaves threads for, those cores are missed: jobs never wait for them, and have them back
/// after a band of rows or a frame.
impl IdleCores for Pool {
    fn take(&self) -> bool {
        let shared = &self.shared;
        let is_idle = || shared.cores_in_use() < self.slots();
        if !is_idle() || shared.lock().waiting.len() > 0 {
            return false;
        }
        shared.lent.fetch_add(1, Ordering::AcqRel);
        let is_right = shared.cores_in_use() <= self.slots();
        if !is_right {
            self.give_back();
        }
        is_right
    }

    fn give_back(&self) {
        self.shared.lent.fetch_sub(1, Ordering::AcqRel);
    }

    fn are_missed(&self) -> bool {
        self.shared.cores_in_use() > self.slots()
    }
}

impl Shared {
    /// Cores that jobs and their helpers use.
    fn cores_in_use(&self) -> usize {
        self.busy.load(Ordering::Acquire) + self.lent.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use pixgate_engine::{Cancel, Loan};
    use tokio::sync::oneshot;

    use super::*;
    use crate::pool::Task;

    /// A job that runs until the sender is dropped.
    async fn running(pool: &Pool) -> (mpsc::Sender<()>, Task<bool>) {
        let (release, released) = mpsc::channel::<()>();
        let (begin, begun) = oneshot::channel();
        let task = pool.submit(Cancel::never(), move || {
            let _ = begin.send(());
            released.recv().is_err()
        });
        assert!(begun.await.is_ok());
        (release, task)
    }

    #[tokio::test]
    async fn cores_of_threads_without_a_job_are_lent_one_by_one() {
        let pool = Pool::new(3).expect("threads");
        let (release, job) = running(&pool).await;
        let loans = [Loan::of(&pool), Loan::of(&pool), Loan::of(&pool)];
        assert_eq!(loans.each_ref().map(Option::is_some), [true, true, false]);
        assert!(loans.iter().flatten().all(|loan| !loan.is_missed()));
        let [first, ..] = loans;
        drop(first);
        assert!(Loan::of(&pool).is_some());
        drop(release);
        assert_eq!(job.await, Ok(true));
    }

    #[tokio::test]
    async fn a_job_does_not_wait_for_a_core_that_is_lent_and_the_core_is_missed() {
        let pool = Pool::new(2).expect("threads");
        let (release, job) = running(&pool).await;
        let loan = Loan::of(&pool).expect("an idle thread");
        assert!(!loan.is_missed());
        let (release_other, other) = running(&pool).await;
        assert!(loan.is_missed());
        drop(loan);
        assert!(Loan::of(&pool).is_none());
        drop((release, release_other));
        assert_eq!((job.await, other.await), (Ok(true), Ok(true)));
        while pool.busy() > 0 {
            std::thread::yield_now();
        }
        assert!(Loan::of(&pool).is_some());
    }

    #[tokio::test]
    async fn nothing_is_lent_while_jobs_wait_or_of_a_single_thread() {
        let pool = Pool::new(1).expect("threads");
        let (release, job) = running(&pool).await;
        let waiting = pool.submit(Cancel::never(), || ());
        assert!(Loan::of(&pool).is_none());
        drop(release);
        assert_eq!((job.await, waiting.await), (Ok(true), Ok(())));
    }
}
