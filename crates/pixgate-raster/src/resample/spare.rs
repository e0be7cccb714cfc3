//! Buffers between passes, kept for the next ones.

use crate::{Depth, Samples};

/// Buffers that are not in use, the smallest first.
#[derive(Debug, Default)]
pub(crate) struct Spare(Vec<Samples>);

impl Spare {
    /// A buffer for `count` samples with arbitrary content, if one is large enough.
    pub(crate) fn take(&mut self, depth: Depth, count: usize) -> Option<Samples> {
        let fits = |buffer: &Samples| buffer.depth() == depth && buffer.capacity() >= count;
        let mut buffer = self.0.remove(self.0.iter().position(fits)?);
        buffer.resize(count);
        Some(buffer)
    }

    /// Keeps a buffer, or the two largest of its depth.
    ///
    /// Two are in use at a time, so more would never be needed at once.
    pub(crate) fn keep(&mut self, buffer: Samples) {
        let depth = buffer.depth();
        self.0.push(buffer);
        self.0.sort_by_key(Samples::capacity);
        let is_alike = |buffer: &Samples| buffer.depth() == depth;
        if self.0.iter().filter(|buffer| is_alike(buffer)).count() > 2
            && let Some(smallest) = self.0.iter().position(is_alike)
        {
            self.0.remove(smallest);
        }
    }
}
