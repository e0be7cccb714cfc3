//! The self-guided filter of loop restoration (sections 7.17.2 and 7.17.3).

use super::tile::{RESTORE_ABOVE, RESTORE_LEFT, TILE_STRIDE};
use crate::kernels::sample::Sample;

/// The filter of a unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SelfGuided {
    /// `s` of the boxes of 5x5 and 3x3; 0 where there are none.
    scales: [u32; 2],
    /// Of both filtered samples.
    weights: [i32; 2],
    bit_depth: u32,
}

impl SelfGuided {
    /// - `set`: `LrSgrSet`, 0 to 15.
    /// - `weights`: `LrSgrXqd`.
    pub(crate) fn new(set: u8, weights: [i8; 2], bit_depth: u32) -> Self {
        let [wide, near] = EPSILONS[usize::from(set) & 15];
        let scale = |count: u32, epsilon: u32| {
            if epsilon == 0 {
                return 0;
            }
            let whole = count * count * epsilon;
            ((1 << 20) + whole / 2) / whole
        };
        let [first, second] = weights.map(i32::from);
        Self {
            scales: [scale(25, wide), scale(9, near)],
            weights: [first, 128 - first - second],
            bit_depth,
        }
    }
}

/// Columns for which boxes are summed: 64, one on each side, and some for whole vectors.
const COLUMNS: usize = 72;

/// What the boxes around the samples of a row say: `A` and `B`, from one column before the first on.
#[derive(Clone, Copy)]
struct Boxes {
    a: [i32; COLUMNS],
    b: [i32; COLUMNS],
}

impl Boxes {
    const NONE: Self = Self {
        a: [0; COLUMNS],
        b: [0; COLUMNS],
    };
}

/// Filters a tile into samples whose rows are `stride` apart.
///
/// - `width`, `rows`: at most 64 each.
#[inline(always)]
pub(in crate::kernels) fn self_guided_body<S: Sample>(
    tile: &[u16],
    (width, rows): (usize, usize),
    filter: SelfGuided,
    to: &mut [S],
    stride: usize,
) {
    let [has_wide, has_near] = filter.scales.map(|scale| scale > 0);
    // Of 5x5, the boxes above and below the row (or of the row itself, as above); of 3x3, also in between.
    let mut wide = [Boxes::NONE; 2];
    let mut near = [Boxes::NONE; 3];
    if has_wide {
        boxes::<2>(tile, 0, filter, &mut wide[1]);
    }
    if has_near {
        boxes::<1>(tile, 0, filter, &mut near[1]);
        boxes::<1>(tile, 1, filter, &mut near[2]);
    }
    for row in 0..rows.min(64) {
        let samples = &tile[(row + RESTORE_ABOVE) * TILE_STRIDE + RESTORE_LEFT..][..64];
        let mut sums = [0; 64];
        for x in 0..64 {
            sums[x] = i32::from(samples[x]) << 11;
        }
        if has_wide {
            if row % 2 == 0 {
                wide[0] = wide[1];
                boxes::<2>(tile, row + 2, filter, &mut wide[1]);
            }
            add_wide(&wide, row % 2 == 1, samples, filter.weights[0], &mut sums);
        }
        if has_near {
            near[0] = near[1];
            near[1] = near[2];
            boxes::<1>(tile, row + 2, filter, &mut near[2]);
            add_near(&near, samples, filter.weights[1], &mut sums);
        }
        let most = (1 << filter.bit_depth) - 1;
        let (to, sums) = (&mut to[row * stride..][..width], &sums[..width]);
        for x in 0..width {
            to[x] = S::of(((sums[x] + (1 << 10)) >> 11).max(0).min(most));
        }
    }
}

/// Boxes with `2 * R + 1` columns and rows around the samples of a row.
///
/// - `row`: from the one above the first on.
#[inline(always)]
fn boxes<const R: usize>(tile: &[u16], row: usize, filter: SelfGuided, to: &mut Boxes) {
    // From three columns before the first sample on.
    let mut sums = [0_u32; COLUMNS + 4];
    let mut squares = [0_u32; COLUMNS + 4];
    for row in row + RESTORE_ABOVE - 1 - R..=row + RESTORE_ABOVE - 1 + R {
        let samples = &tile[row * TILE_STRIDE + RESTORE_LEFT - 3..][..COLUMNS + 4];
        for x in 0..COLUMNS + 4 {
            let sample = u32::from(samples[x]);
            sums[x] += sample;
            squares[x] += sample * sample;
        }
    }
    let count = match R {
        1 => 9,
        _ => 25,
    };
    let one_by_count = ((1 << 12) + count / 2) / count;
    let scale = filter.scales[2 - R];
    let depth = filter.bit_depth - 8;
    let (half, half_square) = (1 << depth >> 1, 1 << (2 * depth) >> 1);
    for x in 0..COLUMNS {
        let (mut a, mut b) = (0, 0);
        for tap in 2 - R..=2 + R {
            a += squares[x + tap];
            b += sums[x + tap];
        }
        let d = (b + half) >> depth;
        let spread = (((a + half_square) >> (2 * depth)) * count).saturating_sub(d * d);
        let z = (spread.wrapping_mul(scale).wrapping_add(1 << 19)) >> 20;
        let part = part(z.min(255));
        to.a[x] = part;
        let rest = (256 - part).cast_unsigned();
        let b = (rest
            .wrapping_mul(b)
            .wrapping_mul(one_by_count)
            .wrapping_add(1 << 11))
            >> 12;
        to.b[x] = b.cast_signed();
    }
}

/// `a2`: `z` by one more than `z` in 1/256.
///
/// Quotients that are not whole are at least 1/256 below the next whole number, so that these real numbers
/// are exact enough; [`WHOLE`] rounds them to the nearest.
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "whole numbers of sixteen bits")]
fn part(z: u32) -> i32 {
    let z = z.cast_signed();
    let quotient = (z * 256 + (z >> 1)) as f32 / (z + 1) as f32;
    let whole = (quotient - 0.498 + WHOLE).to_bits().cast_signed() - WHOLE.to_bits().cast_signed();
    if z == 255 { 256 } else { whole.max(1) }
}

/// A real number whose last bit of the fraction counts ones.
const WHOLE: f32 = 12_582_912.0;

/// Adds samples filtered with boxes of 5x5: those above and below, or in odd rows those above alone.
#[inline(always)]
fn add_wide(boxes: &[Boxes; 2], is_odd: bool, samples: &[u16], weight: i32, sums: &mut [i32; 64]) {
    let [above, below] = boxes;
    let samples = &samples[..64];
    if is_odd {
        for x in 0..64 {
            let a = 5 * (below.a[x] + below.a[x + 2]) + 6 * below.a[x + 1];
            let b = 5 * (below.b[x] + below.b[x + 2]) + 6 * below.b[x + 1];
            let value = (a * i32::from(samples[x]) + b + (1 << 7)) >> 8;
            sums[x] += weight * (value - (i32::from(samples[x]) << 4));
        }
        return;
    }
    for x in 0..64 {
        let outer = above.a[x] + above.a[x + 2] + below.a[x] + below.a[x + 2];
        let a = 5 * outer + 6 * (above.a[x + 1] + below.a[x + 1]);
        let outer = above.b[x] + above.b[x + 2] + below.b[x] + below.b[x + 2];
        let b = 5 * outer + 6 * (above.b[x + 1] + below.b[x + 1]);
        let value = (a * i32::from(samples[x]) + b + (1 << 8)) >> 9;
        sums[x] += weight * (value - (i32::from(samples[x]) << 4));
    }
}

/// Adds samples filtered with boxes of 3x3: those above, in between and below.
#[inline(always)]
fn add_near(boxes: &[Boxes; 3], samples: &[u16], weight: i32, sums: &mut [i32; 64]) {
    let [above, middle, below] = boxes;
    let samples = &samples[..64];
    for x in 0..64 {
        let a = weighted(&above.a, &middle.a, &below.a, x);
        let b = weighted(&above.b, &middle.b, &below.b, x);
        let value = (a * i32::from(samples[x]) + b + (1 << 8)) >> 9;
        sums[x] += weight * (value - (i32::from(samples[x]) << 4));
    }
}

/// Sums of what is around a place: four times across, three times at the corners.
#[inline(always)]
fn weighted(
    above: &[i32; COLUMNS],
    middle: &[i32; COLUMNS],
    below: &[i32; COLUMNS],
    x: usize,
) -> i32 {
    let cross = above[x + 1] + middle[x] + middle[x + 1] + middle[x + 2] + below[x + 1];
    let corners = above[x] + above[x + 2] + below[x] + below[x + 2];
    4 * cross + 3 * corners
}

/// `eps` of the boxes of 5x5 and 3x3 (`Sgr_Params`); 0 where there are none.
const EPSILONS: [[u32; 2]; 16] = [
    [12, 4],
    [15, 6],
    [18, 8],
    [21, 9],
    [24, 10],
    [29, 11],
    [36, 12],
    [45, 13],
    [56, 14],
    [68, 15],
    [0, 5],
    [0, 8],
    [0, 11],
    [0, 14],
    [30, 0],
    [75, 0],
];
