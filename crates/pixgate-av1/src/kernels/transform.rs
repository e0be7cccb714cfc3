//! Transforms of residuals to frequencies and back.

mod angles;
pub(in crate::kernels) mod arithmetic;
mod forward;
mod inverse;
pub(in crate::kernels) mod passes;
pub(crate) mod reconstruct;
pub(in crate::kernels) mod short;
mod size;
#[cfg(test)]
mod tests;

use self::reconstruct::{Between, Block};
use self::size::Line;
use super::lanes::{Ints, Reals};
use super::{Kernels, Side};

pub(crate) use self::size::{TransformKind, TransformSize};

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
    let block = Block {
        size: match side {
            Side::S4 => TransformSize::Tx4x4,
            Side::S8 => TransformSize::Tx8x8,
            Side::S16 => TransformSize::Tx16x16,
            Side::S32 | Side::S64 => TransformSize::Tx32x32,
        },
        kind,
        used: (used, used),
        bit_depth,
    };
    match side {
        Side::S4 => square::<16>(coefficients, block, to, stride),
        Side::S8 => square::<64>(coefficients, block, to, stride),
        Side::S16 => square::<256>(coefficients, block, to, stride),
        Side::S32 | Side::S64 => square::<1024>(coefficients, block, to, stride),
    }
}

/// A block with `AREA` samples.
fn square<const AREA: usize>(coefficients: &[i32], block: Block, to: &mut [u16], stride: usize) {
    let (mut long, mut short, mut residual) = ([0; AREA], [0; AREA], [0; AREA]);
    let between = &mut Between {
        long: &mut long,
        short: &mut short,
    };
    let passes = &Kernels::detect().passes;
    reconstruct::inverse(passes, coefficients, block, between, &mut residual);
    reconstruct::add(&residual, block.size.width(), to, stride, block.bit_depth);
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
        Line::Cosines | Line::Sines | Line::Flipped => forward::cosines(t),
        Line::Identity => forward::identity(t),
    }
}
