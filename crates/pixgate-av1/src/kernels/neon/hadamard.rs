//! Sums of Hadamard transforms in numbers of sixteen bits.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::aarch64::*;

use super::rows::transposed;
use crate::kernels::difference;

/// The greatest difference whose transform of eight by eight, but for the last step, has sixteen bits.
const MOST: u16 = 1023;

/// Twin of [`difference::satd_by_8_body`].
#[inline(always)]
pub(super) fn satd_by_8(source: &[u16], stride: usize, prediction: &[u16], count: usize) -> u32 {
    if source.len() < (count - 1) * stride + count || prediction.len() < count * count {
        return difference::satd_by_8_body(source, stride, prediction, count);
    }
    // SAFETY: the machine has NEON.
    let (mut sizes, mut largest) = unsafe { (vdupq_n_u32(0), vdupq_n_u16(0)) };
    for y in (0..count).step_by(8) {
        for x in (0..count).step_by(8) {
            let (source, prediction) = (&source[y * stride + x..], &prediction[y * count + x..]);
            // SAFETY: the machine has NEON, and the square is inside of both blocks, see above.
            unsafe {
                let rows: [int16x8_t; 8] = std::array::from_fn(|row| {
                    let a = vld1q_u16(source.as_ptr().add(row * stride));
                    let b = vld1q_u16(prediction.as_ptr().add(row * count));
                    largest = vmaxq_u16(largest, vabdq_u16(a, b));
                    vreinterpretq_s16_u16(vsubq_u16(a, b))
                });
                sizes = vaddq_u32(sizes, halves_of_sizes(rows));
            }
        }
    }
    // SAFETY: the machine has NEON.
    unsafe {
        if vmaxvq_u16(largest) > MOST {
            return difference::satd_by_8_body(source, stride, prediction, count);
        }
        (vaddvq_u32(sizes) + 2) >> 2
    }
}

/// Twin of [`difference::satd_of_4_body`].
#[inline(always)]
pub(super) fn satd_of_4(source: &[u16], stride: usize, prediction: &[u16]) -> u32 {
    let prediction = prediction[..16].as_chunks::<4>().0;
    let rows: [int16x4_t; 4] = std::array::from_fn(|row| {
        let source = &source[row * stride..][..4];
        // SAFETY: the machine has NEON, and both rows have four samples.
        unsafe {
            let (a, b) = (
                vld1_u16(source.as_ptr()),
                vld1_u16(prediction[row].as_ptr()),
            );
            vreinterpret_s16_u16(vsub_u16(a, b))
        }
    });
    // SAFETY: the machine has NEON.
    unsafe {
        let [a, b, c, d] = transposed_of_4(columns_of_4(rows));
        let (a, b, c, d) = (
            vabs_s16(vadd_s16(a, c)),
            vabs_s16(vadd_s16(b, d)),
            vabs_s16(vsub_s16(a, c)),
            vabs_s16(vsub_s16(b, d)),
        );
        // |a + b| + |a - b| is twice the larger of |a| and |b|.
        let largest = vcombine_s16(vmax_s16(a, b), vmax_s16(c, d));
        (vaddlvq_s16(largest).cast_unsigned() + 1) >> 1
    }
}

/// Hadamard transform of each column.
///
/// # Safety
///
/// The machine has NEON.
#[inline(always)]
unsafe fn columns_of_4([a, b, c, d]: [int16x4_t; 4]) -> [int16x4_t; 4] {
    // SAFETY: see above.
    unsafe {
        let (a, b, c, d) = (
            vadd_s16(a, c),
            vadd_s16(b, d),
            vsub_s16(a, c),
            vsub_s16(b, d),
        );
        [
            vadd_s16(a, b),
            vsub_s16(a, b),
            vadd_s16(c, d),
            vsub_s16(c, d),
        ]
    }
}

/// Swaps rows and columns.
///
/// # Safety
///
/// The machine has NEON.
#[inline(always)]
unsafe fn transposed_of_4([a, b, c, d]: [int16x4_t; 4]) -> [int16x4_t; 4] {
    // SAFETY: see above.
    unsafe {
        let pairs = [
            vtrn1_s16(a, b),
            vtrn2_s16(a, b),
            vtrn1_s16(c, d),
            vtrn2_s16(c, d),
        ];
        let [a, b, c, d] = pairs.map(|pair| vreinterpret_s32_s16(pair));
        [
            vtrn1_s32(a, c),
            vtrn1_s32(b, d),
            vtrn2_s32(a, c),
            vtrn2_s32(b, d),
        ]
        .map(|row| vreinterpret_s16_s32(row))
    }
}

/// Parts of half the sum of sizes of the transform of a square.
///
/// # Safety
///
/// The machine has NEON.
#[inline(always)]
unsafe fn halves_of_sizes(rows: [int16x8_t; 8]) -> uint32x4_t {
    // SAFETY: see above.
    unsafe {
        let rows = cross::<1>(cross::<2>(cross::<4>(rows)));
        let rows = transposed(rows.map(|row| vreinterpretq_u16_s16(row)));
        let rows = cross::<2>(cross::<4>(rows.map(|row| vreinterpretq_s16_u16(row))));
        // |a + b| + |a - b| is twice the larger of |a| and |b|.
        let mut sum = vdupq_n_u32(0);
        for pair in rows.as_chunks::<2>().0 {
            let largest = vmaxq_s16(vabsq_s16(pair[0]), vabsq_s16(pair[1]));
            sum = vpadalq_u16(sum, vreinterpretq_u16_s16(largest));
        }
        sum
    }
}

/// Sums and differences of rows that are `DISTANCE` apart.
///
/// # Safety
///
/// The machine has NEON.
#[inline(always)]
unsafe fn cross<const DISTANCE: usize>(rows: [int16x8_t; 8]) -> [int16x8_t; 8] {
    std::array::from_fn(|row| {
        let (first, second) = (rows[row & !DISTANCE], rows[row | DISTANCE]);
        // SAFETY: see above.
        unsafe {
            if row & DISTANCE == 0 {
                vaddq_s16(first, second)
            } else {
                vsubq_s16(first, second)
            }
        }
    })
}
