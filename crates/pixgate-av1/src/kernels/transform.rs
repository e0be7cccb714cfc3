//! Transforms of residuals to frequencies and back.

mod angles;
mod forward;
mod inverse;
#[cfg(test)]
mod tests;

use self::inverse::Range;
use super::lanes::{Ints, Reals};
use super::{Kernels, Side};

/// How a block is transformed; the first word is about columns, the second about rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransformKind {
    /// Cosines both ways.
    DctDct,
    /// Sines down the columns, up to sixteen samples.
    AdstDct,
    /// Sines along the rows.
    DctAdst,
    /// Sines both ways.
    AdstAdst,
    /// None: samples stay samples.
    Identity,
}

/// A transform in one direction.
#[derive(Clone, Copy)]
enum Line {
    Cosines,
    Sines,
    Identity,
}

impl TransformKind {
    const fn vertical(self) -> Line {
        match self {
            Self::DctDct | Self::DctAdst => Line::Cosines,
            Self::AdstDct | Self::AdstAdst => Line::Sines,
            Self::Identity => Line::Identity,
        }
    }

    const fn horizontal(self) -> Line {
        match self {
            Self::DctDct | Self::AdstDct => Line::Cosines,
            Self::DctAdst | Self::AdstAdst => Line::Sines,
            Self::Identity => Line::Identity,
        }
    }
}

/// Samples of a picture that a block of residuals is added to.
pub(super) struct Target<'a> {
    samples: &'a mut [u16],
    stride: usize,
    bit_depth: u32,
}

/// From residuals to frequencies, both row after row.
///
/// `out` has the scale of dequantised coefficients: [`inverse_add`] of it gives the residuals back.
/// Sines are for sides up to 16 and nothing is for [`Side::S64`].
pub(crate) fn forward(residual: &[i16], side: Side, kind: TransformKind, out: &mut [i32]) {
    (Kernels::detect().forward[side.of_transform()])(residual, kind, out);
}

/// Adds the residuals of dequantised `coefficients` to the samples `to`, as decoders do.
///
/// All coefficients beyond the leading `used` times `used` are zero.
#[expect(
    clippy::too_many_arguments,
    reason = "a block, what it is, and where it goes"
)]
pub(crate) fn inverse_add(
    coefficients: &[i32],
    side: Side,
    kind: TransformKind,
    used: usize,
    to: &mut [u16],
    stride: usize,
    bit_depth: u32,
) {
    let target = &mut Target {
        samples: to,
        stride,
        bit_depth,
    };
    (Kernels::detect().inverse[side.of_transform()])(coefficients, kind, used, target);
}

#[inline(always)]
pub(super) fn forward_body<V: Ints, const N: usize>(
    residual: &[i16],
    kind: TransformKind,
    out: &mut [i32],
) {
    let mut between = [[0.0; N]; N];
    let residual = &residual[..N * N];
    for x in (0..N).step_by(V::COUNT) {
        let mut t: [V::Reals; N] =
            std::array::from_fn(|y| V::Reals::of(V::load_short(&residual[y * N + x..])));
        forward_line(&mut t, kind.vertical());
        for y in 0..N {
            t[y].store(&mut between[y][x..]);
        }
    }
    let out = &mut out[..N * N];
    let scale = if N == 32 { 0.25 } else { 16.0 / part_of(N) };
    for y in (0..N).step_by(V::COUNT) {
        let mut t: [V::Reals; N] = std::array::from_fn(|x| {
            let first = x / V::COUNT * V::COUNT;
            V::Reals::load(&between[y + x - first][first..])
        });
        for block in t.chunks_exact_mut(V::COUNT) {
            V::Reals::transpose(block);
        }
        forward_line(&mut t, kind.horizontal());
        for (index, block) in t.chunks_exact_mut(V::COUNT).enumerate() {
            V::Reals::transpose(block);
            for (row, value) in block.iter().enumerate() {
                let to = &mut out[(y + row) * N + index * V::COUNT..];
                value.times(scale).round().store(to);
            }
        }
    }
}

/// A side as a real number.
#[expect(clippy::cast_precision_loss, reason = "a side of a block")]
const fn part_of(side: usize) -> f32 {
    side as f32
}

#[inline(always)]
fn forward_line<V: Reals, const N: usize>(t: &mut [V; N], line: Line) {
    match line {
        Line::Sines if N <= 16 => forward::sines(t),
        Line::Cosines | Line::Sines => forward::cosines(t),
        Line::Identity => forward::identity(t),
    }
}

#[inline(always)]
pub(super) fn inverse_body<V: Ints, const N: usize>(
    coefficients: &[i32],
    kind: TransformKind,
    used: usize,
    to: &mut Target<'_>,
) {
    let mut between = [[0; N]; N];
    let row_range = Range::<V>::of_bits(to.bit_depth + 8);
    let column_range = Range::<V>::of_bits((to.bit_depth + 6).max(16));
    let coefficients = &coefficients[..N * N];
    for y in (0..used.min(N)).step_by(V::COUNT) {
        let mut t: [V; N] = std::array::from_fn(|x| {
            let first = x / V::COUNT * V::COUNT;
            V::load(&coefficients[(y + x - first) * N + first..])
        });
        for block in t.chunks_exact_mut(V::COUNT) {
            V::transpose(block);
        }
        inverse_line(&mut t, kind.horizontal(), row_range);
        for (index, block) in t.chunks_exact_mut(V::COUNT).enumerate() {
            for value in &mut *block {
                *value = column_range.clip(match N {
                    4 => *value,
                    8 => value.rounded::<1>(),
                    _ => value.rounded::<2>(),
                });
            }
            V::transpose(block);
            for (row, value) in block.iter().enumerate() {
                value.store(&mut between[y + row][index * V::COUNT..]);
            }
        }
    }
    let most = V::splat((1 << to.bit_depth) - 1);
    for x in (0..N).step_by(V::COUNT) {
        let mut t: [V; N] = std::array::from_fn(|y| V::load(&between[y][x..]));
        inverse_line(&mut t, kind.vertical(), column_range);
        for (y, value) in t.iter().enumerate() {
            let row = &mut to.samples[y * to.stride + x..];
            value.rounded::<4>().add_to(row, most);
        }
    }
}

#[inline(always)]
fn inverse_line<V: Ints, const N: usize>(t: &mut [V; N], line: Line, range: Range<V>) {
    match line {
        Line::Sines if N <= 16 => inverse::sines(t, range),
        Line::Cosines | Line::Sines => inverse::cosines(t, range),
        Line::Identity => inverse::identity(t),
    }
}
