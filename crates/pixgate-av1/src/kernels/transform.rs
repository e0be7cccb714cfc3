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

use self::reconstruct::{Between, Block, sum_of_sizes};
use self::size::Line;
use super::lanes::{Ints, Reals};
use super::{Kernels, Side, Size};

pub(crate) use self::size::{TransformKind, TransformSize};

/// From residuals to frequencies, both row after row.
///
/// `out` has the scale of dequantised coefficients: [`inverse_add`] of it gives the residuals back.
/// Sines are for sides up to 16 and nothing is for [`Side::S64`].
pub(crate) fn forward(
    residual: &[i16],
    size: impl Into<Size>,
    kind: TransformKind,
    out: &mut [i32],
) {
    let size = size.into();
    let kernels = Kernels::detect();
    let forward = match size.as_square() {
        Some(side) => kernels.forward[side.of_transform()],
        None => kernels.forward_oblong[size.as_half()],
    };
    forward(residual, kind, out);
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
    size: impl Into<Size>,
    kind: TransformKind,
    used: usize,
    to: &mut [u16],
    stride: usize,
    bit_depth: u32,
) {
    let size: Size = size.into();
    let used = (
        used.min(size.width.samples()),
        used.min(size.height.samples()),
    );
    let size = match (size.width, size.height) {
        (Side::S4, Side::S4) => TransformSize::Tx4x4,
        (Side::S8, Side::S8) => TransformSize::Tx8x8,
        (Side::S16, Side::S16) => TransformSize::Tx16x16,
        (Side::S8, Side::S4) => TransformSize::Tx8x4,
        (Side::S4, Side::S8) => TransformSize::Tx4x8,
        (Side::S16, Side::S8) => TransformSize::Tx16x8,
        (Side::S8, Side::S16) => TransformSize::Tx8x16,
        (Side::S32, Side::S16) => TransformSize::Tx32x16,
        (Side::S16, Side::S32) => TransformSize::Tx16x32,
        _ => TransformSize::Tx32x32,
    };
    let rows = used.1.clamp(1, size.coded_height());
    let block = Block {
        size,
        kind,
        used,
        sum: sum_of_sizes(&coefficients[..rows * size.coded_width()]),
        bit_depth,
    };
    match block.size.width() * block.size.height() {
        16 => of_area::<16>(coefficients, block, to, stride),
        32 => of_area::<32>(coefficients, block, to, stride),
        64 => of_area::<64>(coefficients, block, to, stride),
        128 => of_area::<128>(coefficients, block, to, stride),
        256 => of_area::<256>(coefficients, block, to, stride),
        512 => of_area::<512>(coefficients, block, to, stride),
        _ => of_area::<1024>(coefficients, block, to, stride),
    }
}

/// A block with `AREA` samples.
fn of_area<const AREA: usize>(coefficients: &[i32], block: Block, to: &mut [u16], stride: usize) {
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
pub(super) fn forward_body<V: Ints, const W: usize, const H: usize>(
    residual: &[i16],
    kind: TransformKind,
    out: &mut [i32],
) {
    let mut between = [[0.0; W]; H];
    let residual = &residual[..W * H];
    for x in (0..W).step_by(V::COUNT) {
        let mut t: [V::Reals; H] =
            std::array::from_fn(|y| V::Reals::of(V::load_short(&residual[y * W + x..])));
        forward_line(&mut t, kind.vertical());
        for y in 0..H {
            t[y].store(&mut between[y][x..]);
        }
    }
    let out = &mut out[..W * H];
    let scale = scale(W, H);
    for y in (0..H).step_by(V::COUNT) {
        let mut t: [V::Reals; W] = std::array::from_fn(|x| {
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
                let to = &mut out[(y + row) * W + index * V::COUNT..];
                value.times(scale).round().store(to);
            }
        }
    }
}

/// What makes sums of products coefficients: eight times those of an orthonormal transform, or four times
/// from 32x16 on.
#[expect(clippy::cast_precision_loss, reason = "sides of a block")]
const fn scale(width: usize, height: usize) -> f32 {
    let gain = if width * height >= 512 { 8.0 } else { 16.0 };
    let root = if width == height {
        1.0
    } else {
        std::f32::consts::SQRT_2
    };
    let longer = if width > height { width } else { height };
    gain * root / longer as f32
}

#[inline(always)]
fn forward_line<V: Reals, const N: usize>(t: &mut [V; N], line: Line) {
    match line {
        Line::Sines if N <= 16 => forward::sines(t),
        Line::Cosines | Line::Sines | Line::Flipped => forward::cosines(t),
        Line::Identity => forward::identity(t),
    }
}
