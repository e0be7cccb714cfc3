//! Where macroblocks are put together: what is predicted and what surrounds it.

use super::predict::{Around, LEFT, STRIDE};
use crate::Error;
use crate::memory::filled;

/// The last row of each macroblock above: luma, then both kinds of chroma.
pub(super) struct Lines {
    pub(super) luma: Vec<[u8; 16]>,
    pub(super) chroma: Vec<[[u8; 8]; 2]>,
}

/// Where one macroblock is put together, with pixels of its neighbours around it.
pub(super) struct Space {
    pub(super) luma: [u8; STRIDE * 17],
    pub(super) chroma: [[u8; STRIDE * 9]; 2],
}

impl Lines {
    /// What stands for the rows above the picture.
    pub(super) fn new(columns: usize) -> Result<Self, Error> {
        Ok(Self {
            luma: filled([127; 16], columns)?,
            chroma: filled([[127; 8]; 2], columns)?,
        })
    }
}

impl Space {
    pub(super) const fn new() -> Self {
        Self {
            luma: [127; STRIDE * 17],
            chroma: [[127; STRIDE * 9]; 2],
        }
    }

    /// Puts pixels of the neighbours around the macroblock; the one to the left is still here.
    #[inline(always)]
    pub(super) fn surround(&mut self, lines: &Lines, column: usize, around: Around) {
        surround::<16>(&mut self.luma, around);
        self.luma[LEFT..LEFT + 16].copy_from_slice(&lines.luma[column]);
        let next = lines.luma.get(column + 1);
        let right = match next {
            Some(next) => [next[0], next[1], next[2], next[3]],
            None => [lines.luma[column][15]; 4],
        };
        // Subblocks at the right edge see the same pixels in all rows.
        for y in [0, 4, 8, 12] {
            let at = y * STRIDE + LEFT + 16;
            self.luma[at..at + 4].copy_from_slice(&right);
        }
        for (area, above) in self.chroma.iter_mut().zip(&lines.chroma[column]) {
            surround::<8>(area, around);
            area[LEFT..LEFT + 8].copy_from_slice(above);
        }
    }

    /// Keeps the last rows for the macroblocks below.
    #[inline(always)]
    pub(super) fn hand_over(&self, lines: &mut Lines, column: usize) {
        let last = 16 * STRIDE + LEFT;
        lines.luma[column].copy_from_slice(&self.luma[last..last + 16]);
        let last = 8 * STRIDE + LEFT;
        for (line, area) in lines.chroma[column].iter_mut().zip(&self.chroma) {
            line.copy_from_slice(&area[last..last + 8]);
        }
    }
}

/// The column to the left: the last of the macroblock before, or what stands for nothing.
#[inline(always)]
fn surround<const N: usize>(area: &mut [u8], around: Around) {
    for (y, row) in area.chunks_exact_mut(STRIDE).enumerate() {
        row[LEFT - 1] = match (around.left, y) {
            (true, _) => row[LEFT + N - 1],
            (false, 0) if !around.above => 127,
            (false, _) => 129,
        };
    }
}
