//! What lies between the two places of a line.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::taker::Taker;
use crate::Error;

/// Items that were made and not taken, and a helper's coming and going.
pub(super) struct Belt<T: Taker> {
    state: Mutex<State<T>>,
    pub(super) changed: Condvar,
}

pub(super) struct State<T: Taker> {
    pub(super) phase: Phase,
    items: VecDeque<T::Item>,
    bytes: u64,
    /// On its way to the helper or back.
    pub(super) taker: Option<T>,
    /// Why the taker took no more.
    pub(super) failure: Option<Error>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is no helper.
    Alone,
    /// A helper takes what comes.
    Helped,
    /// Nothing more comes.
    Ending,
    /// What has come is not wanted any more.
    Broken,
}

impl<T: Taker> Belt<T> {
    pub(super) const fn new() -> Self {
        Self {
            state: Mutex::new(State {
                phase: Phase::Alone,
                items: VecDeque::new(),
                bytes: 0,
                taker: None,
                failure: None,
            }),
            changed: Condvar::new(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
        let state = self.changed.wait(state);
        state.unwrap_or_else(PoisonError::into_inner)
    }

    /// Gets ready for a helper, who finds the taker here.
    pub(super) fn open(&self, taker: Option<T>) {
        let mut state = self.lock();
        state.phase = Phase::Helped;
        state.taker = taker;
    }

    /// Tells the helper, if there is one.
    pub(super) fn close(&self, phase: Phase) {
        let mut state = self.lock();
        if state.phase != Phase::Alone {
            state.phase = phase;
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Takes everything that is here once the helper is gone.
    pub(super) fn clear(&self) -> (Option<T>, VecDeque<T::Item>, Option<Error>) {
        let mut state = self.lock();
        state.phase = Phase::Alone;
        state.bytes = 0;
        let items = mem::take(&mut state.items);
        (state.taker.take(), items, state.failure.take())
    }

    /// Puts an item on the belt as soon as there is room; gives it back if the helper is gone.
    pub(super) fn put(&self, item: T::Item) -> Result<(), T::Item> {
        let mut state = self.lock();
        while state.phase == Phase::Helped && state.bytes >= MOST_BYTES {
            state = self.wait(state);
        }
        if state.phase != Phase::Helped {
            return Err(item);
        }
        state.bytes = state.bytes.saturating_add(T::item_bytes(&item));
        state.items.push_back(item);
        let is_worth_it = state.bytes >= WORTH_BYTES;
        drop(state);
        if is_worth_it {
            self.changed.notify_one();
        }
        Ok(())
    }

    /// Waits until there is something worth it, and takes all of it; none if nothing more comes.
    pub(super) fn fetch(&self) -> Option<VecDeque<T::Item>> {
        let mut state = self.lock();
        while state.phase == Phase::Helped && state.bytes < WORTH_BYTES {
            state = self.wait(state);
        }
        if state.phase == Phase::Broken || state.items.is_empty() {
            return None;
        }
        state.bytes = 0;
        let items = mem::take(&mut state.items);
        drop(state);
        self.changed.notify_one();
        Some(items)
    }

    /// Leaves to others what was fetched.
    pub(super) fn put_back(&self, mut items: VecDeque<T::Item>) {
        let mut state = self.lock();
        items.append(&mut state.items);
        state.items = items;
    }
}

/// Bytes on the belt from which on it is full.
pub(super) const MOST_BYTES: u64 = 128 << 10;
/// Bytes on the belt for which a helper is woken.
pub(super) const WORTH_BYTES: u64 = 48 << 10;
