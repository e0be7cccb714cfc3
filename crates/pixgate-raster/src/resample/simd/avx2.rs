//! AVX2 kernels for x86-64.
//!
//! The safe functions check the machine and every bound, and say whether they did the work.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::resample::plane;
use crate::resample::taps::{STEP, Taps, WEIGHT_BITS};

/// Twin of [`plane::vertical`].
pub(super) fn vertical(rows: &[&[u8]], weights: &[i16], out: &mut [i16]) -> bool {
    let width = out.len();
    let fits = rows.len() == weights.len()
        && rows.len().is_multiple_of(2)
        && rows.iter().all(|row| row.len() >= width);
    if !fits || width < STEP || !is_x86_feature_detected!("avx2") {
        return false;
    }
    // SAFETY: the machine has AVX2; each row and `out` hold `width` samples, at least sixteen.
    unsafe { vertical_kernel(rows, weights, out.as_mut_ptr(), width) };
    true
}

/// - `rows`: each at least `width` long; an even number, as many as `weights`.
/// - `out`: `width` numbers may be written, at least sixteen.
#[target_feature(enable = "avx2")]
unsafe fn vertical_kernel(rows: &[&[u8]], weights: &[i16], out: *mut i16, width: usize) {
    let round = _mm256_set1_epi32(1 << (WEIGHT_BITS - 1));
    let most = _mm256_set1_epi16(255);
    let pairs = rows.as_chunks::<2>().0;
    let weights = weights.as_chunks::<2>().0;
    let mut x = 0;
    loop {
        let (mut low, mut high) = (round, round);
        for ([a, b], [first, second]) in pairs.iter().zip(weights) {
            let factors = i32::from(*first) & 0xffff | i32::from(*second) << 16;
            let factors = _mm256_set1_epi32(factors);
            // SAFETY: samples x to x + 16 are inside both rows, see above and below.
            let (a, b) = unsafe {
                (
                    _mm_loadu_si128(a.as_ptr().add(x).cast()),
                    _mm_loadu_si128(b.as_ptr().add(x).cast()),
                )
            };
            let left = _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(a, b));
            let right = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(a, b));
            low = _mm256_add_epi32(low, _mm256_madd_epi16(left, factors));
            high = _mm256_add_epi32(high, _mm256_madd_epi16(right, factors));
        }
        let low = _mm256_srai_epi32::<{ WEIGHT_BITS as i32 }>(low);
        let high = _mm256_srai_epi32::<{ WEIGHT_BITS as i32 }>(high);
        let packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(low, high));
        let clipped = _mm256_min_epi16(_mm256_max_epi16(packed, _mm256_setzero_si256()), most);
        // SAFETY: numbers x to x + 16 are inside, see above and below.
        unsafe { _mm256_storeu_si256(out.add(x).cast(), clipped) };
        if x + STEP == width {
            return;
        }
        // The last step overlaps the one before and writes the same numbers again.
        x = (x + STEP).min(width - STEP);
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
    let round = _mm_set1_epi32(1 << (WEIGHT_BITS - 1));
    let shift = |sum| _mm_srai_epi32::<{ WEIGHT_BITS as i32 }>(_mm_add_epi32(sum, round));
    let words = _mm_packs_epi32(shift(four(0)), shift(four(4)));
    _mm_cvtsi128_si64(_mm_packus_epi16(words, words)).to_le_bytes()
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
        for width in (16..70).chain([1020]) {
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
}
