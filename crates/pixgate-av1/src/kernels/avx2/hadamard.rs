//! Sums of Hadamard transforms in numbers of sixteen bits.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::kernels::difference::satd_by_8_body;

/// The greatest difference whose transform of eight by eight, but for the last step, has sixteen bits.
const MOST: i16 = 1023;

/// Twin of [`satd_by_8_body`].
#[inline(always)]
pub(crate) fn satd_by_8(source: &[u16], stride: usize, prediction: &[u16], count: usize) -> u32 {
    if source.len() < (count - 1) * stride + count || prediction.len() < count * count {
        return satd_by_8_body(source, stride, prediction, count);
    }
    // SAFETY: the machine has AVX2.
    let (mut sizes, mut largest) = unsafe { (_mm256_setzero_si256(), _mm256_setzero_si256()) };
    for y in (0..count).step_by(8) {
        for x in (0..count).step_by(16) {
            let first = (y * stride + x, y * count + x);
            // SAFETY: the machine has AVX2, and the squares are inside of both blocks, see above.
            unsafe {
                let (source, prediction) = (
                    source.as_ptr().add(first.0),
                    prediction.as_ptr().add(first.1),
                );
                let rows = if count == 8 {
                    differences_of_8((source, stride), (prediction, 8))
                } else {
                    differences_of_16((source, stride), (prediction, count))
                };
                for row in rows {
                    largest = _mm256_max_epi16(largest, _mm256_abs_epi16(row));
                }
                sizes = _mm256_add_epi32(sizes, halves_of_sizes(rows));
            }
        }
    }
    // SAFETY: the machine has AVX2.
    unsafe {
        if _mm256_movemask_epi8(_mm256_cmpgt_epi16(largest, _mm256_set1_epi16(MOST))) != 0 {
            return satd_by_8_body(source, stride, prediction, count);
        }
        let (low, high) = (
            _mm256_castsi256_si128(sizes),
            _mm256_extracti128_si256::<1>(sizes),
        );
        (sum(_mm_add_epi32(low, high)) + 2) >> 2
    }
}

/// Twin of the portable sum of a square of four.
#[inline(always)]
pub(crate) fn satd_of_4(source: &[u16], stride: usize, prediction: &[u16]) -> u32 {
    let prediction = &prediction[..16];
    let source = |row: usize| &source[row * stride..][..4];
    // SAFETY: the machine has AVX2; rows have four samples and the prediction has sixteen.
    unsafe {
        let pair = |row: usize| {
            let (first, second) = (source(row), source(row + 1));
            let rows = _mm_unpacklo_epi64(
                _mm_loadl_epi64(first.as_ptr().cast()),
                _mm_loadl_epi64(second.as_ptr().cast()),
            );
            _mm_sub_epi16(
                rows,
                _mm_loadu_si128(prediction.as_ptr().add(4 * row).cast()),
            )
        };
        let (a, b) = (pair(0), pair(2));
        let (a, b) = (_mm_add_epi16(a, b), _mm_sub_epi16(a, b));
        let (even, odd) = (_mm_unpacklo_epi64(a, b), _mm_unpackhi_epi64(a, b));
        let (a, b) = (_mm_add_epi16(even, odd), _mm_sub_epi16(even, odd));
        // The columns, two in each.
        let (even, odd) = (_mm_unpacklo_epi16(a, b), _mm_unpackhi_epi16(a, b));
        let (a, b) = (_mm_unpacklo_epi16(even, odd), _mm_unpackhi_epi16(even, odd));
        let (a, b) = (_mm_add_epi16(a, b), _mm_sub_epi16(a, b));
        let (even, odd) = (_mm_unpacklo_epi64(a, b), _mm_unpackhi_epi64(a, b));
        let largest = _mm_max_epi16(_mm_abs_epi16(even), _mm_abs_epi16(odd));
        (sum(_mm_madd_epi16(largest, _mm_set1_epi16(1))) + 1) >> 1
    }
}

/// Differences of one square; those beside it are zero.
///
/// # Safety
///
/// The machine has AVX2, and both blocks have eight rows of eight samples, one stride apart.
#[inline(always)]
unsafe fn differences_of_8(a: (*const u16, usize), b: (*const u16, usize)) -> [__m256i; 8] {
    std::array::from_fn(|row| {
        // SAFETY: see above.
        unsafe {
            let (a, b) = (a.0.add(row * a.1), b.0.add(row * b.1));
            let (a, b) = (_mm_loadu_si128(a.cast()), _mm_loadu_si128(b.cast()));
            _mm256_zextsi128_si256(_mm_sub_epi16(a, b))
        }
    })
}

/// Differences of two squares side by side.
///
/// # Safety
///
/// The machine has AVX2, and both blocks have eight rows of sixteen samples, one stride apart.
#[inline(always)]
unsafe fn differences_of_16(a: (*const u16, usize), b: (*const u16, usize)) -> [__m256i; 8] {
    std::array::from_fn(|row| {
        // SAFETY: see above.
        unsafe {
            let (a, b) = (a.0.add(row * a.1), b.0.add(row * b.1));
            _mm256_sub_epi16(_mm256_loadu_si256(a.cast()), _mm256_loadu_si256(b.cast()))
        }
    })
}

/// Parts of half the sum of sizes of the transform of two squares side by side.
///
/// # Safety
///
/// The machine has AVX2.
#[inline(always)]
unsafe fn halves_of_sizes(rows: [__m256i; 8]) -> __m256i {
    // SAFETY: see above.
    unsafe {
        let rows = transposed(cross::<1>(cross::<2>(cross::<4>(rows))));
        let rows = cross::<2>(cross::<4>(rows));
        // |a + b| + |a - b| is twice the larger of |a| and |b|.
        let pair = |first: usize| {
            let (a, b) = (rows[first], rows[first + 1]);
            let largest = _mm256_max_epi16(_mm256_abs_epi16(a), _mm256_abs_epi16(b));
            _mm256_madd_epi16(largest, _mm256_set1_epi16(1))
        };
        _mm256_add_epi32(
            _mm256_add_epi32(pair(0), pair(2)),
            _mm256_add_epi32(pair(4), pair(6)),
        )
    }
}

/// Sums and differences of rows that are `DISTANCE` apart.
///
/// # Safety
///
/// The machine has AVX2.
#[inline(always)]
unsafe fn cross<const DISTANCE: usize>(rows: [__m256i; 8]) -> [__m256i; 8] {
    std::array::from_fn(|row| {
        let (first, second) = (rows[row & !DISTANCE], rows[row | DISTANCE]);
        // SAFETY: see above.
        unsafe {
            if row & DISTANCE == 0 {
                _mm256_add_epi16(first, second)
            } else {
                _mm256_sub_epi16(first, second)
            }
        }
    })
}

/// Swaps rows and columns of each square.
///
/// # Safety
///
/// The machine has AVX2.
#[inline(always)]
unsafe fn transposed(rows: [__m256i; 8]) -> [__m256i; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    // SAFETY: see above.
    unsafe {
        let half = |ab, cd, ef, gh| {
            let (first, second) = (_mm256_unpacklo_epi32(ab, cd), _mm256_unpackhi_epi32(ab, cd));
            let (third, fourth) = (_mm256_unpacklo_epi32(ef, gh), _mm256_unpackhi_epi32(ef, gh));
            [
                _mm256_unpacklo_epi64(first, third),
                _mm256_unpackhi_epi64(first, third),
                _mm256_unpacklo_epi64(second, fourth),
                _mm256_unpackhi_epi64(second, fourth),
            ]
        };
        let [a0, a1, a2, a3] = half(
            _mm256_unpacklo_epi16(a, b),
            _mm256_unpacklo_epi16(c, d),
            _mm256_unpacklo_epi16(e, f),
            _mm256_unpacklo_epi16(g, h),
        );
        let [a4, a5, a6, a7] = half(
            _mm256_unpackhi_epi16(a, b),
            _mm256_unpackhi_epi16(c, d),
            _mm256_unpackhi_epi16(e, f),
            _mm256_unpackhi_epi16(g, h),
        );
        [a0, a1, a2, a3, a4, a5, a6, a7]
    }
}

/// The sum of four numbers.
///
/// # Safety
///
/// The machine has AVX2.
#[inline(always)]
unsafe fn sum(four: __m128i) -> u32 {
    // SAFETY: see above.
    unsafe {
        let two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
        let one = _mm_add_epi32(two, _mm_shuffle_epi32::<1>(two));
        _mm_cvtsi128_si32(one).cast_unsigned()
    }
}
