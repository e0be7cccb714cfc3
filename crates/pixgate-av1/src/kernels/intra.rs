//! Predictions as decoders make them: blocks of any shape, in samples of either kind, in place
//! (sections 7.11.2.2 and 7.11.2.4 to 7.11.2.6).

pub(crate) mod lines;
#[cfg(test)]
mod tests;

use super::predict::{Mode, smooth_weights};
use super::sample::Sample;

/// What is around a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside<'a, S> {
    /// The row above: as many samples as the block has columns.
    pub(crate) above: &'a [S],
    /// The column on the left: as many samples as the block has rows.
    pub(crate) left: &'a [S],
    pub(crate) corner: S,
    /// Of the edges that there are, for [`Mode::Dc`].
    pub(crate) average: S,
}

/// Predicts a block of `W` columns by a mode that needs only what is beside it; rows are `stride` apart.
#[inline(always)]
pub(in crate::kernels) fn plain_body<S: Sample, const W: usize>(
    beside: &Beside<'_, S>,
    mode: Mode,
    to: &mut [S],
    stride: usize,
) {
    let Some(above) = beside.above.first_chunk::<W>() else {
        return;
    };
    let rows = to.chunks_mut(stride).zip(beside.left);
    let rows = rows.filter_map(|(row, &left)| Some((row.first_chunk_mut::<W>()?, left)));
    match mode {
        Mode::Smooth => smooth(above, beside.left, rows),
        Mode::SmoothVertical => smooth_vertical(above, beside.left, rows),
        Mode::SmoothHorizontal => smooth_horizontal(above, rows),
        Mode::Paeth => rows.for_each(|(row, left)| paeth(above, left, beside.corner, row)),
        Mode::Vertical => rows.for_each(|(row, _)| *row = *above),
        Mode::Horizontal => rows.for_each(|(row, left)| *row = [left; W]),
        _ => rows.for_each(|(row, _)| *row = [beside.average; W]),
    }
}

#[inline(always)]
fn smooth<'r, S: Sample, const W: usize>(
    above: &[S; W],
    left: &[S],
    rows: impl Iterator<Item = (&'r mut [S; W], S)>,
) {
    let Some(across) = smooth_weights(W).first_chunk::<W>() else {
        return;
    };
    let (right, bottom) = (last(above), last(left));
    for ((row, left), &down) in rows.zip(smooth_weights(left.len())) {
        let (left, down): (i32, i32) = (left.into(), down.into());
        let rest = (256 - down) * bottom + 256 * right + 256;
        let slope = left - right;
        for x in 0..W {
            let above: i32 = above[x].into();
            row[x] = S::of((down * above + i32::from(across[x]) * slope + rest) >> 9);
        }
    }
}

#[inline(always)]
fn smooth_vertical<'r, S: Sample, const W: usize>(
    above: &[S; W],
    left: &[S],
    rows: impl Iterator<Item = (&'r mut [S; W], S)>,
) {
    let bottom = last(left);
    for ((row, _), &down) in rows.zip(smooth_weights(left.len())) {
        let down = i32::from(down);
        let rest = (256 - down) * bottom + 128;
        for x in 0..W {
            let above: i32 = above[x].into();
            row[x] = S::of((down * above + rest) >> 8);
        }
    }
}

#[inline(always)]
fn smooth_horizontal<'r, S: Sample, const W: usize>(
    above: &[S; W],
    rows: impl Iterator<Item = (&'r mut [S; W], S)>,
) {
    let Some(across) = smooth_weights(W).first_chunk::<W>() else {
        return;
    };
    let right = last(above);
    for (row, left) in rows {
        let left: i32 = left.into();
        let rest = 256 * right + 128;
        let slope = left - right;
        for x in 0..W {
            row[x] = S::of((i32::from(across[x]) * slope + rest) >> 8);
        }
    }
}

/// Of left, above and corner the one that is nearest to left plus above minus corner; the first of equals.
#[inline(always)]
fn paeth<S: Sample, const W: usize>(above: &[S; W], left: S, corner: S, row: &mut [S; W]) {
    let value = |sample: S| -> i16 { Into::<u16>::into(sample).cast_signed() };
    let (left_value, corner_value) = (value(left), value(corner));
    let from_above = (left_value - corner_value).abs();
    for x in 0..W {
        let above_value = value(above[x]);
        let from_left = (above_value - corner_value).abs();
        let from_corner = (left_value + above_value - 2 * corner_value).abs();
        let is_left = from_left <= from_above && from_left <= from_corner;
        let other = if from_above <= from_corner {
            above_value
        } else {
            corner_value
        };
        row[x] = S::of(if is_left { left_value } else { other }.into());
    }
}

fn last<S: Sample>(edge: &[S]) -> i32 {
    edge.last().map_or(0, |&sample| sample.into())
}
