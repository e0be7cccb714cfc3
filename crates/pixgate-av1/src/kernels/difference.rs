//! How much two blocks differ.

#[cfg(test)]
mod tests;

use super::Side;
use super::dispatch::dispatch;
#[cfg(target_arch = "x86_64")]
use super::simd;

/// Differences of a block of a picture from its prediction.
pub(crate) fn residual(
    source: &[u16],
    source_stride: usize,
    prediction: &[u16],
    side: Side,
    out: &mut [i16],
) {
    subtract(source, source_stride, prediction, side.samples(), out);
}

/// Sum of the sizes of the differences after a Hadamard transform that keeps their energy.
///
/// It goes by squares of eight samples, or four in the smallest block.
pub(crate) fn satd(source: &[u16], source_stride: usize, prediction: &[u16], side: Side) -> u32 {
    match side {
        Side::S4 => satd_of_4(source, source_stride, prediction),
        _ => satd_by_8(source, source_stride, prediction, side.samples()),
    }
}

/// Sum of the squares of the differences.
pub(crate) fn sse(a: &[u16], a_stride: usize, b: &[u16], b_stride: usize, side: Side) -> u64 {
    squares((a, a_stride), (b, b_stride), side.samples())
}

/// Sum of the squares of the distances to the average of the block.
pub(crate) fn variance(source: &[u16], stride: usize, side: Side) -> u64 {
    let (sum, squares) = moments(source, stride, side.samples());
    squares - ((u64::from(sum) * u64::from(sum)) >> (2 * side.log2()))
}

dispatch! {
    fn subtract(
        source: &[u16],
        stride: usize,
        prediction: &[u16],
        count: usize,
        out: &mut [i16],
    ) = subtract_body;
}
dispatch! {
    fn satd_of_4(source: &[u16], stride: usize, prediction: &[u16]) -> u32 = satd_of_4_body, wide simd::satd_of_4;
}
dispatch! {
    fn satd_by_8(source: &[u16], stride: usize, prediction: &[u16], count: usize) -> u32 = satd_by_8_body, wide simd::satd_by_8;
}
dispatch! {
    fn squares(a: (&[u16], usize), b: (&[u16], usize), count: usize) -> u64 = squares_body;
}
dispatch! {
    fn moments(source: &[u16], stride: usize, count: usize) -> (u32, u64) = moments_body;
}

#[inline(always)]
fn subtract_body(source: &[u16], stride: usize, prediction: &[u16], count: usize, out: &mut [i16]) {
    let rows = prediction
        .chunks_exact(count)
        .zip(out.chunks_exact_mut(count));
    for (y, (prediction, out)) in rows.take(count).enumerate() {
        let source = &source[y * stride..][..count];
        for ((out, &a), &b) in out.iter_mut().zip(source).zip(prediction) {
            *out = a.wrapping_sub(b).cast_signed();
        }
    }
}

#[inline(always)]
fn squares_body(a: (&[u16], usize), b: (&[u16], usize), count: usize) -> u64 {
    let mut sum = 0;
    for y in 0..count {
        let (a, b) = (&a.0[y * a.1..][..count], &b.0[y * b.1..][..count]);
        let mut row = 0;
        for (&a, &b) in a.iter().zip(b) {
            let difference = i32::from(a.wrapping_sub(b).cast_signed());
            row += (difference * difference).cast_unsigned();
        }
        sum += u64::from(row);
    }
    sum
}

#[inline(always)]
fn moments_body(source: &[u16], stride: usize, count: usize) -> (u32, u64) {
    let (mut sum, mut squares) = (0, 0);
    for y in 0..count {
        let mut row = 0;
        for &value in &source[y * stride..][..count] {
            sum += u32::from(value);
            let value = i32::from(value.cast_signed());
            row += (value * value).cast_unsigned();
        }
        squares += u64::from(row);
    }
    (sum, squares)
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
fn satd_of_4_body(source: &[u16], stride: usize, prediction: &[u16]) -> u32 {
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
