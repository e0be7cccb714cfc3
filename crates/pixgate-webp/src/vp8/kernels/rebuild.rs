//! Adding coefficients to predictions, and predicting subblocks one after the other.

use super::Coefficients;
use super::lanes::Lanes;
use super::transform::residual;
use crate::vp8::modes::TRUE_MOTION;
use crate::vp8::predict::{DIRECTIONS, LEFT, ORIGIN, STRIDE};

/// Where luma of one macroblock is put together.
type LumaArea = [u8; STRIDE * 17];
/// The same for one kind of chroma.
type ChromaArea = [u8; STRIDE * 9];

/// Adds sixteen blocks to their prediction.
#[inline(always)]
pub(in crate::vp8) fn add_luma<L: Lanes>(area: &mut LumaArea, groups: &[Coefficients; 6]) {
    let rows = &mut area.as_chunks_mut::<STRIDE>().0[1..];
    for (rows, group) in rows.as_chunks_mut::<4>().0.iter_mut().zip(groups) {
        for (row, sum) in rows.iter_mut().zip(residual::<L>(group)) {
            if let Some(pixels) = row[LEFT..].first_chunk_mut() {
                *pixels = L::widen(pixels).plus(sum).narrow();
            }
        }
    }
}

/// Adds four blocks to their prediction.
#[inline(always)]
pub(in crate::vp8) fn add_chroma<L: Lanes>(area: &mut ChromaArea, group: &Coefficients) {
    let sums = residual::<L>(group);
    let (upper, lower) = area.as_chunks_mut::<STRIDE>().0[1..].split_at_mut(4);
    for ((upper, lower), sum) in upper.iter_mut().zip(lower).zip(sums) {
        let halves = (
            upper[LEFT..].first_chunk_mut::<8>(),
            lower[LEFT..].first_chunk_mut::<8>(),
        );
        if let (Some(upper), Some(lower)) = halves {
            let pixels = joined([u64::from_le_bytes(*upper), u64::from_le_bytes(*lower)]);
            let pixels = L::widen(&pixels).plus(sum).narrow();
            let (one, other) = pixels.split_at(8);
            upper.copy_from_slice(one);
            lower.copy_from_slice(other);
        }
    }
}

/// Predicts sixteen subblocks, each from those before, and adds what they have.
///
/// - `groups`: none if all of them have nothing.
#[inline(always)]
pub(in crate::vp8) fn parts<L: Lanes>(
    area: &mut LumaArea,
    modes: &[u8; 16],
    groups: Option<&[Coefficients; 6]>,
) {
    let mut sums = [[[0; 16]; 4]; 4];
    for (sums, group) in sums.iter_mut().zip(groups.into_iter().flatten()) {
        for (to, sum) in sums.iter_mut().zip(residual::<L>(group)) {
            sum.store(to);
        }
    }
    for (index, mode) in modes.iter().enumerate() {
        let at = ORIGIN + index / 4 * 4 * STRIDE + index % 4 * 4;
        let pixels = part::<L>(Edge::read(area, at), *mode);
        let sum = L::block(&sums[index / 4], index % 4);
        let pixels = L::widen(&pixels).plus(sum).narrow();
        let rows = area[at..].chunks_mut(STRIDE);
        for (row, from) in rows.zip(pixels.as_chunks::<4>().0) {
            row[..4].copy_from_slice(from);
        }
    }
}

/// What surrounds a subblock: four pixels to the left, the upper one lowest; the corner; eight above.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    left: u32,
    corner: u8,
    above: u64,
}

impl Edge {
    /// - `at`: the upper left pixel of the subblock.
    #[inline(always)]
    pub(super) fn read(area: &LumaArea, at: usize) -> Self {
        let left = |y: usize| area[at - 1 + y * STRIDE];
        let above = area[at - STRIDE..].first_chunk();
        Self {
            left: u32::from_le_bytes([left(0), left(1), left(2), left(3)]),
            corner: area[at - STRIDE - 1],
            above: above.map_or(0, |above| u64::from_le_bytes(*above)),
        }
    }

    /// From the lower left, repeated, over the corner to the upper right, repeated.
    #[inline(always)]
    fn line(self) -> [u8; 16] {
        let left = u64::from(self.left.swap_bytes());
        let low = left & 0xFF | left << 8 | u64::from(self.corner) << 40 | self.above << 48;
        let last = self.above >> 56;
        joined([low, self.above >> 16 | last << 48])
    }

    /// Their first four, above and to the left.
    #[inline(always)]
    fn nearest(self) -> ([u8; 4], [u8; 4]) {
        let [a, b, c, d, ..] = self.above.to_le_bytes();
        ([a, b, c, d], self.left.to_le_bytes())
    }
}

#[inline(always)]
fn joined([low, high]: [u64; 2]) -> [u8; 16] {
    (u128::from(low) | u128::from(high) << 64).to_le_bytes()
}

/// Predicts a subblock.
#[inline(always)]
pub(super) fn part<L: Lanes>(edge: Edge, mode: u8) -> [u8; 16] {
    let (above, left) = edge.nearest();
    if mode == TRUE_MOTION {
        let repeated = |pixel: u8| u32::from(pixel) * 0x0101_0101;
        let above = [u32::from_le_bytes(above); 4];
        let left = [left[0], left[1], left[2], left[3]].map(repeated);
        let corner = L::splat(edge.corner.into());
        let sum = L::widen(&rows_of(above)).plus(L::widen(&rows_of(left)));
        return sum.minus(corner).narrow();
    }
    let sum: u32 = above.into_iter().chain(left).map(u32::from).sum();
    let mut means = L::means(&edge.line());
    means[0][AVERAGE] = u8::try_from((sum + 4) >> 3).unwrap_or(u8::MAX);
    L::pick(&means, &PLACES[usize::from(mode) % 10])
}

#[inline(always)]
fn rows_of([a, b, c, d]: [u32; 4]) -> [u8; 16] {
    let pair = |one: u32, other: u32| u64::from(one) | u64::from(other) << 32;
    joined([pair(a, b), pair(c, d)])
}

/// Where the mean of the nearest pixels is put among the others.
const AVERAGE: usize = 15;

/// Which mean each pixel takes, by mode.
const PLACES: [[u8; 16]; 10] = {
    let mut places = [[15; 16]; 10];
    let mut mode = 2;
    while mode < 10 {
        places[mode] = DIRECTIONS[mode - 2];
        mode += 1;
    }
    places
};
