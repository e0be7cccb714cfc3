//! Prediction of chroma from the luma of the same block.

use crate::kernels::Side;
use crate::kernels::dispatch::dispatch;

/// Luma in eighths at each sample of a chroma block with side `side`, less its average.
///
/// `is_subsampled` says that chroma has half the samples in both directions.
pub(crate) fn cfl_luma(
    luma: &[u16],
    stride: usize,
    side: Side,
    is_subsampled: bool,
    out: &mut [i16],
) {
    let count = side.samples();
    let out = &mut out[..count * count];
    if is_subsampled {
        quarter(luma, stride, count, out);
    } else {
        whole(luma, stride, count, out);
    }
}

/// Chroma that is `dc` plus `alpha` eighths of the differences of luma.
pub(crate) fn cfl_predict(
    dc: u16,
    ac: &[i16],
    alpha: i32,
    side: Side,
    bit_depth: u32,
    to: &mut [u16],
) {
    let count = side.samples();
    let (ac, to) = (&ac[..count * count], &mut to[..count * count]);
    scaled(i32::from(dc), ac, alpha, (1 << bit_depth) - 1, to);
}

dispatch! {
    fn quarter(luma: &[u16], stride: usize, count: usize, out: &mut [i16]) = quarter_body;
}
dispatch! {
    fn whole(luma: &[u16], stride: usize, count: usize, out: &mut [i16]) = whole_body;
}
dispatch! {
    fn scaled(dc: i32, ac: &[i16], alpha: i32, most: i32, to: &mut [u16]) = scaled_body;
}

#[inline(always)]
fn quarter_body(luma: &[u16], stride: usize, count: usize, out: &mut [i16]) {
    for (y, out) in out.chunks_exact_mut(count).enumerate() {
        let first = &luma[2 * y * stride..][..2 * count];
        let second = &luma[(2 * y + 1) * stride..][..2 * count];
        let pairs = first
            .as_chunks::<2>()
            .0
            .iter()
            .zip(second.as_chunks::<2>().0);
        for (out, ([a, b], [c, d])) in out.iter_mut().zip(pairs) {
            *out = ((a + b + c + d) << 1).cast_signed();
        }
    }
    centre(out);
}

#[inline(always)]
fn whole_body(luma: &[u16], stride: usize, count: usize, out: &mut [i16]) {
    for (y, out) in out.chunks_exact_mut(count).enumerate() {
        for (out, luma) in out.iter_mut().zip(&luma[y * stride..][..count]) {
            *out = (luma << 3).cast_signed();
        }
    }
    centre(out);
}

/// Takes the average away.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "an average")]
fn centre(values: &mut [i16]) {
    let sum = values.iter().map(|&value| i32::from(value)).sum::<i32>();
    let log2 = values.len().ilog2();
    let average = ((sum + ((1 << log2) >> 1)) >> log2) as i16;
    for value in values {
        *value -= average;
    }
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between zero and the greatest sample"
)]
fn scaled_body(dc: i32, ac: &[i16], alpha: i32, most: i32, to: &mut [u16]) {
    for (to, &ac) in to.iter_mut().zip(ac) {
        let product = alpha * i32::from(ac);
        let sign = product >> 31;
        let size = (product.abs() + 32) >> 6;
        *to = (dc + ((size ^ sign) - sign)).clamp(0, most) as u16;
    }
}
