//! AVX2 and BMI2 kernels for x86-64.
//!
//! Each function is private and reached only through the table that [`detect`] gives out, after
//! it asked the machine for the features that the functions are compiled for.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

mod forward;
mod inverse;
mod split;
mod words;

use std::arch::x86_64::*;

use self::inverse::{factors, full, half, half_pair};
use self::words::Bmi2;
use super::Kernels;
use crate::ahead::{self, LaterPart};
use crate::coefficients::CoefficientStore;
use crate::encode::Picture;
use crate::encode::fdct::{Block, Divisors, Rows};
use crate::huffman::HuffmanTables;
use crate::scan::{ScanHeader, ScanReader};
use crate::sequential::{self, UnitRow};
use crate::{Entropy, Error, convert, progressive, upsample};

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
        read_ahead,
        decode_scan,
        upsample_horizontal,
        upsample_vertical,
        upsample_both,
        forward,
        write_scans,
        rgb_to_ycbcr,
        halve,
        ycbcr_to_rgb,
    })
}

/// Hands out what only a machine with the features may have.
#[cfg(test)]
pub(super) fn with_words(check: impl FnOnce(Bmi2)) {
    assert!(detect().is_some());
    // SAFETY: `detect` found the features.
    check(unsafe { Bmi2::new() });
}

fn decode_row(row: &mut UnitRow<'_, '_>) {
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
    fn kernel(row: &mut UnitRow<'_, '_>) {
        sequential::decode_row(row);
    }
    // SAFETY: `detect` found the features; the code is the safe portable one.
    unsafe { kernel(row) }
}

fn read_ahead(part: &mut LaterPart<'_, '_>) {
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
    fn kernel(part: &mut LaterPart<'_, '_>) {
        ahead::read_ahead(part);
    }
    // SAFETY: `detect` found the features; the code is the safe portable one.
    unsafe { kernel(part) }
}

fn decode_scan(
    reader: &mut ScanReader<'_>,
    scan: &ScanHeader,
    tables: &HuffmanTables,
    stores: &mut [&mut CoefficientStore],
    units: (usize, usize),
) -> Result<(), Error> {
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
    fn kernel(
        reader: &mut ScanReader<'_>,
        scan: &ScanHeader,
        tables: &HuffmanTables,
        stores: &mut [&mut CoefficientStore],
        units: (usize, usize),
    ) -> Result<(), Error> {
        progressive::decode_scan(reader, scan, tables, stores, units, Bmi2::new())
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
    unsafe { forward::transform_pair(rows, divisors, out) }
}

fn write_scans(
    file: &mut Vec<u8>,
    picture: &Picture,
    entropy: Entropy,
    interval: u16,
) -> Result<(), Error> {
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
    fn kernel(
        file: &mut Vec<u8>,
        picture: &Picture,
        entropy: Entropy,
        interval: u16,
    ) -> Result<(), Error> {
        super::write_scans(file, picture, entropy, interval, Bmi2::new())
    }
    // SAFETY: `detect` found the features; the code is the safe portable one.
    unsafe { kernel(file, picture, entropy, interval) }
}

/// Twin of [`convert::ycbcr_to_rgb`].
fn rgb_to_ycbcr(row: &[u8], out: [&mut [u8]; 3]) {
    // SAFETY: `detect` found the feature.
    unsafe { split::rgb_to_ycbcr(row, out) }
}

fn halve(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    #[target_feature(enable = "avx2")]
    fn kernel(upper: &[u8], lower: &[u8], out: &mut [u8]) {
        crate::encode::split::halve(upper, lower, out);
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
