//! Weighted sums in plain Rust, for every machine: what the others are twins of.

use super::Form;
use crate::resample::light::Limits;
use crate::resample::taps::{MIDDLE_BITS, MIDDLE_MOST, WEIGHT_BITS};

/// Weighs rows, two at a time.
///
/// - `rows`: as many as weights, an even number, each as long as `out` or longer.
#[inline(always)]
pub(super) fn vertical(rows: &[&[u8]], weights: &[i16], out: &mut [i16]) {
    for (x, out) in out.iter_mut().enumerate() {
        let terms = rows.iter().zip(weights);
        let sum: i32 = terms
            .map(|(row, &weight)| i32::from(row[x]) * i32::from(weight))
            .sum();
        *out = clipped(sum, WEIGHT_BITS - MIDDLE_BITS).clamp(0, MIDDLE_MOST);
    }
}

/// Weighs neighbouring numbers for each output.
#[inline(always)]
pub(super) fn horizontal(middle: &[i16], (first, weights): (&[u32], &[i16]), out: &mut [u8]) {
    let count = weights.len() / first.len().max(1);
    let outputs = first.iter().zip(weights.chunks_exact(count.max(1)));
    for ((&first, weights), out) in outputs.zip(out) {
        let values = &middle[first as usize..];
        let terms = values.iter().zip(weights);
        let sum: i32 = terms
            .map(|(&value, &weight)| i32::from(value) * i32::from(weight))
            .sum();
        *out = rounded(sum);
    }
}

/// Weighs rows of wide samples and cuts off what is beyond the limits.
///
/// - `rows`: as many as weights, each as long as `out` or longer.
#[inline(always)]
pub(super) fn vertical_wide(rows: &[&[i16]], weights: &[i16], limits: Limits, out: &mut [i16]) {
    for (x, out) in out.iter_mut().enumerate() {
        let terms = rows.iter().zip(weights);
        let sum: i32 = terms
            .map(|(row, &weight)| i32::from(row[x]) * i32::from(weight))
            .sum();
        *out = clipped(sum, WEIGHT_BITS).clamp(limits.least, limits.most);
    }
}

/// Weighs neighbouring pixels for each output.
#[inline(always)]
pub(super) fn horizontal_pixels(
    middle: &[i16],
    (first, weights): (&[u32], &[i16]),
    form: Form,
    out: &mut [i16],
) {
    let count = (weights.len() / first.len().max(1)).max(1);
    let outputs = first.iter().zip(weights.chunks_exact(count));
    for ((&first, weights), out) in outputs.zip(out.chunks_exact_mut(form.channels)) {
        let pixels = middle[first as usize * form.channels..].chunks_exact(form.channels);
        let mut sums = [0_i32; 4];
        for (pixel, &weight) in pixels.zip(weights) {
            for (sum, &value) in sums.iter_mut().zip(pixel) {
                *sum += i32::from(value) * i32::from(weight);
            }
        }
        for (to, sum) in out.iter_mut().zip(sums) {
            *to = clipped(sum - form.less(), form.bits);
        }
    }
}

/// Rounds a sum to what is left without its last bits.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "clipped to 16 bits")]
fn clipped(sum: i32, bits: u32) -> i16 {
    let rounded = (sum + (1 << (bits - 1))) >> bits;
    rounded.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// Rounds a weighed sum and clips it to 8 bits.
#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "clipped to 8 bits")]
fn rounded(sum: i32) -> u8 {
    clipped(sum, WEIGHT_BITS + MIDDLE_BITS).clamp(0, 255) as u8
}
