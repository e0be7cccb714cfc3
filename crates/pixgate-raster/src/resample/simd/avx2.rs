//! AVX2 kernels for x86-64.
//!
//! The safe functions check the machine and every bound, and say whether they did the work.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::resample::taps::{MIDDLE_BITS, MIDDLE_MOST, STEP, Taps, WEIGHT_BITS};
use crate::resample::{pixels, plane};

/// Twin of [`plane::vertical`].
pub(super) fn vertical(rows: &[&[u8]], weights: &[i16], out: &mut [i16]) -> bool {
    let width = out.len();
    let fits = rows.len() == weights.len()
        && rows.len().is_multiple_of(2)
        && rows.iter().all(|row| row.len() >= width);
    if !fits || width < WIDE_STEP || !is_x86_feature_detected!("avx2") {
        return false;
    }
    // SAFETY: the machine has AVX2; each row and `out` hold `width` samples, at least 32.
    unsafe { vertical_kernel(rows, weights, out.as_mut_ptr(), width) };
    true
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
        for ([a, b], [first, second]) in pairs.iter().zip(weights) {
            let factors = i32::from(*first) & 0xffff | i32::from(*second) << 16;
            let factors = _mm256_set1_epi32(factors);
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
        let [a, b, c, d] = sums.map(|sum| _mm256_srai_epi32::<BITS>(sum));
        // Each holds eight of the first sixteen numbers, and eight of the others.
        let (even, odd) = (_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
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

/// Twin of [`plane::horizontal`].
pub(super) fn horizontal(middle: &[i16], taps: &Taps, out: &mut [u8]) -> bool {
    let fits = middle.len() >= taps.source() + taps.count() && out.len() == taps.outputs();
    if !fits || !is_x86_feature_detected!("avx2") {
        return false;
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
        *out = unsafe { eight(middle.as_ptr(), first, weights, taps.count()) };
    }
    let rest = (&first[whole..], &weights[whole * taps.count()..]);
    plane::horizontal(middle, rest, tail);
    true
}

/// - `middle`: `count` numbers may be read from each of `first` on.
/// - `weights`: eight times `count`, which is a multiple of sixteen.
#[target_feature(enable = "avx2")]
unsafe fn eight(middle: *const i16, first: &[u32; 8], weights: &[i16], count: usize) -> [u8; 8] {
    const BITS: i32 = (WEIGHT_BITS + MIDDLE_BITS) as i32;
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
    let round = _mm_set1_epi32(1 << (BITS - 1));
    let shift = |sum| _mm_srai_epi32::<BITS>(_mm_add_epi32(sum, round));
    let words = _mm_packs_epi32(shift(four(0)), shift(four(4)));
    _mm_cvtsi128_si64(_mm_packus_epi16(words, words)).to_le_bytes()
}

/// Twin of [`pixels::vertical`].
pub(super) fn vertical_wide(rows: &[&[i16]], weights: &[i16], out: &mut [i16]) -> bool {
    let width = out.len();
    let fits = rows.len() == weights.len()
        && rows.len().is_multiple_of(2)
        && rows.iter().all(|row| row.len() >= width);
    if !fits || width < STEP || !is_x86_feature_detected!("avx2") {
        return false;
    }
    // SAFETY: the machine has AVX2; each row and `out` hold `width` numbers, at least sixteen.
    unsafe { wide_kernel(rows, weights, out.as_mut_ptr(), width) };
    true
}

/// - `rows`: each at least `width` long; an even number, as many as `weights`.
/// - `out`: `width` numbers may be written, at least sixteen.
#[target_feature(enable = "avx2")]
unsafe fn wide_kernel(rows: &[&[i16]], weights: &[i16], out: *mut i16, width: usize) {
    const BITS: i32 = WEIGHT_BITS as i32;
    let round = _mm256_set1_epi32(1 << (BITS - 1));
    let pairs = rows.as_chunks::<2>().0;
    let weights = weights.as_chunks::<2>().0;
    let mut x = 0;
    loop {
        let (mut low, mut high) = (round, round);
        for ([a, b], [first, second]) in pairs.iter().zip(weights) {
            let factors = i32::from(*first) & 0xffff | i32::from(*second) << 16;
            let factors = _mm256_set1_epi32(factors);
            // SAFETY: numbers x to x + 16 are inside both rows, see above and below.
            let (a, b) = unsafe {
                (
                    _mm256_loadu_si256(a.as_ptr().add(x).cast()),
                    _mm256_loadu_si256(b.as_ptr().add(x).cast()),
                )
            };
            let (left, right) = (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b));
            low = _mm256_add_epi32(low, _mm256_madd_epi16(left, factors));
            high = _mm256_add_epi32(high, _mm256_madd_epi16(right, factors));
        }
        let low = _mm256_srai_epi32::<BITS>(low);
        let high = _mm256_srai_epi32::<BITS>(high);
        // SAFETY: numbers x to x + 16 are inside, see above and below.
        unsafe { _mm256_storeu_si256(out.add(x).cast(), _mm256_packs_epi32(low, high)) };
        if x + STEP == width {
            return;
        }
        // The last step overlaps the one before and writes the same numbers again.
        x = (x + STEP).min(width - STEP);
    }
}

/// Twin of [`pixels::horizontal`], for three and four channels.
pub(super) fn horizontal_pixels(
    middle: &[i16],
    taps: &Taps,
    form: pixels::Form,
    out: &mut [i16],
) -> bool {
    let channels = form.channels;
    let fits = middle.len() >= pixels::middle_samples(taps, channels)
        && out.len() == taps.outputs() * channels;
    if !fits || !(3..=4).contains(&channels) || !is_x86_feature_detected!("avx2") {
        return false;
    }
    // Four numbers are written for each pixel, so the last is made apart, and afterwards.
    let whole = taps.outputs().saturating_sub(1);
    let (first, weights) = taps.all();
    let (first, last) = first.split_at(whole);
    let (weights, last_weights) = weights.split_at(whole * taps.count());
    let to = out.as_mut_ptr();
    let row = (first, weights);
    // SAFETY: the machine has AVX2; `weights` holds `count` for each of `first`, whose pixels are
    // below `source`; `middle` reaches `count` pixels and eight numbers beyond that; a pixel
    // follows the last one that is written.
    unsafe {
        if channels == 3 {
            pixels_kernel::<3>(middle.as_ptr(), row, taps, form.bits, to);
        } else {
            pixels_kernel::<4>(middle.as_ptr(), row, taps, form.bits, to);
        }
    }
    let tail = out.get_mut(whole * channels..).unwrap_or_default();
    pixels::horizontal(middle, (last, last_weights), form, tail);
    true
}

/// - `middle`: from each of `first`, a pixel's number, `count` pixels and eight numbers may be read.
/// - `weights`: `count` for each of `first`.
/// - `out`: `C` numbers for each of `first` may be written, and one more.
#[target_feature(enable = "avx2")]
unsafe fn pixels_kernel<const C: usize>(
    middle: *const i16,
    (first, weights): (&[u32], &[i16]),
    taps: &Taps,
    bits: u32,
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
    let round = _mm_set1_epi32(1 << (bits - 1));
    let bits = _mm_cvtsi32_si128(bits as i32);
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

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "numbers made up here")]
mod tests {
    use super::*;
    use crate::resample::Axis;

    fn bytes(count: usize, seed: u32) -> Vec<u8> {
        let next = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some((*state >> 24) as u8)
        };
        std::iter::successors(Some(seed), |s| {
            let mut s = *s;
            next(&mut s).map(|_| s)
        })
        .map(|s| (s >> 24) as u8)
        .take(count)
        .collect()
    }

    #[test]
    fn rows_are_weighed_as_their_twin_does() {
        if !is_x86_feature_detected!("avx2") {
            return;
        }
        for width in (32..99).chain([1020]) {
            let rows: Vec<_> = (0..12).map(|seed| bytes(width, seed)).collect();
            let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
            let weights: [i16; 12] = std::array::from_fn(|i| (i as i16 - 4) * 900);
            let (mut a, mut b) = (vec![0; width], vec![0; width]);
            plane::vertical(&rows, &weights, &mut a);
            assert!(vertical(&rows, &weights, &mut b));
            assert_eq!(a, b, "{width}");
        }
    }

    #[test]
    fn columns_are_weighed_as_their_twin_does() {
        if !is_x86_feature_detected!("avx2") {
            return;
        }
        for (source, length) in [(1020, 512), (510, 255), (33, 10), (1, 1), (400, 103)] {
            let taps = Taps::new(Axis::resized(source, length), source).unwrap();
            let middle = bytes(source as usize + taps.count(), source);
            let middle: Vec<i16> = middle.iter().map(|&b| i16::from(b)).collect();
            let (mut a, mut b) = (vec![0; length as usize], vec![0; length as usize]);
            plane::horizontal(&middle, taps.all(), &mut a);
            assert!(horizontal(&middle, &taps, &mut b));
            assert_eq!(a, b, "{source}");
        }
    }

    #[test]
    fn wide_rows_and_pixels_are_weighed_as_their_twins_do() {
        if !is_x86_feature_detected!("avx2") {
            return;
        }
        let wide = |count, seed| -> Vec<i16> {
            bytes(count, seed)
                .iter()
                .map(|&b| (i16::from(b) - 128) * 160)
                .collect()
        };
        for width in (16..70).chain([1020]) {
            let rows: Vec<_> = (0..12).map(|seed| wide(width, seed)).collect();
            let rows: Vec<&[i16]> = rows.iter().map(Vec::as_slice).collect();
            let weights: [i16; 12] = std::array::from_fn(|i| (i as i16 - 4) * 700);
            let (mut a, mut b) = (vec![0; width], vec![0; width]);
            pixels::vertical(&rows, &weights, &mut a);
            assert!(vertical_wide(&rows, &weights, &mut b));
            assert_eq!(a, b, "{width}");
        }
        for (source, length) in [(1020, 512), (33, 10), (1, 1), (2, 2), (400, 103)] {
            let taps = Taps::new(Axis::resized(source, length), source).unwrap();
            for (channels, bits) in [(3, 14), (3, 20), (4, 14), (4, 20)] {
                let form = pixels::Form { channels, bits };
                let middle = wide(pixels::middle_samples(&taps, channels), source);
                let mut a = vec![0; length as usize * channels];
                let mut b = a.clone();
                pixels::horizontal(&middle, taps.all(), form, &mut a);
                assert!(horizontal_pixels(&middle, &taps, form, &mut b));
                assert_eq!(a, b, "{source} {channels}");
            }
        }
    }
}
