//! Prediction without a direction: averages, smooth modes and Paeth (sections 7.11.2.2, 7.11.2.5 and
//! 7.11.2.6).

use super::Target;
use super::edge::{BEFORE, Edges};
use crate::kernels::predict::{Mode, smooth_weights};
use crate::kernels::sample::Sample;

/// Predicts a block from the edges beside it.
pub(super) fn predict<S: Sample>(
    edges: &Edges<S>,
    mode: Mode,
    target: &Target,
    to: &mut [S],
    stride: usize,
) {
    let (width, height) = (target.size.width(), target.size.height());
    let above = &edges.above[BEFORE..][..width];
    let left = &edges.left[BEFORE..][..height];
    let corner = edges.above[BEFORE - 1];
    let rows = to
        .chunks_mut(stride)
        .zip(left)
        .map(|(row, &left)| (&mut row[..width], left));
    match mode {
        Mode::Smooth => smooth(above, left, rows),
        Mode::SmoothVertical => smooth_vertical(above, left, rows),
        Mode::SmoothHorizontal => smooth_horizontal(above, rows),
        Mode::Paeth => rows.for_each(|(row, left)| paeth(above, left, corner, row)),
        _ => {
            let value = average(above, left, target);
            rows.for_each(|(row, _)| row.fill(value));
        }
    }
}

/// The average of the edges that are in the tile.
fn average<S: Sample>(above: &[S], left: &[S], target: &Target) -> S {
    let sum = |edge: &[S]| {
        edge.iter()
            .map(|&sample| Into::<i32>::into(sample))
            .sum::<i32>()
    };
    let count = |edge: &[S]| i32::try_from(edge.len()).unwrap_or(1);
    let (width, height) = (count(above), count(left));
    let value = match (target.has_above, target.has_left) {
        (true, true) => {
            let count = width + height;
            (sum(above) + sum(left) + count / 2) / count
        }
        (true, false) => (sum(above) + width / 2) >> target.size.width_log2,
        (false, true) => (sum(left) + height / 2) >> target.size.height_log2,
        (false, false) => 1 << (target.bit_depth - 1),
    };
    S::of(value)
}

fn smooth<'r, S: Sample>(above: &[S], left: &[S], rows: impl Iterator<Item = (&'r mut [S], S)>) {
    let (across, down) = (smooth_weights(above.len()), smooth_weights(left.len()));
    let right = last(above);
    let bottom = last(left);
    for ((row, left), &down) in rows.zip(down) {
        let (left, down): (i32, i32) = (left.into(), down.into());
        let rest = (256 - down) * bottom + 256 * right + 256;
        let slope = left - right;
        for ((to, &above), &across) in row.iter_mut().zip(above).zip(across) {
            let above: i32 = above.into();
            *to = S::of((down * above + i32::from(across) * slope + rest) >> 9);
        }
    }
}

fn smooth_vertical<'r, S: Sample>(
    above: &[S],
    left: &[S],
    rows: impl Iterator<Item = (&'r mut [S], S)>,
) {
    let bottom = last(left);
    for ((row, _), &down) in rows.zip(smooth_weights(left.len())) {
        let down = i32::from(down);
        let rest = (256 - down) * bottom + 128;
        for (to, &above) in row.iter_mut().zip(above) {
            let above: i32 = above.into();
            *to = S::of((down * above + rest) >> 8);
        }
    }
}

fn smooth_horizontal<'r, S: Sample>(above: &[S], rows: impl Iterator<Item = (&'r mut [S], S)>) {
    let right = last(above);
    let across = smooth_weights(above.len());
    for (row, left) in rows {
        let left: i32 = left.into();
        let rest = 256 * right + 128;
        let slope = left - right;
        for (to, &across) in row.iter_mut().zip(across) {
            *to = S::of((i32::from(across) * slope + rest) >> 8);
        }
    }
}

/// Of left, above and corner the one that is nearest to left plus above minus corner; the first of equals.
fn paeth<S: Sample>(above: &[S], left: S, corner: S, row: &mut [S]) {
    let (left_value, corner_value): (i32, i32) = (left.into(), corner.into());
    let from_above = (left_value - corner_value).abs();
    for (to, &above) in row.iter_mut().zip(above) {
        let above_value: i32 = above.into();
        let from_left = (above_value - corner_value).abs();
        let from_corner = (left_value + above_value - 2 * corner_value).abs();
        let is_left = from_left <= from_above && from_left <= from_corner;
        let other = if from_above <= from_corner {
            above
        } else {
            corner
        };
        *to = if is_left { left } else { other };
    }
}

fn last<S: Sample>(edge: &[S]) -> i32 {
    edge.last().map_or(0, |&sample| sample.into())
}
