//! Kernels of wide samples and of pixels of several channels.

use std::arch::x86_64::*;

use super::{both, eight, rounding};
use crate::kernels::{Form, portable};
use crate::resample::light::Limits;
use crate::resample::taps::{STEP, Taps, WEIGHT_BITS};

/// Twin of [`portable::vertical_wide`].
pub(super) fn vertical_wide(rows: &[&[i16]], weights: &[i16], limits: Limits, out: &mut [i16]) {
    let width = out.len();
    let fits = rows.len() == weights.len()
        && rows.len().is_multiple_of(2)
        && rows.iter().all(|row| row.len() >= width);
    if !fits || width < WIDE_STEP {
        portable::vertical_wide(rows, weights, limits, out);
        return;
    }
    // SAFETY: the machine has AVX2; each row and `out` hold `width` numbers, at least a step.
    unsafe { wide_kernel(rows, weights, limits, out.as_mut_ptr(), width) };
}

/// - `rows`: each at least `width` long; an even number, as many as `weights`.
/// - `out`: `width` numbers may be written, at least [`WIDE_STEP`].
#[target_feature(enable = "avx2")]
unsafe fn wide_kernel(
    rows: &[&[i16]],
    weights: &[i16],
    limits: Limits,
    out: *mut i16,
    width: usize,
) {
    const BITS: i32 = WEIGHT_BITS as i32;
    let least = _mm256_set1_epi16(limits.least);
    let most = _mm256_set1_epi16(limits.most);
    let pairs = rows.as_chunks::<2>().0;
    let weights = weights.as_chunks::<2>().0;
    let mut x = 0;
    loop {
        let mut sums = [[_mm256_set1_epi32(1 << (BITS - 1)); 2]; WIDE_STEP / STEP];
        for ([a, b], pair) in pairs.iter().zip(weights) {
            let factors = both(pair);
            for (part, [low, high]) in sums.iter_mut().enumerate() {
                // SAFETY: a whole step from x on is inside both rows, see above and below.
                let (a, b) = unsafe {
                    let at = x + part * STEP;
                    (
                        _mm256_loadu_si256(a.as_ptr().add(at).cast()),
                        _mm256_loadu_si256(b.as_ptr().add(at).cast()),
                    )
                };
                let (left, right) = (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b));
                *low = _mm256_add_epi32(*low, _mm256_madd_epi16(left, factors));
                *high = _mm256_add_epi32(*high, _mm256_madd_epi16(right, factors));
            }
        }
        for (part, [low, high]) in sums.into_iter().enumerate() {
            let low = _mm256_srai_epi32::<BITS>(low);
            let high = _mm256_srai_epi32::<BITS>(high);
            let sums = _mm256_packs_epi32(low, high);
            let sums = _mm256_min_epi16(_mm256_max_epi16(sums, least), most);
            // SAFETY: a whole step from x on is inside, see above and below.
            unsafe { _mm256_storeu_si256(out.add(x + part * STEP).cast(), sums) };
        }
        if x + WIDE_STEP == width {
            return;
        }
        // The last step overlaps the one before and writes the same numbers again.
        x = (x + WIDE_STEP).min(width - WIDE_STEP);
    }
}

/// Numbers of a step over rows.
const WIDE_STEP: usize = 4 * STEP;

/// Twin of [`portable::horizontal_pixels`].
pub(super) fn horizontal_pixels(middle: &[i16], taps: &Taps, form: Form, out: &mut [i16]) {
    let channels = form.channels;
    let fits =
        middle.len() >= taps.middle_samples(channels) && out.len() == taps.outputs() * channels;
    if !fits {
        portable::horizontal_pixels(middle, taps.all(), form, out);
        return;
    }
    // The last outputs are made apart: eight are made at a time of one channel, and of three a number
    // more is written than they have.
    let whole = match channels {
        1 => taps.outputs() / 8 * 8,
        _ => taps.outputs().saturating_sub(1),
    };
    let (first, weights) = taps.all();
    let (first, last) = first.split_at(whole);
    let (weights, last_weights) = weights.split_at(whole * taps.count());
    let made = whole * channels;
    // SAFETY: the machine has AVX2; `weights` holds `count` for each of `first`, whose pixels are
    // below `source`; `middle` reaches `count` pixels and eight numbers beyond that; `out` holds a
    // pixel for each of `first`, and another unless there is none.
    unsafe {
        match channels {
            1 => {
                let (to, _) = out.split_at_mut(made);
                grey_kernel(middle.as_ptr(), (first, weights), form, to);
            }
            2 => {
                let (to, _) = out.split_at_mut(made);
                pairs_kernel(middle.as_ptr(), (first, weights), taps, form, to);
            }
            3 => pixels_kernel::<3>(
                middle.as_ptr(),
                (first, weights),
                taps,
                form,
                out.as_mut_ptr(),
            ),
            _ => pixels_kernel::<4>(
                middle.as_ptr(),
                (first, weights),
                taps,
                form,
                out.as_mut_ptr(),
            ),
        }
    }
    let (_, tail) = out.split_at_mut(made);
    portable::horizontal_pixels(middle, (last, last_weights), form, tail);
}

/// - `middle`: see [`eight`].
/// - `first`, `out`: as many, a multiple of eight; weights for each of them.
#[target_feature(enable = "avx2")]
unsafe fn grey_kernel(
    middle: *const i16,
    (first, weights): (&[u32], &[i16]),
    form: Form,
    out: &mut [i16],
) {
    let count = weights.len() / first.len().max(1);
    let (first, out) = (first.as_chunks::<8>().0, out.as_chunks_mut::<8>().0);
    let weights = weights.chunks_exact((8 * count).max(1));
    for ((first, weights), out) in first.iter().zip(weights).zip(out) {
        // SAFETY: see above; eight numbers are written.
        unsafe {
            let words = eight(middle, first, weights, form);
            _mm_storeu_si128(out.as_mut_ptr().cast(), words);
        }
    }
}

/// - `middle`: from each of `first`, a pixel's number, `count` pixels may be read.
/// - `weights`: `count` for each of `first`, a multiple of sixteen.
#[target_feature(enable = "avx2")]
unsafe fn pairs_kernel(
    middle: *const i16,
    (first, weights): (&[u32], &[i16]),
    taps: &Taps,
    form: Form,
    out: &mut [i16],
) {
    // Pairs of the same channel of two pixels.
    let order = _mm_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15);
    let order = _mm256_broadcastsi128_si256(order);
    let spread = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
    let (round, bits) = rounding(form);
    let outputs = first.iter().zip(weights.chunks_exact(taps.count()));
    for ((first, weights), out) in outputs.zip(out.as_chunks_mut::<2>().0) {
        let mut sum = _mm256_setzero_si256();
        for at in (0..taps.used()).step_by(8) {
            // SAFETY: eight weights of `count`, and pixels `at` to `at + 8`, see above.
            let (values, factors) = unsafe {
                let from = middle.add((*first as usize + at) * 2);
                let factors = _mm_loadu_si128(weights.as_ptr().add(at).cast());
                (_mm256_loadu_si256(from.cast()), factors)
            };
            let values = _mm256_shuffle_epi8(values, order);
            let factors = _mm256_permutevar8x32_epi32(_mm256_castsi128_si256(factors), spread);
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(values, factors));
        }
        let high = _mm256_extracti128_si256::<1>(sum);
        let sum = _mm_add_epi32(_mm256_castsi256_si128(sum), high);
        let sum = _mm_add_epi32(sum, _mm_shuffle_epi32::<0b01_00_11_10>(sum));
        let sum = _mm_sra_epi32(_mm_add_epi32(sum, round), bits);
        let words = _mm_packs_epi32(sum, sum);
        let words = _mm_cvtsi128_si32(words).to_le_bytes();
        *out = bytemuck::cast(words);
    }
}

/// - `middle`: from each of `first`, a pixel's number, `count` pixels and eight numbers may be read.
/// - `weights`: `count` for each of `first`.
/// - `out`: `C` numbers for each of `first` may be written, and one more.
#[target_feature(enable = "avx2")]
unsafe fn pixels_kernel<const C: usize>(
    middle: *const i16,
    (first, weights): (&[u32], &[i16]),
    taps: &Taps,
    form: Form,
    out: *mut i16,
) {
    // Pairs of the same channel of two pixels.
    let order = if C == 3 {
        _mm_setr_epi8(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, -1, -1, -1, -1)
    } else {
        _mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15)
    };
    let order = _mm256_broadcastsi128_si256(order);
    let spread = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
    let (round, bits) = rounding(form);
    for (x, (first, weights)) in first
        .iter()
        .zip(weights.chunks_exact(taps.count()))
        .enumerate()
    {
        let mut sum = _mm256_setzero_si256();
        for at in (0..taps.used()).step_by(4) {
            // SAFETY: four weights of `count`, a multiple of sixteen; pixels `at` to `at + 4` and
            // two numbers beyond, see above.
            let (values, factors) = unsafe {
                let from = middle.add((*first as usize + at) * C);
                let low = _mm_loadu_si128(from.cast());
                let high = _mm_loadu_si128(from.add(2 * C).cast());
                let factors = _mm_loadl_epi64(weights.as_ptr().add(at).cast());
                (_mm256_set_m128i(high, low), factors)
            };
            let values = _mm256_shuffle_epi8(values, order);
            let factors = _mm256_permutevar8x32_epi32(_mm256_castsi128_si256(factors), spread);
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(values, factors));
        }
        let high = _mm256_extracti128_si256::<1>(sum);
        let sum = _mm_add_epi32(_mm256_castsi256_si128(sum), high);
        let sum = _mm_sra_epi32(_mm_add_epi32(sum, round), bits);
        // SAFETY: the numbers of pixel `x`, and at most one more, see above.
        unsafe { _mm_storel_epi64(out.add(x * C).cast(), _mm_packs_epi32(sum, sum)) };
    }
}
