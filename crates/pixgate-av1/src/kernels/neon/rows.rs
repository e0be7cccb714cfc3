//! Rows of samples for directional prediction.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::aarch64::*;

use crate::kernels::predict::directional::Rows;

/// [`Rows`] of sides that are multiples of eight.
pub(crate) struct NeonRows;

impl Rows for NeonRows {
    #[inline(always)]
    fn turn<const N: usize>(from: &[[u16; N]; N], to: &mut [[u16; N]]) {
        const { assert!(N.is_multiple_of(8)) };
        let to = &mut to[..N];
        for y in (0..N).step_by(8) {
            for x in (0..N).step_by(8) {
                // SAFETY: the machine has NEON; x and y are multiples of eight below N.
                unsafe {
                    let rows = std::array::from_fn(|row| vld1q_u16(from[y + row].as_ptr().add(x)));
                    for (column, value) in transposed(rows).into_iter().enumerate() {
                        vst1q_u16(to[x + column].as_mut_ptr().add(y), value);
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
            let left = start - i16::try_from(x).unwrap_or(0);
            // SAFETY: the machine has NEON; x is a multiple of eight below N, the length of all three.
            unsafe {
                let first = vreinterpretq_s16_u16(vld1q_u16(first.as_ptr().add(x)));
                let second = vreinterpretq_s16_u16(vld1q_u16(second.as_ptr().add(x)));
                let to = to.as_mut_ptr().add(x);
                // Samples have at most twelve bits; the product is divided by 2^15 to the nearest.
                let change = vqrdmulhq_n_s16(vsubq_s16(second, first), part);
                let mixed = vreinterpretq_u16_s16(vaddq_s16(first, change));
                let stays = vcgtq_s16(vdupq_n_s16(left), vld1q_s16(PLACES.as_ptr()));
                vst1q_u16(to, vbslq_u16(stays, vld1q_u16(to), mixed));
            }
        }
    }
}

const PLACES: [i16; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

/// Swaps rows and columns.
///
/// # Safety
///
/// The machine has NEON.
#[inline(always)]
pub(super) unsafe fn transposed(rows: [uint16x8_t; 8]) -> [uint16x8_t; 8] {
    // SAFETY: see above.
    unsafe {
        let pairs: [uint32x4_t; 8] = std::array::from_fn(|at| {
            let (a, b) = (rows[at & !1], rows[at | 1]);
            vreinterpretq_u32_u16(match at & 1 {
                0 => vtrn1q_u16(a, b),
                _ => vtrn2q_u16(a, b),
            })
        });
        let fours: [uint64x2_t; 8] = std::array::from_fn(|at| {
            let (a, b) = (pairs[at & !2], pairs[at | 2]);
            vreinterpretq_u64_u32(match at & 2 {
                0 => vtrn1q_u32(a, b),
                _ => vtrn2q_u32(a, b),
            })
        });
        std::array::from_fn(|at| {
            let (a, b) = (fours[at & !4], fours[at | 4]);
            vreinterpretq_u16_u64(match at & 4 {
                0 => vtrn1q_u64(a, b),
                _ => vtrn2q_u64(a, b),
            })
        })
    }
}
