//! Sixteen numbers of sixteen bits side by side.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::aarch64::*;

use super::rows::transposed;
use crate::kernels::words::Words;

/// Sixteen whole numbers, the first eight first.
#[derive(Clone, Copy)]
pub(crate) struct Sixteen(int16x8_t, int16x8_t);

impl Sixteen {
    /// The same function of both halves.
    #[inline(always)]
    fn map(self, f: impl Fn(int16x8_t) -> int16x8_t) -> Self {
        Self(f(self.0), f(self.1))
    }

    /// The same function of both halves of two.
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(int16x8_t, int16x8_t) -> int16x8_t) -> Self {
        Self(f(self.0, other.0), f(self.1, other.1))
    }

    /// The same function of both halves of two, as numbers without signs.
    #[inline(always)]
    fn zip_unsigned(self, other: Self, f: impl Fn(uint16x8_t, uint16x8_t) -> uint16x8_t) -> Self {
        // SAFETY: the machine has NEON.
        self.zip(other, |a, b| unsafe {
            vreinterpretq_s16_u16(f(vreinterpretq_u16_s16(a), vreinterpretq_u16_s16(b)))
        })
    }
}

impl Words for Sixteen {
    type Wide = [int32x4_t; 4];

    #[inline(always)]
    fn splat(value: i16) -> Self {
        // SAFETY: the machine has NEON.
        let value = unsafe { vdupq_n_s16(value) };
        Self(value, value)
    }

    #[inline(always)]
    fn load(from: &[u16]) -> Self {
        let from = &from[..16];
        Self::load_two(from, &from[8..])
    }

    #[inline(always)]
    fn load_bytes(from: &[u8]) -> Self {
        let from = &from[..16];
        // SAFETY: the machine has NEON, and there are sixteen numbers.
        unsafe {
            let bytes = vld1q_u8(from.as_ptr());
            Self(
                vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(bytes))),
                vreinterpretq_s16_u16(vmovl_high_u8(bytes)),
            )
        }
    }

    #[inline(always)]
    fn load_two(first: &[u16], second: &[u16]) -> Self {
        let (first, second) = (&first[..8], &second[..8]);
        // SAFETY: the machine has NEON, and there are eight numbers in each.
        unsafe {
            Self(
                vreinterpretq_s16_u16(vld1q_u16(first.as_ptr())),
                vreinterpretq_s16_u16(vld1q_u16(second.as_ptr())),
            )
        }
    }

    #[inline(always)]
    fn load_four(rows: [&[u16]; 4]) -> Self {
        let [a, b, c, d] = rows.map(|row| &row[..4]);
        // SAFETY: the machine has NEON, and there are four numbers in each.
        unsafe {
            let first = vcombine_u16(vld1_u16(a.as_ptr()), vld1_u16(b.as_ptr()));
            let second = vcombine_u16(vld1_u16(c.as_ptr()), vld1_u16(d.as_ptr()));
            Self(vreinterpretq_s16_u16(first), vreinterpretq_s16_u16(second))
        }
    }

    #[inline(always)]
    fn store(self, to: &mut [u16]) {
        let to = &mut to[..16];
        // SAFETY: the machine has NEON, and there is room for sixteen numbers.
        unsafe {
            vst1q_u16(to.as_mut_ptr(), vreinterpretq_u16_s16(self.0));
            vst1q_u16(to.as_mut_ptr().add(8), vreinterpretq_u16_s16(self.1));
        }
    }

    #[inline(always)]
    fn store_bytes(self, to: &mut [u8]) {
        let to = &mut to[..16];
        // SAFETY: the machine has NEON, and there is room for sixteen numbers.
        unsafe {
            let bytes = vqmovun_high_s16(vqmovun_s16(self.0), self.1);
            vst1q_u8(to.as_mut_ptr(), bytes);
        }
    }

    #[inline(always)]
    fn load_ints(first: &[i32], second: &[i32]) -> Self {
        let (first, second) = (&first[..8], &second[..8]);
        // SAFETY: the machine has NEON, and there are eight numbers in each.
        unsafe {
            let eight = |from: &[i32]| {
                let low = vqmovn_s32(vld1q_s32(from.as_ptr()));
                vqmovn_high_s32(low, vld1q_s32(from.as_ptr().add(4)))
            };
            Self(eight(first), eight(second))
        }
    }

    #[inline(always)]
    fn load_signed(first: &[i16], second: &[i16]) -> Self {
        let (first, second) = (&first[..8], &second[..8]);
        // SAFETY: the machine has NEON, and there are eight numbers in each.
        unsafe { Self(vld1q_s16(first.as_ptr()), vld1q_s16(second.as_ptr())) }
    }

    #[inline(always)]
    fn store_signed(self, first: &mut [i16], second: &mut [i16]) {
        let (first, second) = (&mut first[..8], &mut second[..8]);
        // SAFETY: the machine has NEON, and there is room for eight numbers in each.
        unsafe {
            vst1q_s16(first.as_mut_ptr(), self.0);
            vst1q_s16(second.as_mut_ptr(), self.1);
        }
    }

    #[inline(always)]
    fn transpose_halves(block: &mut [Self]) {
        let block = &mut block[..8];
        let turned = |half: fn(&Self) -> int16x8_t| {
            // SAFETY: the machine has NEON.
            unsafe {
                transposed(std::array::from_fn(|row| {
                    vreinterpretq_u16_s16(half(&block[row]))
                }))
                .map(|row| vreinterpretq_s16_u16(row))
            }
        };
        let (first, second) = (turned(|row| row.0), turned(|row| row.1));
        for (at, to) in block.iter_mut().enumerate() {
            *to = Self(first[at], second[at]);
        }
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip(other, |a, b| unsafe { vaddq_s16(a, b) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip(other, |a, b| unsafe { vsubq_s16(a, b) })
    }

    #[inline(always)]
    fn less(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip_unsigned(other, |a, b| unsafe { vqsubq_u16(a, b) })
    }

    #[inline(always)]
    fn times(self, factor: i16) -> Self {
        // SAFETY: the machine has NEON.
        self.map(|a| unsafe { vmulq_n_s16(a, factor) })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: the machine has NEON.
        self.map(|a| unsafe { vabsq_s16(a) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip(other, |a, b| unsafe { vminq_s16(a, b) })
    }

    #[inline(always)]
    fn min_unsigned(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip_unsigned(other, |a, b| unsafe { vminq_u16(a, b) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip(other, |a, b| unsafe { vmaxq_s16(a, b) })
    }

    #[inline(always)]
    fn shifted<const BITS: i32>(self) -> Self {
        // SAFETY: the machine has NEON.
        self.map(|a| unsafe { vshrq_n_s16::<BITS>(a) })
    }

    #[inline(always)]
    fn shifted_unsigned(self, bits: u32) -> Self {
        let bits = -i16::try_from(bits).unwrap_or(16);
        // SAFETY: the machine has NEON.
        self.zip_unsigned(self, |a, _| unsafe { vshlq_u16(a, vdupq_n_s16(bits)) })
    }

    #[inline(always)]
    fn above(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip(other, |a, b| unsafe {
            vreinterpretq_s16_u16(vcgtq_s16(a, b))
        })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip(other, |a, b| unsafe { vandq_s16(a, b) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip(other, |a, b| unsafe { vorrq_s16(a, b) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.zip(other, |a, b| unsafe { veorq_s16(a, b) })
    }

    #[inline(always)]
    fn select(self, set: Self, clear: Self) -> Self {
        // SAFETY: the machine has NEON.
        unsafe {
            Self(
                vbslq_s16(vreinterpretq_u16_s16(self.0), set.0, clear.0),
                vbslq_s16(vreinterpretq_u16_s16(self.1), set.1, clear.1),
            )
        }
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        // SAFETY: the machine has NEON.
        unsafe { vmaxvq_u16(vreinterpretq_u16_s16(vorrq_s16(self.0, self.1))) == 0 }
    }

    #[inline(always)]
    fn transpose(block: &mut [Self; 16]) {
        let rows = *block;
        // SAFETY: the machine has NEON.
        unsafe {
            let turned = |first: usize, half: fn(&Self) -> int16x8_t| {
                transposed(std::array::from_fn(|row| {
                    vreinterpretq_u16_s16(half(&rows[first + row]))
                }))
                .map(|row| vreinterpretq_s16_u16(row))
            };
            let (a, b) = (turned(0, |row| row.0), turned(8, |row| row.0));
            let (c, d) = (turned(0, |row| row.1), turned(8, |row| row.1));
            for at in 0..8 {
                block[at] = Self(a[at], b[at]);
                block[at + 8] = Self(c[at], d[at]);
            }
        }
    }

    #[inline(always)]
    fn dot(first: Self, second: Self, [a, b]: [i16; 2]) -> [int32x4_t; 4] {
        // SAFETY: the machine has NEON.
        unsafe {
            let low = |first: int16x8_t, second: int16x8_t| {
                let product = vmull_n_s16(vget_low_s16(first), a);
                vmlal_n_s16(product, vget_low_s16(second), b)
            };
            let high = |first: int16x8_t, second: int16x8_t| {
                vmlal_high_n_s16(vmull_high_n_s16(first, a), second, b)
            };
            [
                low(first.0, second.0),
                high(first.0, second.0),
                low(first.1, second.1),
                high(first.1, second.1),
            ]
        }
    }

    #[inline(always)]
    fn splat_wide(value: i32) -> [int32x4_t; 4] {
        // SAFETY: the machine has NEON.
        [unsafe { vdupq_n_s32(value) }; 4]
    }

    #[inline(always)]
    fn plus_wide(first: [int32x4_t; 4], second: [int32x4_t; 4]) -> [int32x4_t; 4] {
        // SAFETY: the machine has NEON.
        std::array::from_fn(|at| unsafe { vaddq_s32(first[at], second[at]) })
    }

    #[inline(always)]
    fn narrow(wide: [int32x4_t; 4], bits: u32) -> Self {
        // SAFETY: the machine has NEON.
        unsafe {
            let bits = vdupq_n_s32(-bits.cast_signed());
            let [a, b, c, d] = wide.map(|value| vshlq_s32(value, bits));
            Self(
                vqmovn_high_s32(vqmovn_s32(a), b),
                vqmovn_high_s32(vqmovn_s32(c), d),
            )
        }
    }
}
