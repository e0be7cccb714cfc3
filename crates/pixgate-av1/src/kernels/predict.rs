//! Prediction of a block from the samples above and to the left of it.

mod chroma;
mod directional;
mod edge;
#[cfg(test)]
mod tests;

pub(crate) use self::chroma::{cfl_luma, cfl_predict};
#[cfg(target_arch = "x86_64")]
pub(crate) use self::directional::Turn;
pub(crate) use self::edge::EdgeFilter;

use super::Side;
use super::dispatch::dispatch;

/// How a block is predicted; the number is what the stream says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The average of the edges.
    Dc,
    /// Down the columns.
    Vertical,
    /// Along the rows.
    Horizontal,
    /// From above, to the right: 45 degrees.
    D45,
    /// From the corner: 135 degrees.
    D135,
    /// From above, to the left: 113 degrees.
    D113,
    /// From the left, upwards: 157 degrees.
    D157,
    /// From the left, downwards: 203 degrees.
    D203,
    /// From above, to the right: 67 degrees.
    D67,
    /// Between the edges and those across, both ways.
    Smooth,
    /// The same down the columns only.
    SmoothVertical,
    /// The same along the rows only.
    SmoothHorizontal,
    /// Whichever neighbour is nearest to their plane.
    Paeth,
}

impl Mode {
    /// The angle in degrees of the modes that have one.
    const fn angle(self) -> Option<i32> {
        match self {
            Self::Vertical => Some(90),
            Self::Horizontal => Some(180),
            Self::D45 => Some(45),
            Self::D135 => Some(135),
            Self::D113 => Some(113),
            Self::D157 => Some(157),
            Self::D203 => Some(203),
            Self::D67 => Some(67),
            _ => None,
        }
    }
}

/// What is known around a block: twice its side, in both directions.
#[derive(Clone, Debug)]
pub(crate) struct Edges {
    /// The row above, from the left column of the block on.
    pub(crate) above: [u16; 128],
    /// The column to the left, from the top row of the block on.
    pub(crate) left: [u16; 128],
    /// The sample above `left` and to the left of `above`.
    pub(crate) corner: u16,
    /// Whether there are samples above in the picture.
    pub(crate) has_above: bool,
    /// Whether there are samples to the left in the picture.
    pub(crate) has_left: bool,
}

impl Edges {
    /// Nothing is known.
    pub(crate) const OUTSIDE: Self = Self {
        above: [0; 128],
        left: [0; 128],
        corner: 0,
        has_above: false,
        has_left: false,
    };
}

/// Predicts a block, row after row without gaps.
pub(crate) fn predict(
    mode: Mode,
    angle_delta: i32,
    edges: &Edges,
    side: Side,
    bit_depth: u32,
    to: &mut [u16],
) {
    let count = side.samples();
    let to = &mut to[..count * count];
    if let Some(angle) = mode.angle() {
        return directional::predict(angle + 3 * angle_delta, edges, side, None, to);
    }
    match mode {
        Mode::Smooth => smooth(edges, count, to),
        Mode::SmoothVertical => smooth_vertical(edges, count, to),
        Mode::SmoothHorizontal => smooth_horizontal(edges, count, to),
        Mode::Paeth => paeth(edges, count, to),
        _ => to.fill(average(edges, side, bit_depth)),
    }
}

/// [`predict`] in a stream that smooths edges and doubles short ones before it follows lines.
pub(crate) fn predict_filtered(
    mode: Mode,
    angle_delta: i32,
    edges: &Edges,
    side: Side,
    filter: EdgeFilter,
    to: &mut [u16],
) {
    if let Some(angle) = mode.angle() {
        let to = &mut to[..side.samples().pow(2)];
        return directional::predict(angle + 3 * angle_delta, edges, side, Some(filter), to);
    }
    predict(mode, angle_delta, edges, side, filter.bit_depth, to);
}

/// The average of the edges that are in the picture.
#[expect(clippy::cast_possible_truncation, reason = "an average of samples")]
fn average(edges: &Edges, side: Side, bit_depth: u32) -> u16 {
    let count = side.samples();
    let sum = |edge: &[u16]| {
        edge[..count]
            .iter()
            .map(|&value| u32::from(value))
            .sum::<u32>()
    };
    let half = count as u32 >> 1;
    let log2 = side.log2();
    let value = match (edges.has_above, edges.has_left) {
        (true, true) => (sum(&edges.above) + sum(&edges.left) + 2 * half) >> (log2 + 1),
        (true, false) => (sum(&edges.above) + half) >> log2,
        (false, true) => (sum(&edges.left) + half) >> log2,
        (false, false) => 1 << (bit_depth - 1),
    };
    value as u16
}

/// Weights of the near edge for sides 4, 8, 16, 32 and 64, one after the other; the far edge has the rest of 256.
const WEIGHTS: [u8; 124] = [
    255, 149, 85, 64, 255, 197, 146, 105, 73, 50, 37, 32, 255, 225, 196, 170, 145, 123, 102, 84,
    68, 54, 43, 33, 26, 20, 17, 16, 255, 240, 225, 210, 196, 182, 169, 157, 145, 133, 122, 111,
    101, 92, 83, 74, 66, 59, 52, 45, 39, 34, 29, 25, 21, 17, 14, 12, 10, 9, 8, 8, 255, 248, 240,
    233, 225, 218, 210, 203, 196, 189, 182, 176, 169, 163, 156, 150, 144, 138, 133, 127, 121, 116,
    111, 106, 101, 96, 91, 86, 82, 77, 73, 69, 65, 61, 57, 54, 50, 47, 44, 41, 38, 35, 32, 29, 27,
    25, 22, 20, 18, 16, 15, 13, 12, 10, 9, 8, 7, 6, 6, 5, 5, 4, 4, 4,
];

/// The weights for a side of `count`.
fn weights(count: usize) -> &'static [u8] {
    &WEIGHTS[count - 4..][..count]
}

dispatch! {
    fn smooth(edges: &Edges, count: usize, to: &mut [u16]) = smooth_body;
}
dispatch! {
    fn smooth_vertical(edges: &Edges, count: usize, to: &mut [u16]) = smooth_vertical_body;
}
dispatch! {
    fn smooth_horizontal(edges: &Edges, count: usize, to: &mut [u16]) = smooth_horizontal_body;
}
dispatch! {
    fn paeth(edges: &Edges, count: usize, to: &mut [u16]) = paeth_body;
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a mean of samples")]
fn smooth_body(edges: &Edges, count: usize, to: &mut [u16]) {
    let weights = weights(count);
    let (right, bottom) = (
        u32::from(edges.above[count - 1]),
        u32::from(edges.left[count - 1]),
    );
    let above = &edges.above[..count];
    for ((row, &left), &weight) in to.chunks_exact_mut(count).zip(&edges.left).zip(weights) {
        let (left, down) = (u32::from(left), u32::from(weight));
        let rest = (256 - down) * bottom + 256;
        for ((to, &above), &weight) in row.iter_mut().zip(above).zip(weights) {
            let across = u32::from(weight);
            let sum = down * u32::from(above) + across * left + (256 - across) * right + rest;
            *to = (sum >> 9) as u16;
        }
    }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a mean of samples")]
fn smooth_vertical_body(edges: &Edges, count: usize, to: &mut [u16]) {
    let bottom = u32::from(edges.left[count - 1]);
    for (row, &weight) in to.chunks_exact_mut(count).zip(weights(count)) {
        let down = u32::from(weight);
        let rest = (256 - down) * bottom + 128;
        for (to, &above) in row.iter_mut().zip(&edges.above) {
            *to = ((down * u32::from(above) + rest) >> 8) as u16;
        }
    }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a mean of samples")]
fn smooth_horizontal_body(edges: &Edges, count: usize, to: &mut [u16]) {
    let weights = weights(count);
    let right = u32::from(edges.above[count - 1]);
    for (row, &left) in to.chunks_exact_mut(count).zip(&edges.left) {
        let left = u32::from(left);
        for (to, &weight) in row.iter_mut().zip(weights) {
            let across = u32::from(weight);
            *to = ((across * left + (256 - across) * right + 128) >> 8) as u16;
        }
    }
}

/// Of left, above and corner the one that is nearest to left plus above minus corner; the first of equals.
#[inline(always)]
fn paeth_body(edges: &Edges, count: usize, to: &mut [u16]) {
    let corner = i32::from(edges.corner);
    let corner_sample = edges.corner;
    for (row, &left_sample) in to.chunks_exact_mut(count).zip(&edges.left) {
        let left = i32::from(left_sample);
        let from_above = (left - corner).abs();
        for (to, &above_sample) in row.iter_mut().zip(&edges.above) {
            let above = i32::from(above_sample);
            let from_left = (above - corner).abs();
            let from_corner = (left + above - 2 * corner).abs();
            let other = if from_above <= from_corner {
                above_sample
            } else {
                corner_sample
            };
            *to = if from_left <= from_above && from_left <= from_corner {
                left_sample
            } else {
                other
            };
        }
    }
}
