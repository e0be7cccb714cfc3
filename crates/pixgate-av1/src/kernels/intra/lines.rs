//! Prediction along lines (section 7.11.2.4).

use crate::kernels::predict::step;
use crate::kernels::sample::Sample;

/// Samples before the first one of an edge: the corner, and room for doubling.
pub(crate) const BEFORE: usize = 16;

/// Edges that lines are followed from, smoothed and doubled; the first samples are at [`BEFORE`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines<'a, S> {
    /// Twice the columns and rows of the block together, and some more, beyond [`BEFORE`].
    pub(crate) above: &'a [S],
    /// As many as above.
    pub(crate) left: &'a [S],
    /// Whether there are samples between those of the edge above, and of that on the left.
    pub(crate) doubled: (bool, bool),
    /// Of the lines, in degrees: 3 to 267, but not 90 and 180.
    pub(crate) angle: i32,
    /// Rows of the block.
    pub(crate) height: usize,
}

/// Predicts a block of `W` columns along lines; rows are `stride` apart.
#[inline(always)]
pub(in crate::kernels) fn follow_body<S: Sample, const W: usize>(
    lines: &Lines<'_, S>,
    to: &mut [S],
    stride: usize,
) {
    let angle = lines.angle;
    if angle < 90 {
        rightwards::<S, W>(lines, step(angle), to, stride);
    } else if angle > 180 {
        downwards::<S, W>(lines, step(270 - angle), to, stride);
    } else {
        let steps = (step(180 - angle), step(angle - 90));
        between::<S, W>(lines, steps, to, stride);
    }
}

/// Lines that come from the right: each row reads further on.
#[inline(always)]
fn rightwards<S: Sample, const W: usize>(
    lines: &Lines<'_, S>,
    step: usize,
    to: &mut [S],
    stride: usize,
) {
    let up = usize::from(lines.doubled.0);
    let last = (W + lines.height - 1) << up;
    let edge = &lines.above[BEFORE..];
    for (index, row) in to.chunks_mut(stride).take(lines.height).enumerate() {
        let place = (index + 1) * step;
        let base = place >> (6 - up);
        let part = ((place << up) >> 1) & 31;
        let row = &mut row[..W];
        if base >= last {
            row.fill(edge[last]);
            continue;
        }
        let known = (last - base).div_ceil(1 << up).min(W);
        if known == W {
            mix_all::<S, W>(&edge[base..], up, part, row);
            continue;
        }
        let (inside, beyond) = row.split_at_mut(known);
        mix(&edge[base..], up, part, inside);
        beyond.fill(edge[last]);
    }
}

/// Lines that come from below: each column reads further on.
#[inline(always)]
fn downwards<S: Sample, const W: usize>(
    lines: &Lines<'_, S>,
    step: usize,
    to: &mut [S],
    stride: usize,
) {
    let (up, height) = (usize::from(lines.doubled.1), lines.height);
    let edge = &lines.left[BEFORE..];
    let mut column = [S::default(); 64];
    let last = (W + height - 1) << up;
    for x in 0..W {
        let place = (x + 1) * step;
        let base = place >> (6 - up);
        let part = ((place << up) >> 1) & 31;
        let column = &mut column[..height];
        let known = last.saturating_sub(base).div_ceil(1 << up).min(height);
        let (inside, beyond) = column.split_at_mut(known);
        mix(&edge[base.min(last)..], up, part, inside);
        beyond.fill(edge[last]);
        for (row, &sample) in to.chunks_mut(stride).zip(&*column) {
            row[x] = sample;
        }
    }
}

/// Lines that come from the left above: from one edge or the other.
#[inline(always)]
fn between<S: Sample, const W: usize>(
    lines: &Lines<'_, S>,
    steps: (usize, usize),
    to: &mut [S],
    stride: usize,
) {
    let (up, up_left) = (usize::from(lines.doubled.0), usize::from(lines.doubled.1));
    for (y, row) in to.chunks_mut(stride).take(lines.height).enumerate() {
        let back = (y + 1) * steps.0;
        // Columns that lines reach from the left.
        let missing = ((back - 1) >> 6).min(W);
        let (from_left, from_above) = row[..W].split_at_mut(missing);
        for (x, sample) in from_left.iter_mut().enumerate() {
            let place = (BEFORE << 6) + (y << 6) - (x + 1) * steps.1;
            *sample = mixed(lines.left, place, up_left);
        }
        if missing < W {
            let place = (BEFORE << 6) + (missing << 6) - back;
            let (base, part) = locate(place, up);
            if missing == 0 {
                mix_all::<S, W>(&lines.above[base..], up, part, from_above);
            } else {
                mix(&lines.above[base..], up, part, from_above);
            }
        }
    }
}

/// The sample at a place of an edge, in 1/64 of a sample from the start of its room.
#[inline(always)]
fn mixed<S: Sample>(edge: &[S], place: usize, up: usize) -> S {
    let (base, part) = locate(place, up);
    value(edge[base], edge[base + 1], part)
}

/// The sample before a place, and how far on the place is in 1/32.
#[inline(always)]
fn locate(place: usize, up: usize) -> (usize, usize) {
    // Places count from the first sample on, and those before it are negative.
    let start = BEFORE << 6;
    let shifted = (place << up) + start - (start << up);
    (shifted >> 6, (shifted >> 1) & 31)
}

/// Between two samples, `part` in 1/32 of the way.
#[inline(always)]
fn value<S: Sample>(first: S, second: S, part: usize) -> S {
    let (first, second): (i32, i32) = (first.into(), second.into());
    let part = i32::try_from(part).unwrap_or(0);
    S::of((first * (32 - part) + second * part + 16) >> 5)
}

/// Between each sample, or each second one, and the next.
#[inline(always)]
fn mix<S: Sample>(edge: &[S], up: usize, part: usize, to: &mut [S]) {
    if up == 0 {
        for ((to, &first), &second) in to.iter_mut().zip(edge).zip(&edge[1..]) {
            *to = value(first, second, part);
        }
    } else {
        for (to, pair) in to.iter_mut().zip(edge.as_chunks::<2>().0) {
            *to = value(pair[0], pair[1], part);
        }
    }
}

/// The same for a row of `W` samples.
#[inline(always)]
fn mix_all<S: Sample, const W: usize>(edge: &[S], up: usize, part: usize, to: &mut [S]) {
    let to = &mut to[..W];
    if up == 0 {
        let (first, second) = (&edge[..W], &edge[1..W + 1]);
        for x in 0..W {
            to[x] = value(first[x], second[x], part);
        }
    } else {
        let pairs = &edge.as_chunks::<2>().0[..W];
        for x in 0..W {
            to[x] = value(pairs[x][0], pairs[x][1], part);
        }
    }
}
