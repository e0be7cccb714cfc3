//! Kernels of wide samples and of pixels of several channels.

use std::arch::aarch64::*;

use super::{Rounding, add_weighted, eight};
use crate::kernels::{Form, portable};
use crate::resample::light::Limits;
use crate::resample::taps::{Taps, WEIGHT_BITS};

/// Twin of [`portable::vertical_wide`].
#[target_feature(enable = "neon")]
pub(super) fn vertical_wide(rows: &[&[i16]], weights: &[i16], limits: Limits, out: &mut [i16]) {
    let width = out.len();
    let fits = rows.len() == weights.len() && rows.iter().all(|row| row.len() >= width);
    if !fits || width < WIDE_STEP {
        portable::vertical_wide(rows, weights, limits, out);
        return;
    }
    // SAFETY: each row and `out` hold `width` numbers, at least a step.
    unsafe { wide_kernel(rows, weights, limits, out.as_mut_ptr(), width) };
}

/// Numbers of a step over rows.
const WIDE_STEP: usize = 32;

/// - `rows`: each at least `width` long; as many as `weights`.
/// - `out`: `width` numbers may be written, at least [`WIDE_STEP`].
#[target_feature(enable = "neon")]
unsafe fn wide_kernel(
    rows: &[&[i16]],
    weights: &[i16],
    limits: Limits,
    out: *mut i16,
    width: usize,
) {
    let (least, most) = (vdupq_n_s16(limits.least), vdupq_n_s16(limits.most));
    let mut x = 0;
    loop {
        let mut sums = [[vdupq_n_s32(0); 2]; WIDE_STEP / 8];
        for (row, &weight) in rows.iter().zip(weights) {
            for (part, sums) in sums.iter_mut().enumerate() {
                // SAFETY: a whole step from x on is inside the row, see above and below.
                let words = unsafe { vld1q_s16(row.as_ptr().add(x + part * 8)) };
                add_weighted(sums, words, weight);
            }
        }
        for (part, [low, high]) in sums.into_iter().enumerate() {
            const BITS: i32 = WEIGHT_BITS as i32;
            let words = vqrshrn_high_n_s32::<BITS>(vqrshrn_n_s32::<BITS>(low), high);
            let words = vminq_s16(vmaxq_s16(words, least), most);
            // SAFETY: a whole step from x on is inside, see above and below.
            unsafe { vst1q_s16(out.add(x + part * 8), words) };
        }
        if x + WIDE_STEP == width {
            return;
        }
        // The last step overlaps the one before and writes the same numbers again.
        x = (x + WIDE_STEP).min(width - WIDE_STEP);
    }
}

/// Twin of [`portable::horizontal_pixels`].
#[target_feature(enable = "neon")]
pub(super) fn horizontal_pixels(middle: &[i16], taps: &Taps, form: Form, out: &mut [i16]) {
    let channels = form.channels;
    let fits =
        middle.len() >= taps.middle_samples(channels) && out.len() == taps.outputs() * channels;
    if !fits {
        portable::horizontal_pixels(middle, taps.all(), form, out);
        return;
    }
    // SAFETY: the pixels of `first` are below `source`; `middle` reaches `count` pixels and eight
    // numbers beyond that.
    unsafe {
        match channels {
            1 => grey_kernel(middle, taps, form, out),
            2 => pairs_kernel(middle.as_ptr(), taps, form, out),
            3 => pixels_kernel::<3>(middle.as_ptr(), taps, form, out),
            _ => pixels_kernel::<4>(middle.as_ptr(), taps, form, out),
        }
    }
}

/// - `middle`: `count` numbers may be read from the first of each output on.
#[target_feature(enable = "neon")]
unsafe fn grey_kernel(middle: &[i16], taps: &Taps, form: Form, out: &mut [i16]) {
    let (first, weights) = taps.all();
    let (groups, tail) = out.as_chunks_mut::<8>();
    let whole = 8 * groups.len();
    let weights_of_group = weights.chunks_exact(8 * taps.count());
    for ((first, weights), out) in first.as_chunks().0.iter().zip(weights_of_group).zip(groups) {
        // SAFETY: see above; eight numbers are written.
        unsafe {
            let words = eight(middle.as_ptr(), first, weights, form);
            vst1q_s16(out.as_mut_ptr(), words);
        }
    }
    let rest = (&first[whole..], &weights[whole * taps.count()..]);
    portable::horizontal_pixels(middle, rest, form, tail);
}

/// - `middle`: `count` pixels may be read from the first of each output on.
#[target_feature(enable = "neon")]
unsafe fn pairs_kernel(middle: *const i16, taps: &Taps, form: Form, out: &mut [i16]) {
    let rounding = Rounding::new(form);
    let (first, weights) = taps.all();
    let outputs = first.iter().zip(weights.chunks_exact(taps.count()));
    for ((first, weights), out) in outputs.zip(out.as_chunks_mut::<2>().0) {
        let mut sums = [vdupq_n_s32(0); 2];
        for at in (0..taps.used()).step_by(4) {
            // SAFETY: four weights of `count`, a multiple of sixteen, and pixels `at` to `at + 4`,
            // see above.
            let (values, factors) = unsafe {
                (
                    vld1q_s16(middle.add((*first as usize + at) * 2)),
                    vld1_s16(weights.as_ptr().add(at)),
                )
            };
            let factors = vcombine_s16(vzip1_s16(factors, factors), vzip2_s16(factors, factors));
            sums[0] = vmlal_s16(sums[0], vget_low_s16(values), vget_low_s16(factors));
            sums[1] = vmlal_high_s16(sums[1], values, factors);
        }
        let sum = vaddq_s32(sums[0], sums[1]);
        let words = rounding.narrowed(vaddq_s32(sum, vextq_s32::<2>(sum, sum)));
        *out = [vget_lane_s16::<0>(words), vget_lane_s16::<1>(words)];
    }
}

/// - `middle`: `count` pixels of `C` numbers, and one number more, may be read from the first of each
///   output on.
#[target_feature(enable = "neon")]
unsafe fn pixels_kernel<const C: usize>(
    middle: *const i16,
    taps: &Taps,
    form: Form,
    out: &mut [i16],
) {
    let rounding = Rounding::new(form);
    let (first, weights) = taps.all();
    let outputs = first.iter().zip(weights.chunks_exact(taps.count()));
    for ((first, weights), out) in outputs.zip(out.as_chunks_mut::<C>().0) {
        let mut sums = [vdupq_n_s32(0); 2];
        for at in (0..taps.used()).step_by(4) {
            // SAFETY: four weights of `count`, a multiple of sixteen, and pixels `at` to `at + 4`
            // with at most a number beyond, see above.
            let (factors, pixels) = unsafe {
                let from = middle.add((*first as usize + at) * C);
                let pixels: [int16x4_t; 4] = [
                    vld1_s16(from),
                    vld1_s16(from.add(C)),
                    vld1_s16(from.add(2 * C)),
                    vld1_s16(from.add(3 * C)),
                ];
                (vld1_s16(weights.as_ptr().add(at)), pixels)
            };
            sums[0] = vmlal_lane_s16::<0>(sums[0], pixels[0], factors);
            sums[1] = vmlal_lane_s16::<1>(sums[1], pixels[1], factors);
            sums[0] = vmlal_lane_s16::<2>(sums[0], pixels[2], factors);
            sums[1] = vmlal_lane_s16::<3>(sums[1], pixels[3], factors);
        }
        let words = rounding.narrowed(vaddq_s32(sums[0], sums[1]));
        let mut pixel = [0; 4];
        // SAFETY: four numbers are written to four.
        unsafe { vst1_s16(pixel.as_mut_ptr(), words) };
        out.copy_from_slice(&pixel[..C]);
    }
}
