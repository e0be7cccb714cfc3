//! From frequencies to samples, in the order and with the roundings that decoders have.

use super::angles::{NINTHS, ODD_OF_16, ODD_OF_32, ODD_OF_64, Order, cosine, sine};
use crate::kernels::lanes::Ints;

/// The range of numbers between two steps.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Range<V> {
    least: V,
    most: V,
}

impl<V: Ints> Range<V> {
    /// Numbers of `bits` bits, one of which is the sign.
    #[inline(always)]
    pub(super) fn of_bits(bits: u32) -> Self {
        Self {
            least: V::splat(-(1 << (bits - 1))),
            most: V::splat((1 << (bits - 1)) - 1),
        }
    }

    #[inline(always)]
    pub(super) fn clip(self, value: V) -> V {
        value.clip(self.least, self.most)
    }
}

/// Turns the pair (`a`, `b`) by `angle`, and swaps the two.
#[inline(always)]
fn turn_swapped<V: Ints>(t: &mut [V], a: usize, b: usize, angle: usize) {
    turn(t, a, b, angle);
    (t[a], t[b]) = (t[b], t[a]);
}

/// Turns the pair (`a`, `b`) by `angle`.
///
/// Numbers of 20 bits stay within 32, as factors above one half are split into one and the rest.
#[inline(always)]
fn turn<V: Ints>(t: &mut [V], a: usize, b: usize, angle: usize) {
    let (cosine, sine) = (Factor::of(cosine(angle)), Factor::of(sine(angle)));
    let (x, y) = (t[a], t[b]);
    let first = x.times(cosine.rest).minus(y.times(sine.rest));
    let second = x.times(sine.rest).plus(y.times(cosine.rest));
    t[a] = sine.minus_ones(cosine.plus_ones(first.rounded::<12>(), x), y);
    t[b] = cosine.plus_ones(sine.plus_ones(second.rounded::<12>(), x), y);
}

/// A factor in 1/4096: a whole number, and a rest of at most one half.
#[derive(Clone, Copy)]
struct Factor {
    ones: i32,
    rest: i32,
}

impl Factor {
    #[inline(always)]
    const fn of(factor: i32) -> Self {
        let ones = (factor + 2048) >> 12;
        Self {
            ones,
            rest: factor - (ones << 12),
        }
    }

    /// Adds the whole part of the product with `value`.
    #[inline(always)]
    fn plus_ones<V: Ints>(self, sum: V, value: V) -> V {
        match self.ones {
            0 => sum,
            1 => sum.plus(value),
            _ => sum.minus(value),
        }
    }

    /// Takes the whole part of the product with `value` away.
    #[inline(always)]
    fn minus_ones<V: Ints>(self, sum: V, value: V) -> V {
        Self {
            ones: -self.ones,
            ..self
        }
        .plus_ones(sum, value)
    }
}

/// [`turn_swapped`] by an eighth of a turn.
#[inline(always)]
fn eighth_swapped<V: Ints>(t: &mut [V], a: usize, b: usize) {
    let (x, y) = (t[a], t[b]);
    t[a] = x.plus(y).times(181).rounded::<8>();
    t[b] = x.minus(y).times(181).rounded::<8>();
}

/// Sum into `a` and difference into `b`.
#[inline(always)]
fn cross<V: Ints>(t: &mut [V], a: usize, b: usize, range: Range<V>) {
    let (x, y) = (t[a], t[b]);
    t[a] = range.clip(x.plus(y));
    t[b] = range.clip(x.minus(y));
}

/// [`cross`] of `groups` times `size` numbers from `first` on: each with its mirror image in the group.
///
/// In every second group the difference comes first, if `alternate`.
#[inline(always)]
fn mirror<V: Ints>(
    t: &mut [V],
    (first, size, groups): (usize, usize, usize),
    alternate: bool,
    range: Range<V>,
) {
    for group in 0..groups {
        for i in 0..size / 2 {
            let (a, b) = (first + group * size + i, first + (group + 1) * size - 1 - i);
            if alternate && group % 2 == 1 {
                cross(t, b, a, range);
            } else {
                cross(t, a, b, range);
            }
        }
    }
}

/// Cosine transform of 4, 8, 16, 32 or 64 numbers.
#[inline(always)]
pub(super) fn cosines<V: Ints, const N: usize>(t: &mut [V; N], range: Range<V>) {
    let from = *t;
    for i in 0..N {
        t[i] = from[Order::<N>::COSINES[i]];
    }
    eighth_swapped(t, 0, 1);
    turn(t, 2, 3, 48);
    mirror(t, (0, 4, 1), false, range);
    if N >= 8 {
        cosines_of_8(t, range);
    }
    if N >= 16 {
        cosines_of_16(t, range);
    }
    if N >= 32 {
        cosines_of_32(t, range);
    }
    if N >= 64 {
        cosines_of_64(t, range);
    }
}

/// The odd frequencies of eight.
#[inline(always)]
fn cosines_of_8<V: Ints, const N: usize>(t: &mut [V; N], range: Range<V>) {
    turn(t, 4, 7, 56);
    turn(t, 5, 6, 24);
    mirror(t, (4, 2, 2), true, range);
    eighth_swapped(t, 6, 5);
    mirror(t, (0, 8, 1), false, range);
}

/// The odd frequencies of sixteen.
#[inline(always)]
fn cosines_of_16<V: Ints, const N: usize>(t: &mut [V; N], range: Range<V>) {
    for (i, &angle) in ODD_OF_16.iter().enumerate() {
        turn(t, 8 + i, 15 - i, angle);
    }
    mirror(t, (8, 2, 4), true, range);
    turn_swapped(t, 14, 9, 48);
    turn_swapped(t, 13, 10, 112);
    mirror(t, (8, 4, 2), true, range);
    eighth_swapped(t, 13, 10);
    eighth_swapped(t, 12, 11);
    mirror(t, (0, 16, 1), false, range);
}

/// The odd frequencies of thirty-two.
#[inline(always)]
fn cosines_of_32<V: Ints, const N: usize>(t: &mut [V; N], range: Range<V>) {
    for (i, &angle) in ODD_OF_32.iter().enumerate() {
        turn(t, 16 + i, 31 - i, angle);
    }
    mirror(t, (16, 2, 8), true, range);
    for i in 0..2 {
        turn_swapped(t, 30 - 4 * i, 17 + 4 * i, 24 + ((1 - i) << 5));
        turn_swapped(t, 29 - 4 * i, 18 + 4 * i, 88 + ((1 - i) << 5));
    }
    mirror(t, (16, 4, 4), true, range);
    for i in 0..4 {
        turn_swapped(t, 29 - i, 18 + i, 48 + (i >> 1) * 64);
    }
    mirror(t, (16, 8, 2), true, range);
    for i in 0..4 {
        eighth_swapped(t, 27 - i, 20 + i);
    }
    mirror(t, (0, 32, 1), false, range);
}

/// The odd frequencies of sixty-four.
#[inline(always)]
fn cosines_of_64<V: Ints, const N: usize>(t: &mut [V; N], range: Range<V>) {
    for (i, &angle) in ODD_OF_64.iter().enumerate() {
        turn(t, 32 + i, 63 - i, angle);
    }
    mirror(t, (32, 2, 16), true, range);
    for (i, angle) in [60, 28, 44, 12].into_iter().enumerate() {
        turn_swapped(t, 62 - 4 * i, 33 + 4 * i, angle);
        turn_swapped(t, 61 - 4 * i, 34 + 4 * i, angle + 64);
    }
    mirror(t, (32, 4, 8), true, range);
    for i in 0..8 {
        let (eight, rest) = (i / 4 * 8, i % 4);
        let angle = 56 - i / 4 * 32 + (rest >> 1) * 64;
        turn_swapped(t, 61 - eight - rest, 34 + eight + rest, angle);
    }
    mirror(t, (32, 8, 4), true, range);
    for i in 0..8 {
        turn_swapped(t, 59 - i, 36 + i, 48 + (i >> 2) * 64);
    }
    mirror(t, (32, 16, 2), true, range);
    for i in 0..8 {
        eighth_swapped(t, 55 - i, 40 + i);
    }
    mirror(t, (0, 64, 1), false, range);
}

/// Sine transform of 4, 8 or 16 numbers.
#[inline(always)]
pub(super) fn sines<V: Ints, const N: usize>(t: &mut [V; N], range: Range<V>) {
    if N == 4 {
        return sines_of_4(t);
    }
    let from = *t;
    for i in 0..N {
        t[i] = from[Order::<N>::SINES_IN[i]];
    }
    for i in 0..N / 2 {
        turn_swapped(t, 2 * i, 2 * i + 1, 64 - 32 / N - i * (128 / N));
    }
    apart(t, N / 2, range);
    if N == 16 {
        turn_swapped(t, 8, 9, 56);
        turn_swapped(t, 10, 11, 24);
        turn_swapped(t, 13, 12, 8);
        turn_swapped(t, 15, 14, 40);
        apart(t, 4, range);
    }
    for i in (4..N).step_by(8) {
        turn_swapped(t, i, i + 1, 48);
        turn_swapped(t, i + 3, i + 2, 16);
    }
    apart(t, 2, range);
    for i in (2..N).step_by(4) {
        eighth_swapped(t, i, i + 1);
    }
    let from = *t;
    for i in 0..N {
        let value = from[Order::<N>::SINES_OUT[i]];
        t[i] = if i % 2 == 1 {
            V::splat(0).minus(value)
        } else {
            value
        };
    }
}

/// [`cross`] of numbers that are `distance` apart.
#[inline(always)]
fn apart<V: Ints, const N: usize>(t: &mut [V; N], distance: usize, range: Range<V>) {
    for first in (0..N).step_by(2 * distance) {
        for i in first..first + distance {
            cross(t, i, i + distance, range);
        }
    }
}

/// Factors from one half on are one less here, and the numbers themselves are added: see [`turn`].
#[inline(always)]
fn sines_of_4<V: Ints, const N: usize>(t: &mut [V; N]) {
    let [one, two, three, four] = NINTHS;
    let (two, three, four) = (two - 4096, three - 4096, four - 4096);
    let (a, b, c, d) = (t[0], t[1], t[2], t[3]);
    let middle = b.times(three);
    let first = a.times(one).plus(c.times(four)).plus(d.times(two));
    let second = a.times(two).minus(c.times(one)).minus(d.times(four));
    let fourth = a.times(four).plus(c.times(two)).minus(d.times(one));
    t[0] = first.plus(middle).rounded::<12>().plus(c).plus(d).plus(b);
    t[1] = second.plus(middle).rounded::<12>().plus(a).minus(d).plus(b);
    t[2] = a.minus(c).plus(d).times(NINTHS[2] >> 4).rounded::<8>();
    t[3] = fourth
        .minus(middle)
        .rounded::<12>()
        .plus(a)
        .plus(c)
        .minus(b);
}

/// The transform that leaves 4, 8, 16 or 32 numbers alone but for their scale.
#[inline(always)]
pub(super) fn identity<V: Ints, const N: usize>(t: &mut [V; N]) {
    for value in t {
        *value = match N {
            4 => value.plus(value.times(5793 - 4096).rounded::<12>()),
            8 => value.times(2),
            16 => value
                .times(2)
                .plus(value.times(11586 - 8192).rounded::<12>()),
            _ => value.times(4),
        };
    }
}
