//! Prediction along a line (section 7.11.2.4).

use super::Target;
use super::edge::{BEFORE, Edges, double, is_doubled, smooth, strength};
use crate::kernels::predict::step;
use crate::kernels::sample::Sample;

/// Predicts along lines of `angle` degrees.
///
/// - `filter`: see [`super::Manner::edge_filter`].
pub(super) fn predict<S: Sample>(
    edges: &mut Edges<S>,
    angle: i32,
    filter: Option<bool>,
    target: &Target,
    to: &mut [S],
    stride: usize,
) {
    let (width, height) = (target.size.width(), target.size.height());
    let rows = to.chunks_mut(stride).take(height);
    match angle {
        90 => rows.for_each(|row| row[..width].copy_from_slice(&edges.above[BEFORE..][..width])),
        180 => {
            for (row, &left) in rows.zip(&edges.left[BEFORE..]) {
                row[..width].fill(left);
            }
        }
        _ => {
            let doubled = filter.map_or((false, false), |is_smooth| {
                prepare(edges, angle, is_smooth, target)
            });
            if angle < 90 {
                rightwards(
                    &edges.above,
                    doubled.0,
                    step(angle),
                    (width, height),
                    to,
                    stride,
                );
            } else if angle > 180 {
                downwards(
                    &edges.left,
                    doubled.1,
                    step(270 - angle),
                    (width, height),
                    to,
                    stride,
                );
            } else {
                let steps = (step(180 - angle), step(angle - 90));
                between(edges, doubled, steps, (width, height), to, stride);
            }
        }
    }
}

/// Smooths and doubles the edges; whether that above and that on the left are doubled.
fn prepare<S: Sample>(
    edges: &mut Edges<S>,
    angle: i32,
    is_smooth: bool,
    target: &Target,
) -> (bool, bool) {
    let (width, height) = (target.size.width(), target.size.height());
    let sum = width + height;
    if angle > 90 && angle < 180 && sum >= 24 {
        edges.smooth_corner();
    }
    let (above, left) = ((angle - 90).abs(), (angle - 180).abs());
    let (more_above, more_left) = (
        if angle < 90 { height } else { 0 },
        if angle > 180 { width } else { 0 },
    );
    let mut doubled = (false, false);
    if angle < 180 {
        if target.has_above {
            let count = width.min(target.inside.0) + more_above + 1;
            smooth(&mut edges.above, count, strength(sum, is_smooth, above));
        }
        doubled.0 = is_doubled(sum, is_smooth, above);
        if doubled.0 {
            double(&mut edges.above, width + more_above, target.bit_depth);
        }
    }
    if angle > 90 {
        if target.has_left {
            let count = height.min(target.inside.1) + more_left + 1;
            smooth(&mut edges.left, count, strength(sum, is_smooth, left));
        }
        doubled.1 = is_doubled(sum, is_smooth, left);
        if doubled.1 {
            double(&mut edges.left, height + more_left, target.bit_depth);
        }
    }
    doubled
}

/// Lines that come from the right: each row reads further on.
fn rightwards<S: Sample>(
    edge: &[S],
    is_doubled: bool,
    step: usize,
    (width, height): (usize, usize),
    to: &mut [S],
    stride: usize,
) {
    let up = usize::from(is_doubled);
    let last = (width + height - 1) << up;
    let edge = &edge[BEFORE..];
    for (index, row) in to.chunks_mut(stride).take(height).enumerate() {
        let place = (index + 1) * step;
        let base = place >> (6 - up);
        let part = ((place << up) >> 1) & 31;
        let row = &mut row[..width];
        if base >= last {
            row.fill(edge[last]);
            continue;
        }
        let known = (last - base).div_ceil(1 << up).min(width);
        let (inside, beyond) = row.split_at_mut(known);
        mix(&edge[base..], up, part, inside);
        beyond.fill(edge[last]);
    }
}

/// Lines that come from below: each column reads further on.
fn downwards<S: Sample>(
    edge: &[S],
    is_doubled: bool,
    step: usize,
    (width, height): (usize, usize),
    to: &mut [S],
    stride: usize,
) {
    let up = usize::from(is_doubled);
    let edge = &edge[BEFORE..];
    let mut column = [S::default(); 64];
    let last = (width + height - 1) << up;
    for x in 0..width {
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
fn between<S: Sample>(
    edges: &Edges<S>,
    doubled: (bool, bool),
    steps: (usize, usize),
    (width, height): (usize, usize),
    to: &mut [S],
    stride: usize,
) {
    let (up, up_left) = (usize::from(doubled.0), usize::from(doubled.1));
    for (y, row) in to.chunks_mut(stride).take(height).enumerate() {
        let back = (y + 1) * steps.0;
        // Columns that lines reach from the left.
        let missing = ((back - 1) >> 6).min(width);
        let (from_left, from_above) = row[..width].split_at_mut(missing);
        for (x, sample) in from_left.iter_mut().enumerate() {
            let place = (BEFORE << 6) + (y << 6) - (x + 1) * steps.1;
            *sample = mixed(&edges.left, place, up_left);
        }
        if missing < width {
            let place = (BEFORE << 6) + (missing << 6) - back;
            let (base, part) = locate(place, up);
            mix(&edges.above[base..], up, part, from_above);
        }
    }
}

/// The sample at a place of an edge, in 1/64 of a sample from the start of its room.
fn mixed<S: Sample>(edge: &[S], place: usize, up: usize) -> S {
    let (base, part) = locate(place, up);
    let (first, second): (i32, i32) = (edge[base].into(), edge[base + 1].into());
    let part = i32::try_from(part).unwrap_or(0);
    S::of((first * (32 - part) + second * part + 16) >> 5)
}

/// The sample before a place, and how far on the place is in 1/32.
fn locate(place: usize, up: usize) -> (usize, usize) {
    // Places count from the first sample on, and those before it are negative.
    let start = BEFORE << 6;
    let shifted = (place << up) + start - (start << up);
    (shifted >> 6, (shifted >> 1) & 31)
}

/// Between each sample, or each second one, and the next, `part` in 1/32.
#[inline(always)]
fn mix<S: Sample>(edge: &[S], up: usize, part: usize, to: &mut [S]) {
    let part = i32::try_from(part).unwrap_or(0);
    let value = |first: S, second: S| {
        let (first, second): (i32, i32) = (first.into(), second.into());
        S::of((first * (32 - part) + second * part + 16) >> 5)
    };
    if up == 0 {
        for ((to, &first), &second) in to.iter_mut().zip(edge).zip(&edge[1..]) {
            *to = value(first, second);
        }
    } else {
        for (to, pair) in to.iter_mut().zip(edge.chunks_exact(2)) {
            *to = value(pair[0], pair[1]);
        }
    }
}
