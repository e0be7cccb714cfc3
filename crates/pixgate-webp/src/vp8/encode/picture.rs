//! The picture that is encoded: planes that go on to whole macroblocks.

use crate::Error;
use crate::memory::{filled, zeroed};
use crate::vp8::kernels::Rows;

/// Planes of 4:2:0 with sides of whole macroblocks.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) size: (usize, usize),
    /// Macroblocks in a row, and rows of them.
    pub(super) columns: usize,
    pub(super) rows: usize,
    luma: Vec<u8>,
    chroma: [Vec<u8>; 2],
    /// Rows of luma that have come.
    filled: usize,
}

/// A macroblock: luma, then Cb and Cr side by side.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Source {
    pub(super) luma: [Rows; 4],
    pub(super) chroma: [Rows; 2],
}

impl Picture {
    pub(super) fn new(width: u32, height: u32) -> Result<Self, Error> {
        let sides = 1..=MAX_SIDE;
        if !sides.contains(&width) || !sides.contains(&height) {
            return Err(Error::Size { width, height });
        }
        let size = (width as usize, height as usize);
        let (columns, rows) = (size.0.div_ceil(16), size.1.div_ceil(16));
        let count = columns * rows * 64;
        Ok(Self {
            size,
            columns,
            rows,
            luma: zeroed(count * 4)?,
            chroma: [filled(128, count)?, filled(128, count)?],
            filled: 0,
        })
    }

    /// How many rows of luma are still to come.
    pub(super) const fn missing(&self) -> usize {
        self.size.1 - self.filled
    }

    /// The next row of luma.
    pub(super) fn push_luma(&mut self, row: &[u8]) {
        let stride = self.columns * 16;
        put(&mut self.luma, stride, self.filled, row);
        self.filled += 1;
        if self.missing() == 0 {
            repeat(&mut self.luma, stride, self.filled);
        }
    }

    /// A row of chroma, by its place.
    pub(super) fn set_chroma(&mut self, y: usize, rows: [&[u8]; 2]) {
        let stride = self.columns * 8;
        for (plane, row) in self.chroma.iter_mut().zip(rows) {
            put(plane, stride, y, row);
            if y + 1 == self.size.1.div_ceil(2) {
                repeat(plane, stride, y + 1);
            }
        }
    }

    /// Luma and chroma, with what pads them.
    pub(super) fn planes_mut(&mut self) -> [&mut [u8]; 3] {
        let [cb, cr] = &mut self.chroma;
        [&mut self.luma, cb, cr]
    }

    /// Pads planes anew.
    pub(super) fn extend(&mut self) {
        let stride = self.columns * 16;
        let half = (self.size.0.div_ceil(2), self.size.1.div_ceil(2));
        let [cb, cr] = &mut self.chroma;
        let planes = [(&mut self.luma, stride, self.size), (cb, stride / 2, half)];
        for (plane, stride, (width, height)) in planes.into_iter().chain([(cr, stride / 2, half)]) {
            for row in plane.chunks_exact_mut(stride).take(height) {
                let last = row[width - 1];
                row[width..].fill(last);
            }
            repeat(plane, stride, height);
        }
    }

    /// A macroblock.
    pub(super) fn source(&self, column: usize, row: usize) -> Source {
        let mut source = Source::default();
        let stride = self.columns * 16;
        let from = self.luma[row * 16 * stride..].chunks_exact(stride);
        for (to, from) in source.luma.as_flattened_mut().iter_mut().zip(from) {
            to.copy_from_slice(&from[column * 16..column * 16 + 16]);
        }
        for (plane, samples) in self.chroma.iter().enumerate() {
            let from = samples[row * 4 * stride..].chunks_exact(stride / 2);
            for (to, from) in source.chroma.as_flattened_mut().iter_mut().zip(from) {
                to[plane * 8..plane * 8 + 8].copy_from_slice(&from[column * 8..column * 8 + 8]);
            }
        }
        source
    }
}

/// Puts a row into its place; its last sample goes on to the end.
fn put(plane: &mut [u8], stride: usize, y: usize, row: &[u8]) {
    let Some(to) = plane.get_mut(y * stride..(y + 1) * stride) else {
        return;
    };
    let (inside, beyond) = to.split_at_mut(row.len().min(stride));
    inside.copy_from_slice(&row[..inside.len()]);
    beyond.fill(row.last().copied().unwrap_or_default());
}

/// Repeats the last row to the end.
fn repeat(plane: &mut [u8], stride: usize, filled: usize) {
    let Some(start) = filled.checked_sub(1).map(|last| last * stride) else {
        return;
    };
    let mut at = start + stride;
    while at < plane.len() {
        plane.copy_within(start..start + stride, at);
        at += stride;
    }
}

/// Sides have 14 bits.
pub(super) const MAX_SIDE: u32 = 16_383;
