//! Making 8-bit planes smaller, both axes row by row.
//!
//! Height goes first, then width. In between samples are held in 16 bits, six of them behind the
//! point; what the kernel overshoots is cut off, as the reference does (pipeline §6.1).

use std::sync::Arc;

use super::taps::{MAX_TAPS, Taps};
use super::{Axis, Scaling};
use crate::kernels::Kernels;
use crate::{Error, ErrorKind, Layout, zeroed};

/// Both axes' weights: planes of the same size share them.
#[derive(Debug, Clone)]
pub(crate) struct PlaneTaps {
    key: (u32, u32, Scaling),
    pub(crate) columns: Arc<Taps>,
    pub(crate) rows: Arc<Taps>,
}

impl PlaneTaps {
    /// - `source`: a layout for which [`can_reduce`] holds.
    pub(crate) fn new(source: Layout, to: Scaling) -> Result<Self, Error> {
        Ok(Self {
            key: (source.width, source.height, to),
            columns: Arc::new(Taps::new(to.x, source.width)?),
            rows: Arc::new(Taps::new(to.y, source.height)?),
        })
    }

    /// Whether these are the weights for this mapping.
    pub(crate) fn is_for(&self, source: Layout, to: Scaling) -> bool {
        self.key == (source.width, source.height, to)
    }
}

/// Whether a plane of 8-bit samples can be mapped row by row.
pub(crate) fn can_reduce(source: Layout, to: Scaling) -> bool {
    let is_plane = source == Layout::u8(source.width, source.height, crate::Channels::Grey);
    let changes = !(to.x.is_identity(source.width) && to.y.is_identity(source.height));
    is_plane && changes && Taps::can_map(to.x, source.width) && Taps::can_map(to.y, source.height)
}

/// Bytes of weights and of the row in between.
pub(crate) fn plane_bytes(source: Layout, to: Scaling) -> u64 {
    let row = (u64::from(source.width) + MAX_TAPS as u64) * 2;
    let axis = |axis: Axis, source| Taps::bytes(axis, source);
    row + axis(to.x, source.width) + axis(to.y, source.height) + 8 * MAX_TAPS as u64
}

/// Rows of the source that are needed at a time, at most.
pub(crate) fn most_rows(source: Layout, to: Scaling) -> u64 {
    Taps::most(to.y, source.height) as u64
}

/// The row between both passes, with room behind it that weights of nothing may reach.
pub(crate) fn middle_row(columns: &Taps) -> Result<Vec<i16>, Error> {
    zeroed(columns.source() + columns.count())
}

/// Makes one row of the result.
///
/// - `row`: source rows by number.
/// - `middle`: see [`middle_row`].
pub(crate) fn make_row<'r>(
    taps: &PlaneTaps,
    output: usize,
    row: impl Fn(usize) -> &'r [u8],
    middle: &mut [i16],
    target: &mut [u8],
) -> Result<(), Error> {
    let kernels = Kernels::detect();
    let width = taps.columns.source();
    let filled = middle
        .get_mut(..width)
        .ok_or(ErrorKind::UnsupportedLayout)?;
    weigh(taps, output, row, |rows, weights| {
        (kernels.vertical)(rows, weights, filled);
    })?;
    (kernels.horizontal)(middle, &taps.columns, target);
    Ok(())
}

/// Hands over the source rows of an output row, an even number of them, and their weights.
pub(crate) fn weigh<'r, T: 'r>(
    taps: &PlaneTaps,
    output: usize,
    row: impl Fn(usize) -> &'r [T],
    kernel: impl FnOnce(&[&[T]], &[i16]),
) -> Result<(), Error> {
    let (first, weights) = taps.rows.get(output);
    let used = taps.rows.end(output) - first;
    let mut sources: [&[T]; MAX_TAPS] = [&[]; MAX_TAPS];
    let count = used.next_multiple_of(2).min(weights.len());
    let sources = sources
        .get_mut(..count)
        .ok_or(ErrorKind::UnsupportedLayout)?;
    for (index, source) in sources.iter_mut().enumerate() {
        *source = row(first + index.min(used - 1));
    }
    kernel(sources, &weights[..count]);
    Ok(())
}
