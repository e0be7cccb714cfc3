//! Prediction along a line.

use super::Edges;
use super::edge::{EdgeFilter, Line, above, left};
use crate::kernels::{Kernels, Side};

/// Predicts along lines of `angle` degrees, between 36 and 212.
pub(super) fn predict(
    angle: i32,
    edges: &Edges,
    side: Side,
    filter: Option<EdgeFilter>,
    to: &mut [u16],
) {
    let count = side.samples();
    match angle {
        90 => {
            for row in to.chunks_exact_mut(count) {
                row.copy_from_slice(&edges.above[..count]);
            }
        }
        180 => {
            for (row, &left) in to.chunks_exact_mut(count).zip(&edges.left) {
                row.fill(left);
            }
        }
        _ => (Kernels::detect().follow[side as usize])(angle, edges, filter, to),
    }
}

/// Steps of the work, a row or a block at a time.
pub(crate) trait Rows {
    /// Rows become columns.
    fn turn<const N: usize>(from: &[[u16; N]; N], to: &mut [[u16; N]]);

    /// Between each of `first` and its partner in `second`, `part` in 1/32; what is before `start` stays.
    fn mix<const N: usize>(
        first: &[u16],
        second: &[u16],
        part: usize,
        start: usize,
        to: &mut [u16; N],
    );
}

/// [`Rows`] for every machine.
pub(crate) struct PlainRows;

/// The lines of one block.
#[inline(always)]
pub(in crate::kernels) fn follow<T: Rows, const N: usize, const R: usize>(
    angle: i32,
    edges: &Edges,
    filter: Option<EdgeFilter>,
    to: &mut [u16],
) {
    let to = to.as_chunks_mut::<N>().0;
    if angle < 90 {
        let above = above::<R>(angle, edges, filter);
        return rightwards::<T, N, R>(&above, step(angle), to);
    }
    let mut turned = [[0; N]; N];
    let left = left::<R>(angle, edges, filter);
    if angle > 180 {
        rightwards::<T, N, R>(&left, step(270 - angle), &mut turned);
        return T::turn(&turned, to);
    }
    // From above where the line meets that edge, and else from the left.
    leftwards::<T, N, R>(&left, step(angle - 90), &mut turned);
    T::turn(&turned, to);
    leftwards::<T, N, R>(&above(angle, edges, filter), step(180 - angle), to);
}

/// How far a line of `angle` degrees, of less than 90, goes sideways in a row, in 1/64 of a sample
/// (`Dr_Intra_Derivative`).
pub(crate) const fn step(angle: i32) -> usize {
    match angle {
        3 => 1023,
        6 => 547,
        9 => 372,
        14 => 273,
        17 => 215,
        20 => 178,
        23 => 151,
        26 => 132,
        29 => 116,
        32 => 102,
        36 => 90,
        39 => 80,
        42 => 71,
        45 => 64,
        48 => 57,
        51 => 51,
        54 => 45,
        58 => 40,
        61 => 35,
        64 => 31,
        67 => 27,
        70 => 23,
        73 => 19,
        76 => 15,
        81 => 11,
        84 => 7,
        _ => 3,
    }
}

/// Lines that come from the right: each row reads further on.
#[inline(always)]
fn rightwards<T: Rows, const N: usize, const R: usize>(
    edge: &Line<R>,
    step: usize,
    to: &mut [[u16; N]],
) {
    for (place, row) in (step..).step_by(step).zip(to) {
        let first = N + (place >> 6).min(3 * N / 2);
        let samples = &edge.samples[first + 1..];
        let (samples, next, part) = match &edge.between {
            None => (samples, &samples[1..], (place >> 1) & 31),
            Some(between) if place & 32 == 0 => (samples, &between[first + 1..], place & 31),
            Some(between) => (&between[first + 1..], &samples[1..], place & 31),
        };
        T::mix(samples, next, part, 0, row);
    }
}

/// Lines that come from the left: each row reads further back, as long as there is an edge.
#[inline(always)]
fn leftwards<T: Rows, const N: usize, const R: usize>(
    edge: &Line<R>,
    step: usize,
    to: &mut [[u16; N]],
) {
    for (place, row) in (step..).step_by(step).zip(to) {
        // Samples before the corner are missing.
        let missing = ((place - 1) >> 6).min(N);
        let samples = &edge.samples[N - missing..];
        let back = place.wrapping_neg();
        let (samples, next, part) = match &edge.between {
            None => (samples, &samples[1..], (back >> 1) & 31),
            Some(between) if back & 32 == 0 => (samples, &between[N - missing..], back & 31),
            Some(between) => (&between[N - missing..], &samples[1..], back & 31),
        };
        T::mix(samples, next, part, missing, row);
    }
}

impl Rows for PlainRows {
    #[inline(always)]
    fn turn<const N: usize>(from: &[[u16; N]; N], to: &mut [[u16; N]]) {
        for (column, to) in to.iter_mut().enumerate().take(N) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = from[column];
            }
        }
    }

    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        reason = "between two samples; below 32"
    )]
    fn mix<const N: usize>(
        first: &[u16],
        second: &[u16],
        part: usize,
        start: usize,
        to: &mut [u16; N],
    ) {
        let (first, second) = (&first[..N], &second[..N]);
        let (part, start) = (part as i32, start as u16);
        for (((to, &first), &second), x) in to.iter_mut().zip(first).zip(second).zip(0..) {
            let (first, second) = (i32::from(first), i32::from(second));
            let mixed = (first + (((second - first) * part + 16) >> 5)) as u16;
            *to = if x < start { *to } else { mixed };
        }
    }
}
