//! How much two blocks differ.

#[cfg(test)]
mod tests;

use super::{Kernels, Side, Size};

/// Differences of a block of a picture from its prediction.
pub(crate) fn residual(
    source: &[u16],
    source_stride: usize,
    prediction: &[u16],
    size: impl Into<Size>,
    out: &mut [i16],
) {
    let size = size.into();
    if let Some(side) = size.as_square() {
        let subtract = Kernels::detect().subtract[side as usize];
        return subtract(source, source_stride, prediction, out);
    }
    let width = size.width.samples();
    let rows = source.chunks(source_stride).zip(prediction.chunks(width));
    for (to, (source, prediction)) in out.chunks_exact_mut(width).zip(rows) {
        for (to, (source, prediction)) in to.iter_mut().zip(source.iter().zip(prediction)) {
            *to = source.wrapping_sub(*prediction).cast_signed();
        }
    }
}

/// Sum of the sizes of the differences after a Hadamard transform that keeps their energy.
///
/// It goes by squares of eight samples, or four in the smallest block.
pub(crate) fn satd(
    source: &[u16],
    source_stride: usize,
    prediction: &[u16],
    size: impl Into<Size>,
) -> u32 {
    let size = size.into();
    match size.as_square() {
        Some(side) => satd_of_square(source, source_stride, prediction, side),
        None => satd_of_halves(source, source_stride, prediction, size),
    }
}

/// [`satd`] of both squares that a block consists of.
fn satd_of_halves(source: &[u16], source_stride: usize, prediction: &[u16], size: Size) -> u32 {
    let side = size.shorter();
    let (n, width) = (side.samples(), size.width.samples());
    let (across, down) = if width > n { (n, 0) } else { (0, n) };
    let mut square = [0; 256];
    [0, 1]
        .map(|half| {
            let (x, y) = (half * across, half * down);
            let rows = prediction.chunks(width).skip(y);
            for (to, from) in square.chunks_exact_mut(n).zip(rows).take(n) {
                to.copy_from_slice(&from[x..x + n]);
            }
            let source = &source[y * source_stride + x..];
            satd_of_square(source, source_stride, &square[..n * n], side)
        })
        .iter()
        .sum()
}

fn satd_of_square(source: &[u16], source_stride: usize, prediction: &[u16], side: Side) -> u32 {
    let kernels = Kernels::detect();
    match side {
        Side::S4 => (kernels.satd_of_4)(source, source_stride, prediction),
        _ => (kernels.satd_by_8)(source, source_stride, prediction, side.samples()),
    }
}

/// Sums of the samples of a block and of their squares.
pub(crate) fn moments(source: &[u16], stride: usize, side: Side) -> (u32, u64) {
    (Kernels::detect().moments[side as usize])(source, stride)
}

/// Sum of the squares of the distances to the average of the block.
pub(crate) fn variance(source: &[u16], stride: usize, side: Side) -> u64 {
    let (sum, squares) = moments(source, stride, side);
    squares - ((u64::from(sum) * u64::from(sum)) >> (2 * side.log2()))
}

#[inline(always)]
pub(super) fn subtract_body<const N: usize>(
    source: &[u16],
    stride: usize,
    prediction: &[u16],
    out: &mut [i16],
) {
    let (prediction, out) = (&prediction[..N * N], &mut out[..N * N]);
    for y in 0..N {
        let source = &source[y * stride..][..N];
        for x in 0..N {
            out[y * N + x] = source[x].wrapping_sub(prediction[y * N + x]).cast_signed();
        }
    }
}

#[inline(always)]
pub(super) fn moments_body<const N: usize>(source: &[u16], stride: usize) -> (u32, u64) {
    let mut sums = [0_u32; N];
    let mut squares = 0;
    for y in 0..N {
        let source = &source[y * stride..][..N];
        let mut row = 0;
        for x in 0..N {
            sums[x] += u32::from(source[x]);
            let value = i32::from(source[x].cast_signed());
            row += (value * value).cast_unsigned();
        }
        squares += u64::from(row);
    }
    (sums.iter().sum(), squares)
}

/// Differences of one square.
#[inline(always)]
fn square<const N: usize>(
    source: &[u16],
    stride: usize,
    prediction: (&[u16], usize),
) -> [[i32; N]; N] {
    std::array::from_fn(|y| {
        let source = &source[y * stride..][..N];
        let prediction = &prediction.0[y * prediction.1..][..N];
        std::array::from_fn(|x| i32::from(source[x]) - i32::from(prediction[x]))
    })
}

/// Hadamard transform of each column.
#[inline(always)]
fn columns<const N: usize>(mut block: [[i32; N]; N]) -> [[i32; N]; N] {
    let mut distance = N / 2;
    while distance > 0 {
        for rows in block.chunks_exact_mut(2 * distance) {
            let (first, second) = rows.split_at_mut(distance);
            for (first, second) in first.iter_mut().zip(second) {
                for (first, second) in first.iter_mut().zip(second) {
                    (*first, *second) = (*first + *second, *first - *second);
                }
            }
        }
        distance /= 2;
    }
    block
}

/// Sum of sizes of the transform of a square, both ways.
#[inline(always)]
fn sizes<const N: usize>(block: [[i32; N]; N]) -> u32 {
    let block = columns(block);
    let turned: [[i32; N]; N] = std::array::from_fn(|y| std::array::from_fn(|x| block[x][y]));
    columns(turned)
        .as_flattened()
        .iter()
        .map(|value| value.unsigned_abs())
        .sum()
}

#[inline(always)]
pub(super) fn satd_of_4_body(source: &[u16], stride: usize, prediction: &[u16]) -> u32 {
    (sizes::<4>(square(source, stride, (prediction, 4))) + 2) >> 2
}

#[inline(always)]
pub(super) fn satd_by_8_body(
    source: &[u16],
    stride: usize,
    prediction: &[u16],
    count: usize,
) -> u32 {
    let mut sum = 0;
    for y in (0..count).step_by(8) {
        for x in (0..count).step_by(8) {
            let prediction = (&prediction[y * count + x..], count);
            sum += sizes::<8>(square(&source[y * stride + x..], stride, prediction));
        }
    }
    (sum + 4) >> 3
}
