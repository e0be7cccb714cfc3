//! The constrained directional enhancement filter (section 7.15).
//!
//! Blocks are filtered within a tile: samples of 64 columns with a border around them, rows [`TILE_STRIDE`]
//! apart. Samples of the border that do not exist are [`MISSING`].

use super::tile::TILE_STRIDE;
use crate::kernels::sample::Sample;
use crate::kernels::words::Words;

/// Columns of a tile before the first one that is filtered.
pub(crate) const TILE_LEFT: usize = 8;
/// Rows of a tile above the first one that is filtered.
pub(crate) const TILE_ABOVE: usize = 2;
/// What stands for a sample that does not exist: the least signed and a large unsigned number.
pub(crate) const MISSING: u16 = 0x8000;

/// How a block is filtered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cdef {
    /// Where the block begins in the tile.
    pub(crate) origin: usize,
    /// Whether the block has four columns, and not eight.
    pub(crate) is_narrow: bool,
    /// Whether the block has four rows, and not eight.
    pub(crate) is_low: bool,
    /// `priStr`, adapted to the bit depth.
    pub(crate) primary: u16,
    /// `secStr`, adapted to the bit depth.
    pub(crate) secondary: u16,
    pub(crate) damping: u32,
    /// `dir`: 0 to 7.
    pub(crate) direction: usize,
    pub(crate) bit_depth: u32,
}

/// Taps of one strength at a distance.
#[derive(Clone, Copy)]
struct Strength<V> {
    threshold: V,
    shift: u32,
}

impl<V: Words> Strength<V> {
    #[inline(always)]
    fn new(strength: u16, damping: u32) -> Self {
        Self {
            threshold: V::splat(strength.cast_signed()),
            shift: damping.saturating_sub(strength.max(1).ilog2()),
        }
    }

    /// `constrain`.
    #[inline(always)]
    fn constrain(self, difference: V) -> V {
        let size = difference.abs();
        let most = self.threshold.less(size.shifted_unsigned(self.shift));
        let sign = difference.shifted::<15>();
        size.min_unsigned(most).xor(sign).minus(sign)
    }
}

/// Filters a block of a tile into samples whose rows are `stride` apart.
#[inline(always)]
pub(in crate::kernels) fn filter_body<S: Sample, V: Words>(
    tile: &[u16],
    cdef: Cdef,
    to: &mut [S],
    stride: usize,
) {
    match (cdef.primary > 0, cdef.secondary > 0) {
        (true, true) => rows::<S, V, true, true>(tile, cdef, to, stride),
        (true, false) => rows::<S, V, true, false>(tile, cdef, to, stride),
        (false, _) => rows::<S, V, false, true>(tile, cdef, to, stride),
    }
}

#[inline(always)]
fn rows<S: Sample, V: Words, const PRIMARY: bool, const SECONDARY: bool>(
    tile: &[u16],
    cdef: Cdef,
    to: &mut [S],
    stride: usize,
) {
    let count = if cdef.is_low { 4 } else { 8 };
    if cdef.is_narrow {
        for row in (0..count).step_by(4) {
            let origin = cdef.origin + row * TILE_STRIDE;
            let value = filter::<V, PRIMARY, SECONDARY, true>(tile, origin, cdef);
            let mut samples = [S::default(); 16];
            S::store(value, &mut samples);
            for (row, from) in (row..).zip(samples.chunks_exact(4)) {
                to[row * stride..][..4].copy_from_slice(from);
            }
        }
        return;
    }
    for row in (0..count).step_by(2) {
        let origin = cdef.origin + row * TILE_STRIDE;
        let value = filter::<V, PRIMARY, SECONDARY, false>(tile, origin, cdef);
        let mut samples = [S::default(); 16];
        S::store(value, &mut samples);
        to[row * stride..][..8].copy_from_slice(&samples[..8]);
        to[(row + 1) * stride..][..8].copy_from_slice(&samples[8..]);
    }
}

/// Samples of a tile from a place on: four of four rows, or eight of two.
#[inline(always)]
fn load<V: Words, const NARROW: bool>(tile: &[u16], start: usize) -> V {
    if NARROW {
        let rows = &tile[start..start + 3 * TILE_STRIDE + 4];
        let (second, third) = (&rows[TILE_STRIDE..], &rows[2 * TILE_STRIDE..]);
        return V::load_four([rows, second, third, &rows[3 * TILE_STRIDE..]]);
    }
    let rows = &tile[start..start + TILE_STRIDE + 8];
    V::load_two(rows, &rows[TILE_STRIDE..])
}

/// What is known of sixteen samples that are filtered.
#[derive(Clone, Copy)]
struct Sums<V> {
    middle: V,
    sum: V,
    least: V,
    most: V,
}

impl<V: Words> Sums<V> {
    /// Adds two samples on opposite sides.
    #[inline(always)]
    fn add<const BOUNDED: bool>(&mut self, pair: [V; 2], strength: Strength<V>, tap: i16) {
        let [first, second] = pair;
        let sum = strength
            .constrain(first.minus(self.middle))
            .plus(strength.constrain(second.minus(self.middle)));
        self.sum = self.sum.plus(sum.times(tap));
        if BOUNDED {
            self.most = self.most.max(first).max(second);
            self.least = self.least.min_unsigned(first).min_unsigned(second);
        }
    }
}

/// Sixteen samples at `origin`.
#[inline(always)]
fn filter<V: Words, const PRIMARY: bool, const SECONDARY: bool, const NARROW: bool>(
    tile: &[u16],
    origin: usize,
    cdef: Cdef,
) -> V {
    let middle: V = load::<V, NARROW>(tile, origin);
    let mut sums = Sums {
        middle,
        sum: V::splat(0),
        least: middle,
        most: middle,
    };
    if PRIMARY {
        let strength = Strength::new(cdef.primary, cdef.damping);
        let is_odd = cdef.primary >> (cdef.bit_depth - 8) & 1 == 1;
        let taps = if is_odd { [3, 3] } else { [4, 2] };
        for (offset, tap) in offsets(cdef.direction).into_iter().zip(taps) {
            let pair = [
                load::<V, NARROW>(tile, origin.wrapping_add_signed(offset)),
                load::<V, NARROW>(tile, origin.wrapping_add_signed(-offset)),
            ];
            if SECONDARY {
                sums.add::<true>(pair, strength, tap);
            } else {
                sums.add::<false>(pair, strength, tap);
            }
        }
    }
    if SECONDARY {
        let strength = Strength::new(cdef.secondary, cdef.damping);
        for direction in [cdef.direction + 2, cdef.direction + 6] {
            for (offset, tap) in offsets(direction).into_iter().zip([2, 1]) {
                let pair = [
                    load::<V, NARROW>(tile, origin.wrapping_add_signed(offset)),
                    load::<V, NARROW>(tile, origin.wrapping_add_signed(-offset)),
                ];
                if PRIMARY {
                    sums.add::<true>(pair, strength, tap);
                } else {
                    sums.add::<false>(pair, strength, tap);
                }
            }
        }
    }
    let sum = sums.sum;
    let sum = sum.plus(V::splat(8)).plus(sum.shifted::<15>());
    let value = middle.plus(sum.shifted::<4>());
    if PRIMARY && SECONDARY {
        return value.max(sums.least).min(sums.most);
    }
    value
}

/// How much further in a tile the two samples are that lie in a direction (`Cdef_Directions`).
#[inline(always)]
const fn offsets(direction: usize) -> [isize; 2] {
    const ROW: isize = TILE_STRIDE.cast_signed();
    match direction & 7 {
        0 => [-ROW + 1, -2 * ROW + 2],
        1 => [1, -ROW + 2],
        2 => [1, 2],
        3 => [1, ROW + 2],
        4 => [ROW + 1, 2 * ROW + 2],
        5 => [ROW, 2 * ROW + 1],
        6 => [ROW, 2 * ROW],
        _ => [ROW, 2 * ROW - 1],
    }
}

/// The direction along which 8x8 samples at `origin` differ least, and how much it stands out
/// (section 7.15.2).
#[inline(always)]
pub(in crate::kernels) fn direction_body(
    tile: &[u16],
    origin: usize,
    bit_depth: u32,
) -> (usize, u32) {
    let mut rows = [[0_i16; 24]; 8];
    for (y, row) in rows.iter_mut().enumerate() {
        let from = &tile[origin + y * TILE_STRIDE..][..8];
        for (to, &sample) in row[8..16].iter_mut().zip(from) {
            *to = (sample >> (bit_depth - 8)).cast_signed() - 128;
        }
    }
    let mut cost = [0; 8];
    let two_columns = rows.map(|row| {
        let mut pairs = [0; 24];
        for (x, pair) in pairs[8..12].iter_mut().enumerate() {
            *pair = row[8 + 2 * x] + row[9 + 2 * x];
        }
        pairs
    });
    let two_rows: [[i16; 24]; 4] =
        std::array::from_fn(|y| std::array::from_fn(|x| rows[2 * y][x] + rows[2 * y + 1][x]));
    cost[0] = weigh(slanted(&rows, |y| 8 - y), &DIAGONAL);
    cost[4] = weigh(slanted(&rows, |y| 1 + y), &DIAGONAL);
    cost[1] = weigh(slanted(&two_columns, |y| 8 - y), &STEEP);
    cost[3] = weigh(slanted(&two_columns, |y| 1 + y), &STEEP);
    cost[7] = weigh(slanted(&two_rows, |y| 8 - y), &STEEP);
    cost[5] = weigh(slanted(&two_rows, |y| 5 + y), &STEEP);
    cost[6] = weigh(slanted(&two_rows, |_| 8), &STRAIGHT);
    let sums = two_columns.map(|row| row[8] + row[9] + row[10] + row[11]);
    cost[2] = sums.iter().map(|&sum| i32::from(sum).pow(2)).sum::<i32>() * 105;
    let mut best = 0;
    for direction in 1..8 {
        if cost[direction] > cost[best] {
            best = direction;
        }
    }
    let gap = cost[best] - cost[(best + 4) & 7];
    (best, gap.cast_unsigned() >> 10)
}

/// Sums along lines: each row from its own place on.
#[inline(always)]
fn slanted<const ROWS: usize>(
    rows: &[[i16; 24]; ROWS],
    start: impl Fn(usize) -> usize,
) -> [i16; 16] {
    let mut sums = [0_i16; 16];
    for (y, row) in rows.iter().enumerate() {
        let start = start(y);
        for (sum, &value) in sums.iter_mut().zip(&row[start..start + 16]) {
            *sum = sum.wrapping_add(value);
        }
    }
    sums
}

/// The sum of squares with weights.
#[inline(always)]
fn weigh(sums: [i16; 16], weights: &[i32; 16]) -> i32 {
    sums.iter()
        .zip(weights)
        .map(|(&sum, weight)| i32::from(sum) * i32::from(sum) * weight)
        .sum()
}

/// 840 divided by how many samples a line has.
const DIAGONAL: [i32; 16] = [
    840, 420, 280, 210, 168, 140, 120, 105, 120, 140, 168, 210, 280, 420, 840, 0,
];
/// The same of lines that take two samples of each row or column.
const STEEP: [i32; 16] = [
    420, 210, 140, 105, 105, 105, 105, 105, 140, 210, 420, 0, 0, 0, 0, 0,
];
/// The same of columns.
const STRAIGHT: [i32; 16] = [
    105, 105, 105, 105, 105, 105, 105, 105, 0, 0, 0, 0, 0, 0, 0, 0,
];
