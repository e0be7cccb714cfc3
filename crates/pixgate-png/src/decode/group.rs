//! Rows that are decoded together, because their filters are undone together.

use crate::error::filled;
use crate::filter::Filter;
use crate::inflate::Inflater;
use crate::kernels::{Kernels, ROWS, Stored};
use crate::{Error, Header};

/// Up to eight rows without filters.
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

    /// Decodes rows, at least one; the group must be empty.
    ///
    /// - `left`: rows of the image that were not decoded.
    pub(super) fn fill<'a, I: Iterator<Item = &'a [u8]>>(
        &mut self,
        stream: &mut Inflater<'a, I>,
        kernels: &Kernels,
        left: u32,
    ) -> Result<(), Error> {
        self.restart();
        let wanted = ROWS.min(left as usize);
        let mut rows = std::mem::take(&mut self.rows);
        let (above, out) = rows.split_at_mut(self.stride);
        let mut count = self.decode(stream, kernels, wanted, (above, out));
        if count == Err(Error::Truncated) || matches!(count, Err(Error::Stream(_))) {
            // What was decoded before the fault is there for single rows.
            count = self.decode(stream, kernels, 1, (above, out));
        }
        self.rows = rows;
        self.ready = count?;
        if self.ready == 0 {
            return Err(self.failed.unwrap_or(Error::Truncated));
        }
        Ok(())
    }

    /// Decodes rows to where they are wanted; gives their number, which is zero where they must be asked
    /// for one by one. The group must be empty.
    ///
    /// - `out`: room for eight rows.
    pub(super) fn fill_out<'a, I: Iterator<Item = &'a [u8]>>(
        &mut self,
        stream: &mut Inflater<'a, I>,
        kernels: &Kernels,
        out: &mut [u8],
    ) -> usize {
        self.restart();
        let mut rows = std::mem::take(&mut self.rows);
        let above = rows.get_mut(..self.stride).unwrap_or_default();
        let count = self
            .decode(stream, kernels, ROWS, (above, out))
            .unwrap_or(0);
        let last = count.checked_sub(1).map(|last| last * self.stride);
        let last = last.and_then(|start| out.get(start..start + self.stride));
        if let Some(last) = last {
            above.copy_from_slice(last);
        }
        self.rows = rows;
        count
    }

    /// The last row becomes the one above.
    fn restart(&mut self) {
        let last = self.ready * self.stride;
        self.rows.copy_within(last..last + self.stride, 0);
        (self.ready, self.taken) = (0, 0);
    }

    /// Decodes so many rows, or those in front of one that has no filter; gives their number.
    fn decode<'a, I: Iterator<Item = &'a [u8]>>(
        &mut self,
        stream: &mut Inflater<'a, I>,
        kernels: &Kernels,
        wanted: usize,
        (above, out): (&[u8], &mut [u8]),
    ) -> Result<usize, Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let rows = stream.take(wanted * (self.stride + 1))?;
        let mut filters = [Filter::None; ROWS];
        let codes = rows.iter().step_by(self.stride + 1);
        let mut count = 0;
        for (filter, code) in filters.iter_mut().zip(codes) {
            let Some(found) = Filter::from_code(*code) else {
                self.failed = Some(Error::Stream("filter"));
                break;
            };
            *filter = found;
            count += 1;
        }
        let stored = Stored {
            filters,
            pixel: self.pixel,
            stride: self.stride,
            rows,
        };
        undo(&stored, count, kernels, (above, out));
        Ok(count)
    }
}

/// Undoes the filters of so many rows.
fn undo(stored: &Stored<'_>, count: usize, kernels: &Kernels, (above, out): (&[u8], &mut [u8])) {
    let slow = |filter: &&Filter| matches!(filter, Filter::Average | Filter::Paeth);
    let is_worth = stored.filters.iter().filter(slow).count() > 1;
    let together = kernels
        .undo_rows
        .filter(|_| is_worth && count == ROWS && matches!(stored.pixel, 3 | 4));
    if let Some(undo_rows) = together {
        undo_rows(stored, above, out);
        return;
    }
    let mut above = above;
    let rows = stored.rows.chunks_exact(stored.stride + 1).take(count);
    let out = out.chunks_exact_mut(stored.stride);
    for ((row, out), filter) in rows.zip(out).zip(stored.filters) {
        let row = row.get(1..).unwrap_or_default();
        (kernels.undo)(filter, stored.pixel, [above, row], out);
        above = out;
    }
}
