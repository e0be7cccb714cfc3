//! From frequencies to samples, in the order and with the roundings that decoders have.

use super::angles::{ODD_OF_16, ODD_OF_32, ODD_OF_64, Order};
use super::arithmetic::Arithmetic;

/// Turns the pair (`a`, `b`) by `angle`.
#[inline(always)]
fn turn<R: Arithmetic>(t: &mut [R::Number], a: usize, b: usize, angle: usize, range: R) {
    (t[a], t[b]) = range.turn((t[a], t[b]), angle);
}

/// Turns the pair (`a`, `b`) by `angle`, and swaps the two.
#[inline(always)]
fn turn_swapped<R: Arithmetic>(t: &mut [R::Number], a: usize, b: usize, angle: usize, range: R) {
    (t[b], t[a]) = range.turn((t[a], t[b]), angle);
}

/// [`turn_swapped`] by an eighth of a turn.
#[inline(always)]
fn eighth_swapped<R: Arithmetic>(t: &mut [R::Number], a: usize, b: usize, range: R) {
    (t[a], t[b]) = range.eighth((t[a], t[b]));
}

/// Sum into `a` and difference into `b`.
#[inline(always)]
fn cross<R: Arithmetic>(t: &mut [R::Number], a: usize, b: usize, range: R) {
    (t[a], t[b]) = (range.sum(t[a], t[b]), range.difference(t[a], t[b]));
}

/// [`cross`] of `groups` times `size` numbers from `first` on: each with its mirror image in the group.
///
/// In every second group the difference comes first, if `alternate`.
#[inline(always)]
fn mirror<R: Arithmetic>(
    t: &mut [R::Number],
    (first, size, groups): (usize, usize, usize),
    alternate: bool,
    range: R,
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
pub(super) fn cosines<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
    let from = *t;
    for i in 0..N {
        t[i] = from[Order::<N>::COSINES[i]];
    }
    eighth_swapped(t, 0, 1, range);
    turn(t, 2, 3, 48, range);
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
fn cosines_of_8<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
    turn(t, 4, 7, 56, range);
    turn(t, 5, 6, 24, range);
    mirror(t, (4, 2, 2), true, range);
    eighth_swapped(t, 6, 5, range);
    mirror(t, (0, 8, 1), false, range);
}

/// The odd frequencies of sixteen.
#[inline(always)]
fn cosines_of_16<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
    for (i, &angle) in ODD_OF_16.iter().enumerate() {
        turn(t, 8 + i, 15 - i, angle, range);
    }
    mirror(t, (8, 2, 4), true, range);
    turn_swapped(t, 14, 9, 48, range);
    turn_swapped(t, 13, 10, 112, range);
    mirror(t, (8, 4, 2), true, range);
    eighth_swapped(t, 13, 10, range);
    eighth_swapped(t, 12, 11, range);
    mirror(t, (0, 16, 1), false, range);
}

/// The odd frequencies of thirty-two.
#[inline(always)]
fn cosines_of_32<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
    for (i, &angle) in ODD_OF_32.iter().enumerate() {
        turn(t, 16 + i, 31 - i, angle, range);
    }
    mirror(t, (16, 2, 8), true, range);
    for i in 0..2 {
        turn_swapped(t, 30 - 4 * i, 17 + 4 * i, 24 + ((1 - i) << 5), range);
        turn_swapped(t, 29 - 4 * i, 18 + 4 * i, 88 + ((1 - i) << 5), range);
    }
    mirror(t, (16, 4, 4), true, range);
    for i in 0..4 {
        turn_swapped(t, 29 - i, 18 + i, 48 + (i >> 1) * 64, range);
    }
    mirror(t, (16, 8, 2), true, range);
    for i in 0..4 {
        eighth_swapped(t, 27 - i, 20 + i, range);
    }
    mirror(t, (0, 32, 1), false, range);
}

/// The odd frequencies of sixty-four.
#[inline(always)]
fn cosines_of_64<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
    for (i, &angle) in ODD_OF_64.iter().enumerate() {
        turn(t, 32 + i, 63 - i, angle, range);
    }
    mirror(t, (32, 2, 16), true, range);
    for (i, angle) in [60, 28, 44, 12].into_iter().enumerate() {
        turn_swapped(t, 62 - 4 * i, 33 + 4 * i, angle, range);
        turn_swapped(t, 61 - 4 * i, 34 + 4 * i, angle + 64, range);
    }
    mirror(t, (32, 4, 8), true, range);
    for i in 0..8 {
        let (eight, rest) = (i / 4 * 8, i % 4);
        let angle = 56 - i / 4 * 32 + (rest >> 1) * 64;
        turn_swapped(t, 61 - eight - rest, 34 + eight + rest, angle, range);
    }
    mirror(t, (32, 8, 4), true, range);
    for i in 0..8 {
        turn_swapped(t, 59 - i, 36 + i, 48 + (i >> 2) * 64, range);
    }
    mirror(t, (32, 16, 2), true, range);
    for i in 0..8 {
        eighth_swapped(t, 55 - i, 40 + i, range);
    }
    mirror(t, (0, 64, 1), false, range);
}

/// Sine transform of 4, 8 or 16 numbers.
#[inline(always)]
pub(super) fn sines<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
    if N == 4 {
        let four = range.sines_of_4([t[0], t[1], t[2], t[3]]);
        return t.copy_from_slice(&four);
    }
    let from = *t;
    for i in 0..N {
        t[i] = from[Order::<N>::SINES_IN[i]];
    }
    for i in 0..N / 2 {
        let angle = 64 - 32 / N - i * (128 / N);
        turn_swapped(t, 2 * i, 2 * i + 1, angle, range);
    }
    apart(t, N / 2, range);
    if N == 16 {
        turn_swapped(t, 8, 9, 56, range);
        turn_swapped(t, 10, 11, 24, range);
        turn_swapped(t, 13, 12, 8, range);
        turn_swapped(t, 15, 14, 40, range);
        apart(t, 4, range);
    }
    for i in (4..N).step_by(8) {
        turn_swapped(t, i, i + 1, 48, range);
        turn_swapped(t, i + 3, i + 2, 16, range);
    }
    apart(t, 2, range);
    for i in (2..N).step_by(4) {
        eighth_swapped(t, i, i + 1, range);
    }
    let from = *t;
    for i in 0..N {
        let value = from[Order::<N>::SINES_OUT[i]];
        t[i] = if i % 2 == 1 {
            range.negative(value)
        } else {
            value
        };
    }
}

/// [`cross`] of numbers that are `distance` apart.
#[inline(always)]
fn apart<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], distance: usize, range: R) {
    for first in (0..N).step_by(2 * distance) {
        for i in first..first + distance {
            cross(t, i, i + distance, range);
        }
    }
}

/// The transform that leaves 4, 8, 16 or 32 numbers alone but for their scale.
#[inline(always)]
pub(super) fn identity<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
    for value in t {
        *value = range.scale::<N>(*value);
    }
}
