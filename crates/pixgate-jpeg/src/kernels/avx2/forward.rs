//! The forward transform in AVX2: two blocks at once, a row of each in the halves of a vector.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::encode::fdct::{Block, Divisors, Rows};
use crate::quantization::ZIGZAG;

/// Twin of [`crate::encode::fdct::transform_pair`]; for processors that have AVX2 only.
#[target_feature(enable = "avx2")]
pub(super) fn transform_pair(rows: Rows<'_>, divisors: &Divisors, out: &mut [Block; 2]) {
    let centre = _mm256_set1_epi16(128);
    let rows = rows.map(|row| {
        // SAFETY: a row is sixteen bytes.
        let bytes = unsafe { _mm_loadu_si128(row.as_ptr().cast()) };
        _mm256_sub_epi16(_mm256_cvtepu8_epi16(bytes), centre)
    });
    let rows = transpose(columns::<true>(transpose(rows)));
    let mut rows = columns::<false>(rows);
    for (index, row) in rows.iter_mut().enumerate() {
        *row = quantize(*row, divisors, index);
    }
    store(file_order(&rows), out);
}

/// Stores both blocks with the masks of what is not zero.
#[target_feature(enable = "avx2")]
fn store(groups: [__m256i; 8], out: &mut [Block; 2]) {
    let [left, right] = out;
    let (mut zeroes_left, mut zeroes_right) = (0u64, 0u64);
    let zero = _mm256_setzero_si256();
    for index in 0..4 {
        let (a, b) = (groups[2 * index], groups[2 * index + 1]);
        let equal = _mm256_packs_epi16(_mm256_cmpeq_epi16(a, zero), _mm256_cmpeq_epi16(b, zero));
        let bits = u64::from(_mm256_movemask_epi8(equal).cast_unsigned());
        zeroes_left |= (bits & 0xffff) << (16 * index);
        zeroes_right |= (bits >> 16) << (16 * index);
        let lower = _mm256_permute2x128_si256::<0x20>(a, b);
        let upper = _mm256_permute2x128_si256::<0x31>(a, b);
        // SAFETY: `index` is below 4, so sixteen of 64 values are written to each.
        unsafe {
            let at = left.values.as_mut_ptr().add(16 * index);
            _mm256_storeu_si256(at.cast(), lower);
            let at = right.values.as_mut_ptr().add(16 * index);
            _mm256_storeu_si256(at.cast(), upper);
        }
    }
    left.nonzero = !zeroes_left;
    right.nonzero = !zeroes_right;
}

/// Byte positions that bring the values of one row into eight values of the file's order.
const fn positions(group: usize, row: u8) -> [i8; 16] {
    let mut bytes = [-1; 16];
    let mut at = 0;
    while at < 8 {
        let natural = ZIGZAG[8 * group + at];
        if natural / 8 == row {
            let byte = (natural % 8 * 2).cast_signed();
            bytes[2 * at] = byte;
            bytes[2 * at + 1] = byte + 1;
        }
        at += 1;
    }
    bytes
}

static POSITIONS: [[[i8; 16]; 8]; 8] = {
    let mut all = [[[-1; 16]; 8]; 8];
    let mut group = 0;
    while group < 8 {
        let mut row = 0;
        while row < 8 {
            all[group][row as usize] = positions(group, row);
            row += 1;
        }
        group += 1;
    }
    all
};

/// Rows of coefficients to the order of the file.
#[target_feature(enable = "avx2")]
fn file_order(rows: &[__m256i; 8]) -> [__m256i; 8] {
    [
        gather(rows, 0, [0, 1, 2]),
        gather(rows, 1, [0, 1, 2, 3, 4]),
        gather(rows, 2, [1, 2, 3, 4, 5, 6]),
        gather(rows, 3, [0, 1, 2, 3]),
        gather(rows, 4, [4, 5, 6, 7]),
        gather(rows, 5, [1, 2, 3, 4, 5, 6]),
        gather(rows, 6, [3, 4, 5, 6, 7]),
        gather(rows, 7, [5, 6, 7]),
    ]
}

/// - `sources`: the rows that have values of the group.
#[target_feature(enable = "avx2")]
#[inline]
fn gather<const N: usize>(rows: &[__m256i; 8], group: usize, sources: [usize; N]) -> __m256i {
    let mut sum = _mm256_setzero_si256();
    for source in sources {
        // SAFETY: a row of positions is sixteen bytes.
        let positions = unsafe { _mm_loadu_si128(POSITIONS[group][source].as_ptr().cast()) };
        let positions = _mm256_broadcastsi128_si256(positions);
        sum = _mm256_or_si256(sum, _mm256_shuffle_epi8(rows[source], positions));
    }
    sum
}

/// See `fdct::quantize`.
#[target_feature(enable = "avx2")]
#[inline]
fn quantize(row: __m256i, divisors: &Divisors, index: usize) -> __m256i {
    let load = |values: &[u16; 64]| {
        let eight = &values.as_chunks::<8>().0[index & 7];
        // SAFETY: a row is eight numbers.
        let eight = unsafe { _mm_loadu_si128(eight.as_ptr().cast()) };
        _mm256_broadcastsi128_si256(eight)
    };
    let numerator = _mm256_add_epi16(_mm256_abs_epi16(row), load(&divisors.bias));
    let high = _mm256_mulhi_epu16(numerator, load(&divisors.reciprocal));
    let quotient = _mm256_mulhi_epu16(high, load(&divisors.scale));
    _mm256_sign_epi16(quotient, row)
}

/// See `fdct::columns`.
#[target_feature(enable = "avx2")]
#[inline]
fn columns<const FIRST: bool>(i: [__m256i; 8]) -> [__m256i; 8] {
    let t: [__m256i; 4] = std::array::from_fn(|at| add(i[at], i[7 - at]));
    let d: [__m256i; 4] = std::array::from_fn(|at| sub(i[at], i[7 - at]));
    let (t10, t13) = (add(t[0], t[3]), sub(t[0], t[3]));
    let (t11, t12) = (add(t[1], t[2]), sub(t[1], t[2]));
    let plain = |row| {
        if FIRST {
            _mm256_slli_epi16::<2>(row)
        } else {
            _mm256_srai_epi16::<2>(add(row, _mm256_set1_epi16(2)))
        }
    };
    let even = pair(t13, t12);
    let odd = odd::<FIRST>(d);
    [
        plain(add(t10, t11)),
        odd[0],
        narrow::<FIRST>(dot(even, 4433 + 6270, 4433)),
        odd[1],
        plain(sub(t10, t11)),
        odd[2],
        narrow::<FIRST>(dot(even, 4433, 4433 - 15137)),
        odd[3],
    ]
}

/// See `fdct::odd`; products of the same terms are put together.
#[target_feature(enable = "avx2")]
#[inline]
fn odd<const FIRST: bool>(d: [__m256i; 4]) -> [__m256i; 4] {
    let [t7, t6, t5, t4] = d;
    let z = pair(add(t4, t6), add(t5, t7));
    let z3 = dot(z, 9633 - 16069, 9633);
    let z4 = dot(z, 9633, 9633 - 3196);
    let outer = pair(t4, t7);
    let inner = pair(t5, t6);
    [
        narrow::<FIRST>(sum(dot(outer, -7373, 12299 - 7373), z4)),
        narrow::<FIRST>(sum(dot(inner, -20995, 25172 - 20995), z3)),
        narrow::<FIRST>(sum(dot(inner, 16819 - 20995, -20995), z4)),
        narrow::<FIRST>(sum(dot(outer, 2446 - 7373, -7373), z3)),
    ]
}

/// 32-bit values of a row: the lower and the upper four of each half.
type Wide = [__m256i; 2];

/// Values of two rows side by side.
#[target_feature(enable = "avx2")]
#[inline]
fn pair(a: __m256i, b: __m256i) -> Wide {
    [_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)]
}

/// `first` times the one row of a pair and `second` times the other.
#[target_feature(enable = "avx2")]
#[inline]
fn dot(pair: Wide, first: i16, second: i16) -> Wide {
    let both = i32::from(second) << 16 | i32::from(first) & 0xffff;
    let factors = _mm256_set1_epi32(both);
    pair.map(|values| _mm256_madd_epi16(values, factors))
}

#[target_feature(enable = "avx2")]
#[inline]
fn sum(a: Wide, b: Wide) -> Wide {
    [_mm256_add_epi32(a[0], b[0]), _mm256_add_epi32(a[1], b[1])]
}

/// See `fdct::descale`.
#[target_feature(enable = "avx2")]
#[inline]
fn narrow<const FIRST: bool>(wide: Wide) -> __m256i {
    let [low, high] = wide.map(|values| {
        if FIRST {
            _mm256_srai_epi32::<11>(_mm256_add_epi32(values, _mm256_set1_epi32(1 << 10)))
        } else {
            _mm256_srai_epi32::<15>(_mm256_add_epi32(values, _mm256_set1_epi32(1 << 14)))
        }
    });
    _mm256_packs_epi32(low, high)
}

#[target_feature(enable = "avx2")]
#[inline]
fn add(a: __m256i, b: __m256i) -> __m256i {
    _mm256_add_epi16(a, b)
}

#[target_feature(enable = "avx2")]
#[inline]
fn sub(a: __m256i, b: __m256i) -> __m256i {
    _mm256_sub_epi16(a, b)
}

/// Rows to columns, in both halves.
#[target_feature(enable = "avx2")]
#[inline]
fn transpose(r: [__m256i; 8]) -> [__m256i; 8] {
    let two = |a: usize, b: usize| pair(r[a], r[b]);
    let ([a0, a1], [b0, b1]) = (two(0, 1), two(2, 3));
    let ([c0, c1], [d0, d1]) = (two(4, 5), two(6, 7));
    let four = |a, b| [_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)];
    let tops = [four(a0, b0), four(a1, b1)];
    let bottoms = [four(c0, d0), four(c1, d1)];
    let mut columns = [_mm256_setzero_si256(); 8];
    for index in 0..4 {
        let (top, bottom) = (tops[index / 2][index % 2], bottoms[index / 2][index % 2]);
        columns[2 * index] = _mm256_unpacklo_epi64(top, bottom);
        columns[2 * index + 1] = _mm256_unpackhi_epi64(top, bottom);
    }
    columns
}
