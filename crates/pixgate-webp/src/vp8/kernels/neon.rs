//! Lanes in the vectors of NEON, for 64-bit ARM.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::aarch64::*;

use super::Kernels;
use super::lanes::{Lanes, ZIGZAG};
use super::table::table;

/// The kernels: every 64-bit ARM processor that Rust's targets name has NEON.
pub(super) fn detect() -> Option<Kernels> {
    Some(table!([], Two))
}

/// Sixteen numbers.
#[derive(Clone, Copy)]
pub(crate) struct Two(int16x8_t, int16x8_t);

impl Two {
    #[inline(always)]
    fn both(self, f: impl Fn(int16x8_t) -> int16x8_t) -> Self {
        Self(f(self.0), f(self.1))
    }

    #[inline(always)]
    fn with(self, other: Self, f: impl Fn(int16x8_t, int16x8_t) -> int16x8_t) -> Self {
        Self(f(self.0, other.0), f(self.1, other.1))
    }
}

impl Lanes for Two {
    #[inline(always)]
    fn splat(value: i16) -> Self {
        // SAFETY: the machine has NEON.
        let half = unsafe { vdupq_n_s16(value) };
        Self(half, half)
    }

    #[inline(always)]
    fn load(from: &[i16; 16]) -> Self {
        // SAFETY: the machine has NEON, and there are sixteen numbers.
        unsafe { Self(vld1q_s16(from.as_ptr()), vld1q_s16(from.as_ptr().add(8))) }
    }

    #[inline(always)]
    fn store(self, to: &mut [i16; 16]) {
        // SAFETY: the machine has NEON, and there is room for sixteen numbers.
        unsafe {
            vst1q_s16(to.as_mut_ptr(), self.0);
            vst1q_s16(to.as_mut_ptr().add(8), self.1);
        }
    }

    #[inline(always)]
    fn widen(from: &[u8; 16]) -> Self {
        // SAFETY: the machine has NEON, and there are sixteen bytes.
        unsafe {
            let bytes = vld1q_u8(from.as_ptr());
            Self(
                vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(bytes))),
                vreinterpretq_s16_u16(vmovl_u8(vget_high_u8(bytes))),
            )
        }
    }

    #[inline(always)]
    fn narrow(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        // SAFETY: the machine has NEON, and there is room for sixteen bytes.
        unsafe {
            let both = vcombine_u8(vqmovun_s16(self.0), vqmovun_s16(self.1));
            vst1q_u8(bytes.as_mut_ptr(), both);
        }
        bytes
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.with(other, |a, b| unsafe { vaddq_s16(a, b) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.with(other, |a, b| unsafe { vsubq_s16(a, b) })
    }

    #[inline(always)]
    fn high_product(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.with(other, |a, b| unsafe {
            let low = vmull_s16(vget_low_s16(a), vget_low_s16(b));
            let high = vmull_s16(vget_high_s16(a), vget_high_s16(b));
            vcombine_s16(vshrn_n_s32::<16>(low), vshrn_n_s32::<16>(high))
        })
    }

    #[inline(always)]
    fn high_product_unsigned(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.with(other, |a, b| unsafe {
            let (a, b) = (vreinterpretq_u16_s16(a), vreinterpretq_u16_s16(b));
            let low = vmull_u16(vget_low_u16(a), vget_low_u16(b));
            let high = vmull_u16(vget_high_u16(a), vget_high_u16(b));
            let both = vcombine_u16(vshrn_n_u32::<16>(low), vshrn_n_u32::<16>(high));
            vreinterpretq_s16_u16(both)
        })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: the machine has NEON.
        self.both(|a| unsafe { vabsq_s16(a) })
    }

    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.with(sign, |a, sign| unsafe {
            let is_negative = vreinterpretq_u16_s16(vshrq_n_s16::<15>(sign));
            let signed = vbslq_s16(is_negative, vnegq_s16(a), a);
            vbicq_s16(signed, vreinterpretq_s16_u16(vceqzq_s16(sign)))
        })
    }

    #[inline(always)]
    fn product(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.with(other, |a, b| unsafe { vmulq_s16(a, b) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.with(other, |a, b| unsafe { vminq_s16(a, b) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: the machine has NEON.
        self.with(other, |a, b| unsafe { vmaxq_s16(a, b) })
    }

    #[inline(always)]
    fn shifted_left<const BITS: i32>(self) -> Self {
        // SAFETY: the machine has NEON.
        self.both(|a| unsafe { vshlq_n_s16::<BITS>(a) })
    }

    #[inline(always)]
    fn shifted_right<const BITS: i32>(self) -> Self {
        // SAFETY: the machine has NEON.
        self.both(|a| unsafe { vshrq_n_s16::<BITS>(a) })
    }

    #[inline(always)]
    fn rotated<const BITS: i32>(a: Self, b: Self, factors: (i16, i16), round: i32) -> Self {
        // SAFETY: the machine has NEON.
        a.with(b, |a, b| unsafe {
            let half = |a, b| {
                let sum = vmlal_n_s16(vdupq_n_s32(round), a, factors.0);
                vmovn_s32(vshrq_n_s32::<BITS>(vmlal_n_s16(sum, b, factors.1)))
            };
            vcombine_s16(
                half(vget_low_s16(a), vget_low_s16(b)),
                half(vget_high_s16(a), vget_high_s16(b)),
            )
        })
    }

    #[inline(always)]
    fn transposed([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let low = transposed([a.0, b.0, c.0, d.0]);
        let high = transposed([a.1, b.1, c.1, d.1]);
        std::array::from_fn(|row| Self(low[row], high[row]))
    }

    #[inline(always)]
    fn squares(rows: [Self; 4]) -> [u32; 4] {
        let mut sums = [0; 4];
        for row in rows {
            let parts = [(row.0, false), (row.0, true), (row.1, false), (row.1, true)];
            for (sum, (half, is_high)) in sums.iter_mut().zip(parts) {
                // SAFETY: the machine has NEON.
                *sum += unsafe {
                    let four = if is_high {
                        vget_high_s16(half)
                    } else {
                        vget_low_s16(half)
                    };
                    vaddvq_s32(vmull_s16(four, four)).cast_unsigned()
                };
            }
        }
        sums
    }

    #[inline(always)]
    fn sums([a, b, c, d]: [Self; 4]) -> [u32; 4] {
        let sum = a.plus(b).plus(c.plus(d));
        // SAFETY: the machine has NEON.
        unsafe {
            let of = |four| vaddlv_s16(four).cast_unsigned();
            [
                of(vget_low_s16(sum.0)),
                of(vget_high_s16(sum.0)),
                of(vget_low_s16(sum.1)),
                of(vget_high_s16(sum.1)),
            ]
        }
    }

    #[inline(always)]
    fn zigzag(rows: [Self; 4], to: &mut [[i16; 16]; 4]) -> [u16; 4] {
        let mut plain = [[0; 16]; 4];
        for (to, row) in plain.iter_mut().zip(rows) {
            row.store(to);
        }
        let mut used = [0; 4];
        for (block, (to, used)) in to.iter_mut().zip(&mut used).enumerate() {
            for (place, (to, from)) in to.iter_mut().zip(ZIGZAG).enumerate() {
                *to = plain[from / 4][block * 4 + from % 4];
                *used |= u16::from(*to != 0) << place;
            }
        }
        used
    }

    #[inline(always)]
    fn block(rows: &[[i16; 16]; 4], block: usize) -> Self {
        let [a, b, c, d] = rows
            .each_ref()
            .map(|row| &row.as_chunks::<4>().0[block & 3]);
        // SAFETY: the machine has NEON, and each load is of four numbers.
        unsafe {
            Self(
                vcombine_s16(vld1_s16(a.as_ptr()), vld1_s16(b.as_ptr())),
                vcombine_s16(vld1_s16(c.as_ptr()), vld1_s16(d.as_ptr())),
            )
        }
    }

    #[inline(always)]
    fn means(line: &[u8; 16]) -> [[u8; 16]; 2] {
        let mut means = [[0; 16]; 2];
        // SAFETY: the machine has NEON, and each load and store is of sixteen bytes.
        unsafe {
            let (here, none) = (vld1q_u8(line.as_ptr()), vdupq_n_u8(0));
            let (before, next) = (vextq_u8::<15>(none, here), vextq_u8::<1>(here, none));
            let [of_two, of_three] = &mut means;
            vst1q_u8(of_two.as_mut_ptr(), vrhaddq_u8(here, next));
            vst1q_u8(
                of_three.as_mut_ptr(),
                vrhaddq_u8(here, vhaddq_u8(before, next)),
            );
        }
        means
    }

    #[inline(always)]
    fn zipped(one: &[u8; 16], other: &[u8; 16]) -> [[u8; 16]; 2] {
        let mut zipped = [[0; 16]; 2];
        // SAFETY: the machine has NEON, and each load and store is of sixteen bytes.
        unsafe {
            let (one, other) = (vld1q_u8(one.as_ptr()), vld1q_u8(other.as_ptr()));
            let [low, high] = &mut zipped;
            vst1q_u8(low.as_mut_ptr(), vzip1q_u8(one, other));
            vst1q_u8(high.as_mut_ptr(), vzip2q_u8(one, other));
        }
        zipped
    }

    #[inline(always)]
    fn pick(table: &[[u8; 16]; 2], places: &[u8; 16]) -> [u8; 16] {
        let mut bytes = [0; 16];
        // SAFETY: the machine has NEON, and each load and store is of sixteen bytes.
        unsafe {
            let table = uint8x16x2_t(vld1q_u8(table[0].as_ptr()), vld1q_u8(table[1].as_ptr()));
            let picked = vqtbl2q_u8(table, vld1q_u8(places.as_ptr()));
            vst1q_u8(bytes.as_mut_ptr(), picked);
        }
        bytes
    }
}

/// Swaps rows and columns of two blocks side by side.
#[inline(always)]
fn transposed([a, b, c, d]: [int16x8_t; 4]) -> [int16x8_t; 4] {
    // SAFETY: the machine has NEON.
    unsafe {
        let wide = |a| vreinterpretq_s32_s16(a);
        let (ab, ab_odd) = (wide(vtrn1q_s16(a, b)), wide(vtrn2q_s16(a, b)));
        let (cd, cd_odd) = (wide(vtrn1q_s16(c, d)), wide(vtrn2q_s16(c, d)));
        [
            vtrn1q_s32(ab, cd),
            vtrn1q_s32(ab_odd, cd_odd),
            vtrn2q_s32(ab, cd),
            vtrn2q_s32(ab_odd, cd_odd),
        ]
        .map(|row| vreinterpretq_s16_s32(row))
    }
}
