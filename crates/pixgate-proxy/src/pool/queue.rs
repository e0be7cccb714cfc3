//! Waiting jobs by whose turn it is.

use std::collections::BTreeMap;
use std::time::Duration;

/// What waits, by turn.
#[derive(Debug)]
pub(super) struct Queue<T> {
    waiting: BTreeMap<Turn, T>,
    pushed: u64,
}

/// Whose turn it is: the earliest moment first, at the same moment who came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    at: Duration,
    id: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            waiting: BTreeMap::new(),
            pushed: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Adds something whose turn it is at this moment, on a clock of the caller's.
    pub(super) fn push(&mut self, at: Duration, item: T) -> Turn {
        self.pushed += 1;
        let turn = Turn {
            at,
            id: self.pushed,
        };
        self.waiting.insert(turn, item);
        turn
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        self.waiting.pop_first().map(|(_, item)| item)
    }

    pub(super) fn remove(&mut self, turn: Turn) -> Option<T> {
        self.waiting.remove(&turn)
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }
}
