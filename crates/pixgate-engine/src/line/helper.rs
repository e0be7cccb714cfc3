//! Who takes items on an idle core.

use pixgate_raster::cores::Loan;

use super::belt::{Belt, Phase};
use super::taker::Taker;

/// The helper's work: takes what comes until nothing does, or until the core is missed.
pub(super) fn help<T: Taker>(belt: &Belt<T>, loan: &Loan<'_>) {
    let mut leaving = Leaving { belt, taker: None };
    let Some(mut taker) = belt.lock().taker.take() else {
        return;
    };
    while let Some(mut items) = belt.fetch() {
        while let Some(item) = items.pop_front() {
            if let Err(failure) = taker.take(item) {
                belt.lock().failure = Some(failure);
                return;
            }
            if loan.is_missed() {
                belt.put_back(items);
                leaving.taker = Some(taker);
                return;
            }
        }
    }
    leaving.taker = Some(taker);
}

/// Says that the helper is gone, whatever the reason.
struct Leaving<'a, T: Taker> {
    belt: &'a Belt<T>,
    taker: Option<T>,
}

impl<T: Taker> Drop for Leaving<'_, T> {
    fn drop(&mut self) {
        let mut state = self.belt.lock();
        state.taker = self.taker.take();
        state.phase = Phase::Alone;
        drop(state);
        self.belt.changed.notify_one();
    }
}
