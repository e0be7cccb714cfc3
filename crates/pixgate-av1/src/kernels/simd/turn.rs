//! Rows of samples as columns.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::kernels::predict::Turn;

/// [`Turn`] of sides that are multiples of eight.
pub(crate) struct WideTurn;

impl Turn for WideTurn {
    #[inline(always)]
    fn turn<const N: usize>(from: &[[u16; N]; N], to: &mut [[u16; N]]) {
        const { assert!(N.is_multiple_of(8)) };
        let to = &mut to[..N];
        for y in (0..N).step_by(8) {
            for x in (0..N).step_by(8) {
                // SAFETY: the machine has AVX2; x and y are multiples of eight below N.
                unsafe {
                    let rows = std::array::from_fn(|row| {
                        _mm_loadu_si128(from[y + row].as_ptr().add(x).cast())
                    });
                    for (column, value) in turned(rows).into_iter().enumerate() {
                        _mm_storeu_si128(to[x + column].as_mut_ptr().add(y).cast(), value);
                    }
                }
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
        let half = |ab, cd, ef, gh| {
            let (first, second) = (_mm_unpacklo_epi32(ab, cd), _mm_unpackhi_epi32(ab, cd));
            let (third, fourth) = (_mm_unpacklo_epi32(ef, gh), _mm_unpackhi_epi32(ef, gh));
            [
                _mm_unpacklo_epi64(first, third),
                _mm_unpackhi_epi64(first, third),
                _mm_unpacklo_epi64(second, fourth),
                _mm_unpackhi_epi64(second, fourth),
            ]
        };
        let [a0, a1, a2, a3] = half(
            _mm_unpacklo_epi16(a, b),
            _mm_unpacklo_epi16(c, d),
            _mm_unpacklo_epi16(e, f),
            _mm_unpacklo_epi16(g, h),
        );
        let [a4, a5, a6, a7] = half(
            _mm_unpackhi_epi16(a, b),
            _mm_unpackhi_epi16(c, d),
            _mm_unpackhi_epi16(e, f),
            _mm_unpackhi_epi16(g, h),
        );
        [a0, a1, a2, a3, a4, a5, a6, a7]
    }
}
