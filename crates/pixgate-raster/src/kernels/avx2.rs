//! AVX2 kernels for x86-64.
//!
//! Each function is private and reached only through the table that [`detect`] gives out, after
//! it asked the machine for AVX2. What does not fit a kernel's bounds is left to its portable twin.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

mod colors;
mod sums;
mod wide;
mod widen;

use std::arch::x86_64::*;

use colors::{blend, mix_shares, saturate};
use sums::{add_rows, mean_rows, means};
use wide::{horizontal_pixels, vertical_wide};
use widen::{divide, widen};

use super::{Form, Kernels, portable};
use crate::resample::taps::{MIDDLE_BITS, MIDDLE_MOST, STEP, Taps, WEIGHT_BITS};

/// The kernels, if the machine has AVX2.
pub(super) fn detect() -> Option<Kernels> {
    is_x86_feature_detected!("avx2").then_some(Kernels {
        vertical,
        horizontal,
        vertical_wide,
        horizontal_pixels,
        widen,
        divide,
        mean_rows,
        add_rows,
        means,
        saturate,
        blend,
        mix_shares,
    })
}

/// Twin of [`portable::vertical`].
fn vertical(rows: &[&[u8]], weights: &[i16], out: &mut [i16]) {
    let width = out.len();
    let fits = rows.len() == weights.len()
        && rows.len().is_multiple_of(2)
        && rows.iter().all(|row| row.len() >= width);
    if !fits || width < WIDE_STEP {
        portable::vertical(rows, weights, out);
        return;
    }
    // SAFETY: the machine has AVX2; each row and `out` hold `width` samples, at least 32.
    unsafe { vertical_kernel(rows, weights, out.as_mut_ptr(), width) };
}

/// Samples of a step over rows of bytes.
const WIDE_STEP: usize = 2 * STEP;

/// - `rows`: each at least `width` long; an even number, as many as `weights`.
/// - `out`: `width` numbers may be written, at least 32.
#[target_feature(enable = "avx2")]
unsafe fn vertical_kernel(rows: &[&[u8]], weights: &[i16], out: *mut i16, width: usize) {
    const BITS: i32 = (WEIGHT_BITS - MIDDLE_BITS) as i32;
    let zero = _mm256_setzero_si256();
    let most = _mm256_set1_epi16(MIDDLE_MOST);
    let pairs = rows.as_chunks::<2>().0;
    let weights = weights.as_chunks::<2>().0;
    let mut x = 0;
    loop {
        let mut sums = [_mm256_set1_epi32(1 << (BITS - 1)); 4];
        for ([a, b], pair) in pairs.iter().zip(weights) {
            let factors = both(pair);
            // SAFETY: samples x to x + 32 are inside both rows, see above and below.
            let (a, b) = unsafe {
                (
                    _mm256_loadu_si256(a.as_ptr().add(x).cast()),
                    _mm256_loadu_si256(b.as_ptr().add(x).cast()),
                )
            };
            let (left, right) = (_mm256_unpacklo_epi8(a, b), _mm256_unpackhi_epi8(a, b));
            let values = [
                _mm256_unpacklo_epi8(left, zero),
                _mm256_unpackhi_epi8(left, zero),
                _mm256_unpacklo_epi8(right, zero),
                _mm256_unpackhi_epi8(right, zero),
            ];
            for (sum, values) in sums.iter_mut().zip(values) {
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(values, factors));
            }
        }
        let [a, b, c, d] = sums;
        let cut_off = |sum| _mm256_srai_epi32::<BITS>(sum);
        // Each holds eight of the first sixteen numbers, and eight of the others.
        let (even, odd) = (
            _mm256_packs_epi32(cut_off(a), cut_off(b)),
            _mm256_packs_epi32(cut_off(c), cut_off(d)),
        );
        let cut = |values| _mm256_min_epi16(_mm256_max_epi16(values, zero), most);
        let (even, odd) = (cut(even), cut(odd));
        let low = _mm256_permute2x128_si256::<0x20>(even, odd);
        let high = _mm256_permute2x128_si256::<0x31>(even, odd);
        // SAFETY: numbers x to x + 32 are inside, see above and below.
        unsafe {
            _mm256_storeu_si256(out.add(x).cast(), low);
            _mm256_storeu_si256(out.add(x + STEP).cast(), high);
        }
        if x + WIDE_STEP == width {
            return;
        }
        // The last step overlaps the one before and writes the same numbers again.
        x = (x + WIDE_STEP).min(width - WIDE_STEP);
    }
}

/// Two weights again and again.
#[inline]
#[target_feature(enable = "avx2")]
fn both(pair: &[i16; 2]) -> __m256i {
    // SAFETY: four bytes, wherever they are.
    _mm256_set1_epi32(unsafe { pair.as_ptr().cast::<i32>().read_unaligned() })
}

/// Twin of [`portable::horizontal`].
fn horizontal(middle: &[i16], taps: &Taps, out: &mut [u8]) {
    let fits = middle.len() >= taps.source() + taps.count() && out.len() == taps.outputs();
    if !fits {
        portable::horizontal(middle, taps.all(), out);
        return;
    }
    let (first, weights) = taps.all();
    let whole = out.len() / 8 * 8;
    let (head, tail) = out.split_at_mut(whole);
    for ((first, weights), out) in first
        .as_chunks::<8>()
        .0
        .iter()
        .zip(weights.chunks_exact(8 * taps.count()))
        .zip(head.as_chunks_mut::<8>().0)
    {
        // SAFETY: the machine has AVX2; `weights` holds eight times `count`, a multiple of
        // sixteen; an output's first source sample is below `source`, so `count` numbers from
        // there are inside `middle`.
        *out = unsafe {
            let words = eight(middle.as_ptr(), first, weights, FORM);
            _mm_cvtsi128_si64(_mm_packus_epi16(words, words)).to_le_bytes()
        };
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
/// - `weights`: eight times the same count, which is a multiple of sixteen.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn eight(middle: *const i16, first: &[u32; 8], weights: &[i16], form: Form) -> __m128i {
    let count = weights.len() / 8;
    let mut sums = [_mm256_setzero_si256(); 8];
    for (index, (sum, &first)) in sums.iter_mut().zip(first).enumerate() {
        for at in (0..count).step_by(STEP) {
            // SAFETY: sixteen of the `count` numbers of each, see above.
            let (values, factors) = unsafe {
                (
                    _mm256_loadu_si256(middle.add(first as usize + at).cast()),
                    _mm256_loadu_si256(weights.as_ptr().add(index * count + at).cast()),
                )
            };
            *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(values, factors));
        }
    }
    let four = |at: usize| {
        let left = _mm256_hadd_epi32(sums[at], sums[at + 1]);
        let right = _mm256_hadd_epi32(sums[at + 2], sums[at + 3]);
        let both = _mm256_hadd_epi32(left, right);
        _mm_add_epi32(
            _mm256_castsi256_si128(both),
            _mm256_extracti128_si256::<1>(both),
        )
    };
    let (round, bits) = rounding(form);
    let shift = |sum| _mm_sra_epi32(_mm_add_epi32(sum, round), bits);
    _mm_packs_epi32(shift(four(0)), shift(four(4)))
}

/// What is added to a sum, and by how many bits it is shifted.
#[inline]
#[target_feature(enable = "avx2")]
fn rounding(form: Form) -> (__m128i, __m128i) {
    let half = (1 << (form.bits - 1)) - form.less();
    (_mm_set1_epi32(half), _mm_cvtsi32_si128(form.bits as i32))
}
