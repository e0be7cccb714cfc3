//! From one thread to the other.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::units::{End, Units};

/// Where units go from one thread to the other.
#[derive(Debug)]
pub(super) struct Slot {
    state: Mutex<State>,
    changed: Condvar,
    /// How many units may wait here.
    most: usize,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// What was read and not taken, without gaps.
    parts: VecDeque<Units>,
    /// Units in them.
    units: usize,
    /// Whether the decoder takes what comes: there is no way back to an earlier unit.
    is_joined: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nobody reads yet.
    Waiting,
    Reading,
    /// Nobody reads any more, or is to.
    Ended,
}

impl Slot {
    pub(super) const fn new(most: usize) -> Self {
        Self {
            state: Mutex::new(State {
                phase: Phase::Waiting,
                parts: VecDeque::new(),
                units: 0,
                is_joined: false,
            }),
            changed: Condvar::new(),
            most,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for more units; says whether there may be more.
    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> Result<MutexGuard<'a, State>, ()> {
        if state.phase != Phase::Reading {
            return Err(());
        }
        let woken = self.changed.wait(state);
        Ok(woken.unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn begin(&self) -> Option<Reading<'_>> {
        let mut state = self.lock();
        (state.phase == Phase::Waiting).then(|| {
            state.phase = Phase::Reading;
            Reading(self)
        })
    }

    pub(super) fn close(&self) {
        self.lock().phase = Phase::Ended;
    }

    /// Finds the unit that begins at a place, and takes the part that it is in.
    ///
    /// Nothing is read from now on if nobody has begun to.
    pub(super) fn join(&self, place: u32) -> Search {
        let mut state = self.lock();
        if state.phase == Phase::Waiting {
            state.phase = Phase::Ended;
        }
        loop {
            while let Some(part) = state.parts.pop_front() {
                if part.end <= place {
                    state.units -= part.starts.len();
                    continue;
                }
                let Ok(unit) = part.starts.binary_search(&place) else {
                    state.parts.push_front(part);
                    return Search::NotHere;
                };
                state.units -= part.starts.len();
                state.is_joined = true;
                return Search::Found(part, unit);
            }
            state = match self.wait(state) {
                Ok(state) => state,
                Err(()) => return Search::Over,
            };
        }
    }

    /// Whether so many units are here, or will be.
    pub(super) fn has(&self, units: usize) -> bool {
        let mut state = self.lock();
        while state.units < units {
            state = match self.wait(state) {
                Ok(state) => state,
                Err(()) => return false,
            };
        }
        true
    }

    /// Takes what comes next.
    pub(super) fn next(&self) -> Option<Units> {
        let mut state = self.lock();
        let part = state.parts.pop_front()?;
        state.units -= part.starts.len();
        Some(part)
    }
}

/// What comes of looking for a unit.
#[derive(Debug)]
pub(super) enum Search {
    /// The part that it is in, and its number there.
    Found(Units, usize),
    /// No unit begins there.
    NotHere,
    /// There are no units from there on, nor will there be any.
    Over,
}

/// Somebody reads; when this is dropped nobody does.
pub(super) struct Reading<'a>(&'a Slot);

impl Reading<'_> {
    /// Hands units over; says whether more are wanted.
    pub(super) fn put(&self, units: Units, end: End) -> bool {
        let mut state = self.0.lock();
        state.units += units.starts.len();
        state.parts.push_back(units);
        let mut is_wanted = state.phase == Phase::Reading && state.units < self.0.most;
        match end {
            End::Full => {}
            End::OfData => is_wanted = false,
            End::InvalidCode if state.is_joined => is_wanted = false,
            // Not in step, or damaged: what comes behind may be of use.
            End::InvalidCode => {
                state.parts.clear();
                state.units = 0;
            }
        }
        drop(state);
        self.0.changed.notify_one();
        is_wanted
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.close();
        self.0.changed.notify_one();
    }
}
