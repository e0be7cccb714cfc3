//! What happens to samples after reconstruction (sections 7.14 to 7.18), superblock row by superblock row.
//!
//! Samples of a superblock row are reconstructed in place ([`PostFilter::row`]), with facts about its blocks
//! beside them. [`PostFilter::finish_row`] then filters as far as the samples that have been seen allow, and
//! hands out what is final: eight rows of luma later than they came, but for the last ones. Nothing that has
//! been handed out is kept but the few rows that the next ones are filtered with.
//!
//! ```text
//! reconstructed ─ deblocking ─ CDEF ─ superres ─ restoration ─ grain ─ handed out
//! ```

mod facts;
mod frame;
mod units;
mod window;

use std::collections::TryReserveError;

pub(super) use self::facts::{BlockFacts, Facts, TransformLog2};
pub(super) use self::frame::{
    CdefParameters, CdefStrength, ChromaMix, Deblocking, FilmGrain, PostFrame,
};
pub(super) use self::units::{RestorationUnit, RestorationUnits};
pub(super) use self::window::{PlaneMut, PlaneRef};

use self::window::Window;
use crate::kernels::sample::Sample;

/// Filters a frame while it is reconstructed.
#[derive(Debug)]
pub(super) struct PostFilter<S> {
    frame: PostFrame,
    facts: Facts,
    units: [RestorationUnits; 3],
    /// Reconstructed and, but for the last rows, deblocked samples.
    deblocked: [Window<S>; 3],
    /// The first row of luma that has not been reconstructed.
    next_row: usize,
    /// The first row of luma that has not been handed out.
    first_row: usize,
}

/// Where a superblock row is reconstructed.
#[derive(Debug)]
pub(super) struct SuperblockRow<'a, S> {
    /// The first row of luma of the superblock row.
    pub(super) first_row: usize,
    /// Samples of the superblock row alone: the first is that of its upper left corner. There is room for
    /// whole superblocks, so that blocks may reach beyond the frame.
    pub(super) planes: [PlaneMut<'a, S>; 3],
    pub(super) facts: &'a mut Facts,
    /// By plane.
    pub(super) units: &'a mut [RestorationUnits; 3],
}

/// Rows that are as they are shown.
#[derive(Debug)]
pub(super) struct FinalRows<'a, S> {
    /// The first row of luma; even.
    pub(super) first_row: usize,
    /// Rows of luma; even but for the last of the frame.
    pub(super) rows: usize,
    /// The rows of each plane that belong to them; planes of chroma are empty in monochrome frames.
    pub(super) planes: [PlaneRef<'a, S>; 3],
}

impl<S: Sample> PostFilter<S> {
    /// Filters for a frame whose first superblock row comes next.
    ///
    /// # Errors
    ///
    /// If there is no memory for them: see [`Self::memory`].
    pub(super) fn new(frame: PostFrame) -> Result<Self, TryReserveError> {
        let unit = |plane| RestorationUnits::new(&frame, plane);
        let deblocked = |plane| {
            let (width, rows) = deblocked_size(&frame, plane);
            Window::new(width, rows)
        };
        Ok(Self {
            facts: Facts::new(&frame)?,
            units: [unit(0)?, unit(1)?, unit(2)?],
            deblocked: [deblocked(0)?, deblocked(1)?, deblocked(2)?],
            next_row: 0,
            first_row: 0,
            frame,
        })
    }

    /// Bytes that filters of a frame take: known from its header alone.
    pub(super) fn memory(frame: &PostFrame) -> usize {
        let planes: usize = (0..3)
            .map(|plane| {
                let (width, rows) = deblocked_size(frame, plane);
                width * rows * size_of::<S>() + RestorationUnits::memory(frame, plane)
            })
            .sum();
        planes + Facts::memory(frame)
    }

    /// Where the next superblock row is to be reconstructed, and what is to be told about it.
    pub(super) fn row(&mut self) -> SuperblockRow<'_, S> {
        let (frame, first_row) = (&self.frame, self.next_row);
        let mut plane = 0;
        let planes = self.deblocked.each_mut().map(|window| {
            let row = first_row >> frame.shifts(plane).1;
            plane += 1;
            PlaneMut {
                stride: window.stride,
                samples: window.rows_mut(row),
            }
        });
        SuperblockRow {
            first_row,
            planes,
            facts: &mut self.facts,
            units: &mut self.units,
        }
    }

    /// The superblock row is reconstructed: filters as far as that allows.
    ///
    /// - `show`: is given the rows that are final, from the top down, without gaps.
    ///
    /// # Errors
    ///
    /// That of `show`.
    pub(super) fn finish_row<E>(
        &mut self,
        show: &mut impl FnMut(FinalRows<'_, S>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.next_row = (self.next_row + self.frame.superblock()).min(self.frame.height);
        let is_last = self.next_row == self.frame.height;
        while self.first_row < self.frame.height {
            // Stripes begin eight rows above multiples of 64.
            let end = (self.first_row + LAG) / STRIPE * STRIPE + STRIPE - LAG;
            let end = end.min(self.frame.height);
            if !is_last && end + LAG > self.next_row {
                break;
            }
            self.finish_stripe(end, show)?;
        }
        self.facts.advance();
        for (plane, window) in self.deblocked.iter_mut().enumerate() {
            let (_, y) = self.frame.shifts(plane);
            window.advance((self.first_row >> y).saturating_sub(CONTEXT));
        }
        Ok(())
    }

    /// Filters and shows rows of luma up to `end`.
    fn finish_stripe<E>(
        &mut self,
        end: usize,
        show: &mut impl FnMut(FinalRows<'_, S>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (frame, first_row) = (&self.frame, self.first_row);
        let planes = std::array::from_fn(|plane| {
            if plane >= frame.planes() {
                return self.deblocked[plane].show(0, 0, 0);
            }
            let (_, y) = frame.shifts(plane);
            let (_, width, _) = frame.size(plane);
            let (first, end) = (first_row >> y, (end + y) >> y);
            self.deblocked[plane].show(first, width, end - first)
        });
        self.first_row = end;
        show(FinalRows {
            first_row,
            rows: end - first_row,
            planes,
        })
    }
}

/// Samples in a row, and rows, of a plane of which deblocked samples are kept.
fn deblocked_size(frame: &PostFrame, plane: usize) -> (usize, usize) {
    if plane >= frame.planes() {
        return (0, 0);
    }
    let (x, y) = frame.shifts(plane);
    let rows = (LAG >> y) + CONTEXT + (frame.superblock() >> y);
    (frame.padded_width() >> x, rows)
}

/// Rows of luma that filters of what lies below may still change.
const LAG: usize = 8;
/// Rows of luma in a stripe (section 7.17).
const STRIPE: usize = 64;
/// Rows above a stripe that its filters look at.
const CONTEXT: usize = 2;
