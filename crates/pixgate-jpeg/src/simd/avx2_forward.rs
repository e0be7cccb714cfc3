//! The forward transform in AVX2: a row of eight 32-bit numbers to a vector.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::encode::fdct::{Block, Divisors};

/// Twin of [`crate::encode::fdct::transform`]; for processors that have AVX2 only.
#[target_feature(enable = "avx2")]
pub(super) fn transform(samples: &[[u8; 8]; 8], divisors: &Divisors) -> Block {
    let centre = _mm256_set1_epi32(128);
    let rows = samples.each_ref().map(|row| {
        // SAFETY: a row is eight bytes.
        let bytes = unsafe { _mm_loadl_epi64(row.as_ptr().cast()) };
        _mm256_sub_epi32(_mm256_cvtepu8_epi32(bytes), centre)
    });
    let rows = transpose(columns::<true>(transpose(rows)));
    let rows = columns::<false>(rows);
    let mut natural = [0i16; 64];
    for (index, row) in rows.into_iter().enumerate() {
        let quotients = quantize(row, divisors, index);
        let narrow = _mm256_packs_epi32(quotients, quotients);
        let narrow = _mm256_permute4x64_epi64::<0b10_00>(narrow);
        // SAFETY: row `index` is eight of 64 values.
        unsafe {
            let out = natural.as_mut_ptr().add(8 * index);
            _mm_storeu_si128(out.cast(), _mm256_castsi256_si128(narrow));
        }
    }
    let values = Block::in_file_order(&natural);
    Block::with_mask(values, nonzero(&values))
}

/// A bit for each value that is not zero.
#[target_feature(enable = "avx2")]
fn nonzero(values: &[i16; 64]) -> u64 {
    let mut zeroes = 0u64;
    for half in 0..2 {
        // SAFETY: the two vectors are 32 of 64 values.
        let (a, b) = unsafe {
            let at = values.as_ptr().add(32 * half);
            (
                _mm256_loadu_si256(at.cast()),
                _mm256_loadu_si256(at.add(16).cast()),
            )
        };
        let zero = _mm256_setzero_si256();
        let equal = _mm256_packs_epi16(_mm256_cmpeq_epi16(a, zero), _mm256_cmpeq_epi16(b, zero));
        let equal = _mm256_permute4x64_epi64::<0b11_01_10_00>(equal);
        let bits = _mm256_movemask_epi8(equal).cast_unsigned();
        zeroes |= u64::from(bits) << (32 * half);
    }
    !zeroes
}

/// See `fdct::quantize`.
#[target_feature(enable = "avx2")]
fn quantize(row: __m256i, divisors: &Divisors, index: usize) -> __m256i {
    let [half, reciprocal, shift] = divisors.rows(index).map(|row| {
        // SAFETY: a row is eight numbers.
        unsafe { _mm256_loadu_si256(row.as_ptr().cast()) }
    });
    let numerator = _mm256_add_epi32(_mm256_abs_epi32(row), half);
    let quotient = _mm256_srlv_epi32(_mm256_mullo_epi32(numerator, reciprocal), shift);
    _mm256_sign_epi32(quotient, row)
}

/// See `fdct::columns`.
#[target_feature(enable = "avx2")]
fn columns<const FIRST: bool>(i: [__m256i; 8]) -> [__m256i; 8] {
    let t: [__m256i; 4] = std::array::from_fn(|at| add(i[at], i[7 - at]));
    let d: [__m256i; 4] = std::array::from_fn(|at| sub(i[at], i[7 - at]));
    let (t10, t13) = (add(t[0], t[3]), sub(t[0], t[3]));
    let (t11, t12) = (add(t[1], t[2]), sub(t[1], t[2]));
    let z1 = mul(add(t12, t13), 4433);
    let odd = odd(d);
    let plain = |row| {
        if FIRST {
            _mm256_slli_epi32::<2>(row)
        } else {
            _mm256_srai_epi32::<2>(add(row, _mm256_set1_epi32(1 << 1)))
        }
    };
    let scaled = |row| {
        if FIRST {
            _mm256_srai_epi32::<11>(add(row, _mm256_set1_epi32(1 << 10)))
        } else {
            _mm256_srai_epi32::<15>(add(row, _mm256_set1_epi32(1 << 14)))
        }
    };
    [
        plain(add(t10, t11)),
        scaled(odd[0]),
        scaled(add(z1, mul(t13, 6270))),
        scaled(odd[1]),
        plain(sub(t10, t11)),
        scaled(odd[2]),
        scaled(sub(z1, mul(t12, 15137))),
        scaled(odd[3]),
    ]
}

/// See `fdct::odd`.
#[target_feature(enable = "avx2")]
fn odd(d: [__m256i; 4]) -> [__m256i; 4] {
    let [t7, t6, t5, t4] = d;
    let z5 = mul(add(add(t4, t6), add(t5, t7)), 9633);
    let (z1, z2) = (mul(add(t4, t7), -7373), mul(add(t5, t6), -20995));
    let z3 = add(mul(add(t4, t6), -16069), z5);
    let z4 = add(mul(add(t5, t7), -3196), z5);
    [
        add(mul(t7, 12299), add(z1, z4)),
        add(mul(t6, 25172), add(z2, z3)),
        add(mul(t5, 16819), add(z2, z4)),
        add(mul(t4, 2446), add(z1, z3)),
    ]
}

#[target_feature(enable = "avx2")]
#[inline]
fn add(a: __m256i, b: __m256i) -> __m256i {
    _mm256_add_epi32(a, b)
}

#[target_feature(enable = "avx2")]
#[inline]
fn sub(a: __m256i, b: __m256i) -> __m256i {
    _mm256_sub_epi32(a, b)
}

#[target_feature(enable = "avx2")]
#[inline]
fn mul(a: __m256i, factor: i32) -> __m256i {
    _mm256_mullo_epi32(a, _mm256_set1_epi32(factor))
}

#[target_feature(enable = "avx2")]
fn transpose(r: [__m256i; 8]) -> [__m256i; 8] {
    let low = |a, b| _mm256_unpacklo_epi32(r[a], r[b]);
    let high = |a, b| _mm256_unpackhi_epi32(r[a], r[b]);
    let pairs = [
        [low(0, 1), low(2, 3), low(4, 5), low(6, 7)],
        [high(0, 1), high(2, 3), high(4, 5), high(6, 7)],
    ];
    let mut columns = [_mm256_setzero_si256(); 8];
    for (index, pair) in pairs.iter().enumerate() {
        let quads = [
            (
                _mm256_unpacklo_epi64(pair[0], pair[1]),
                _mm256_unpacklo_epi64(pair[2], pair[3]),
            ),
            (
                _mm256_unpackhi_epi64(pair[0], pair[1]),
                _mm256_unpackhi_epi64(pair[2], pair[3]),
            ),
        ];
        for (within, (top, bottom)) in quads.into_iter().enumerate() {
            let column = 2 * index + within;
            columns[column] = _mm256_permute2x128_si256::<0x20>(top, bottom);
            columns[column + 4] = _mm256_permute2x128_si256::<0x31>(top, bottom);
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::fdct;

    #[test]
    fn gives_the_numbers_of_its_twin() {
        if !is_x86_feature_detected!("avx2") {
            return;
        }
        let mut seed = 5u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        };
        for round in 0..5_000 {
            let table = std::array::from_fn(|_| next() >> (round % 7));
            let extreme = round % 3 == 0;
            let samples = std::array::from_fn(|_| {
                std::array::from_fn(|_| if extreme { next() >> 7 } else { 1 }.wrapping_neg())
            });
            let samples: [[u8; 8]; 8] = if round % 3 == 1 {
                std::array::from_fn(|_| std::array::from_fn(|_| next()))
            } else {
                samples
            };
            let divisors = Divisors::new(&table);
            // SAFETY: the processor has AVX2.
            let vector = unsafe { transform(&samples, &divisors) };
            assert_eq!(fdct::transform(&samples, &divisors), vector);
        }
    }
}
