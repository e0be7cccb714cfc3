//! Undoes predictions that look to the left, all channels of a pixel at once.

use std::arch::x86_64::*;

use crate::lossless::predict::{self, add};

/// As [`predict::restore`].
pub(super) fn restore(mode: u8, row: &mut [u32], above: &[u32], left: u32) {
    // SAFETY: `detect` found AVX2; all three are safe code around intrinsics on registers.
    unsafe {
        match mode {
            11 => select(row, above, left),
            12 => gradient(row, above, left),
            13 => half_gradient(row, above, left),
            _ => others(mode, row, above, left),
        }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
fn others(mode: u8, row: &mut [u32], above: &[u32], left: u32) {
    predict::restore(mode, row, above, left);
}

#[target_feature(enable = "avx2")]
fn bytes(argb: u32) -> __m128i {
    _mm_cvtsi32_si128(argb.cast_signed())
}

#[target_feature(enable = "avx2")]
fn words(argb: u32) -> __m128i {
    _mm_cvtepu8_epi16(bytes(argb))
}

#[target_feature(enable = "avx2")]
fn select(row: &mut [u32], above: &[u32], mut left: u32) {
    for (pixel, above) in row.iter_mut().zip(above.windows(3)) {
        let corner = bytes(above[0]);
        let from_left = _mm_sad_epu8(bytes(left), corner);
        let from_top = _mm_sad_epu8(bytes(above[1]), corner);
        let balance = _mm_cvtsi128_si32(_mm_sub_epi32(from_left, from_top));
        let predicted = if balance <= 0 { above[1] } else { left };
        left = add(*pixel, predicted);
        *pixel = left;
    }
}

#[target_feature(enable = "avx2")]
fn gradient(row: &mut [u32], above: &[u32], left: u32) {
    let mut left = bytes(left);
    for (pixel, above) in row.iter_mut().zip(above.windows(3)) {
        let slope = _mm_sub_epi16(words(above[1]), words(above[0]));
        let predicted = _mm_add_epi16(_mm_cvtepu8_epi16(left), slope);
        let predicted = _mm_packus_epi16(predicted, predicted);
        left = _mm_add_epi8(bytes(*pixel), predicted);
        *pixel = _mm_cvtsi128_si32(left).cast_unsigned();
    }
}

#[target_feature(enable = "avx2")]
fn half_gradient(row: &mut [u32], above: &[u32], left: u32) {
    let mut left = words(left);
    let low = _mm_set1_epi16(0xFF);
    for (pixel, above) in row.iter_mut().zip(above.windows(3)) {
        let corner = words(above[0]);
        let middle = _mm_srli_epi16::<1>(_mm_add_epi16(left, words(above[1])));
        let slope = _mm_sub_epi16(middle, corner);
        // Halves towards zero.
        let slope = _mm_srai_epi16::<1>(_mm_add_epi16(slope, _mm_srli_epi16::<15>(slope)));
        let predicted = _mm_add_epi16(middle, slope);
        let predicted = _mm_cvtepu8_epi16(_mm_packus_epi16(predicted, predicted));
        left = _mm_and_si128(_mm_add_epi16(words(*pixel), predicted), low);
        *pixel = _mm_cvtsi128_si32(_mm_packus_epi16(left, left)).cast_unsigned();
    }
}
