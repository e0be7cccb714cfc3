//! Kernels of filters of pixels; most are plain arithmetic that the compiler makes vectors of.

use std::arch::x86_64::*;

use crate::kernels::{CHUNK, ColorShares, Colors, blending, saturation};

/// Twin of [`saturation::saturate`].
pub(super) fn saturate(factor: f32, colors: &mut Colors) {
    // SAFETY: the machine has AVX2.
    unsafe { saturate_kernel(factor, colors) }
}

#[target_feature(enable = "avx2")]
fn saturate_kernel(factor: f32, colors: &mut Colors) {
    saturation::saturate(factor, colors);
}

/// Twin of [`blending::blend`].
pub(super) fn blend(row: &mut [u8], kept: &[u16], added: &[u16]) {
    // SAFETY: the machine has AVX2.
    unsafe { blend_kernel(row, kept, added) }
}

#[target_feature(enable = "avx2")]
fn blend_kernel(row: &mut [u8], kept: &[u16], added: &[u16]) {
    blending::blend(row, kept, added);
}

/// Twin of [`blending::mix_shares`].
pub(super) fn mix_shares(
    shares: &ColorShares,
    kept: u32,
    indices: &[u8; CHUNK],
    colors: &mut Colors,
) {
    // SAFETY: the machine has AVX2.
    unsafe { mix_kernel(shares, kept, indices, colors) }
}

#[target_feature(enable = "avx2")]
fn mix_kernel(shares: &ColorShares, kept: u32, indices: &[u8; CHUNK], colors: &mut Colors) {
    let kept = _mm_set1_epi32(kept.cast_signed());
    // The third byte of each number.
    let bytes = _mm_set1_epi32(0x0e0a_0602);
    for (color, index) in colors.iter_mut().zip(indices) {
        let shares = &shares[usize::from(*index)];
        let own = _mm_cvtepu8_epi32(_mm_cvtsi32_si128(i32::from_le_bytes(*color)));
        // SAFETY: four numbers are there.
        let shares = unsafe { _mm_loadu_si128(shares.as_ptr().cast()) };
        let mixed = _mm_add_epi32(_mm_mullo_epi32(own, kept), shares);
        *color = _mm_cvtsi128_si32(_mm_shuffle_epi8(mixed, bytes)).to_le_bytes();
    }
}
