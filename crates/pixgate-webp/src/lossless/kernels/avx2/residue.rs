//! Differences from predictions, eight pixels at a time.

use std::arch::x86_64::*;

use crate::lossless::encode::{self, Area};
use crate::lossless::kernels::ModeSums;
use crate::lossless::predict::{BLACK, MODES};

/// Eight pixels, and those around each of them.
#[derive(Clone, Copy)]
struct Eight {
    left: __m256i,
    top: __m256i,
    top_left: __m256i,
    top_right: __m256i,
}

/// Most rows and columns of an area at once, so that no sum of 16 or 8 bits overflows.
const MOST_ROWS: usize = 32;
const MOST_COLUMNS: usize = 32;

/// As [`encode::mode_sums`].
pub(super) fn mode_sums(pixels: &[u32], area: Area, sums: &mut ModeSums) {
    if area.columns > MOST_COLUMNS || area.rows > MOST_ROWS {
        return encode::mode_sums(pixels, area, sums);
    }
    // SAFETY: `detect` found AVX2; the kernel checks that all it loads is inside of `pixels`.
    unsafe { kernel(pixels, area, sums) }
}

#[target_feature(enable = "avx2")]
fn kernel(pixels: &[u32], area: Area, sums: &mut ModeSums) {
    let zero = _mm256_setzero_si256();
    let mut even = [zero; MODES];
    let mut odd = [zero; MODES];
    let mut zeros = [zero; MODES];
    let mut masked = 0;
    for row in 0..area.rows {
        let start = area.at + row * area.width;
        for column in (0..area.columns).step_by(8) {
            let at = start + column;
            let count = (area.columns - column).min(8);
            let mask = mask(count);
            masked += 8 - count;
            let Some(eight) = load(pixels, at, area.width, mask, count) else {
                return;
            };
            let pixel = load_at(pixels, at, mask, count).unwrap_or(zero);
            macro_rules! each {
                ($($mode:literal)*) => {
                    $({
                        let difference = _mm256_sub_epi8(pixel, predict::<$mode>(eight));
                        let difference = _mm256_and_si256(difference, mask);
                        let size = _mm256_abs_epi8(difference);
                        let low = _mm256_and_si256(size, _mm256_set1_epi16(0xFF));
                        even[$mode] = _mm256_add_epi16(even[$mode], low);
                        odd[$mode] = _mm256_add_epi16(odd[$mode], _mm256_srli_epi16::<8>(size));
                        let is_zero = _mm256_cmpeq_epi8(difference, zero);
                        zeros[$mode] = _mm256_sub_epi8(zeros[$mode], is_zero);
                    })*
                };
            }
            each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13);
        }
    }
    for mode in 0..MODES {
        let (even, odd) = (words(even[mode]), words(odd[mode]));
        let zeros = bytes(zeros[mode]);
        for i in 0..8 {
            for (half, sums16) in [&even, &odd].into_iter().enumerate() {
                for pair in 0..2 {
                    let channel = 2 * pair + half;
                    sums.sums[mode][channel] += u32::from(sums16[2 * i + pair]);
                    sums.zeros[mode][channel] += u32::from(zeros[4 * i + channel]);
                }
            }
        }
        for channel in &mut sums.zeros[mode] {
            *channel -= crate::lossless::narrow::count32(masked);
        }
    }
}

#[target_feature(enable = "avx2")]
fn words(value: __m256i) -> [u16; 16] {
    let mut out = [0; 16];
    // SAFETY: 32 bytes are stored into 32 bytes.
    unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), value) };
    out
}

#[target_feature(enable = "avx2")]
fn bytes(value: __m256i) -> [u8; 32] {
    let mut out = [0; 32];
    // SAFETY: 32 bytes are stored into 32 bytes.
    unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), value) };
    out
}

/// All ones in the first `count` of eight lanes.
#[target_feature(enable = "avx2")]
fn mask(count: usize) -> __m256i {
    let count = _mm256_set1_epi32(i32::try_from(count).unwrap_or(8));
    _mm256_cmpgt_epi32(count, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
}

/// `count` pixels from a place on; none where they are not all there.
#[target_feature(enable = "avx2")]
fn load_at(pixels: &[u32], at: usize, mask: __m256i, count: usize) -> Option<__m256i> {
    let part = pixels.get(at..at + count)?;
    // SAFETY: the mask lets `count` lanes be read, which is how long the part is.
    Some(unsafe { _mm256_maskload_epi32(part.as_ptr().cast(), mask) })
}

#[target_feature(enable = "avx2")]
fn load(pixels: &[u32], at: usize, width: usize, mask: __m256i, count: usize) -> Option<Eight> {
    let above = at.checked_sub(width + 1)?;
    Some(Eight {
        left: load_at(pixels, at - 1, mask, count)?,
        top: load_at(pixels, above + 1, mask, count)?,
        top_left: load_at(pixels, above, mask, count)?,
        top_right: load_at(pixels, above + 2, mask, count)?,
    })
}

#[target_feature(enable = "avx2")]
fn mean(a: __m256i, b: __m256i) -> __m256i {
    let odd = _mm256_and_si256(_mm256_xor_si256(a, b), _mm256_set1_epi8(1));
    _mm256_sub_epi8(_mm256_avg_epu8(a, b), odd)
}

#[target_feature(enable = "avx2")]
fn predict<const MODE: u8>(eight: Eight) -> __m256i {
    let Eight {
        left,
        top,
        top_left,
        top_right,
    } = eight;
    match MODE {
        1 => left,
        2 => top,
        3 => top_right,
        4 => top_left,
        5 => mean(mean(left, top_right), top),
        6 => mean(left, top_left),
        7 => mean(left, top),
        8 => mean(top_left, top),
        9 => mean(top, top_right),
        10 => mean(mean(left, top_left), mean(top, top_right)),
        11 => select(eight),
        12 => gradient(eight),
        13 => half_gradient(eight),
        _ => _mm256_set1_epi32(BLACK.cast_signed()),
    }
}

/// Sums over the channels of each pixel of how far two are apart.
#[target_feature(enable = "avx2")]
fn apart(a: __m256i, b: __m256i) -> __m256i {
    let apart = _mm256_or_si256(_mm256_subs_epu8(a, b), _mm256_subs_epu8(b, a));
    let pairs = _mm256_maddubs_epi16(apart, _mm256_set1_epi8(1));
    _mm256_madd_epi16(pairs, _mm256_set1_epi16(1))
}

#[target_feature(enable = "avx2")]
fn select(eight: Eight) -> __m256i {
    let from_left = apart(eight.left, eight.top_left);
    let from_top = apart(eight.top, eight.top_left);
    let takes_left = _mm256_cmpgt_epi32(from_left, from_top);
    _mm256_blendv_epi8(eight.top, eight.left, takes_left)
}

#[target_feature(enable = "avx2")]
fn gradient(eight: Eight) -> __m256i {
    let zero = _mm256_setzero_si256();
    let low = |value| _mm256_unpacklo_epi8(value, zero);
    let high = |value| _mm256_unpackhi_epi8(value, zero);
    let sum = |left, top, corner| _mm256_sub_epi16(_mm256_add_epi16(left, top), corner);
    _mm256_packus_epi16(
        sum(low(eight.left), low(eight.top), low(eight.top_left)),
        sum(high(eight.left), high(eight.top), high(eight.top_left)),
    )
}

#[target_feature(enable = "avx2")]
fn half_gradient(eight: Eight) -> __m256i {
    let zero = _mm256_setzero_si256();
    let middle = mean(eight.left, eight.top);
    let away = |middle, corner| {
        let slope = _mm256_sub_epi16(middle, corner);
        let slope = _mm256_add_epi16(slope, _mm256_srli_epi16::<15>(slope));
        _mm256_add_epi16(middle, _mm256_srai_epi16::<1>(slope))
    };
    let low = |value| _mm256_unpacklo_epi8(value, zero);
    let high = |value| _mm256_unpackhi_epi8(value, zero);
    _mm256_packus_epi16(
        away(low(middle), low(eight.top_left)),
        away(high(middle), high(eight.top_left)),
    )
}

/// As [`encode::subtract`].
pub(super) fn subtract(mode: u8, pixels: &[u32], at: usize, width: usize, out: &mut [u32]) {
    macro_rules! each {
        ($($number:literal)*) => {
            match mode {
                // SAFETY: `detect` found AVX2; all loads are checked.
                $($number => unsafe { subtract_by::<$number>(pixels, at, width, out) },)*
                // SAFETY: as above.
                _ => unsafe { subtract_by::<0>(pixels, at, width, out) },
            }
        };
    }
    each!(1 2 3 4 5 6 7 8 9 10 11 12 13);
}

#[target_feature(enable = "avx2")]
fn subtract_by<const MODE: u8>(pixels: &[u32], at: usize, width: usize, out: &mut [u32]) {
    for (number, out) in out.chunks_mut(8).enumerate() {
        let at = at + 8 * number;
        let mask = mask(out.len());
        let eight = load(pixels, at, width, mask, out.len());
        let pixel = load_at(pixels, at, mask, out.len());
        let (Some(eight), Some(pixel)) = (eight, pixel) else {
            return;
        };
        let difference = _mm256_sub_epi8(pixel, predict::<MODE>(eight));
        // SAFETY: the mask lets as many lanes be written as there are pixels.
        unsafe { _mm256_maskstore_epi32(out.as_mut_ptr().cast(), mask, difference) };
    }
}
