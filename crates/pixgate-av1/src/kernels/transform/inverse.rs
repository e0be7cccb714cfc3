//! From frequencies to samples, in the order and with the roundings that decoders have.

use super::angles::{NINTHS, ODD_OF_16, ODD_OF_32, Order, cosine, sine};
use crate::kernels::lanes::Ints;

/// The range of numbers between two steps.
#[derive(Clone, Copy)]
pub(super) struct Range<V> {
    pub(super) least: V,
    pub(super) most: V,
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
#[inline(always)]
fn turn<V: Ints>(t: &mut [V], a: usize, b: usize, angle: usize) {
    let (cosine, sine) = (cosine(angle), sine(angle));
    let (x, y) = (t[a], t[b]);
    t[a] = x.times(cosine).minus(y.times(sine)).rounded::<12>();
    t[b] = x.times(sine).plus(y.times(cosine)).rounded::<12>();
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

/// Cosine transform of 4, 8, 16 or 32 numbers.
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

#[inline(always)]
fn sines_of_4<V: Ints, const N: usize>(t: &mut [V; N]) {
    let [one, two, three, four] = NINTHS;
    let (a, b, c, d) = (t[0], t[1], t[2], t[3]);
    let first = a.times(one).plus(c.times(four)).plus(d.times(two));
    let second = a.times(two).minus(c.times(one)).minus(d.times(four));
    let middle = b.times(three);
    t[0] = first.plus(middle).rounded::<12>();
    t[1] = second.plus(middle).rounded::<12>();
    t[2] = a.minus(c).plus(d).times(three).rounded::<12>();
    t[3] = first.plus(second).minus(middle).rounded::<12>();
}

/// The transform that leaves 4, 8, 16 or 32 numbers alone but for their scale.
#[inline(always)]
pub(super) fn identity<V: Ints, const N: usize>(t: &mut [V; N]) {
    for value in t {
        *value = match N {
            4 => value.times(5793).rounded::<12>(),
            8 => value.times(2),
            16 => value.times(11586).rounded::<12>(),
            _ => value.times(4),
        };
    }
}
