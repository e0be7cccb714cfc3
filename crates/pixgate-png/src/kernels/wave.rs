//! Filters of four rows undone at once, each row a pixel behind the one above.
//!
//! A byte depends on the one to its left, so a row alone leaves most of a machine idle. Row `k` of four
//! works on pixel `t - k` in step `t`; what is above it then is what row `k - 1` made in the step
//! before. So one register holds four pixels, and each step moves them on by a row.

use std::arch::x86_64::*;

use super::ROWS;
use crate::filter::Filter;

/// Undoes the filters of four rows of pixels of 3 or 4 bytes.
///
/// - `rows`: as they are stored, replaced by pixels; equally long.
/// - `above`: the row above the first, as long.
pub(super) fn undo(filters: [Filter; ROWS], pixel: usize, above: &[u8], rows: [&mut [u8]; ROWS]) {
    // SAFETY: the kernels are given out only where AVX2 was found; the code is safe otherwise.
    unsafe {
        match pixel {
            3 => kernel::<3>(filters, above, rows),
            _ => kernel::<4>(filters, above, rows),
        }
    }
}

/// All ones in the lanes of rows that have a filter.
#[target_feature(enable = "avx2")]
fn mask(filters: [Filter; ROWS], wanted: Filter) -> __m256i {
    let of = |i: usize| if filters[i] == wanted { -1 } else { 0 };
    _mm256_setr_epi64x(of(0), of(1), of(2), of(3))
}

/// The state of a step: what the rows made last, and what stood above that.
struct Step {
    left: __m256i,
    corner: __m256i,
}

/// Which rows have which filter.
struct Masks {
    sub: __m256i,
    up: __m256i,
    average: __m256i,
    paeth: __m256i,
}

impl Step {
    /// - `raw`: stored pixels, samples in 16 bits, four lanes for each row.
    /// - `first`: the pixel above the first row's, in the lowest lanes.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn advance(&mut self, raw: __m256i, first: __m256i, masks: &Masks) -> __m256i {
        // What each row made is above what the next one makes now.
        let moved = _mm256_permute4x64_epi64::<0b10_01_00_00>(self.left);
        let up = _mm256_blend_epi32::<0b0000_0011>(moved, first);
        let across = _mm256_sub_epi16(up, self.corner);
        let down = _mm256_sub_epi16(self.left, self.corner);
        let to_left = _mm256_abs_epi16(across);
        let to_up = _mm256_abs_epi16(down);
        let to_corner = _mm256_abs_epi16(_mm256_add_epi16(across, down));
        let is_corner = _mm256_cmpgt_epi16(to_up, to_corner);
        let others = _mm256_min_epi16(to_up, to_corner);
        let is_not_left = _mm256_cmpgt_epi16(to_left, others);
        let other = _mm256_blendv_epi8(up, self.corner, is_corner);
        let nearest = _mm256_blendv_epi8(self.left, other, is_not_left);
        let mean = _mm256_srli_epi16::<1>(_mm256_add_epi16(self.left, up));
        let simple = _mm256_or_si256(
            _mm256_and_si256(self.left, masks.sub),
            _mm256_and_si256(up, masks.up),
        );
        let means = _mm256_or_si256(_mm256_and_si256(mean, masks.average), simple);
        let predicted = _mm256_or_si256(_mm256_and_si256(nearest, masks.paeth), means);
        // The high byte of each lane stays zero.
        self.left = _mm256_add_epi8(raw, predicted);
        self.corner = up;
        self.left
    }

    /// As [`Step::advance`], from and to the bytes of four pixels.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn words(&mut self, raw: [u32; ROWS], first: u32, masks: &Masks) -> [i32; ROWS] {
        let [r0, r1, r2, r3] = raw.map(u32::cast_signed);
        let raw = _mm256_cvtepu8_epi16(_mm_setr_epi32(r0, r1, r2, r3));
        let first = _mm_cvtepu8_epi16(_mm_cvtsi32_si128(first.cast_signed()));
        let made = self.advance(raw, _mm256_castsi128_si256(first), masks);
        let low = _mm256_castsi256_si128(made);
        let packed = _mm_packus_epi16(low, _mm256_extracti128_si256::<1>(made));
        [
            _mm_extract_epi32::<0>(packed),
            _mm_extract_epi32::<1>(packed),
            _mm_extract_epi32::<2>(packed),
            _mm_extract_epi32::<3>(packed),
        ]
    }
}

#[target_feature(enable = "avx2")]
fn kernel<const N: usize>(filters: [Filter; ROWS], above: &[u8], rows: [&mut [u8]; ROWS]) {
    let masks = Masks {
        sub: mask(filters, Filter::Sub),
        up: mask(filters, Filter::Up),
        average: mask(filters, Filter::Average),
        paeth: mask(filters, Filter::Paeth),
    };
    let mut step = Step {
        left: _mm256_setzero_si256(),
        corner: _mm256_setzero_si256(),
    };
    let width = rows
        .iter()
        .map(|row| row.len())
        .min()
        .unwrap_or(0)
        .min(above.len())
        / N;
    let whole = width.saturating_sub(ROWS);
    let mut rows = rows;
    for t in 0..ROWS - 1 {
        edge::<N>(&mut step, &masks, above, &mut rows, t);
    }
    // Here all four rows have a pixel, and a byte behind it.
    let bytes = whole * N + 4 - N;
    if whole > 0 {
        let [a, b, c, d] = &mut rows;
        let above = above.get(3 * N..3 * N + bytes).unwrap_or_default();
        let a = a.get_mut(3 * N..3 * N + bytes).unwrap_or_default();
        let b = b.get_mut(2 * N..2 * N + bytes).unwrap_or_default();
        let c = c.get_mut(N..N + bytes).unwrap_or_default();
        let d = d.get_mut(..bytes).unwrap_or_default();
        middle::<N>(&mut step, &masks, above, [a, b, c, d]);
    }
    for t in ROWS - 1 + whole..width + ROWS - 1 {
        edge::<N>(&mut step, &masks, above, &mut rows, t);
    }
}

/// Steps in which all rows have a pixel: the rows begin where they are now, and have a byte more
/// than they have pixels.
#[target_feature(enable = "avx2")]
fn middle<const N: usize>(
    step: &mut Step,
    masks: &Masks,
    above: &[u8],
    [a, b, c, d]: [&mut [u8]; ROWS],
) {
    let bytes = above.len();
    if a.len() != bytes || b.len() != bytes || c.len() != bytes || d.len() != bytes {
        return;
    }
    let mut at = 0;
    while at + 4 <= bytes {
        let end = at + 4;
        let first = word(&above[at..end]);
        let raw = [
            word(&a[at..end]),
            word(&b[at..end]),
            word(&c[at..end]),
            word(&d[at..end]),
        ];
        let made = step.words(raw, first, masks);
        a[at..at + N].copy_from_slice(&made[0].to_le_bytes()[..N]);
        b[at..at + N].copy_from_slice(&made[1].to_le_bytes()[..N]);
        c[at..at + N].copy_from_slice(&made[2].to_le_bytes()[..N]);
        d[at..at + N].copy_from_slice(&made[3].to_le_bytes()[..N]);
        at += N;
    }
}

/// A step at either end, where some rows have no pixel.
#[target_feature(enable = "avx2")]
fn edge<const N: usize>(
    step: &mut Step,
    masks: &Masks,
    above: &[u8],
    rows: &mut [&mut [u8]; ROWS],
    t: usize,
) {
    let raw = std::array::from_fn(|k| {
        let x = t.checked_sub(k);
        x.map_or(0, |x| word(rows[k].get(x * N..).unwrap_or_default()))
    });
    let first = word(above.get(t * N..).unwrap_or_default());
    let made = step.words(raw, first, masks);
    for (k, word) in made.into_iter().enumerate() {
        let start = t.wrapping_sub(k).wrapping_mul(N);
        let place = rows[k].get_mut(start..);
        if let Some(place) = place.and_then(|rest| rest.first_chunk_mut::<N>()) {
            place.copy_from_slice(&word.to_le_bytes()[..N]);
        }
    }
}

/// The first four bytes, of which those of a pixel count; zeros beyond the end.
#[inline(always)]
fn word(rest: &[u8]) -> u32 {
    if let Some(bytes) = rest.first_chunk() {
        return u32::from_le_bytes(*bytes);
    }
    let mut bytes = [0; 4];
    for (slot, byte) in bytes.iter_mut().zip(rest) {
        *slot = *byte;
    }
    u32::from_le_bytes(bytes)
}
