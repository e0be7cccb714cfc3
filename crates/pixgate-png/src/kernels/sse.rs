//! Filters undone pixel by pixel in vector registers, for pixels of 3, 4, 6 and 8 bytes.

use std::arch::x86_64::*;

use crate::filter::Filter;
use crate::unfilter;

/// See [`unfilter::undo`].
pub(super) fn undo(filter: Filter, pixel: usize, above: &[u8], row: &mut [u8]) {
    #[target_feature(enable = "avx2")]
    fn kernel(filter: Filter, pixel: usize, above: &[u8], row: &mut [u8]) {
        match (filter, pixel) {
            (Filter::Sub, 3) => sub::<3>(row),
            (Filter::Sub, 4) => sub::<4>(row),
            (Filter::Sub, 6) => sub::<6>(row),
            (Filter::Sub, 8) => sub::<8>(row),
            (Filter::Average, 3) => average::<3>(above, row),
            (Filter::Average, 4) => average::<4>(above, row),
            (Filter::Average, 6) => average::<6>(above, row),
            (Filter::Average, 8) => average::<8>(above, row),
            (Filter::Paeth, 3) => paeth::<3>(above, row),
            (Filter::Paeth, 4) => paeth::<4>(above, row),
            (Filter::Paeth, 6) => paeth::<6>(above, row),
            (Filter::Paeth, 8) => paeth::<8>(above, row),
            _ => unfilter::undo(filter, pixel, above, row),
        }
    }
    // SAFETY: the kernels are given out only where AVX2 was found; the code is safe otherwise.
    unsafe { kernel(filter, pixel, above, row) }
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
fn sub<const N: usize>(row: &mut [u8]) {
    let mut left = _mm_setzero_si128();
    for pixel in row.as_chunks_mut::<N>().0 {
        left = _mm_add_epi8(left, load(pixel));
        store(left, pixel);
    }
}

#[target_feature(enable = "avx2")]
fn average<const N: usize>(above: &[u8], row: &mut [u8]) {
    let mut left = _mm_setzero_si128();
    let one = _mm_set1_epi8(1);
    let pixels = row.as_chunks_mut::<N>().0.iter_mut();
    for (pixel, above) in pixels.zip(above.as_chunks::<N>().0) {
        let up = load(above);
        // The instruction rounds up.
        let odd = _mm_and_si128(_mm_xor_si128(left, up), one);
        let mean = _mm_sub_epi8(_mm_avg_epu8(left, up), odd);
        left = _mm_add_epi8(load(pixel), mean);
        store(left, pixel);
    }
}

/// Samples stand in 16 bits, so that differences fit.
#[target_feature(enable = "avx2")]
fn paeth<const N: usize>(above: &[u8], row: &mut [u8]) {
    let mut left = _mm_setzero_si128();
    let mut corner = _mm_setzero_si128();
    let pixels = row.as_chunks_mut::<N>().0.iter_mut();
    for (pixel, above) in pixels.zip(above.as_chunks::<N>().0) {
        let up = _mm_cvtepu8_epi16(load(above));
        let raw = _mm_cvtepu8_epi16(load(pixel));
        let across = _mm_sub_epi16(up, corner);
        let down = _mm_sub_epi16(left, corner);
        let to_left = _mm_abs_epi16(across);
        let to_up = _mm_abs_epi16(down);
        let to_corner = _mm_abs_epi16(_mm_add_epi16(across, down));
        let is_not_left = _mm_cmpgt_epi16(to_left, _mm_min_epi16(to_up, to_corner));
        let other = _mm_blendv_epi8(up, corner, _mm_cmpgt_epi16(to_up, to_corner));
        let nearest = _mm_blendv_epi8(left, other, is_not_left);
        // The high bytes stay zero.
        left = _mm_add_epi8(raw, nearest);
        corner = up;
        store(_mm_packus_epi16(left, left), pixel);
    }
}
