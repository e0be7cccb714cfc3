//! AVX2 and BMI2 kernels for x86-64.
//!
//! Each function is private and reached only through the table that [`detect`] gives out, after
//! it asked the machine for the features that the functions are compiled for.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use super::{avx2_forward, avx2_split};
use crate::encode::fdct::{Block, Divisors, Rows};
use crate::encode::planes;
use crate::huffman::HuffmanTables;
use crate::idct::{DC_SHIFT, HALF_ODD, ODD, PASS1_SHIFT, PASS2_SHIFT};
use crate::kernels::Kernels;
use crate::scan::{ScanHeader, ScanReader};
use crate::sequential::{self, UnitRow};
use crate::store::Store;
use crate::{Error, convert, idct, progressive, upsample};

/// The kernels, if the machine has AVX2, BMI1, BMI2 and LZCNT.
pub(super) fn detect() -> Option<Kernels> {
    let has_all = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt");
    has_all.then_some(Kernels {
        full,
        half,
        half_pair,
        decode_row,
        decode_scan,
        upsample_horizontal,
        upsample_vertical,
        upsample_both,
        forward,
        rgb_to_ycbcr,
        halve,
        ycbcr_to_rgb,
    })
}

fn decode_row(row: &mut UnitRow<'_, '_>) {
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
    fn kernel(row: &mut UnitRow<'_, '_>) {
        sequential::decode_row(row);
    }
    // SAFETY: `detect` found the features; the code is the safe portable one.
    unsafe { kernel(row) }
}

fn decode_scan(
    reader: &mut ScanReader<'_>,
    scan: &ScanHeader,
    tables: &HuffmanTables,
    stores: &mut [&mut Store],
    units: (usize, usize),
) -> Result<(), Error> {
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
    fn kernel(
        reader: &mut ScanReader<'_>,
        scan: &ScanHeader,
        tables: &HuffmanTables,
        stores: &mut [&mut Store],
        units: (usize, usize),
    ) -> Result<(), Error> {
        progressive::decode_scan(reader, scan, tables, stores, units)
    }
    // SAFETY: `detect` found the features; the code is the safe portable one.
    unsafe { kernel(reader, scan, tables, stores, units) }
}

fn upsample_horizontal(row: &[u8], out: &mut [u8]) {
    #[target_feature(enable = "avx2")]
    fn kernel(row: &[u8], out: &mut [u8]) {
        upsample::horizontal(row, out);
    }
    // SAFETY: `detect` found the feature; the code is the safe portable one.
    unsafe { kernel(row, out) }
}

fn upsample_vertical(near: &[u8], far: &[u8], bias: u16, out: &mut [u8]) {
    #[target_feature(enable = "avx2")]
    fn kernel(near: &[u8], far: &[u8], bias: u16, out: &mut [u8]) {
        upsample::vertical(near, far, bias, out);
    }
    // SAFETY: `detect` found the feature; the code is the safe portable one.
    unsafe { kernel(near, far, bias, out) }
}

fn upsample_both(near: &[u8], far: &[u8], sums: &mut [u16], out: &mut [u8]) {
    #[target_feature(enable = "avx2")]
    fn kernel(near: &[u8], far: &[u8], sums: &mut [u16], out: &mut [u8]) {
        upsample::both(near, far, sums, out);
    }
    // SAFETY: `detect` found the feature; the code is the safe portable one.
    unsafe { kernel(near, far, sums, out) }
}

fn forward(rows: Rows<'_>, divisors: &Divisors, out: &mut [Block; 2]) {
    // SAFETY: `detect` found AVX2.
    unsafe { avx2_forward::transform_pair(rows, divisors, out) }
}

/// Twin of [`convert::ycbcr_to_rgb`].
fn rgb_to_ycbcr(row: &[u8], out: [&mut [u8]; 3]) {
    // SAFETY: `detect` found the feature.
    unsafe { avx2_split::rgb_to_ycbcr(row, out) }
}

fn halve(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    #[target_feature(enable = "avx2")]
    fn kernel(upper: &[u8], lower: &[u8], out: &mut [u8]) {
        planes::halve(upper, lower, out);
    }
    // SAFETY: `detect` found the feature; the code is the safe portable one.
    unsafe { kernel(upper, lower, out) }
}

fn ycbcr_to_rgb(rows: [&[u8]; 3], out: &mut [u8]) {
    let pixels = rows
        .iter()
        .map(|row| row.len())
        .fold(out.len() / 3, usize::min);
    let whole = pixels / 16 * 16;
    let (head, tail) = out.split_at_mut(whole * 3);
    // SAFETY: `detect` found AVX2; each row has `whole` samples, `head` three times as many.
    unsafe { ycbcr_kernel(rows.map(<[u8]>::as_ptr), head.as_mut_ptr(), whole) };
    convert::ycbcr_to_rgb(rows.map(|row| &row[whole..]), tail);
}

/// - `rows`, `out`: `pixels` bytes may be read of each row, three times as many written.
/// - `pixels`: a multiple of 16.
#[target_feature(enable = "avx2")]
unsafe fn ycbcr_kernel(rows: [*const u8; 3], out: *mut u8, pixels: usize) {
    for x in (0..pixels).step_by(16) {
        // SAFETY: samples x to x + 16 are inside, see above.
        let [y, cb, cr] = rows.map(|row| unsafe { _mm_loadu_si128(row.add(x).cast()) });
        let pixels = interleave3(rgb(y, cb, cr));
        for (index, bytes) in pixels.into_iter().enumerate() {
            // SAFETY: bytes 3 * x to 3 * (x + 16) are inside, see above.
            unsafe { _mm_storeu_si128(out.add(3 * x + 16 * index).cast(), bytes) };
        }
    }
}

/// Sixteen pixels as a vector of each channel.
///
/// Doubling before the multiplication and halving with a round behind it gives the rounding of
/// the portable code: ⌊(⌊2a⌋ + 1) / 2⌋ = ⌊a + 1/2⌋.
#[target_feature(enable = "avx2")]
#[inline]
fn rgb(y: __m128i, cb: __m128i, cr: __m128i) -> [__m128i; 3] {
    let centre = _mm256_set1_epi16(128);
    let y = _mm256_cvtepu8_epi16(y);
    let cb = _mm256_sub_epi16(_mm256_cvtepu8_epi16(cb), centre);
    let cr = _mm256_sub_epi16(_mm256_cvtepu8_epi16(cr), centre);
    let (cb2, cr2) = (_mm256_add_epi16(cb, cb), _mm256_add_epi16(cr, cr));
    let scaled = |twice, factor| {
        let high = _mm256_mulhi_epi16(twice, _mm256_set1_epi16(factor));
        _mm256_srai_epi16::<1>(_mm256_add_epi16(high, _mm256_set1_epi16(1)))
    };
    let r = _mm256_add_epi16(_mm256_add_epi16(y, cr), scaled(cr2, 26345));
    let b = _mm256_add_epi16(_mm256_add_epi16(y, cb2), scaled(cb2, -14942));
    let green = |pairs| {
        let sum = _mm256_madd_epi16(pairs, factors(-22554, 18734));
        _mm256_srai_epi32::<16>(_mm256_add_epi32(sum, _mm256_set1_epi32(1 << 15)))
    };
    let low = green(_mm256_unpacklo_epi16(cb, cr));
    let high = green(_mm256_unpackhi_epi16(cb, cr));
    let g = _mm256_add_epi16(_mm256_sub_epi16(y, cr), _mm256_packs_epi32(low, high));
    [r, g, b].map(|channel| {
        let bytes = _mm256_packus_epi16(channel, channel);
        _mm256_castsi256_si128(_mm256_permute4x64_epi64::<0b10_00>(bytes))
    })
}

/// Three vectors of a channel each to three vectors of pixels.
#[target_feature(enable = "avx2")]
#[inline]
fn interleave3(channels: [__m128i; 3]) -> [__m128i; 3] {
    std::array::from_fn(|part| {
        let pick = |channel: usize| {
            let order = ORDERS[part][channel];
            // SAFETY: the order is sixteen bytes.
            let order = unsafe { _mm_loadu_si128(order.as_ptr().cast()) };
            _mm_shuffle_epi8(channels[channel], order)
        };
        _mm_or_si128(_mm_or_si128(pick(0), pick(1)), pick(2))
    })
}

/// For each vector of pixels and each channel, which pixel's sample goes where; -1 is none.
#[expect(clippy::cast_possible_truncation, reason = "less than 16")]
const ORDERS: [[[i8; 16]; 3]; 3] = {
    let mut orders = [[[-1; 16]; 3]; 3];
    let mut at = 0;
    while at < 48 {
        orders[at / 16][at % 3][at % 16] = (at / 3) as i8;
        at += 1;
    }
    orders
};

/// Twin of [`idct::full`].
fn full(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
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
fn factors(first: i32, second: i32) -> __m256i {
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
fn half(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
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
fn half_pair(blocks: [&[i16; 64]; 2], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
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

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers made up here"
)]
mod tests {
    use super::*;
    use crate::idct::Idct;

    struct Numbers(u32);

    impl Numbers {
        fn next(&mut self) -> u32 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            self.0 >> 8
        }

        fn block(&mut self, range: i32) -> [i16; 64] {
            std::array::from_fn(|_| (self.next() as i32 % (2 * range) - range) as i16)
        }

        fn bytes(&mut self, count: usize) -> Vec<u8> {
            (0..count).map(|_| self.next() as u8).collect()
        }
    }

    fn agree(portable: Idct, vector: Idct) {
        let mut numbers = Numbers(1);
        for round in 0..20_000 {
            let range = [4, 64, 2048, 32768][round % 4];
            let block = numbers.block(range);
            let quantization = numbers.block([2, 64, 256, 32768][round / 4 % 4]);
            let stride = 8 + round % 5;
            let (mut a, mut b) = (vec![0; 8 * stride], vec![0; 8 * stride]);
            portable(&block, &quantization, &mut a, stride);
            vector(&block, &quantization, &mut b, stride);
            assert_eq!(a, b, "round {round}");
        }
    }

    #[test]
    fn transforms_give_the_bytes_of_their_twins() {
        if let Some(kernels) = detect() {
            agree(idct::full, kernels.full);
            agree(idct::half, kernels.half);
        }
    }

    #[test]
    fn pairs_of_blocks_give_the_bytes_of_two() {
        let Some(kernels) = detect() else { return };
        let mut numbers = Numbers(3);
        for round in 0..20_000 {
            let range = [4, 64, 2048, 32768][round % 4];
            let blocks = [numbers.block(range), numbers.block(range)];
            let quantization = numbers.block([2, 64, 256, 32768][round / 4 % 4]);
            let stride = 8 + round % 5;
            let (mut a, mut b) = (vec![0; 4 * stride], vec![0; 4 * stride]);
            idct::half_pair(blocks.each_ref(), &quantization, &mut a, stride);
            (kernels.half_pair)(blocks.each_ref(), &quantization, &mut b, stride);
            assert_eq!(a, b, "round {round}");
        }
    }

    #[test]
    fn row_kernels_give_the_bytes_of_their_twins() {
        let Some(kernels) = detect() else { return };
        let portable = Kernels::PORTABLE;
        let mut numbers = Numbers(2);
        for width in (1..70).chain([255, 1000]) {
            let [y, cb, cr] = std::array::from_fn(|_| numbers.bytes(width));
            let both = |kernels: &Kernels| {
                let mut out = vec![vec![0; width * 3], vec![0; width * 2], vec![0; width]];
                out.push(vec![0; width * 2]);
                (kernels.ycbcr_to_rgb)([&y, &cb, &cr], &mut out[0]);
                (kernels.upsample_horizontal)(&y, &mut out[1]);
                (kernels.upsample_vertical)(&y, &cb, 1, &mut out[2]);
                (kernels.upsample_both)(&y, &cb, &mut vec![0; width], &mut out[3]);
                out
            };
            assert_eq!(both(&portable), both(&kernels), "{width}");
        }
    }
}
