//! Eight numbers side by side.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::kernels::lanes::{Ints, Reals};

/// Eight whole numbers.
#[derive(Clone, Copy)]
pub(crate) struct Eight(__m256i);

/// Eight real numbers.
#[derive(Clone, Copy)]
pub(crate) struct EightReals(__m256);

impl Ints for Eight {
    const COUNT: usize = 8;
    type Reals = EightReals;

    #[inline(always)]
    fn splat(value: i32) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_set1_epi32(value) })
    }

    #[inline(always)]
    fn load(from: &[i32]) -> Self {
        let from = &from[..8];
        // SAFETY: the machine has AVX2, and there are eight numbers.
        Self(unsafe { _mm256_loadu_si256(from.as_ptr().cast()) })
    }

    #[inline(always)]
    fn load_short(from: &[i16]) -> Self {
        let from = &from[..8];
        // SAFETY: the machine has AVX2, and there are eight numbers.
        Self(unsafe { _mm256_cvtepi16_epi32(_mm_loadu_si128(from.as_ptr().cast())) })
    }

    #[inline(always)]
    fn store(self, to: &mut [i32]) {
        let to = &mut to[..8];
        // SAFETY: the machine has AVX2, and there are eight numbers.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), self.0) };
    }

    #[inline(always)]
    fn store_short(self, to: &mut [i16]) {
        let to = &mut to[..8];
        // SAFETY: the machine has AVX2, and there are eight numbers.
        unsafe {
            let (low, high) = (
                _mm256_castsi256_si128(self.0),
                _mm256_extracti128_si256::<1>(self.0),
            );
            _mm_storeu_si128(to.as_mut_ptr().cast(), _mm_packs_epi32(low, high));
        }
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_add_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_sub_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, factor: i32) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_mullo_epi32(self.0, _mm256_set1_epi32(factor)) })
    }

    #[inline(always)]
    fn rounded<const BITS: i32>(self) -> Self {
        let half = Self::splat((1 << BITS) >> 1);
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_srai_epi32::<BITS>(self.plus(half).0) })
    }

    #[inline(always)]
    fn clip(self, least: Self, most: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_min_epi32(_mm256_max_epi32(self.0, least.0), most.0) })
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        let block = &mut block[..8];
        // SAFETY: the machine has AVX2.
        unsafe {
            let mut rows = [_mm256_setzero_ps(); 8];
            for (to, row) in rows.iter_mut().zip(&*block) {
                *to = _mm256_castsi256_ps(row.0);
            }
            for (to, row) in block.iter_mut().zip(transposed(rows)) {
                to.0 = _mm256_castps_si256(row);
            }
        }
    }
}

impl Reals for EightReals {
    type Ints = Eight;

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..8];
        // SAFETY: the machine has AVX2, and there are eight numbers.
        Self(unsafe { _mm256_loadu_ps(from.as_ptr()) })
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let to = &mut to[..8];
        // SAFETY: the machine has AVX2, and there are eight numbers.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), self.0) };
    }

    #[inline(always)]
    fn of(ints: Eight) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_cvtepi32_ps(ints.0) })
    }

    #[inline(always)]
    fn round(self) -> Eight {
        // SAFETY: the machine has AVX2.
        Eight(unsafe { _mm256_cvtps_epi32(self.0) })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, factor: f32) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_mul_ps(self.0, _mm256_set1_ps(factor)) })
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        let block = &mut block[..8];
        // SAFETY: the machine has AVX2.
        unsafe {
            let mut rows = [_mm256_setzero_ps(); 8];
            for (to, row) in rows.iter_mut().zip(&*block) {
                *to = row.0;
            }
            for (to, row) in block.iter_mut().zip(transposed(rows)) {
                to.0 = row;
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
unsafe fn transposed(rows: [__m256; 8]) -> [__m256; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    // SAFETY: see above.
    unsafe {
        let [top_0, top_1, top_2, top_3] = fours(a, b, c, d);
        let [low_0, low_1, low_2, low_3] = fours(e, f, g, h);
        [
            _mm256_permute2f128_ps::<0x20>(top_0, low_0),
            _mm256_permute2f128_ps::<0x20>(top_1, low_1),
            _mm256_permute2f128_ps::<0x20>(top_2, low_2),
            _mm256_permute2f128_ps::<0x20>(top_3, low_3),
            _mm256_permute2f128_ps::<0x31>(top_0, low_0),
            _mm256_permute2f128_ps::<0x31>(top_1, low_1),
            _mm256_permute2f128_ps::<0x31>(top_2, low_2),
            _mm256_permute2f128_ps::<0x31>(top_3, low_3),
        ]
    }
}

/// Swaps rows and columns of the lower and of the upper halves of four rows.
///
/// # Safety
///
/// The machine has AVX2.
#[inline(always)]
unsafe fn fours(a: __m256, b: __m256, c: __m256, d: __m256) -> [__m256; 4] {
    // SAFETY: see above.
    unsafe {
        let (ab, cd) = (_mm256_unpacklo_ps(a, b), _mm256_unpacklo_ps(c, d));
        let (ab_high, cd_high) = (_mm256_unpackhi_ps(a, b), _mm256_unpackhi_ps(c, d));
        [
            _mm256_shuffle_ps::<0b01_00_01_00>(ab, cd),
            _mm256_shuffle_ps::<0b11_10_11_10>(ab, cd),
            _mm256_shuffle_ps::<0b01_00_01_00>(ab_high, cd_high),
            _mm256_shuffle_ps::<0b11_10_11_10>(ab_high, cd_high),
        ]
    }
}
