//! CDEF of a stripe: which blocks are filtered, and how strongly (section 7.15).

use std::collections::TryReserveError;

use super::facts::Facts;
use super::frame::{CdefParameters, CdefStrength, PostFrame};
use super::stripe::Stripe;
use super::window::{Window, filled};
use crate::kernels::filters::Filters;
use crate::kernels::filters::cdef::{Cdef, MISSING, TILE_ABOVE, TILE_LEFT};
use crate::kernels::filters::tile::TILE_STRIDE;
use crate::kernels::sample::Sample;

/// Filters stripes.
#[derive(Debug)]
pub(super) struct CdefStage<S> {
    parameters: CdefParameters,
    tile: Vec<u16>,
    /// Filtered samples of the stripe.
    pub(super) windows: [Window<S>; 3],
}

/// A block of 8x8 samples of luma that is filtered.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    /// From the tile's first block on.
    row: usize,
    /// From the tile's first block on.
    column: usize,
    strengths: [CdefStrength; 2],
    direction: usize,
    variance: u32,
}

/// A tile of 64 columns of luma in a stripe.
struct Tile<'a> {
    frame: &'a PostFrame,
    stripe: Stripe,
    /// The first column of luma.
    column: usize,
}

impl<S: Sample> CdefStage<S> {
    pub(super) fn new(
        frame: &PostFrame,
        parameters: CdefParameters,
    ) -> Result<Self, TryReserveError> {
        let window = |plane| {
            let (width, rows) = Stripe::window(frame, plane);
            Window::new(width, rows)
        };
        Ok(Self {
            parameters,
            tile: filled(0, TILE_ROWS * TILE_STRIDE)?,
            windows: [window(0)?, window(1)?, window(2)?],
        })
    }

    /// Bytes that [`Self::new`] takes.
    pub(super) fn memory(frame: &PostFrame) -> usize {
        let window = |plane| {
            let (width, rows) = Stripe::window(frame, plane);
            width * rows * size_of::<S>()
        };
        (0..3).map(window).sum::<usize>() + TILE_ROWS * TILE_STRIDE * size_of::<u16>()
    }

    /// Filters a stripe of deblocked samples.
    ///
    /// - `first_row`: of luma, that of the superblock row of which `facts` are.
    pub(super) fn run(
        &mut self,
        frame: &PostFrame,
        facts: &Facts,
        first_row: usize,
        stripe: Stripe,
        from: &[Window<S>; 3],
    ) {
        for (plane, window) in self.windows.iter_mut().enumerate().take(frame.planes()) {
            let rows = stripe.padded_rows_of(frame, plane);
            window.first = rows.start;
            let count = rows.len() * window.stride;
            window.rows_mut(rows.start)[..count]
                .copy_from_slice(&from[plane].rows(rows.start)[..count]);
        }
        let mut blocks = [Block::default(); 64];
        for column in (0..frame.width).step_by(64) {
            let tile = Tile {
                frame,
                stripe,
                column,
            };
            let count = self.find_blocks(facts, first_row, &tile, &mut blocks);
            if count > 0 {
                self.filter_tile(&tile, from, &mut blocks[..count]);
            }
        }
    }

    /// Finds the blocks that are filtered; returns how many.
    fn find_blocks(
        &self,
        facts: &Facts,
        first_row: usize,
        tile: &Tile<'_>,
        blocks: &mut [Block; 64],
    ) -> usize {
        let mut count = 0;
        let columns = (tile.frame.width - tile.column).div_ceil(8).min(8);
        for (row, y) in (tile.stripe.start..tile.stripe.end).step_by(8).enumerate() {
            let filtered = facts.filtered((y + 8).saturating_sub(first_row) / 8);
            let filtered = filtered.iter().skip(tile.column / 8).take(columns);
            for (column, index) in filtered.enumerate() {
                let Some(index) = index else { continue };
                let strengths = self.parameters.strengths[usize::from(*index) & 7];
                if strengths == [CdefStrength::default(); 2] {
                    continue;
                }
                if let Some(block) = blocks.get_mut(count) {
                    *block = Block {
                        row,
                        column,
                        strengths,
                        ..Block::default()
                    };
                    count += 1;
                }
            }
        }
        count
    }

    fn filter_tile(&mut self, tile: &Tile<'_>, from: &[Window<S>; 3], blocks: &mut [Block]) {
        let frame = tile.frame;
        let filters = S::filters();
        let is_used =
            |block: &Block, chroma: usize| block.strengths[chroma] != CdefStrength::default();
        let wants_direction = |block: &Block| block.strengths.iter().any(|s| s.primary > 0);
        if blocks
            .iter()
            .any(|block| is_used(block, 0) || wants_direction(block))
        {
            tile.load(0, &from[0], &mut self.tile);
            for block in &mut *blocks {
                if wants_direction(block) {
                    let origin = origin(block, (0, 0));
                    (block.direction, block.variance) =
                        (filters.direction)(&self.tile, origin, frame.bit_depth);
                }
                if is_used(block, 0) {
                    self.filter_block(filters, tile, 0, block);
                }
            }
        }
        if !blocks.iter().any(|block| is_used(block, 1)) {
            return;
        }
        for (plane, window) in from.iter().enumerate().take(frame.planes()).skip(1) {
            tile.load(plane, window, &mut self.tile);
            for block in blocks.iter().filter(|block| is_used(block, 1)) {
                self.filter_block(filters, tile, plane, block);
            }
        }
    }

    fn filter_block(&mut self, filters: &Filters<S>, tile: &Tile<'_>, plane: usize, block: &Block) {
        let frame = tile.frame;
        let shifts = frame.shifts(plane);
        let depth = frame.bit_depth - 8;
        let strength = block.strengths[plane.min(1)];
        let mut primary = u16::from(strength.primary) << depth;
        let mut direction = 0;
        if primary > 0 {
            direction = match shifts {
                (1, 0) => HALF_WIDTH[block.direction],
                (0, 1) => HALF_HEIGHT[block.direction],
                _ => block.direction,
            };
        }
        if plane == 0 {
            primary = adapted(primary, block.variance);
        }
        let secondary = u16::from(strength.secondary) << depth;
        if primary == 0 && secondary == 0 {
            return;
        }
        let cdef = Cdef {
            origin: origin(block, shifts),
            is_narrow: shifts.0 > 0,
            is_low: shifts.1 > 0,
            primary,
            secondary,
            damping: u32::from(self.parameters.damping) + depth - u32::from(plane > 0),
            direction,
            bit_depth: frame.bit_depth,
        };
        let window = &mut self.windows[plane];
        let (row, column) = (
            (tile.stripe.start + 8 * block.row) >> shifts.1,
            (tile.column + 8 * block.column) >> shifts.0,
        );
        let stride = window.stride;
        (filters.cdef)(
            &self.tile,
            cdef,
            &mut window.rows_mut(row)[column..],
            stride,
        );
    }
}

impl Tile<'_> {
    /// Samples of a plane with two around them.
    fn load<S: Sample>(&self, plane: usize, from: &Window<S>, to: &mut [u16]) {
        let (x, y) = self.frame.shifts(plane);
        // As far as there are blocks of 8x8, samples exist.
        let width = self.frame.width.next_multiple_of(8) >> x;
        let height = self.frame.height.next_multiple_of(8) >> y;
        let first = self.column >> x;
        let last = (first + (64 >> x) + BORDER).min(width);
        let rows = self.stripe.padded_rows_of(self.frame, plane);
        for (index, to) in to
            .chunks_exact_mut(TILE_STRIDE)
            .take(rows.len() + 2 * TILE_ABOVE)
            .enumerate()
        {
            let row = rows.start + index;
            if row < TILE_ABOVE || row - TILE_ABOVE >= height {
                to.fill(MISSING);
                continue;
            }
            let samples = &from.rows(row - TILE_ABOVE)[..width];
            let start = first.saturating_sub(BORDER);
            let at = TILE_LEFT - (first - start);
            for (to, &sample) in to[at..].iter_mut().zip(&samples[start..last]) {
                *to = sample.into();
            }
            if first == 0 {
                to[TILE_LEFT - BORDER..TILE_LEFT].fill(MISSING);
            }
            let end = at + (last - start);
            let wanted = TILE_LEFT + (64 >> x) + BORDER;
            if end < wanted {
                to[end..wanted].fill(MISSING);
            }
        }
    }
}

/// Where a block begins in a tile.
fn origin(block: &Block, (x, y): (usize, usize)) -> usize {
    (TILE_ABOVE + ((8 * block.row) >> y)) * TILE_STRIDE + TILE_LEFT + ((8 * block.column) >> x)
}

/// The strength of luma where a direction stands out by `variance`.
fn adapted(strength: u16, variance: u32) -> u16 {
    let Some(log2) = (variance >> 6).checked_ilog2() else {
        return if variance > 0 {
            (strength * 4 + 8) >> 4
        } else {
            0
        };
    };
    let log2 = u16::try_from(log2.min(12)).unwrap_or(12);
    (strength * (4 + log2) + 8) >> 4
}

/// Directions in planes with half the columns (`Cdef_Uv_Dir`).
const HALF_WIDTH: [usize; 8] = [7, 0, 2, 4, 5, 6, 6, 6];
/// Directions in planes with half the rows.
const HALF_HEIGHT: [usize; 8] = [1, 2, 2, 2, 3, 4, 6, 0];
/// Samples around a tile.
const BORDER: usize = 2;
/// Rows of a tile: those of a stripe with those around them.
const TILE_ROWS: usize = 64 + 2 * TILE_ABOVE;
