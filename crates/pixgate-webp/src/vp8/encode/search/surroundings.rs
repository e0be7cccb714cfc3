//! What surrounds a macroblock, and the predictions of whole blocks from it.

use crate::vp8::kernels::{Kernels, Rows};
use crate::vp8::predict::{Around, LEFT, STRIDE};

/// Pixels next to rows of 16 pixels: all of luma, or Cb and Cr side by side.
pub(super) struct Surroundings<const N: usize> {
    above: [u8; 16],
    /// The pixel to the left, all along each row.
    left: [Rows; N],
    /// The pixel before those above, all along the row.
    corner: [u8; 16],
    dc: [u8; 16],
}

impl<const N: usize> Surroundings<N> {
    /// - `areas`: workspaces of one or two planes, side by side in the result.
    pub(super) fn new<const PLANES: usize>(areas: [&[u8]; PLANES], around: Around) -> Self {
        let mut all = Self {
            above: [0; 16],
            left: [Rows::default(); N],
            corner: [0; 16],
            dc: [0; 16],
        };
        let side = 16 / PLANES;
        for (plane, area) in areas.into_iter().enumerate() {
            let (start, end) = (plane * side, (plane + 1) * side);
            all.above[start..end].copy_from_slice(&area[LEFT..LEFT + side]);
            all.corner[start..end].fill(area[LEFT - 1]);
            let mut sum = 0_u32;
            let rows = area.chunks_exact(STRIDE).skip(1);
            for (to, from) in all.left.as_flattened_mut().iter_mut().zip(rows) {
                to[start..end].fill(from[LEFT - 1]);
                sum += u32::from(from[LEFT - 1]);
            }
            let above: u32 = area[LEFT..LEFT + side].iter().map(|p| u32::from(*p)).sum();
            let dc = mean(sum, above, side, around);
            all.dc[start..end].fill(dc);
        }
        all
    }

    /// Predictions in the order of the modes: DC, vertical, horizontal, motion.
    pub(super) fn predictions(&self, kernels: &Kernels) -> [[Rows; N]; 4] {
        let mut motion = [Rows::default(); N];
        for (to, left) in motion.iter_mut().zip(&self.left) {
            (kernels.motion)(&self.above, left, &self.corner, to);
        }
        [[[self.dc; 4]; N], [[self.above; 4]; N], self.left, motion]
    }
}

/// The mean of those neighbours that there are.
///
/// - `side`: pixels on each side, a power of two.
fn mean(left: u32, above: u32, side: usize, around: Around) -> u8 {
    let (sum, count) = match (around.left, around.above) {
        (true, true) => (left + above, 2 * side),
        (true, false) => (left, side),
        (false, true) => (above, side),
        (false, false) => return 128,
    };
    let bits = count.ilog2();
    u8::try_from((sum + (1 << bits >> 1)) >> bits).unwrap_or(u8::MAX)
}
