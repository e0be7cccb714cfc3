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

mod cdef;
mod deblock;
mod facts;
mod frame;
mod grain;
mod restore;
mod stripe;
mod superres;
#[cfg(test)]
mod tests;
mod units;
mod window;

use std::collections::TryReserveError;

pub(super) use self::facts::{BlockFacts, Facts, TransformLog2};
pub(super) use self::frame::{
    CdefParameters, CdefStrength, ChromaMix, Deblocking, FilmGrain, PostFrame,
};
pub(super) use self::units::{RestorationUnit, RestorationUnits};
pub(super) use self::window::{PlaneMut, PlaneRef};

use self::cdef::CdefStage;
use self::grain::GrainStage;
use self::restore::{RestorationStage, Source};
use self::stripe::{LAG, Stripe};
use self::superres::SuperresStage;
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
    cdef: Option<CdefStage<S>>,
    superres: Option<SuperresStage<S>>,
    restoration: Option<RestorationStage<S>>,
    grain: Option<Box<GrainStage<S>>>,
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
            cdef: frame
                .cdef
                .map(|cdef| CdefStage::new(&frame, cdef))
                .transpose()?,
            superres: frame
                .has_superres()
                .then(|| SuperresStage::new(&frame))
                .transpose()?,
            restoration: frame
                .is_restored()
                .then(|| RestorationStage::new(&frame))
                .transpose()?,
            grain: frame
                .grain
                .as_ref()
                .map(|grain| GrainStage::new(&frame, grain))
                .transpose()?,
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
        let cdef = frame.cdef.map_or(0, |_| CdefStage::<S>::memory(frame));
        let mut stages = cdef;
        if frame.has_superres() {
            stages += SuperresStage::<S>::memory(frame);
        }
        if frame.is_restored() {
            stages += RestorationStage::<S>::memory(frame);
        }
        if frame.grain.is_some() {
            stages += GrainStage::<S>::memory(frame);
        }
        planes + Facts::memory(frame) + stages
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
        let row = self.next_row;
        if let Some(deblocking) = self.frame.deblocking {
            deblock::deblock(
                &self.frame,
                deblocking,
                &self.facts,
                row,
                &mut self.deblocked,
            );
        }
        self.facts.resolve();
        self.next_row = (row + self.frame.superblock()).min(self.frame.height);
        let is_last = self.next_row == self.frame.height;
        while self.first_row < self.frame.height {
            let stripe = Stripe::from(self.first_row, self.frame.height);
            if !is_last && stripe.end + LAG > self.next_row {
                break;
            }
            self.finish_stripe(row, stripe, show)?;
        }
        self.facts.advance();
        for (plane, window) in self.deblocked.iter_mut().enumerate() {
            let (_, y) = self.frame.shifts(plane);
            window.advance((self.first_row >> y).saturating_sub(CONTEXT));
        }
        Ok(())
    }

    /// Filters and shows a stripe.
    ///
    /// - `row`: the first row of luma of the superblock row of which the facts are.
    fn finish_stripe<E>(
        &mut self,
        row: usize,
        stripe: Stripe,
        show: &mut impl FnMut(FinalRows<'_, S>) -> Result<(), E>,
    ) -> Result<(), E> {
        let frame = &self.frame;
        self.first_row = stripe.end;
        let mut windows = &self.deblocked;
        if let Some(cdef) = &mut self.cdef {
            cdef.run(frame, &self.facts, row, stripe, windows);
            windows = &cdef.windows;
        }
        if let Some(superres) = &mut self.superres {
            superres.run(frame, stripe, windows, &self.deblocked);
        }
        let superres = self.superres.as_ref();
        if let Some(superres) = superres {
            windows = &superres.windows;
        }
        if let Some(restoration) = &mut self.restoration {
            let source = Source {
                frame,
                stripe,
                windows,
                deblocked: &self.deblocked,
                superres,
            };
            restoration.run(&self.units, &source);
        }
        let mut planes = std::array::from_fn(|plane| {
            let window = match &self.restoration {
                Some(restoration) if frame.restoration[plane].is_some() => {
                    &restoration.windows[plane]
                }
                _ => &windows[plane],
            };
            stripe.show(frame, plane, window)
        });
        if let Some(grain) = &mut self.grain {
            grain.run(frame, stripe, &planes);
            planes = std::array::from_fn(|plane| stripe.show(frame, plane, &grain.windows[plane]));
        }
        show(FinalRows {
            first_row: stripe.start,
            rows: stripe.end - stripe.start,
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

/// Rows above a stripe that its filters look at.
const CONTEXT: usize = 2;
