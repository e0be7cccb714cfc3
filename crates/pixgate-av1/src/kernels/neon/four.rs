//! Four numbers side by side.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::aarch64::*;

use crate::kernels::lanes::{Ints, Reals};

/// Four whole numbers.
#[derive(Clone, Copy)]
pub(crate) struct Four(int32x4_t);

/// Four real numbers.
#[derive(Clone, Copy)]
pub(crate) struct FourReals(float32x4_t);

impl Ints for Four {
    const COUNT: usize = 4;
    type Reals = FourReals;

    #[inline(always)]
    fn splat(value: i32) -> Self {
        // SAFETY: the machine has NEON.
        Self(unsafe { vdupq_n_s32(value) })
    }

    #[inline(always)]
    fn load(from: &[i32]) -> Self {
        let from = &from[..4];
        // SAFETY: the machine has NEON, and there are four numbers.
        Self(unsafe { vld1q_s32(from.as_ptr()) })
    }

    #[inline(always)]
    fn load_short(from: &[i16]) -> Self {
        let from = &from[..4];
        // SAFETY: the machine has NEON, and there are four numbers.
        Self(unsafe { vmovl_s16(vld1_s16(from.as_ptr())) })
    }

    #[inline(always)]
    fn store(self, to: &mut [i32]) {
        let to = &mut to[..4];
        // SAFETY: the machine has NEON, and there are four numbers.
        unsafe { vst1q_s32(to.as_mut_ptr(), self.0) };
    }

    #[inline(always)]
    fn store_short(self, to: &mut [i16]) {
        let to = &mut to[..4];
        // SAFETY: the machine has NEON, and there are four numbers.
        unsafe { vst1_s16(to.as_mut_ptr(), vqmovn_s32(self.0)) };
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        Self(unsafe { vaddq_s32(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        Self(unsafe { vsubq_s32(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, factor: i32) -> Self {
        // SAFETY: the machine has NEON.
        Self(unsafe { vmulq_n_s32(self.0, factor) })
    }

    #[inline(always)]
    fn rounded<const BITS: i32>(self) -> Self {
        // Not the shift that rounds: it does not wrap as the portable sum does.
        let half = Self::splat((1 << BITS) >> 1);
        // SAFETY: the machine has NEON.
        Self(unsafe { vshrq_n_s32::<BITS>(self.plus(half).0) })
    }

    #[inline(always)]
    fn clip(self, least: Self, most: Self) -> Self {
        // SAFETY: the machine has NEON.
        Self(unsafe { vminq_s32(vmaxq_s32(self.0, least.0), most.0) })
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        let block = &mut block[..4];
        let rows = std::array::from_fn(|row| block[row].0);
        // SAFETY: the machine has NEON.
        for (to, row) in block.iter_mut().zip(unsafe { transposed(rows) }) {
            to.0 = row;
        }
    }
}

impl Reals for FourReals {
    type Ints = Four;

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..4];
        // SAFETY: the machine has NEON, and there are four numbers.
        Self(unsafe { vld1q_f32(from.as_ptr()) })
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let to = &mut to[..4];
        // SAFETY: the machine has NEON, and there are four numbers.
        unsafe { vst1q_f32(to.as_mut_ptr(), self.0) };
    }

    #[inline(always)]
    fn of(ints: Four) -> Self {
        // SAFETY: the machine has NEON.
        Self(unsafe { vcvtq_f32_s32(ints.0) })
    }

    #[inline(always)]
    fn round(self) -> Four {
        // SAFETY: the machine has NEON.
        Four(unsafe { vcvtnq_s32_f32(self.0) })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        Self(unsafe { vaddq_f32(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        Self(unsafe { vsubq_f32(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, factor: f32) -> Self {
        // SAFETY: the machine has NEON.
        Self(unsafe { vmulq_n_f32(self.0, factor) })
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        let block = &mut block[..4];
        // SAFETY: the machine has NEON.
        unsafe {
            let rows = std::array::from_fn(|row| vreinterpretq_s32_f32(block[row].0));
            for (to, row) in block.iter_mut().zip(transposed(rows)) {
                to.0 = vreinterpretq_f32_s32(row);
            }
        }
    }
}

/// Swaps rows and columns.
///
/// # Safety
///
/// The machine has NEON.
#[inline(always)]
unsafe fn transposed([a, b, c, d]: [int32x4_t; 4]) -> [int32x4_t; 4] {
    // SAFETY: see above.
    unsafe {
        let pairs = [
            vtrn1q_s32(a, b),
            vtrn2q_s32(a, b),
            vtrn1q_s32(c, d),
            vtrn2q_s32(c, d),
        ];
        let [a, b, c, d] = pairs.map(|pair| vreinterpretq_s64_s32(pair));
        [
            vtrn1q_s64(a, c),
            vtrn1q_s64(b, d),
            vtrn2q_s64(a, c),
            vtrn2q_s64(b, d),
        ]
        .map(|row| vreinterpretq_s32_s64(row))
    }
}
