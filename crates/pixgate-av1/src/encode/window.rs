//! Reconstructed samples of one row of superblocks and the row of samples above it.

use crate::encode::context::{Place, UNITS, interleave};
use crate::encode::tile_grid::SUPERBLOCK;
use crate::kernels::{Size, predict};

/// The part of a plane of a tile that prediction can still see.
pub(crate) struct Window {
    /// Row 0 is above the superblocks; rows are `stride` samples apart.
    samples: Vec<u16>,
    stride: usize,
    /// Samples of a superblock's side in this plane.
    superblock: usize,
    /// Samples of the tile that belong to the frame, whose sides are rounded up to whole 8 of luma.
    width: usize,
    height: usize,
    bit_depth: u32,
    /// Superblock that is worked at.
    column: usize,
    row: usize,
}

impl Window {
    /// - `width`, `height`: of the tile in this plane, rounded up to whole blocks of 8 of luma.
    /// - `subsampling`: 1 where luma has twice the resolution, else 0.
    pub(crate) fn new(width: usize, height: usize, subsampling: u32, bit_depth: u32) -> Self {
        let superblock = SUPERBLOCK >> subsampling;
        let stride = width.next_multiple_of(superblock);
        Self {
            samples: vec![0; stride * (superblock + 1)],
            stride,
            superblock,
            width,
            height,
            bit_depth,
            column: 0,
            row: 0,
        }
    }

    /// Turns to a superblock; rows must be visited in order.
    pub(crate) fn turn_to(&mut self, column: usize, row: usize) {
        if row != self.row {
            let last = self.stride * self.superblock;
            self.samples.copy_within(last.., 0);
        }
        self.column = column;
        self.row = row;
    }

    /// Samples of a superblock's side in this plane.
    pub(crate) const fn superblock(&self) -> usize {
        self.superblock
    }

    pub(crate) const fn stride(&self) -> usize {
        self.stride
    }

    /// Reconstructed rows of the present superblocks, as far as they belong to the frame.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u16]> {
        let rows = self.samples.chunks_exact(self.stride).skip(1);
        rows.map(|row| &row[..self.width])
    }

    /// Where a block begins.
    fn start(&self, place: Place) -> usize {
        (1 + place.y * 4) * self.stride + self.column * self.superblock + place.x * 4
    }

    /// Samples from a block's first one on.
    pub(crate) fn block(&self, place: Place) -> &[u16] {
        &self.samples[self.start(place)..]
    }

    /// Samples from a block's first one on.
    pub(crate) fn block_mut(&mut self, place: Place) -> &mut [u16] {
        let start = self.start(place);
        &mut self.samples[start..]
    }

    /// Copies a block out, without gaps.
    pub(crate) fn save(&self, place: Place, to: &mut [u16]) {
        let n = place.size.width.samples();
        let rows = self.block(place).chunks(self.stride);
        for (to, from) in to.chunks_exact_mut(n).zip(rows) {
            to.copy_from_slice(&from[..n]);
        }
    }

    /// Puts a block in, without gaps.
    pub(crate) fn restore(&mut self, place: Place, from: &[u16]) {
        let n = place.size.width.samples();
        let rows = place.size.height.samples();
        let stride = self.stride;
        let block = self.block_mut(place).chunks_mut(stride);
        for (from, to) in from.chunks_exact(n).take(rows).zip(block) {
            to[..n].copy_from_slice(from);
        }
    }

    /// What prediction of a block sees (section 7.11.2): samples above and on the left, as far as
    /// they are decoded before it, then repetitions of the last one.
    pub(crate) fn around(&self, place: Place, to: &mut predict::Edges) {
        let Size { width, height } = place.size;
        let (width, height) = (width.samples(), height.samples());
        let most = 2 * width.max(height);
        let x = self.column * self.superblock + place.x * 4;
        let y = self.row * self.superblock + place.y * 4;
        to.has_above = y > 0;
        to.has_left = x > 0;
        let start = self.start(place);
        let above = start - self.stride;
        if to.has_above {
            let wanted = if self.sees_above_right(place, x) {
                2 * width
            } else {
                width
            };
            let have = wanted.min(self.width - x);
            to.above[..have].copy_from_slice(&self.samples[above..][..have]);
            let last = to.above[have - 1];
            to.above[have..most].fill(last);
        }
        if to.has_left {
            let wanted = if self.sees_below_left(place, y) {
                2 * height
            } else {
                height
            };
            let have = wanted.min(self.height - y);
            let column = self.samples[start - 1..].iter().step_by(self.stride);
            for (to, &from) in to.left[..have].iter_mut().zip(column) {
                *to = from;
            }
            let last = to.left[have - 1];
            to.left[have..most].fill(last);
        }
        let middle = 1 << (self.bit_depth - 1);
        let (nothing_above, nothing_left, corner) = match (to.has_above, to.has_left) {
            (true, true) => (0, 0, self.samples[above - 1]),
            (true, false) => (0, self.samples[above], self.samples[above]),
            (false, true) => (self.samples[start - 1], 0, self.samples[start - 1]),
            (false, false) => (middle - 1, middle + 1, middle),
        };
        if !to.has_above {
            to.above[..most].fill(nothing_above);
        }
        if !to.has_left {
            to.left[..most].fill(nothing_left);
        }
        to.corner = corner;
    }

    fn sees_above_right(&self, place: Place, x: usize) -> bool {
        let n = place.size.width.samples();
        let units = n / 4;
        if x + n >= self.width {
            return false;
        }
        let right = place.x + units;
        match place.y.checked_sub(1) {
            None => true,
            Some(_) if right * 4 >= self.superblock => false,
            Some(y) => interleave(right) | interleave(y) << 1 < place.index(),
        }
    }

    fn sees_below_left(&self, place: Place, y: usize) -> bool {
        let n = place.size.height.samples();
        let below = place.y + n / 4;
        if y + n >= self.height || below * 4 >= self.superblock {
            return false;
        }
        match place.x.checked_sub(1) {
            None => true,
            Some(x) => interleave(x) | interleave(below) << 1 < place.index(),
        }
    }
}

const _: () = assert!(UNITS * 4 == SUPERBLOCK);
