//! Rows that are decoded together, because their filters are undone together.

use crate::error::filled;
use crate::filter::Filter;
use crate::inflate::Inflater;
use crate::kernels::{Kernels, ROWS};
use crate::{Error, Header};

/// Up to four rows without filters.
pub(super) struct Group {
    stride: usize,
    pixel: usize,
    /// The row above, then those of the group.
    rows: Vec<u8>,
    /// Rows that are there, and those of them that were handed over.
    ready: usize,
    taken: usize,
    /// What is wrong with the row behind them.
    failed: Option<Error>,
}

impl Group {
    pub(super) fn new(header: &Header) -> Result<Self, Error> {
        let stride = header.row_bytes();
        // Interlaced images have rows of many lengths, which are read one by one.
        let rows = if header.interlaced { 0 } else { ROWS + 1 };
        Ok(Self {
            stride,
            pixel: header.pixel_bytes(),
            rows: filled(stride.saturating_mul(rows))?,
            ready: 0,
            taken: 0,
            failed: None,
        })
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.taken == self.ready
    }

    /// The next row; there must be one.
    pub(super) fn next(&mut self) -> &[u8] {
        self.taken += 1;
        let start = self.taken * self.stride;
        self.rows
            .get(start..start + self.stride)
            .unwrap_or_default()
    }

    /// Decodes rows, at least one.
    ///
    /// - `left`: rows of the image that were not decoded.
    pub(super) fn fill<'a, I: Iterator<Item = &'a [u8]>>(
        &mut self,
        stream: &mut Inflater<'a, I>,
        kernels: &Kernels,
        left: u32,
    ) -> Result<(), Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let last = self.ready * self.stride;
        self.rows.copy_within(last..last + self.stride, 0);
        (self.ready, self.taken) = (0, 0);
        let wanted = ROWS.min(left as usize);
        let mut filters = [Filter::None; ROWS];
        let mut count = self.copy(stream, wanted, &mut filters);
        if count == Err(Error::Truncated) || matches!(count, Err(Error::Stream(_))) {
            // What was decoded before the fault is there for single rows.
            count = self.copy(stream, 1, &mut filters);
        }
        self.ready = count?;
        if self.ready == 0 {
            return Err(self.failed.unwrap_or(Error::Truncated));
        }
        self.undo(filters, kernels);
        Ok(())
    }

    /// Copies so many rows and their filters; gives those in front of one that has no filter.
    fn copy<'a, I: Iterator<Item = &'a [u8]>>(
        &mut self,
        stream: &mut Inflater<'a, I>,
        wanted: usize,
        filters: &mut [Filter; ROWS],
    ) -> Result<usize, Error> {
        let stored = stream.take(wanted * (self.stride + 1))?;
        let rows = self.rows.chunks_exact_mut(self.stride).skip(1);
        let stored = stored.chunks_exact(self.stride + 1);
        let mut count = 0;
        for ((row, stored), filter) in rows.zip(stored).zip(filters) {
            let code = stored.first().copied().unwrap_or_default();
            match Filter::from_code(code) {
                Some(found) => *filter = found,
                None => {
                    self.failed = Some(Error::Stream("filter"));
                    break;
                }
            }
            row.copy_from_slice(stored.get(1..).unwrap_or_default());
            count += 1;
        }
        Ok(count)
    }

    fn undo(&mut self, filters: [Filter; ROWS], kernels: &Kernels) {
        let slow = |filter: &&Filter| matches!(filter, Filter::Average | Filter::Paeth);
        let is_worth = filters.iter().filter(slow).count() > 1;
        let together = kernels
            .undo_rows
            .filter(|_| is_worth && self.ready == ROWS && matches!(self.pixel, 3 | 4));
        let (above, rows) = self.rows.split_at_mut(self.stride);
        if let Some(undo_rows) = together {
            let mut rows = rows.chunks_exact_mut(self.stride);
            let rows = [(); ROWS].map(|()| rows.next().unwrap_or_default());
            undo_rows(filters, self.pixel, above, rows);
            return;
        }
        let mut above: &[u8] = above;
        let rows = rows.chunks_exact_mut(self.stride).take(self.ready);
        for (row, filter) in rows.zip(filters) {
            (kernels.undo)(filter, self.pixel, above, row);
            above = row;
        }
    }
}
