//! RGB to Y, Cb and Cr in AVX2, sixteen pixels at once.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::encode::split::{self, CENTRE, HALF};

/// Twin of [`split::rgb_to_ycbcr`]; for processors that have AVX2 only.
#[target_feature(enable = "avx2")]
pub(super) fn rgb_to_ycbcr(row: &[u8], [y, cb, cr]: [&mut [u8]; 3]) {
    let (groups, _) = row.as_chunks::<48>();
    let out = y.as_chunks_mut().0.iter_mut();
    let out = out.zip(cb.as_chunks_mut().0).zip(cr.as_chunks_mut().0);
    let mut done = 0;
    for (group, ((y, cb), cr)) in groups.iter().zip(out) {
        split(group, [y, cb, cr]);
        done += 16;
    }
    let rest = |samples| <[u8]>::get_mut(samples, done..).unwrap_or_default();
    let pixels = row.get(3 * done..).unwrap_or_default();
    split::rgb_to_ycbcr(pixels, [y, cb, cr].map(rest));
}

#[target_feature(enable = "avx2")]
#[inline]
fn split(group: &[u8; 48], out: [&mut [u8; 16]; 3]) {
    let [r, g, b] = channels(group);
    let reds = [_mm256_unpacklo_epi16(r, g), _mm256_unpackhi_epi16(r, g)];
    let blues = [_mm256_unpacklo_epi16(b, g), _mm256_unpackhi_epi16(b, g)];
    let add = |a: [__m256i; 2], b: [__m256i; 2]| {
        [_mm256_add_epi32(a[0], b[0]), _mm256_add_epi32(a[1], b[1])]
    };
    // Green's 38470 is too much for 16 bits, so it comes in two parts.
    let luma = add(dot(reds, 19595, 22086), dot(blues, 7471, 16384));
    let twice = |values: [__m256i; 2]| values.map(|v| _mm256_slli_epi32::<1>(v));
    let blue = add(dot(reds, -11059, -21709), twice(dot(blues, 16384, 0)));
    let red = add(dot(blues, -5329, -27439), twice(dot(reds, 16384, 0)));
    for ((sums, round), out) in [(luma, HALF), (blue, CENTRE), (red, CENTRE)]
        .into_iter()
        .zip(out)
    {
        let round = _mm256_set1_epi32(round);
        let [low, high] = sums.map(|sum| _mm256_srai_epi32::<16>(_mm256_add_epi32(sum, round)));
        let words = _mm256_packs_epi32(low, high);
        let bytes = _mm256_permute4x64_epi64::<0b10_00>(_mm256_packus_epi16(words, words));
        // SAFETY: sixteen bytes are written to sixteen.
        unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), _mm256_castsi256_si128(bytes)) };
    }
}

/// `first` times the one of each pair and `second` times the other.
#[target_feature(enable = "avx2")]
#[inline]
fn dot(pairs: [__m256i; 2], first: i16, second: i16) -> [__m256i; 2] {
    let factors = _mm256_set1_epi32(i32::from(second) << 16 | i32::from(first) & 0xffff);
    pairs.map(|pair| _mm256_madd_epi16(pair, factors))
}

/// Red, green and blue of sixteen pixels in 16 bits each.
#[target_feature(enable = "avx2")]
#[inline]
fn channels(group: &[u8; 48]) -> [__m256i; 3] {
    let parts: [__m128i; 3] = std::array::from_fn(|part| {
        // SAFETY: `part` is below 3, so the sixteen bytes are within 48.
        unsafe { _mm_loadu_si128(group.as_ptr().add(16 * part).cast()) }
    });
    std::array::from_fn(|channel| {
        let mut bytes = _mm_setzero_si128();
        for (part, places) in parts.iter().zip(&PLACES[channel]) {
            // SAFETY: a row of places is sixteen bytes.
            let places = unsafe { _mm_loadu_si128(places.as_ptr().cast()) };
            bytes = _mm_or_si128(bytes, _mm_shuffle_epi8(*part, places));
        }
        _mm256_cvtepu8_epi16(bytes)
    })
}

/// For each channel and each sixteen of the 48 bytes, where its samples are.
static PLACES: [[[i8; 16]; 3]; 3] = {
    let mut all = [[[-1; 16]; 3]; 3];
    let mut at = 0;
    while at < 48 {
        all[at % 3][at / 16][at / 3] = IDENTITY[at % 16];
        at += 1;
    }
    all
};

const IDENTITY: [i8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
