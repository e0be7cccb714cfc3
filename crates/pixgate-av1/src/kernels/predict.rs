//! Prediction of a block from the samples above and to the left of it.

pub(super) mod chroma;
pub(super) mod directional;
mod edge;
mod slanted;
#[cfg(test)]
mod tests;

pub(crate) use self::chroma::{cfl_luma, cfl_predict};
pub(super) use self::directional::PlainRows;
pub(crate) use self::directional::step;
pub(crate) use self::edge::EdgeFilter;

use super::{Kernels, Side, Size, oblong};

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
    size: impl Into<Size>,
    bit_depth: u32,
    to: &mut [u16],
) {
    let size = size.into();
    let Some(side) = size.as_square() else {
        return oblong::predict(mode, edges, size, bit_depth, to);
    };
    let count = side.samples();
    let to = &mut to[..count * count];
    if let Some(angle) = mode.angle() {
        return directional::predict(angle + 3 * angle_delta, edges, side, None, to);
    }
    let kernels = Kernels::detect();
    match mode {
        Mode::Smooth => (kernels.smooth[side as usize])(edges, count, to),
        Mode::SmoothVertical => (kernels.smooth_vertical[side as usize])(edges, to),
        Mode::SmoothHorizontal => (kernels.smooth_horizontal[side as usize])(edges, to),
        Mode::Paeth => (kernels.paeth[side as usize])(edges, count, to),
        _ => to.fill(average(edges, side, bit_depth)),
    }
}

/// [`predict`] in a stream that smooths edges and doubles short ones before it follows lines.
pub(crate) fn predict_filtered(
    mode: Mode,
    angle_delta: i32,
    edges: &Edges,
    size: impl Into<Size>,
    filter: EdgeFilter,
    to: &mut [u16],
) {
    let size = size.into();
    if let Some(angle) = mode.angle() {
        let angle = angle + 3 * angle_delta;
        let to = &mut to[..size.area()];
        return match size.as_square() {
            Some(side) => directional::predict(angle, edges, side, Some(filter), to),
            None => slanted::predict(angle, edges, size, filter, to),
        };
    }
    predict(mode, angle_delta, edges, size, filter.bit_depth, to);
}

/// The average of the edges that are in the picture.
#[expect(clippy::cast_possible_truncation, reason = "an average of samples")]
pub(crate) fn average(edges: &Edges, size: impl Into<Size>, bit_depth: u32) -> u16 {
    let size = size.into();
    let sum = |edge: &[u16], side: Side| {
        edge[..side.samples()]
            .iter()
            .map(|&value| u32::from(value))
            .sum::<u32>()
    };
    let (width, height) = (size.width.samples() as u32, size.height.samples() as u32);
    let above = || sum(&edges.above, size.width);
    let left = || sum(&edges.left, size.height);
    let value = match (edges.has_above, edges.has_left) {
        (true, true) => (above() + left() + (width + height) / 2) / (width + height),
        (true, false) => (above() + width / 2) >> size.width.log2(),
        (false, true) => (left() + height / 2) >> size.height.log2(),
        (false, false) => 1 << (bit_depth - 1),
    };
    value as u16
}

/// Weights of the near edge for sides 4, 8, 16, 32 and 64, one after the other; the far edge has the rest of 256.
static WEIGHTS: [u8; 124] = [
    255, 149, 85, 64, 255, 197, 146, 105, 73, 50, 37, 32, 255, 225, 196, 170, 145, 123, 102, 84,
    68, 54, 43, 33, 26, 20, 17, 16, 255, 240, 225, 210, 196, 182, 169, 157, 145, 133, 122, 111,
    101, 92, 83, 74, 66, 59, 52, 45, 39, 34, 29, 25, 21, 17, 14, 12, 10, 9, 8, 8, 255, 248, 240,
    233, 225, 218, 210, 203, 196, 189, 182, 176, 169, 163, 156, 150, 144, 138, 133, 127, 121, 116,
    111, 106, 101, 96, 91, 86, 82, 77, 73, 69, 65, 61, 57, 54, 50, 47, 44, 41, 38, 35, 32, 29, 27,
    25, 22, 20, 18, 16, 15, 13, 12, 10, 9, 8, 7, 6, 6, 5, 5, 4, 4, 4,
];

/// Weights of the near edge for a side of 4, 8, 16, 32 or 64.
pub(crate) fn smooth_weights(side: usize) -> &'static [u8] {
    WEIGHTS
        .get(side.saturating_sub(4)..)
        .and_then(|weights| weights.get(..side))
        .unwrap_or(&[])
}

/// The weights for a side of `N`.
const fn weights<const N: usize>() -> [u8; N] {
    let mut weights = [0; N];
    let mut index = 0;
    while index < N {
        weights[index] = WEIGHTS[N - 4 + index];
        index += 1;
    }
    weights
}

/// The side `N` of a block, as a constant only if it is small: `count` is the same number.
///
/// Loops with sixteen steps would be unrolled before they become vectors, and then would not.
#[inline(always)]
const fn row_length<const N: usize>(count: usize) -> usize {
    if N < 16 || count > N { N } else { count }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a mean of samples")]
pub(super) fn smooth_body<const N: usize>(edges: &Edges, count: usize, to: &mut [u16]) {
    let (weights, to) = (weights::<N>(), &mut to[..N * N]);
    let right = u32::from(edges.above[N - 1]);
    let bottom = u32::from(edges.left[N - 1]);
    for y in 0..N {
        let down = u32::from(weights[y]);
        let rest = (256 - down) * bottom + 256 * right + 256;
        let slope = i32::from(edges.left[y]) - i32::from(edges.above[N - 1]);
        for x in 0..row_length::<N>(count) {
            let across = (i32::from(weights[x]) * slope).cast_unsigned();
            let sum = (down * u32::from(edges.above[x]) + rest).wrapping_add(across);
            to[y * N + x] = (sum >> 9) as u16;
        }
    }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a mean of samples")]
pub(super) fn smooth_vertical_body<const N: usize>(edges: &Edges, to: &mut [u16]) {
    let (weights, to) = (weights::<N>(), &mut to[..N * N]);
    let bottom = u32::from(edges.left[N - 1]);
    for y in 0..N {
        let down = u32::from(weights[y]);
        let rest = (256 - down) * bottom + 128;
        for x in 0..N {
            to[y * N + x] = ((down * u32::from(edges.above[x]) + rest) >> 8) as u16;
        }
    }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a mean of samples")]
pub(super) fn smooth_horizontal_body<const N: usize>(edges: &Edges, to: &mut [u16]) {
    let (weights, to) = (weights::<N>(), &mut to[..N * N]);
    let right = u32::from(edges.above[N - 1]);
    for y in 0..N {
        let left = u32::from(edges.left[y]);
        for x in 0..N {
            let across = u32::from(weights[x]);
            let sum = across * left + (256 - across) * right + 128;
            to[y * N + x] = (sum >> 8) as u16;
        }
    }
}

/// Of left, above and corner the one that is nearest to left plus above minus corner; the first of equals.
#[inline(always)]
pub(super) fn paeth_body<const N: usize>(edges: &Edges, count: usize, to: &mut [u16]) {
    let (corner, to) = (edges.corner.cast_signed(), &mut to[..N * N]);
    for y in 0..N {
        let left = edges.left[y].cast_signed();
        let from_above = (left - corner).abs();
        for x in 0..row_length::<N>(count) {
            let above = edges.above[x].cast_signed();
            let from_left = (above - corner).abs();
            let from_corner = (left + above - 2 * corner).abs();
            let is_above = from_above <= from_corner;
            let is_left = from_left <= from_above && from_left <= from_corner;
            let other = if is_above { above } else { corner };
            to[y * N + x] = if is_left { left } else { other }.cast_unsigned();
        }
    }
}
