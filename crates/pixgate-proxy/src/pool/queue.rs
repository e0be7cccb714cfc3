//! Waiting jobs by whose turn it is, in two lanes.

use std::collections::BTreeMap;
use std::time::Duration;

/// How much work a job is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Size {
    /// Nobody minds to wait for it.
    Small,
    /// Small ones should not have to wait for it.
    Large,
}

impl Size {
    /// The size of a job of which so much work is expected.
    pub(super) fn of(expected: Duration) -> Self {
        match expected > MOST_SMALL {
            true => Self::Large,
            false => Self::Small,
        }
    }
}

/// What waits, by turn.
#[derive(Debug)]
pub(super) struct Queue<T> {
    small: BTreeMap<Turn, T>,
    large: BTreeMap<Turn, T>,
    pushed: u64,
}

/// Whose turn it is: the earliest moment first, at the same moment who came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    at: Duration,
    id: u64,
    size: Size,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            small: BTreeMap::new(),
            large: BTreeMap::new(),
            pushed: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Adds something that came at a moment, on a clock of the caller's. If it is large it lets those
    /// pass that come until `patience` later.
    pub(super) fn push(&mut self, now: Duration, patience: Duration, size: Size, item: T) -> Turn {
        self.pushed += 1;
        let patience = match size {
            Size::Small => Duration::ZERO,
            Size::Large => patience,
        };
        let turn = Turn {
            at: now.saturating_add(patience),
            id: self.pushed,
            size,
        };
        self.lane(size).insert(turn, item);
        turn
    }

    /// Takes what comes next: only small things, or whatever it may be.
    pub(super) fn pop(&mut self, most: Size) -> Option<(Size, T)> {
        let first = |lane: &BTreeMap<Turn, T>| lane.keys().next().copied();
        let large = first(&self.large).filter(|_| most == Size::Large);
        let turn = [first(&self.small), large].into_iter().flatten().min()?;
        let item = self.lane(turn.size).remove(&turn)?;
        Some((turn.size, item))
    }

    pub(super) fn remove(&mut self, turn: Turn) -> Option<T> {
        self.lane(turn.size).remove(&turn)
    }

    pub(super) fn len(&self) -> usize {
        self.small.len() + self.large.len()
    }

    pub(super) fn clear(&mut self) {
        self.small.clear();
        self.large.clear();
    }

    fn lane(&mut self, size: Size) -> &mut BTreeMap<Turn, T> {
        match size {
            Size::Small => &mut self.small,
            Size::Large => &mut self.large,
        }
    }
}

/// A photograph of some megapixels takes a fifth of this as JPEG, and more than this as PNG or WebP.
const MOST_SMALL: Duration = Duration::from_millis(25);

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn small_ones_keep_their_order_and_pass_large_ones() {
        let mut queue = Queue::default();
        assert_eq!(
            (Size::of(ms(25)), Size::of(ms(26))),
            (Size::Small, Size::Large)
        );
        queue.push(ms(0), ms(100), Size::Large, "large");
        queue.push(ms(1), ms(100), Size::Small, "first");
        queue.push(ms(1), ms(0), Size::Small, "second");
        queue.push(ms(101), ms(0), Size::Small, "late");
        let gone = queue.push(ms(1), ms(0), Size::Small, "gone");
        assert_eq!(queue.remove(gone), Some("gone"));
        let all: Vec<_> = std::iter::from_fn(|| queue.pop(Size::Large)).collect();
        let order: Vec<_> = all.iter().map(|(_, item)| *item).collect();
        assert_eq!(order, ["first", "second", "large", "late"]);
    }

    #[test]
    fn large_ones_are_left_if_only_small_ones_are_wanted() {
        let mut queue = Queue::default();
        queue.push(ms(0), ms(0), Size::Large, "large");
        assert_eq!(queue.pop(Size::Small), None);
        queue.push(ms(9), ms(0), Size::Small, "small");
        assert_eq!(queue.pop(Size::Small), Some((Size::Small, "small")));
        assert_eq!((queue.pop(Size::Small), queue.len()), (None, 1));
    }
}
