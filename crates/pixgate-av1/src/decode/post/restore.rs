//! Loop restoration of a stripe (section 7.17).

use std::collections::TryReserveError;

use super::frame::PostFrame;
use super::stripe::{LAG, Stripe};
use super::superres::SuperresStage;
use super::units::{RestorationUnit, RestorationUnits};
use super::window::{Window, filled};
use crate::kernels::filters::self_guided::SelfGuided;
use crate::kernels::filters::tile::{RESTORE_ABOVE, RESTORE_LEFT, RESTORE_TILE, TILE_STRIDE};
use crate::kernels::filters::wiener::Wiener;
use crate::kernels::sample::Sample;

/// Restores stripes.
#[derive(Debug)]
pub(super) struct RestorationStage<S> {
    tile: Vec<u16>,
    /// Restored samples of the stripe; empty for planes that are not restored.
    pub(super) windows: [Window<S>; 3],
}

/// What is restored.
#[derive(Clone, Copy)]
pub(super) struct Source<'a, S> {
    pub(super) frame: &'a PostFrame,
    pub(super) stripe: Stripe,
    /// Rows of the stripe after CDEF and superres.
    pub(super) windows: &'a [Window<S>; 3],
    /// Rows around the stripe before CDEF.
    pub(super) deblocked: &'a [Window<S>; 3],
    /// Has the same rows after superres, if there is any.
    pub(super) superres: Option<&'a SuperresStage<S>>,
}

impl<S: Sample> Source<'_, S> {
    /// A row of a plane: those beyond the stripe are repeated from the third on.
    fn row(&self, plane: usize, row: isize) -> &[S] {
        let (_, _, height) = self.frame.size(plane);
        let rows = self.stripe.rows_of(self.frame, plane);
        let row = row.max(0).unsigned_abs().min(height - 1);
        let index = if row < rows.start {
            2 - (rows.start - row).min(2)
        } else if row >= rows.end {
            2 + (row - rows.end).min(1)
        } else {
            return self.windows[plane].rows(row);
        };
        match self.superres {
            Some(superres) => superres.around(plane, index),
            None => {
                let row = self.stripe.row_around(self.frame, plane, index);
                self.deblocked[plane].rows(row.unwrap_or(0))
            }
        }
    }

    /// Samples of up to 64 columns with those around them.
    fn load(&self, plane: usize, column: usize, tile: &mut [u16]) {
        let (_, width, _) = self.frame.size(plane);
        let rows = self.stripe.rows_of(self.frame, plane);
        let count = rows.len() + 2 * RESTORE_ABOVE;
        // As many samples as a row of a tile has before, and behind.
        let start = column.saturating_sub(RESTORE_LEFT);
        let end = (column + TILE_STRIDE - RESTORE_LEFT).min(width);
        for (index, to) in tile.chunks_exact_mut(TILE_STRIDE).take(count).enumerate() {
            let row = (rows.start + index).cast_signed() - RESTORE_ABOVE.cast_signed();
            let from = &self.row(plane, row)[..width];
            let before = RESTORE_LEFT - (column - start);
            to[..before].fill(from[0].into());
            let (inner, behind) = to[before..].split_at_mut(end - start);
            for (to, &sample) in inner.iter_mut().zip(&from[start..end]) {
                *to = sample.into();
            }
            behind.fill(from[width - 1].into());
        }
    }
}

impl<S: Sample> RestorationStage<S> {
    pub(super) fn new(frame: &PostFrame) -> Result<Self, TryReserveError> {
        let window = |plane: usize| {
            let (width, rows) = Self::size(frame, plane);
            Window::new(width, rows)
        };
        Ok(Self {
            tile: filled(0, RESTORE_TILE)?,
            windows: [window(0)?, window(1)?, window(2)?],
        })
    }

    /// Bytes that [`Self::new`] takes.
    pub(super) fn memory(frame: &PostFrame) -> usize {
        let plane = |plane| {
            let (width, rows) = Self::size(frame, plane);
            width * rows * size_of::<S>()
        };
        (0..3).map(plane).sum::<usize>() + RESTORE_TILE * size_of::<u16>()
    }

    fn size(frame: &PostFrame, plane: usize) -> (usize, usize) {
        match frame.restoration[plane] {
            Some(_) => Stripe::upscaled_window(frame, plane),
            None => (0, 0),
        }
    }

    /// Restores the planes of a stripe that are restored at all.
    pub(super) fn run(&mut self, units: &[RestorationUnits; 3], source: &Source<'_, S>) {
        let frame = source.frame;
        for (plane, units) in units.iter().enumerate().take(frame.planes()) {
            let Some(log2) = frame.restoration[plane] else {
                continue;
            };
            let (_, y) = frame.shifts(plane);
            let (_, width, _) = frame.size(plane);
            let of_row = units.row((source.stripe.start + LAG) >> y >> log2);
            self.windows[plane].first = source.stripe.rows_of(frame, plane).start;
            for column in (0..width).step_by(64) {
                // Units have at least 64 columns, or those of chroma 32.
                for column in (column..width.min(column + 64)).step_by(1 << log2.min(6)) {
                    let end = width.min(column + (1 << log2.min(6)));
                    let unit = (column >> log2).min(of_row.len().saturating_sub(1));
                    let unit = of_row.get(unit).copied().unwrap_or_default();
                    self.restore(plane, (column, end), unit, source);
                }
            }
        }
    }

    /// Restores columns of a plane.
    fn restore(
        &mut self,
        plane: usize,
        (start, end): (usize, usize),
        unit: RestorationUnit,
        source: &Source<'_, S>,
    ) {
        let filters = S::filters();
        let depth = source.frame.bit_depth;
        let rows = source.stripe.rows_of(source.frame, plane);
        let window = &mut self.windows[plane];
        let stride = window.stride;
        let to = &mut window.rows_mut(rows.start)[start..];
        let size = (end - start, rows.len());
        match unit {
            RestorationUnit::None => {
                for (to, row) in to.chunks_mut(stride).zip(rows) {
                    let from = &source.windows[plane].rows(row)[start..end];
                    to[..size.0].copy_from_slice(from);
                }
            }
            RestorationUnit::Wiener {
                vertical,
                horizontal,
            } => {
                source.load(plane, start, &mut self.tile);
                let filter = Wiener::new(vertical, horizontal, depth);
                (filters.wiener)(&self.tile, size, filter, to, stride);
            }
            RestorationUnit::SelfGuided { set, weights } => {
                source.load(plane, start, &mut self.tile);
                let filter = SelfGuided::new(set, weights, depth);
                (filters.self_guided)(&self.tile, size, filter, to, stride);
            }
        }
    }
}
