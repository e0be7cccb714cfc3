//! From samples to frequencies: the steps of the inverse backwards, each transposed, in real numbers.

use super::angles::{NINTHS, ODD_OF_16, ODD_OF_32, Order, cosine, sine};
use crate::kernels::lanes::Reals;

/// A fraction of 4096.
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "thirteen bits")]
const fn part(value: i32) -> f32 {
    value as f32 / 4096.0
}

/// Turns the pair (`a`, `b`) back by `angle`.
#[inline(always)]
fn turn<V: Reals>(t: &mut [V], a: usize, b: usize, angle: usize) {
    let (cosine, sine) = (part(cosine(angle)), part(sine(angle)));
    let (x, y) = (t[a], t[b]);
    t[a] = x.times(cosine).plus(y.times(sine));
    t[b] = y.times(cosine).minus(x.times(sine));
}

/// [`turn`] after swapping the two.
#[inline(always)]
fn turn_swapped<V: Reals>(t: &mut [V], a: usize, b: usize, angle: usize) {
    (t[a], t[b]) = (t[b], t[a]);
    turn(t, a, b, angle);
}

/// [`turn_swapped`] by an eighth of a turn.
#[inline(always)]
fn eighth_swapped<V: Reals>(t: &mut [V], a: usize, b: usize) {
    let (x, y) = (t[a], t[b]);
    t[a] = x.plus(y).times(part(2896));
    t[b] = x.minus(y).times(part(2896));
}

/// Sum into `a` and difference into `b`.
#[inline(always)]
fn cross<V: Reals>(t: &mut [V], a: usize, b: usize) {
    let (x, y) = (t[a], t[b]);
    t[a] = x.plus(y);
    t[b] = x.minus(y);
}

/// [`cross`] of `groups` times `size` numbers from `first` on, as in the inverse.
#[inline(always)]
fn mirror<V: Reals>(t: &mut [V], (first, size, groups): (usize, usize, usize), alternate: bool) {
    for group in 0..groups {
        for i in 0..size / 2 {
            let (a, b) = (first + group * size + i, first + (group + 1) * size - 1 - i);
            if alternate && group % 2 == 1 {
                cross(t, b, a);
            } else {
                cross(t, a, b);
            }
        }
    }
}

/// Cosine transform of 4, 8, 16 or 32 numbers.
#[inline(always)]
pub(super) fn cosines<V: Reals, const N: usize>(t: &mut [V; N]) {
    if N >= 32 {
        cosines_of_32(t);
    }
    if N >= 16 {
        cosines_of_16(t);
    }
    if N >= 8 {
        cosines_of_8(t);
    }
    mirror(t, (0, 4, 1), false);
    turn(t, 2, 3, 48);
    eighth_swapped(t, 0, 1);
    let from = *t;
    for i in 0..N {
        t[i] = from[Order::<N>::COSINES[i]];
    }
}

/// The odd frequencies of eight.
#[inline(always)]
fn cosines_of_8<V: Reals, const N: usize>(t: &mut [V; N]) {
    mirror(t, (0, 8, 1), false);
    eighth_swapped(t, 6, 5);
    mirror(t, (4, 2, 2), true);
    turn(t, 5, 6, 24);
    turn(t, 4, 7, 56);
}

/// The odd frequencies of sixteen.
#[inline(always)]
fn cosines_of_16<V: Reals, const N: usize>(t: &mut [V; N]) {
    mirror(t, (0, 16, 1), false);
    eighth_swapped(t, 12, 11);
    eighth_swapped(t, 13, 10);
    mirror(t, (8, 4, 2), true);
    turn_swapped(t, 13, 10, 112);
    turn_swapped(t, 14, 9, 48);
    mirror(t, (8, 2, 4), true);
    for (i, &angle) in ODD_OF_16.iter().enumerate() {
        turn(t, 8 + i, 15 - i, angle);
    }
}

/// The odd frequencies of thirty-two.
#[inline(always)]
fn cosines_of_32<V: Reals, const N: usize>(t: &mut [V; N]) {
    mirror(t, (0, 32, 1), false);
    for i in 0..4 {
        eighth_swapped(t, 27 - i, 20 + i);
    }
    mirror(t, (16, 8, 2), true);
    for i in 0..4 {
        turn_swapped(t, 29 - i, 18 + i, 48 + (i >> 1) * 64);
    }
    mirror(t, (16, 4, 4), true);
    for i in 0..2 {
        turn_swapped(t, 30 - 4 * i, 17 + 4 * i, 24 + ((1 - i) << 5));
        turn_swapped(t, 29 - 4 * i, 18 + 4 * i, 88 + ((1 - i) << 5));
    }
    mirror(t, (16, 2, 8), true);
    for (i, &angle) in ODD_OF_32.iter().enumerate() {
        turn(t, 16 + i, 31 - i, angle);
    }
}

/// Sine transform of 4, 8 or 16 numbers.
#[inline(always)]
pub(super) fn sines<V: Reals, const N: usize>(t: &mut [V; N]) {
    if N == 4 {
        return sines_of_4(t);
    }
    let from = *t;
    for i in 0..N {
        let value = from[i];
        t[Order::<N>::SINES_OUT[i]] = if i % 2 == 1 { value.times(-1.0) } else { value };
    }
    for i in (2..N).step_by(4) {
        eighth_swapped(t, i, i + 1);
    }
    apart(t, 2);
    for i in (4..N).step_by(8) {
        turn_swapped(t, i + 3, i + 2, 16);
        turn_swapped(t, i, i + 1, 48);
    }
    if N == 16 {
        apart(t, 4);
        turn_swapped(t, 8, 9, 56);
        turn_swapped(t, 10, 11, 24);
        turn_swapped(t, 13, 12, 8);
        turn_swapped(t, 15, 14, 40);
    }
    apart(t, N / 2);
    for i in 0..N / 2 {
        turn_swapped(t, 2 * i, 2 * i + 1, 64 - 32 / N - i * (128 / N));
    }
    let from = *t;
    for i in 0..N {
        t[Order::<N>::SINES_IN[i]] = from[i];
    }
}

/// [`cross`] of numbers that are `distance` apart.
#[inline(always)]
fn apart<V: Reals, const N: usize>(t: &mut [V; N], distance: usize) {
    for first in (0..N).step_by(2 * distance) {
        for i in first..first + distance {
            cross(t, i, i + distance);
        }
    }
}

#[inline(always)]
fn sines_of_4<V: Reals, const N: usize>(t: &mut [V; N]) {
    let [one, two, three, four] = NINTHS.map(part);
    let (a, b, c, d) = (t[0], t[1], t[2], t[3]);
    t[0] = a
        .times(one)
        .plus(b.times(two))
        .plus(c.times(three))
        .plus(d.times(four));
    t[1] = a.plus(b).minus(d).times(three);
    t[2] = a
        .times(four)
        .minus(b.times(one))
        .minus(c.times(three))
        .plus(d.times(two));
    t[3] = a
        .times(two)
        .minus(b.times(four))
        .plus(c.times(three))
        .minus(d.times(one));
}

/// The transform that leaves numbers alone but for their scale.
#[inline(always)]
pub(super) fn identity<V: Reals, const N: usize>(t: &mut [V; N]) {
    let scale = match N {
        4 => std::f32::consts::SQRT_2,
        8 => 2.0,
        16 => 2.0 * std::f32::consts::SQRT_2,
        _ => 4.0,
    };
    for value in t {
        *value = value.times(scale);
    }
}
