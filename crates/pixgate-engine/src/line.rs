//! An assembly line of two places: what one makes the other takes, beside it if a core is idle.

mod belt;
mod helper;
mod taker;

use std::panic::resume_unwind;
use std::thread::{self, Scope, ScopedJoinHandle};

use pixgate_raster::cores::{IdleCores, Loan};

use crate::{Error, ErrorKind};
use belt::{Belt, MOST_BYTES, Phase};
use helper::help;
pub(crate) use taker::Taker;

/// Bytes of items at most that have been made and not been taken yet, beside what a line of one
/// thread has.
///
/// - `item_bytes`: of the largest item.
pub(crate) const fn waiting_bytes(item_bytes: u64) -> u64 {
    // Those on the belt, and those that were on it when the helper came to fetch them.
    MOST_BYTES.saturating_add(item_bytes).saturating_mul(2)
}

/// As [`waiting_bytes`], where every item has exactly these.
pub(crate) const fn waiting_bytes_of_equals(item_bytes: u64) -> u64 {
    let item_bytes = if item_bytes == 0 { 1 } else { item_bytes };
    let most = MOST_BYTES.div_ceil(item_bytes).saturating_mul(item_bytes);
    most.saturating_mul(2)
}

/// Makes items and has them taken, one after the other and in order.
///
/// An idle core takes them beside the caller; if there is none, or it is missed elsewhere, the
/// caller takes each as soon as it is made.
///
/// - `make`: hands items to the line, and gives what else is to be known.
/// - Takes [`waiting_bytes`] more than one thread does.
///
/// # Errors
///
/// Those of the taker before those of `make`, as if there were one thread.
pub(crate) fn run<T: Taker, R>(
    cores: &dyn IdleCores,
    taker: T,
    make: impl FnOnce(&mut Line<'_, '_, T>) -> Result<R, Error>,
) -> Result<(R, T), Error> {
    let belt = Belt::new();
    thread::scope(|scope| {
        let mut line = Line {
            scope,
            cores,
            belt: &belt,
            taker: Some(taker),
            helper: None,
        };
        let made = make(&mut line);
        let taker = line.finish()?;
        let made = made?;
        Ok((made, taker.ok_or(ErrorKind::Internal)?))
    })
}

/// The first place of a line.
pub(crate) struct Line<'scope, 'env, T: Taker> {
    scope: &'scope Scope<'scope, 'env>,
    cores: &'env dyn IdleCores,
    belt: &'env Belt<T>,
    /// Who takes, unless it is at the helper's or has failed.
    taker: Option<T>,
    helper: Option<ScopedJoinHandle<'scope, ()>>,
}

impl<'env, T: Taker> Line<'_, 'env, T> {
    /// Has an item taken, now or soon.
    ///
    /// # Errors
    ///
    /// Those of the taker, for this item or one before.
    pub(crate) fn push(&mut self, item: T::Item) -> Result<(), Error> {
        if self.helper.is_none()
            && let Some(loan) = Loan::of(self.cores)
        {
            self.lend(loan);
        }
        let mut item = item;
        if self.helper.is_some() {
            match self.belt.put(item) {
                Ok(()) => return Ok(()),
                Err(back) => item = back,
            }
            self.take_over()?;
        }
        match &mut self.taker {
            Some(taker) => taker.take(item),
            None => Err(ErrorKind::Internal.into()),
        }
    }

    /// The taker, which has taken everything; none if it failed before.
    fn finish(mut self) -> Result<Option<T>, Error> {
        self.belt.close(Phase::Ending);
        self.take_over()?;
        Ok(self.taker.take())
    }

    fn lend(&mut self, loan: Loan<'env>) {
        let belt = self.belt;
        belt.open(self.taker.take());
        self.helper = loan.spawn(self.scope, |loan| help(belt, loan));
        if self.helper.is_none() {
            self.taker = belt.clear().0;
        }
    }

    /// Waits for the helper, and goes on where it has left off.
    fn take_over(&mut self) -> Result<(), Error> {
        let Some(helper) = self.helper.take() else {
            return Ok(());
        };
        if let Err(panic) = helper.join() {
            resume_unwind(panic);
        }
        let (taker, left, failure) = self.belt.clear();
        if let Some(failure) = failure {
            return Err(failure);
        }
        self.taker = taker;
        let taker = self.taker.as_mut();
        let taker = taker.ok_or(ErrorKind::Internal)?;
        left.into_iter().try_for_each(|item| taker.take(item))
    }
}

impl<T: Taker> Drop for Line<'_, '_, T> {
    /// Sends the helper home, should `make` have panicked.
    fn drop(&mut self) {
        self.belt.close(Phase::Broken);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread::ThreadId;

    use pixgate_raster::cores::{NoCores, SpareCores};

    use super::belt::WORTH_BYTES;
    use super::*;

    /// Keeps numbers, and fails or panics at one.
    #[derive(Default)]
    struct Keeper {
        numbers: Vec<u64>,
        threads: Vec<ThreadId>,
        fails_at: Option<u64>,
        panics_at: Option<u64>,
    }

    impl Taker for Keeper {
        type Item = u64;

        fn take(&mut self, number: u64) -> Result<(), Error> {
            assert!(self.panics_at != Some(number), "not {number}");
            if self.fails_at == Some(number) {
                return Err(ErrorKind::Cancelled.into());
            }
            self.numbers.push(number);
            self.threads.push(thread::current().id());
            Ok(())
        }

        fn item_bytes(_: &u64) -> u64 {
            WORTH_BYTES / 3
        }
    }

    /// Lends a core of which it is said after each item whether it is missed.
    #[derive(Debug)]
    struct Lent(SpareCores, bool);

    impl Lent {
        const fn new(is_missed: bool) -> Self {
            Self(SpareCores::new(1), is_missed)
        }

        fn is_back(&self) -> bool {
            Loan::of(self).is_some()
        }
    }

    impl IdleCores for Lent {
        fn take(&self) -> bool {
            self.0.take()
        }

        fn give_back(&self) {
            self.0.give_back();
        }

        fn are_missed(&self) -> bool {
            self.1
        }
    }

    fn push_all(line: &mut Line<'_, '_, Keeper>) -> Result<u64, Error> {
        (0..COUNT).try_for_each(|number| line.push(number))?;
        Ok(COUNT)
    }

    const COUNT: u64 = 200;

    #[test]
    fn items_are_taken_in_order_whoever_takes_them() {
        let (missed, kept) = (Lent::new(true), Lent::new(false));
        let all: [&dyn IdleCores; 3] = [&NoCores, &missed, &kept];
        for cores in all {
            let (made, keeper) = run(cores, Keeper::default(), push_all).unwrap();
            assert_eq!(made, COUNT);
            assert!(keeper.numbers.into_iter().eq(0..COUNT), "{cores:?}");
            let here = thread::current().id();
            let elsewhere = keeper.threads.iter().any(|thread| *thread != here);
            assert_eq!(elsewhere, cores.take(), "{cores:?}");
        }
    }

    #[test]
    fn a_core_that_is_not_missed_takes_everything() {
        let (_, keeper) = run(&Lent::new(false), Keeper::default(), push_all).unwrap();
        let here = thread::current().id();
        assert!(keeper.threads.iter().all(|thread| *thread != here));
    }

    #[test]
    fn the_first_failure_is_told() {
        for fails_at in [0, 7, COUNT - 1] {
            for cores in [SpareCores::new(0), SpareCores::new(1)] {
                let keeper = Keeper {
                    fails_at: Some(fails_at),
                    ..Keeper::default()
                };
                let outcome = run(&cores, keeper, |line| {
                    push_all(line)?;
                    Err::<(), _>(ErrorKind::DeadlineExceeded.into())
                });
                let error = outcome.map(|_| ()).unwrap_err();
                assert_eq!(error.kind(), &ErrorKind::Cancelled, "{fails_at} {cores:?}");
            }
        }
        let outcome = run(&SpareCores::new(1), Keeper::default(), |line| {
            push_all(line)?;
            Err::<(), _>(ErrorKind::DeadlineExceeded.into())
        });
        let error = outcome.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::DeadlineExceeded);
    }

    #[test]
    fn panics_end_both_places_and_say_what_they_said() {
        let cores = Lent::new(false);
        let here = catch_unwind(AssertUnwindSafe(|| {
            run(&cores, Keeper::default(), |line| {
                push_all(line).unwrap();
                assert_eq!(COUNT, 0, "made no more");
                Ok(())
            })
        }));
        assert!(here.is_err() && cores.is_back());
        let keeper = Keeper {
            panics_at: Some(9),
            ..Keeper::default()
        };
        let there = catch_unwind(AssertUnwindSafe(|| run(&cores, keeper, push_all)));
        let panic = there.map(|_| ()).unwrap_err();
        assert_eq!(panic.downcast_ref::<String>().unwrap(), "not 9");
        assert!(cores.is_back());
    }

    /// As many items wait at most as [`waiting_bytes`] counts.
    #[test]
    fn few_items_wait() {
        #[derive(Debug)]
        struct Slow(std::sync::Arc<std::sync::atomic::AtomicU64>);
        impl Taker for Slow {
            type Item = u64;
            fn take(&mut self, number: u64) -> Result<(), Error> {
                thread::sleep(std::time::Duration::from_millis(1));
                self.0
                    .store(number + 1, std::sync::atomic::Ordering::SeqCst);
                Ok(())
            }
            fn item_bytes(_: &u64) -> u64 {
                WORTH_BYTES
            }
        }
        let taken = std::sync::Arc::default();
        let slow = Slow(std::sync::Arc::clone(&taken));
        let most = waiting_bytes(WORTH_BYTES) / WORTH_BYTES;
        let outcome = run(&SpareCores::new(1), slow, |line| {
            for number in 0..50 {
                line.push(number)?;
                let waiting = number + 1 - taken.load(std::sync::atomic::Ordering::SeqCst);
                assert!(waiting <= most, "{waiting} of {most}");
            }
            Ok(())
        });
        assert!(outcome.is_ok());
    }
}
