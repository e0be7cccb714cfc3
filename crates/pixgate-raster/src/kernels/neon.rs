//! NEON kernels for 64-bit ARM.
//!
//! Each function is private and reached only through the table that [`detect`] gives out. What does not
//! fit a kernel's bounds is left to its portable twin.

#![allow(
    unsafe_code,
    reason = "vector loads and stores; every block names its bound"
)]

mod wide;
mod widen;

use std::arch::aarch64::*;

use super::{Form, Kernels, portable};
use crate::resample::taps::{MIDDLE_BITS, MIDDLE_MOST, Taps, WEIGHT_BITS};

/// The kernels: NEON is always there.
#[expect(
    clippy::undocumented_unsafe_blocks,
    reason = "the same for all: every 64-bit ARM processor that Rust's targets name has NEON"
)]
pub(super) fn detect() -> Option<Kernels> {
    Some(Kernels {
        vertical: |rows, weights, out| unsafe { vertical(rows, weights, out) },
        horizontal: |middle, taps, out| unsafe { horizontal(middle, taps, out) },
        vertical_wide: |rows, weights, limits, out| unsafe {
            wide::vertical_wide(rows, weights, limits, out);
        },
        horizontal_pixels: |middle, taps, form, out| unsafe {
            wide::horizontal_pixels(middle, taps, form, out);
        },
        widen: |form, row, target| unsafe { widen::widen(form, row, target) },
        divide: |form, row| unsafe { widen::divide(form, row) },
        // Plain Rust, of which the compiler makes NEON.
        ..Kernels::PORTABLE
    })
}

/// Twin of [`portable::vertical`].
#[target_feature(enable = "neon")]
fn vertical(rows: &[&[u8]], weights: &[i16], out: &mut [i16]) {
    let width = out.len();
    let fits = rows.len() == weights.len() && rows.iter().all(|row| row.len() >= width);
    if !fits || width < VERTICAL_STEP {
        portable::vertical(rows, weights, out);
        return;
    }
    // SAFETY: each row and `out` hold `width` samples, at least a step.
    unsafe { vertical_kernel(rows, weights, out.as_mut_ptr(), width) };
}

/// Samples of a step over rows of bytes.
const VERTICAL_STEP: usize = 32;

/// - `rows`: each at least `width` long; as many as `weights`.
/// - `out`: `width` numbers may be written, at least [`VERTICAL_STEP`].
#[target_feature(enable = "neon")]
unsafe fn vertical_kernel(rows: &[&[u8]], weights: &[i16], out: *mut i16, width: usize) {
    let (zero, most) = (vdupq_n_s16(0), vdupq_n_s16(MIDDLE_MOST));
    let mut x = 0;
    loop {
        let mut sums = [[vdupq_n_s32(0); 2]; VERTICAL_STEP / 8];
        for (row, &weight) in rows.iter().zip(weights) {
            // SAFETY: samples x to x + 32 are inside the row, see above and below.
            let bytes = unsafe { vld1q_u8_x2(row.as_ptr().add(x)) };
            let words = [
                vmovl_u8(vget_low_u8(bytes.0)),
                vmovl_high_u8(bytes.0),
                vmovl_u8(vget_low_u8(bytes.1)),
                vmovl_high_u8(bytes.1),
            ];
            for (sums, words) in sums.iter_mut().zip(words) {
                add_weighted(sums, vreinterpretq_s16_u16(words), weight);
            }
        }
        for (part, [low, high]) in sums.into_iter().enumerate() {
            const BITS: i32 = (WEIGHT_BITS - MIDDLE_BITS) as i32;
            let words = vqrshrn_high_n_s32::<BITS>(vqrshrn_n_s32::<BITS>(low), high);
            let words = vminq_s16(vmaxq_s16(words, zero), most);
            // SAFETY: numbers x to x + 32 are inside, see above and below.
            unsafe { vst1q_s16(out.add(x + part * 8), words) };
        }
        if x + VERTICAL_STEP == width {
            return;
        }
        // The last step overlaps the one before and writes the same numbers again.
        x = (x + VERTICAL_STEP).min(width - VERTICAL_STEP);
    }
}

/// Adds eight numbers times their weight to their sums.
#[inline]
#[target_feature(enable = "neon")]
fn add_weighted([low, high]: &mut [int32x4_t; 2], words: int16x8_t, weight: i16) {
    *low = vmlal_n_s16(*low, vget_low_s16(words), weight);
    *high = vmlal_high_n_s16(*high, words, weight);
}

/// Twin of [`portable::horizontal`].
#[target_feature(enable = "neon")]
fn horizontal(middle: &[i16], taps: &Taps, out: &mut [u8]) {
    let fits = middle.len() >= taps.source() + taps.count() && out.len() == taps.outputs();
    if !fits {
        portable::horizontal(middle, taps.all(), out);
        return;
    }
    let (first, weights) = taps.all();
    let (groups, tail) = out.as_chunks_mut::<8>();
    let whole = 8 * groups.len();
    let weights_of_group = weights.chunks_exact(8 * taps.count());
    for ((first, weights), out) in first.as_chunks().0.iter().zip(weights_of_group).zip(groups) {
        // SAFETY: `weights` holds eight times `count`; an output's first source sample is below
        // `source`, so `count` numbers from there are inside `middle`; eight bytes are written.
        unsafe {
            let words = eight(middle.as_ptr(), first, weights, FORM);
            vst1_u8(out.as_mut_ptr(), vqmovun_s16(words));
        }
    }
    let rest = (&first[whole..], &weights[whole * taps.count()..]);
    portable::horizontal(middle, rest, tail);
}

/// How planes are summed.
const FORM: Form = Form {
    channels: 1,
    bits: WEIGHT_BITS + MIDDLE_BITS,
    rounds: true,
};

/// - `middle`: as many numbers may be read from each of `first` on as `weights` has for it.
/// - `weights`: eight times the same count, which is a multiple of eight.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn eight(middle: *const i16, first: &[u32; 8], weights: &[i16], form: Form) -> int16x8_t {
    let count = weights.len() / 8;
    let mut sums = [vdupq_n_s32(0); 8];
    for (index, (sum, &first)) in sums.iter_mut().zip(first).enumerate() {
        let mut high = vdupq_n_s32(0);
        for at in (0..count).step_by(8) {
            // SAFETY: eight of the `count` numbers of each, see above.
            let (values, factors) = unsafe {
                (
                    vld1q_s16(middle.add(first as usize + at)),
                    vld1q_s16(weights.as_ptr().add(index * count + at)),
                )
            };
            *sum = vmlal_s16(*sum, vget_low_s16(values), vget_low_s16(factors));
            high = vmlal_high_s16(high, values, factors);
        }
        *sum = vaddq_s32(*sum, high);
    }
    let four = |at: usize| {
        let left = vpaddq_s32(sums[at], sums[at + 1]);
        vpaddq_s32(left, vpaddq_s32(sums[at + 2], sums[at + 3]))
    };
    let rounding = Rounding::new(form);
    vcombine_s16(rounding.narrowed(four(0)), rounding.narrowed(four(4)))
}

/// Takes the last bits from sums.
#[derive(Clone, Copy)]
struct Rounding {
    half: int32x4_t,
    bits: int32x4_t,
}

impl Rounding {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new(form: Form) -> Self {
        Self {
            half: vdupq_n_s32((1 << (form.bits - 1)) - form.less()),
            bits: vdupq_n_s32(-form.bits.cast_signed()),
        }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn narrowed(self, sums: int32x4_t) -> int16x4_t {
        vqmovn_s32(vshlq_s32(vaddq_s32(sums, self.half), self.bits))
    }
}
