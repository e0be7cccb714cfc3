//! Cores of the machine that have nothing to do, lent for a while.

use std::fmt;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder, Scope, ScopedJoinHandle};

/// Lends cores that have nothing else to do, so that work which comes in parts is done sooner.
///
/// What is lent is the right to run one more thread, not a thread: threads that borrow what their
/// caller has cannot outlive it. Results never depend on whether a core was there.
pub trait IdleCores: fmt::Debug + Sync {
    /// Takes one; false if all of them are busy.
    fn take(&self) -> bool;

    /// Gives one back that was taken.
    fn give_back(&self);

    /// Whether other work could use one that was taken.
    fn are_missed(&self) -> bool;
}

/// No core but the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NoCores;

impl IdleCores for NoCores {
    fn take(&self) -> bool {
        false
    }

    fn give_back(&self) {}

    fn are_missed(&self) -> bool {
        true
    }
}

/// So many cores, for programs that do nothing else with them.
///
/// # Examples
///
/// ```
/// use pixgate_raster::cores::{Loan, SpareCores};
///
/// let cores = SpareCores::new(1);
/// let loan = Loan::of(&cores);
/// assert!(loan.is_some());
/// assert!(Loan::of(&cores).is_none());
/// drop(loan);
/// assert!(Loan::of(&cores).is_some());
/// ```
#[derive(Debug)]
pub struct SpareCores(AtomicUsize);

impl SpareCores {
    /// Lends as many as this at a time.
    #[must_use]
    pub const fn new(count: usize) -> Self {
        Self(AtomicUsize::new(count))
    }

    /// All that the process may use but one, which is the caller's.
    #[must_use]
    pub fn of_machine() -> Self {
        let all = thread::available_parallelism().map_or(1, NonZero::get);
        Self::new(all.saturating_sub(1))
    }
}

impl IdleCores for SpareCores {
    fn take(&self) -> bool {
        let less = |count: usize| count.checked_sub(1);
        let taken = self
            .0
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, less);
        taken.is_ok()
    }

    fn give_back(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    fn are_missed(&self) -> bool {
        false
    }
}

/// A core that was lent; dropping this gives it back.
#[derive(Debug)]
pub struct Loan<'a>(&'a dyn IdleCores);

impl<'a> Loan<'a> {
    /// Takes a core, if there is one.
    #[must_use]
    pub fn of(cores: &'a dyn IdleCores) -> Option<Self> {
        // Not made unless there is one: dropping it gives one back.
        cores.take().then(|| Self(cores))
    }

    /// Whether it should be given back as soon as what is being done is done.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        self.0.are_missed()
    }

    /// Runs work on the core; none if the operating system refuses a thread, the work is dropped
    /// then.
    #[must_use]
    pub fn spawn<'scope, T: Send + 'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        work: impl FnOnce(&Self) -> T + Send + 'scope,
    ) -> Option<ScopedJoinHandle<'scope, T>>
    where
        'a: 'scope,
    {
        let thread = Builder::new().name("pixgate-lent".to_owned());
        let thread = thread.stack_size(STACK_BYTES);
        thread.spawn_scoped(scope, move || work(&self)).ok()
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

/// What comes of each item, in their order; items are worked on at the same time as far as there are
/// idle cores.
///
/// - `helpers`: how many cores are taken at most; so many items and one more exist at a time.
///
/// # Panics
///
/// If `work` does, with what it says.
///
/// # Examples
///
/// ```
/// use pixgate_raster::cores::{SpareCores, map};
///
/// let cores = SpareCores::of_machine();
/// assert_eq!(map(&cores, 1, &[1, 2, 3], |number| number * 10), [10, 20, 30]);
/// ```
pub fn map<T: Sync, R: Send>(
    cores: &dyn IdleCores,
    helpers: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let helpers = helpers.min(items.len().saturating_sub(1));
    let loans: Vec<_> = (0..helpers).map_while(|_| Loan::of(cores)).collect();
    if loans.is_empty() {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let places: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::default()).collect();
    let next_is_done = &|| {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let (Some(item), Some(place)) = (items.get(index), places.get(index)) else {
            return false;
        };
        let result = work(item);
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        true
    };
    thread::scope(|scope| {
        let loans = loans.into_iter();
        let threads = loans.filter_map(|loan| {
            loan.spawn(scope, |loan| while next_is_done() && !loan.is_missed() {})
        });
        let threads: Vec<_> = threads.collect();
        while next_is_done() {}
        for thread in threads {
            if let Err(panic) = thread.join() {
                resume_unwind(panic);
            }
        }
    });
    let results = places.into_iter().zip(items).map(|(place, item)| {
        let result = place.into_inner().unwrap_or_else(PoisonError::into_inner);
        result.unwrap_or_else(|| work(item))
    });
    results.collect()
}

/// Codecs keep tables on the stack: AV1 needs more than the usual 2 MiB.
const STACK_BYTES: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Barrier;
    use std::thread::ThreadId;

    use super::*;

    fn threads_of(cores: &dyn IdleCores, helpers: usize, count: usize) -> HashSet<ThreadId> {
        let items = vec![(); count];
        map(cores, helpers, &items, |()| thread::current().id())
            .into_iter()
            .collect()
    }

    #[test]
    fn results_come_in_the_order_of_items() {
        let items: Vec<u32> = (0..100).collect();
        let expected: Vec<u32> = items.iter().map(|number| number * number).collect();
        for cores in [0, 1, 3] {
            let cores = SpareCores::new(cores);
            assert_eq!(map(&cores, 2, &items, |number| number * number), expected);
            let empty: Vec<u32> = map(&cores, 2, &[], |number: &u32| *number);
            assert_eq!(empty, Vec::<u32>::new());
        }
    }

    #[test]
    fn items_are_worked_on_at_the_same_time() {
        let meeting = Barrier::new(3);
        let cores = SpareCores::new(2);
        let leaders = map(&cores, 2, &[(), (), ()], |()| meeting.wait().is_leader());
        assert_eq!(leaders.into_iter().filter(|leader| *leader).count(), 1);
    }

    #[test]
    fn without_cores_or_with_one_item_nobody_helps() {
        let here = HashSet::from([thread::current().id()]);
        assert_eq!(threads_of(&NoCores, 3, 9), here);
        assert_eq!(threads_of(&SpareCores::new(3), 0, 9), here);
        assert_eq!(threads_of(&SpareCores::new(3), 3, 1), here);
    }

    #[test]
    fn what_was_not_lent_is_not_given_back() {
        let cores = SpareCores::new(1);
        let loan = Loan::of(&cores);
        assert!(loan.is_some());
        for _ in 0..3 {
            assert!(Loan::of(&cores).is_none());
        }
        drop(loan);
        assert!(Loan::of(&cores).is_some());
    }

    #[test]
    fn a_panic_says_what_it_said_and_gives_the_core_back() {
        let cores = SpareCores::new(1);
        let meeting = Barrier::new(2);
        let here = thread::current().id();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            map(&cores, 1, &[(), ()], |()| {
                meeting.wait();
                assert!(thread::current().id() == here, "no good");
            })
        }));
        let panic = outcome.unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"no good"));
        assert!(Loan::of(&cores).is_some());
    }
}
