//! Rows of samples for directional prediction.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::kernels::predict::directional::Rows;

/// [`Rows`] of sides that are multiples of eight.
pub(crate) struct WideRows;

impl Rows for WideRows {
    #[inline(always)]
    fn turn<const N: usize>(from: &[[u16; N]; N], to: &mut [[u16; N]]) {
        const { assert!(N.is_multiple_of(8)) };
        let to = &mut to[..N];
        for y in (0..N).step_by(8) {
            for x in (0..N).step_by(8) {
                // SAFETY: the machine has AVX2; x and y are multiples of eight below N.
                unsafe {
                    let mut rows = [_mm_setzero_si128(); 8];
                    for (to, row) in rows.iter_mut().zip(&from[y..y + 8]) {
                        *to = _mm_loadu_si128(row.as_ptr().add(x).cast());
                    }
                    for (column, value) in turned(rows).into_iter().enumerate() {
                        _mm_storeu_si128(to[x + column].as_mut_ptr().add(y).cast(), value);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn mix<const N: usize>(
        first: &[u16],
        second: &[u16],
        part: usize,
        start: usize,
        to: &mut [u16; N],
    ) {
        const { assert!(N.is_multiple_of(8)) };
        let (first, second) = (&first[..N], &second[..N]);
        let part = i16::try_from(part << 10).unwrap_or(0);
        let start = i16::try_from(start).unwrap_or(i16::MAX);
        for x in (0..N).step_by(8) {
            // SAFETY: the machine has AVX2; x is a multiple of eight below N, the length of all three.
            unsafe {
                let first = _mm_loadu_si128(first.as_ptr().add(x).cast());
                let second = _mm_loadu_si128(second.as_ptr().add(x).cast());
                let to = to.as_mut_ptr().add(x).cast();
                let change = _mm_sub_epi16(second, first);
                // Samples have at most twelve bits; the product is divided by 2^15 to the nearest.
                let change = _mm_mulhrs_epi16(change, _mm_set1_epi16(part));
                let mixed = _mm_add_epi16(first, change);
                let left = start - i16::try_from(x).unwrap_or(0);
                let places = _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7);
                let stays = _mm_cmpgt_epi16(_mm_set1_epi16(left), places);
                let kept = _mm_loadu_si128(to);
                _mm_storeu_si128(to, _mm_blendv_epi8(mixed, kept, stays));
            }
        }
    }
}

/// Swaps rows and columns.
///
/// # Safety
///
/// The machine has AVX2.
#[inline(always)]
unsafe fn turned(rows: [__m128i; 8]) -> [__m128i; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    // SAFETY: see above.
    unsafe {
        let [a0, a1, a2, a3] = half_turned(
            _mm_unpacklo_epi16(a, b),
            _mm_unpacklo_epi16(c, d),
            _mm_unpacklo_epi16(e, f),
            _mm_unpacklo_epi16(g, h),
        );
        let [a4, a5, a6, a7] = half_turned(
            _mm_unpackhi_epi16(a, b),
            _mm_unpackhi_epi16(c, d),
            _mm_unpackhi_epi16(e, f),
            _mm_unpackhi_epi16(g, h),
        );
        [a0, a1, a2, a3, a4, a5, a6, a7]
    }
}

/// Four rows from pairs of rows, of which each has four numbers.
///
/// # Safety
///
/// The machine has AVX2.
#[inline(always)]
unsafe fn half_turned(ab: __m128i, cd: __m128i, ef: __m128i, gh: __m128i) -> [__m128i; 4] {
    // SAFETY: see above.
    unsafe {
        let (first, second) = (_mm_unpacklo_epi32(ab, cd), _mm_unpackhi_epi32(ab, cd));
        let (third, fourth) = (_mm_unpacklo_epi32(ef, gh), _mm_unpackhi_epi32(ef, gh));
        [
            _mm_unpacklo_epi64(first, third),
            _mm_unpackhi_epi64(first, third),
            _mm_unpacklo_epi64(second, fourth),
            _mm_unpackhi_epi64(second, fourth),
        ]
    }
}
