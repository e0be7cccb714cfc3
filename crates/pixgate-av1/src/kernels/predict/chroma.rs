//! Prediction of chroma from the luma of the same block.

use crate::kernels::{Kernels, Size, oblong};

/// Luma in eighths at each sample of a chroma block with side `side`, less its average.
///
/// `is_subsampled` says that chroma has half the samples in both directions.
pub(crate) fn cfl_luma(
    luma: &[u16],
    stride: usize,
    size: impl Into<Size>,
    is_subsampled: bool,
    out: &mut [i16],
) {
    let size = size.into();
    let Some(side) = size.as_square() else {
        return oblong::cfl_luma(luma, stride, size, is_subsampled, out);
    };
    let count = side.samples();
    let out = &mut out[..count * count];
    let kernels = Kernels::detect();
    let from = if is_subsampled {
        kernels.cfl_quarter
    } else {
        kernels.cfl_whole
    };
    from[side as usize](luma, stride, out);
}

/// Chroma that is `dc` plus `alpha` eighths of the differences of luma.
pub(crate) fn cfl_predict(
    dc: u16,
    ac: &[i16],
    alpha: i32,
    size: impl Into<Size>,
    bit_depth: u32,
    to: &mut [u16],
) {
    let most = (1 << bit_depth) - 1;
    let side = size.into().shorter();
    let area = side.samples().pow(2);
    let scaled = Kernels::detect().cfl_scaled[side as usize];
    for (to, ac) in to.chunks_exact_mut(area).zip(ac.chunks_exact(area)) {
        scaled(i32::from(dc), ac, alpha, most, to);
    }
}

#[inline(always)]
pub(in crate::kernels) fn quarter_body<const N: usize>(
    luma: &[u16],
    stride: usize,
    out: &mut [i16],
) {
    let out = &mut out[..N * N];
    for y in 0..N {
        let first = &luma[2 * y * stride..][..2 * N];
        let second = &luma[(2 * y + 1) * stride..][..2 * N];
        for x in 0..N {
            let sum = first[2 * x] + first[2 * x + 1] + second[2 * x] + second[2 * x + 1];
            out[y * N + x] = (sum << 1).cast_signed();
        }
    }
    centre::<N>(out);
}

#[inline(always)]
pub(in crate::kernels) fn whole_body<const N: usize>(luma: &[u16], stride: usize, out: &mut [i16]) {
    let out = &mut out[..N * N];
    for y in 0..N {
        let luma = &luma[y * stride..][..N];
        for x in 0..N {
            out[y * N + x] = (luma[x] << 3).cast_signed();
        }
    }
    centre::<N>(out);
}

/// Takes the average away.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "an average")]
fn centre<const N: usize>(values: &mut [i16]) {
    let sum = values.iter().map(|&value| i32::from(value)).sum::<i32>();
    let log2 = 2 * N.ilog2();
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
pub(in crate::kernels) fn scaled_body<const N: usize>(
    dc: i32,
    ac: &[i16],
    alpha: i32,
    most: i32,
    to: &mut [u16],
) {
    let (ac, to) = (&ac[..N * N], &mut to[..N * N]);
    for index in 0..N * N {
        let product = alpha * i32::from(ac[index]);
        let sign = product >> 31;
        let size = (product.abs() + 32) >> 6;
        to[index] = (dc + ((size ^ sign) - sign)).clamp(0, most) as u16;
    }
}
