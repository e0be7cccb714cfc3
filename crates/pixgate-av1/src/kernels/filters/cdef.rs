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
pub(in crate::kernels) fn direction_body<V: Words>(
    tile: &[u16],
    origin: usize,
    bit_depth: u32,
) -> (usize, u32) {
    let middle = V::load_two(&[128; 8], &[0; 8]);
    let mut rows = [V::splat(0); 8];
    for y in 0..8 {
        let row = V::load_two(&tile[origin + y * TILE_STRIDE..], &[0; 8]);
        rows[y] = row.shifted_unsigned(bit_depth - 8).minus(middle);
    }
    let mut columns = rows;
    V::transpose_halves(&mut columns);
    let mut cost = [0; 8];
    let mut room = [0; 8 * ROOM];
    for y in 0..8 {
        put(rows[y], &mut room[y * ROOM..]);
    }
    let (mut falling, mut rising) = (V::splat(0), V::splat(0));
    for y in 0..8 {
        falling = falling.plus(take(&room[y * ROOM + 8 - y..]));
        rising = rising.plus(take(&room[y * ROOM + 1 + y..]));
    }
    cost[0] = weigh(falling, &DIAGONAL);
    cost[4] = weigh(rising, &DIAGONAL);
    [cost[7], cost[5], cost[6]] = lines(&rows, &mut room);
    [cost[1], cost[3], cost[2]] = lines(&columns, &mut room);
    let mut best = 0;
    for direction in 1..8 {
        if cost[direction] > cost[best] {
            best = direction;
        }
    }
    let gap = cost[best] - cost[(best + 4) & 7];
    (best, gap.cast_unsigned() >> 10)
}

/// Numbers of a row that stands between zeros.
const ROOM: usize = 32;

/// Puts eight numbers between zeros.
#[inline(always)]
fn put<V: Words>(row: V, to: &mut [i16]) {
    let (first, second) = to[8..24].split_at_mut(8);
    row.store_signed(first, second);
}

/// Sixteen numbers.
#[inline(always)]
fn take<V: Words>(from: &[i16]) -> V {
    let from = &from[..16];
    V::load_signed(from, &from[8..])
}

/// Costs of the lines that go two columns for one row, downwards and upwards, and of columns.
#[inline(always)]
fn lines<V: Words>(rows: &[V; 8], room: &mut [i16; 8 * ROOM]) -> [i32; 3] {
    let mut straight = V::splat(0);
    for y in 0..4 {
        let pair = rows[2 * y].plus(rows[2 * y + 1]);
        straight = straight.plus(pair);
        put(pair, &mut room[y * ROOM..]);
    }
    let (mut falling, mut rising) = (V::splat(0), V::splat(0));
    for y in 0..4 {
        falling = falling.plus(take(&room[y * ROOM + 8 - y..]));
        rising = rising.plus(take(&room[y * ROOM + 5 + y..]));
    }
    [
        weigh(falling, &STEEP),
        weigh(rising, &STEEP),
        weigh(straight, &STRAIGHT),
    ]
}

/// The sum of squares with weights.
#[inline(always)]
fn weigh<V: Words>(sums: V, weights: &[i32; 16]) -> i32 {
    let mut numbers = [0; 16];
    let (first, second) = numbers.split_at_mut(8);
    sums.store_signed(first, second);
    let mut sum = 0;
    for lane in 0..16 {
        let number = i32::from(numbers[lane]);
        sum += number * number * weights[lane];
    }
    sum
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
