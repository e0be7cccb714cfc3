//! The inverse transforms in AVX2: one block at full or half size, or two at half size at once.
//!
//! Given out by [`super::avx2::detect`] only, which asked the machine for AVX2.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::idct::{self, DC_SHIFT, HALF_ODD, ODD, PASS1_SHIFT, PASS2_SHIFT};

/// Twin of [`idct::full`].
pub(super) fn full(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
    if stride < 8 || out.len() < 7 * stride + 8 {
        return idct::full(block, quantization, out, stride);
    }
    // SAFETY: `detect` found AVX2; eight rows of eight bytes, `stride` apart, are inside `out`.
    unsafe { full_kernel(block, quantization, out.as_mut_ptr(), stride) }
}

/// - `out`: eight rows of eight bytes, `stride` apart, may be written.
#[target_feature(enable = "avx2")]
unsafe fn full_kernel(block: &[i16; 64], quantization: &[i16; 64], out: *mut u8, stride: usize) {
    let mut rows = [_mm_setzero_si128(); 8];
    for (index, row) in rows.iter_mut().enumerate() {
        // SAFETY: both arrays hold eight rows of eight values.
        let (values, factors) = unsafe {
            (
                _mm_loadu_si128(block.as_ptr().add(index * 8).cast()),
                _mm_loadu_si128(quantization.as_ptr().add(index * 8).cast()),
            )
        };
        *row = _mm_mullo_epi16(values, factors);
    }
    let columns = transpose8(transform8::<{ PASS1_SHIFT as i32 }>(rows));
    let rows = transpose8(transform8::<{ PASS2_SHIFT as i32 }>(columns));
    let offset = _mm_set1_epi8(-128);
    for (index, pair) in rows.as_chunks::<2>().0.iter().enumerate() {
        let samples = _mm_xor_si128(_mm_packs_epi16(pair[0], pair[1]), offset);
        // SAFETY: rows 2 * index and the next are inside, see above.
        unsafe {
            let first = out.add(2 * index * stride);
            _mm_storel_epi64(first.cast(), samples);
            _mm_storel_epi64(first.add(stride).cast(), _mm_srli_si128::<8>(samples));
        }
    }
}

/// One dimension over eight vectors, rounded, shifted and saturated to 16 bits.
#[target_feature(enable = "avx2")]
#[inline]
fn transform8<const SHIFT: i32>(rows: [__m128i; 8]) -> [__m128i; 8] {
    let even = [pair(rows[0], rows[4]), pair(rows[2], rows[6])];
    let odd = [pair(rows[1], rows[7]), pair(rows[5], rows[3])];
    let t0 = _mm256_madd_epi16(even[0], factors(1 << 13, 1 << 13));
    let t1 = _mm256_madd_epi16(even[0], factors(1 << 13, -1 << 13));
    let t2 = _mm256_madd_epi16(even[1], factors(4433, -10704));
    let t3 = _mm256_madd_epi16(even[1], factors(10703, 4433));
    let round = _mm256_set1_epi32(1 << (SHIFT - 1));
    let even = [
        _mm256_add_epi32(t0, t3),
        _mm256_add_epi32(t1, t2),
        _mm256_sub_epi32(t1, t2),
        _mm256_sub_epi32(t0, t3),
    ];
    let mut sums = [_mm256_setzero_si256(); 8];
    for (index, constants) in ODD.iter().enumerate() {
        let first = _mm256_madd_epi16(odd[0], factors(constants[0], constants[1]));
        let second = _mm256_madd_epi16(odd[1], factors(constants[2], constants[3]));
        let odd = _mm256_add_epi32(first, second);
        let even = _mm256_add_epi32(even[index], round);
        sums[index] = _mm256_srai_epi32::<SHIFT>(_mm256_add_epi32(even, odd));
        sums[7 - index] = _mm256_srai_epi32::<SHIFT>(_mm256_sub_epi32(even, odd));
    }
    let mut narrow = [_mm_setzero_si128(); 8];
    for (pair, sums) in narrow
        .as_chunks_mut::<2>()
        .0
        .iter_mut()
        .zip(sums.as_chunks::<2>().0)
    {
        let both = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(sums[0], sums[1]));
        *pair = [
            _mm256_castsi256_si128(both),
            _mm256_extracti128_si256::<1>(both),
        ];
    }
    narrow
}

/// Values of both rows next to each other, columns 0–3 in the low half and 4–7 in the high.
#[target_feature(enable = "avx2")]
#[inline]
fn pair(a: __m128i, b: __m128i) -> __m256i {
    _mm256_set_m128i(_mm_unpackhi_epi16(a, b), _mm_unpacklo_epi16(a, b))
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn factors(first: i32, second: i32) -> __m256i {
    _mm256_set1_epi32(first & 0xffff | second << 16)
}

#[target_feature(enable = "avx2")]
#[inline]
fn transpose8(r: [__m128i; 8]) -> [__m128i; 8] {
    let a = [
        _mm_unpacklo_epi16(r[0], r[1]),
        _mm_unpackhi_epi16(r[0], r[1]),
        _mm_unpacklo_epi16(r[2], r[3]),
        _mm_unpackhi_epi16(r[2], r[3]),
        _mm_unpacklo_epi16(r[4], r[5]),
        _mm_unpackhi_epi16(r[4], r[5]),
        _mm_unpacklo_epi16(r[6], r[7]),
        _mm_unpackhi_epi16(r[6], r[7]),
    ];
    let b = [
        _mm_unpacklo_epi32(a[0], a[2]),
        _mm_unpackhi_epi32(a[0], a[2]),
        _mm_unpacklo_epi32(a[1], a[3]),
        _mm_unpackhi_epi32(a[1], a[3]),
        _mm_unpacklo_epi32(a[4], a[6]),
        _mm_unpackhi_epi32(a[4], a[6]),
        _mm_unpacklo_epi32(a[5], a[7]),
        _mm_unpackhi_epi32(a[5], a[7]),
    ];
    [
        _mm_unpacklo_epi64(b[0], b[4]),
        _mm_unpackhi_epi64(b[0], b[4]),
        _mm_unpacklo_epi64(b[1], b[5]),
        _mm_unpackhi_epi64(b[1], b[5]),
        _mm_unpacklo_epi64(b[2], b[6]),
        _mm_unpackhi_epi64(b[2], b[6]),
        _mm_unpacklo_epi64(b[3], b[7]),
        _mm_unpackhi_epi64(b[3], b[7]),
    ]
}

/// Twin of [`idct::half`].
pub(super) fn half(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
    if stride < 4 || out.len() < 3 * stride + 4 {
        return idct::half(block, quantization, out, stride);
    }
    // SAFETY: `detect` found AVX2; four rows of four bytes, `stride` apart, are inside `out`.
    unsafe { half_kernel(block, quantization, out.as_mut_ptr(), stride) }
}

/// - `out`: four rows of four bytes, `stride` apart, may be written.
#[target_feature(enable = "avx2")]
unsafe fn half_kernel(block: &[i16; 64], quantization: &[i16; 64], out: *mut u8, stride: usize) {
    // SAFETY: both arrays hold at least sixteen values.
    let (rows, factors) = unsafe {
        (
            _mm256_loadu_si256(block.as_ptr().cast()),
            _mm256_loadu_si256(quantization.as_ptr().cast()),
        )
    };
    let rows = _mm256_mullo_epi16(rows, factors);
    let rows01 = _mm256_castsi256_si128(rows);
    let rows23 = _mm256_extracti128_si256::<1>(rows);
    let work = transform4::<{ PASS1_SHIFT as i32 }>(rows01, rows23);
    let (columns01, columns23) = transpose4(work);
    let work = transform4::<{ PASS2_SHIFT as i32 }>(columns01, columns23);
    let (rows01, rows23) = transpose4(work);
    let samples = _mm_xor_si128(_mm_packs_epi16(rows01, rows23), _mm_set1_epi8(-128));
    let rows = [
        _mm_extract_epi32::<0>(samples),
        _mm_extract_epi32::<1>(samples),
        _mm_extract_epi32::<2>(samples),
        _mm_extract_epi32::<3>(samples),
    ];
    for (index, row) in rows.into_iter().enumerate() {
        // SAFETY: row `index` is inside, see above.
        unsafe { out.add(index * stride).cast::<i32>().write_unaligned(row) };
    }
}

/// Twin of [`idct::half_pair`].
pub(super) fn half_pair(
    blocks: [&[i16; 64]; 2],
    quantization: &[i16; 64],
    out: &mut [u8],
    stride: usize,
) {
    if stride < 8 || out.len() < 3 * stride + 8 {
        return idct::half_pair(blocks, quantization, out, stride);
    }
    // SAFETY: `detect` found AVX2; four rows of eight bytes, `stride` apart, are inside `out`.
    unsafe { half_pair_kernel(blocks, quantization, out.as_mut_ptr(), stride) }
}

/// - `out`: four rows of eight bytes, `stride` apart, may be written.
#[target_feature(enable = "avx2")]
unsafe fn half_pair_kernel(
    blocks: [&[i16; 64]; 2],
    quantization: &[i16; 64],
    out: *mut u8,
    stride: usize,
) {
    // SAFETY: all arrays hold at least sixteen values.
    let [left, right, factors] = unsafe {
        [blocks[0], blocks[1], quantization]
            .map(|values| _mm256_loadu_si256(values.as_ptr().cast()))
    };
    let (left, right) = (
        _mm256_mullo_epi16(left, factors),
        _mm256_mullo_epi16(right, factors),
    );
    // A lane for each block.
    let rows01 = _mm256_permute2x128_si256::<0x20>(left, right);
    let rows23 = _mm256_permute2x128_si256::<0x31>(left, right);
    let work = transform4_pair::<{ PASS1_SHIFT as i32 }>(rows01, rows23);
    let (columns01, columns23) = transpose4_pair(work);
    let work = transform4_pair::<{ PASS2_SHIFT as i32 }>(columns01, columns23);
    let (rows01, rows23) = transpose4_pair(work);
    let samples = _mm256_xor_si256(_mm256_packs_epi16(rows01, rows23), _mm256_set1_epi8(-128));
    let left = _mm256_castsi256_si128(samples);
    let right = _mm256_extracti128_si256::<1>(samples);
    let pairs = [
        _mm_unpacklo_epi32(left, right),
        _mm_unpackhi_epi32(left, right),
    ];
    for (index, pair) in pairs.into_iter().enumerate() {
        // SAFETY: rows 2 * index and the next are inside, see above.
        unsafe {
            let first = out.add(2 * index * stride);
            _mm_storel_epi64(first.cast(), pair);
            _mm_storel_epi64(first.add(stride).cast(), _mm_srli_si128::<8>(pair));
        }
    }
}

/// [`transform4`] for a block in each lane.
#[target_feature(enable = "avx2")]
#[inline]
fn transform4_pair<const SHIFT: i32>(rows01: __m256i, rows23: __m256i) -> (__m256i, __m256i) {
    let even = _mm256_unpacklo_epi16(rows01, rows23);
    let odd = _mm256_unpackhi_epi16(rows01, rows23);
    let round = _mm256_set1_epi32(1 << (SHIFT - 1));
    let t0 = _mm256_madd_epi16(even, factors(1 << 13, 1 << 13));
    let t1 = _mm256_madd_epi16(even, factors(1 << 13, -1 << 13));
    let (t0, t1) = (_mm256_add_epi32(t0, round), _mm256_add_epi32(t1, round));
    let odd0 = _mm256_madd_epi16(odd, factors(HALF_ODD[0], HALF_ODD[1]));
    let odd1 = _mm256_madd_epi16(odd, factors(HALF_ODD[1], -HALF_ODD[0]));
    let shift = |value| _mm256_srai_epi32::<SHIFT>(value);
    (
        _mm256_packs_epi32(
            shift(_mm256_add_epi32(t0, odd0)),
            shift(_mm256_add_epi32(t1, odd1)),
        ),
        _mm256_packs_epi32(
            shift(_mm256_sub_epi32(t1, odd1)),
            shift(_mm256_sub_epi32(t0, odd0)),
        ),
    )
}

/// [`transpose4`] for a block in each lane.
#[target_feature(enable = "avx2")]
#[inline]
fn transpose4_pair((rows01, rows23): (__m256i, __m256i)) -> (__m256i, __m256i) {
    let a = _mm256_unpacklo_epi16(rows01, rows23);
    let b = _mm256_unpackhi_epi16(rows01, rows23);
    (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b))
}

/// One dimension over four rows of four, which come two to a vector and leave so.
#[target_feature(enable = "avx2")]
#[inline]
fn transform4<const SHIFT: i32>(rows01: __m128i, rows23: __m128i) -> (__m128i, __m128i) {
    let factors = |first: i32, second: i32| _mm_set1_epi32(first & 0xffff | second << 16);
    // Rows 0 and 2 next to each other, rows 1 and 3 next to each other.
    let even = _mm_unpacklo_epi16(rows01, rows23);
    let odd = _mm_unpackhi_epi16(rows01, rows23);
    let round = _mm_set1_epi32(1 << (SHIFT - 1));
    let t0 = _mm_add_epi32(_mm_madd_epi16(even, factors(1 << 13, 1 << 13)), round);
    let t1 = _mm_add_epi32(_mm_madd_epi16(even, factors(1 << 13, -1 << 13)), round);
    let odd0 = _mm_madd_epi16(odd, factors(HALF_ODD[0], HALF_ODD[1]));
    let odd1 = _mm_madd_epi16(odd, factors(HALF_ODD[1], -HALF_ODD[0]));
    let shift = |value| _mm_srai_epi32::<SHIFT>(value);
    (
        _mm_packs_epi32(
            shift(_mm_add_epi32(t0, odd0)),
            shift(_mm_add_epi32(t1, odd1)),
        ),
        _mm_packs_epi32(
            shift(_mm_sub_epi32(t1, odd1)),
            shift(_mm_sub_epi32(t0, odd0)),
        ),
    )
}

#[target_feature(enable = "avx2")]
#[inline]
fn transpose4((rows01, rows23): (__m128i, __m128i)) -> (__m128i, __m128i) {
    let a = _mm_unpacklo_epi16(rows01, rows23);
    let b = _mm_unpackhi_epi16(rows01, rows23);
    (_mm_unpacklo_epi16(a, b), _mm_unpackhi_epi16(a, b))
}

const _: () = assert!(
    DC_SHIFT == 3,
    "packing to signed bytes assumes 8-bit samples"
);
