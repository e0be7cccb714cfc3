//! Four numbers side by side.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::kernels::lanes::{Ints, Reals};

/// Four whole numbers.
#[derive(Clone, Copy)]
pub(crate) struct Four(__m128i);

/// Four real numbers.
#[derive(Clone, Copy)]
pub(crate) struct FourReals(__m128);

impl Ints for Four {
    const COUNT: usize = 4;
    type Reals = FourReals;

    #[inline(always)]
    fn splat(value: i32) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_set1_epi32(value) })
    }

    #[inline(always)]
    fn load(from: &[i32]) -> Self {
        let from = &from[..4];
        // SAFETY: the machine has AVX2, and there are four numbers.
        Self(unsafe { _mm_loadu_si128(from.as_ptr().cast()) })
    }

    #[inline(always)]
    fn load_short(from: &[i16]) -> Self {
        let from = &from[..4];
        // SAFETY: the machine has AVX2, and there are four numbers.
        Self(unsafe { _mm_cvtepi16_epi32(_mm_loadl_epi64(from.as_ptr().cast())) })
    }

    #[inline(always)]
    fn store(self, to: &mut [i32]) {
        let to = &mut to[..4];
        // SAFETY: the machine has AVX2, and there are four numbers.
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), self.0) };
    }

    #[inline(always)]
    fn store_short(self, to: &mut [i16]) {
        let to = &mut to[..4];
        // SAFETY: the machine has AVX2, and there are four numbers.
        unsafe { _mm_storel_epi64(to.as_mut_ptr().cast(), _mm_packs_epi32(self.0, self.0)) };
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_add_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_sub_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, factor: i32) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_mullo_epi32(self.0, _mm_set1_epi32(factor)) })
    }

    #[inline(always)]
    fn rounded<const BITS: i32>(self) -> Self {
        let half = Self::splat((1 << BITS) >> 1);
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_srai_epi32::<BITS>(self.plus(half).0) })
    }

    #[inline(always)]
    fn clip(self, least: Self, most: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_min_epi32(_mm_max_epi32(self.0, least.0), most.0) })
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        let block = &mut block[..4];
        // SAFETY: the machine has AVX2.
        unsafe {
            let rows = [
                _mm_castsi128_ps(block[0].0),
                _mm_castsi128_ps(block[1].0),
                _mm_castsi128_ps(block[2].0),
                _mm_castsi128_ps(block[3].0),
            ];
            for (to, row) in block.iter_mut().zip(transposed_four(rows)) {
                to.0 = _mm_castps_si128(row);
            }
        }
    }
}

impl Reals for FourReals {
    type Ints = Four;

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..4];
        // SAFETY: the machine has AVX2, and there are four numbers.
        Self(unsafe { _mm_loadu_ps(from.as_ptr()) })
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let to = &mut to[..4];
        // SAFETY: the machine has AVX2, and there are four numbers.
        unsafe { _mm_storeu_ps(to.as_mut_ptr(), self.0) };
    }

    #[inline(always)]
    fn of(ints: Four) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_cvtepi32_ps(ints.0) })
    }

    #[inline(always)]
    fn round(self) -> Four {
        // SAFETY: the machine has AVX2.
        Four(unsafe { _mm_cvtps_epi32(self.0) })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_sub_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, factor: f32) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm_mul_ps(self.0, _mm_set1_ps(factor)) })
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        let block = &mut block[..4];
        // SAFETY: the machine has AVX2.
        unsafe {
            let rows = [block[0].0, block[1].0, block[2].0, block[3].0];
            for (to, row) in block.iter_mut().zip(transposed_four(rows)) {
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
unsafe fn transposed_four(rows: [__m128; 4]) -> [__m128; 4] {
    let [a, b, c, d] = rows;
    // SAFETY: see above.
    unsafe {
        let (first, second) = (_mm_unpacklo_ps(a, b), _mm_unpacklo_ps(c, d));
        let (third, fourth) = (_mm_unpackhi_ps(a, b), _mm_unpackhi_ps(c, d));
        [
            _mm_movelh_ps(first, second),
            _mm_movehl_ps(second, first),
            _mm_movelh_ps(third, fourth),
            _mm_movehl_ps(fourth, third),
        ]
    }
}
