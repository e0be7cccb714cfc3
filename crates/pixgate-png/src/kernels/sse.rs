//! Filters undone pixel by pixel in vector registers, for pixels of 3, 4, 6 and 8 bytes.

use std::arch::x86_64::*;

use crate::filter::Filter;
use crate::unfilter::{self, pixels};

/// See [`unfilter::undo`].
pub(super) fn undo(filter: Filter, pixel: usize, rows: [&[u8]; 2], out: &mut [u8]) {
    #[target_feature(enable = "avx2")]
    fn kernel(filter: Filter, pixel: usize, rows: [&[u8]; 2], out: &mut [u8]) {
        match (filter, pixel) {
            (Filter::Sub, 3) => sub::<3>(rows, out),
            (Filter::Sub, 4) => sub::<4>(rows, out),
            (Filter::Sub, 6) => sub::<6>(rows, out),
            (Filter::Sub, 8) => sub::<8>(rows, out),
            (Filter::Average, 3) => average::<3>(rows, out),
            (Filter::Average, 4) => average::<4>(rows, out),
            (Filter::Average, 6) => average::<6>(rows, out),
            (Filter::Average, 8) => average::<8>(rows, out),
            (Filter::Paeth, 3) => paeth::<3>(rows, out),
            (Filter::Paeth, 4) => paeth::<4>(rows, out),
            (Filter::Paeth, 6) => paeth::<6>(rows, out),
            (Filter::Paeth, 8) => paeth::<8>(rows, out),
            _ => unfilter::undo(filter, pixel, rows, out),
        }
    }
    // SAFETY: the kernels are given out only where AVX2 was found; the code is safe otherwise.
    unsafe { kernel(filter, pixel, rows, out) }
}

/// The bytes of a pixel in the lowest places, zeros behind.
#[target_feature(enable = "avx2")]
#[inline]
fn load<const N: usize>(pixel: &[u8; N]) -> __m128i {
    let mut bytes = [0; 8];
    bytes[..N].copy_from_slice(pixel);
    _mm_cvtsi64_si128(i64::from_le_bytes(bytes))
}

#[target_feature(enable = "avx2")]
#[inline]
fn store<const N: usize>(vector: __m128i, pixel: &mut [u8; N]) {
    let bytes = _mm_cvtsi128_si64(vector).to_le_bytes();
    pixel.copy_from_slice(&bytes[..N]);
}

#[target_feature(enable = "avx2")]
fn sub<const N: usize>(rows: [&[u8]; 2], out: &mut [u8]) {
    let mut left = _mm_setzero_si128();
    for (out, [_, stored]) in pixels::<N>(rows, out) {
        left = _mm_add_epi8(left, load(stored));
        store(left, out);
    }
}

#[target_feature(enable = "avx2")]
fn average<const N: usize>(rows: [&[u8]; 2], out: &mut [u8]) {
    let mut left = _mm_setzero_si128();
    let one = _mm_set1_epi8(1);
    for (out, [above, stored]) in pixels::<N>(rows, out) {
        let up = load(above);
        // The instruction rounds up.
        let odd = _mm_and_si128(_mm_xor_si128(left, up), one);
        let mean = _mm_sub_epi8(_mm_avg_epu8(left, up), odd);
        left = _mm_add_epi8(load(stored), mean);
        store(left, out);
    }
}

/// Samples stand in 16 bits, so that differences fit.
#[target_feature(enable = "avx2")]
fn paeth<const N: usize>(rows: [&[u8]; 2], out: &mut [u8]) {
    let mut left = _mm_setzero_si128();
    let mut corner = _mm_setzero_si128();
    for (out, [above, stored]) in pixels::<N>(rows, out) {
        let up = _mm_cvtepu8_epi16(load(above));
        let raw = _mm_cvtepu8_epi16(load(stored));
        let low = _mm_min_epi16(left, up);
        let high = _mm_max_epi16(left, up);
        let twice = _mm_add_epi16(corner, corner);
        let bound = _mm_sub_epi16(_mm_sub_epi16(_mm_add_epi16(twice, corner), up), left);
        let other = _mm_blendv_epi8(low, corner, _mm_cmpgt_epi16(high, bound));
        let nearest = _mm_blendv_epi8(high, other, _mm_cmpgt_epi16(bound, low));
        // The high bytes stay zero.
        left = _mm_add_epi8(raw, nearest);
        corner = up;
        store(_mm_packus_epi16(left, left), out);
    }
}
