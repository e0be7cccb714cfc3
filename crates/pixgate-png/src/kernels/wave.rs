//! Filters of eight rows undone at once, each row a pixel behind the one above.
//!
//! A byte depends on the one to its left, so a row alone leaves most of a machine idle. Row `k` works on
//! pixel `t - k` in step `t`; what is above it then is what row `k - 1` made in the step before. So one
//! register holds the pixels of four rows, and each step moves them on by a row.

use std::arch::x86_64::*;

use super::{ROWS, Stored};
use crate::filter::Filter;

/// Undoes the filters of eight rows of pixels of 3 or 4 bytes; see [`super::UndoRows`].
pub(super) fn undo(stored: &Stored<'_>, above: &[u8], out: &mut [u8]) {
    // SAFETY: the kernels are given out only where AVX2 was found; the code is safe otherwise.
    unsafe {
        match stored.pixel {
            3 => kernel::<3>(stored, above, out),
            _ => kernel::<4>(stored, above, out),
        }
    }
}

/// Which rows have which filter: all ones in their lanes.
struct Masks {
    sub: __m256i,
    up: __m256i,
    average: __m256i,
    paeth: __m256i,
}

impl Masks {
    #[target_feature(enable = "avx2")]
    fn new(filters: [Filter; 4]) -> Self {
        let mask = |wanted| {
            let of = |i: usize| if filters[i] == wanted { -1 } else { 0 };
            _mm256_setr_epi64x(of(0), of(1), of(2), of(3))
        };
        Self {
            sub: mask(Filter::Sub),
            up: mask(Filter::Up),
            average: mask(Filter::Average),
            paeth: mask(Filter::Paeth),
        }
    }
}

/// Four rows: what they made last, and what stood above that; samples in 16 bits, a row in four lanes.
struct Four {
    masks: Masks,
    left: __m256i,
    corner: __m256i,
}

impl Four {
    #[target_feature(enable = "avx2")]
    fn new(filters: [Filter; 4]) -> Self {
        Self {
            masks: Masks::new(filters),
            left: _mm256_setzero_si256(),
            corner: _mm256_setzero_si256(),
        }
    }

    /// Makes a pixel of each row and gives their bytes.
    ///
    /// - `raw`: stored pixels, a byte for a sample.
    /// - `up`: what stands above them.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn advance(&mut self, raw: __m128i, up: __m256i) -> __m128i {
        let (left, corner, masks) = (self.left, self.corner, &self.masks);
        // With left and above in order, the corner's distance from their middle says which of them
        // left + above - corner is nearest to.
        let low = _mm256_min_epi16(left, up);
        let high = _mm256_max_epi16(left, up);
        let twice = _mm256_add_epi16(corner, corner);
        let bound = _mm256_sub_epi16(_mm256_sub_epi16(_mm256_add_epi16(twice, corner), up), left);
        let is_corner = _mm256_cmpgt_epi16(high, bound);
        let is_not_high = _mm256_cmpgt_epi16(bound, low);
        let other = _mm256_blendv_epi8(low, corner, is_corner);
        let nearest = _mm256_blendv_epi8(high, other, is_not_high);
        let mean = _mm256_srli_epi16::<1>(_mm256_add_epi16(left, up));
        let simple = _mm256_or_si256(
            _mm256_and_si256(left, masks.sub),
            _mm256_and_si256(up, masks.up),
        );
        let means = _mm256_or_si256(_mm256_and_si256(mean, masks.average), simple);
        let predicted = _mm256_blendv_epi8(means, nearest, masks.paeth);
        // The high byte of each lane stays zero.
        self.left = _mm256_add_epi8(_mm256_cvtepu8_epi16(raw), predicted);
        self.corner = up;
        let half = _mm256_castsi256_si128(self.left);
        _mm_packus_epi16(half, _mm256_extracti128_si256::<1>(self.left))
    }
}

/// Eight rows.
struct Step {
    upper: Four,
    lower: Four,
}

impl Step {
    /// Makes a pixel of each row.
    ///
    /// - `raw`: stored pixels of the upper and the lower four rows.
    /// - `first`: the pixel above the first row's.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn advance(&mut self, raw: [__m128i; 2], first: u32) -> [__m128i; 2] {
        // What each row made is above what the next one makes now.
        let (upper, lower) = (self.upper.left, self.lower.left);
        let first = _mm_cvtepu8_epi16(_mm_cvtsi32_si128(first.cast_signed()));
        let moved = _mm256_permute4x64_epi64::<0b10_01_00_00>(upper);
        let above = _mm256_blend_epi32::<0b0000_0011>(moved, _mm256_castsi128_si256(first));
        let middle = _mm256_permute2x128_si256::<0x21>(upper, lower);
        let below = _mm256_alignr_epi8::<8>(lower, middle);
        [
            self.upper.advance(raw[0], above),
            self.lower.advance(raw[1], below),
        ]
    }
}

#[target_feature(enable = "avx2")]
fn kernel<const N: usize>(stored: &Stored<'_>, above: &[u8], out: &mut [u8]) {
    let [a, b, c, d, e, f, g, h] = stored.filters;
    let mut step = Step {
        upper: Four::new([a, b, c, d]),
        lower: Four::new([e, f, g, h]),
    };
    let stride = stored.stride;
    let width = stride / N;
    let fits = stored.rows.len() >= ROWS * (stride + 1) && out.len() >= ROWS * stride;
    if !fits || above.len() < stride {
        return;
    }
    // In these steps all rows have a pixel, and another behind it.
    let (start, end) = (ROWS - 1, (ROWS - 1).max(width.saturating_sub(1)));
    for t in 0..start {
        edge::<N>(&mut step, stored, above, out, t);
    }
    for t in start..end {
        // SAFETY: eight rows and the one above are there, as was asked, and `x + 1` is below the
        // width for all of them, so four bytes from `x` on are within each row.
        unsafe {
            let first = above.as_ptr().add(t * N).cast::<u32>().read_unaligned();
            let from = stored.rows.as_ptr().add(1 + t * N);
            let raw = [
                load(from, stride + 1 - N),
                load(from.add(4 * (stride + 1 - N)), stride + 1 - N),
            ];
            let made = step.advance(raw, first);
            let to = out.as_mut_ptr().add(t * N);
            store(made[0], to, stride - N);
            store(made[1], to.add(4 * (stride - N)), stride - N);
        }
    }
    for t in end..width + ROWS - 1 {
        edge::<N>(&mut step, stored, above, out, t);
    }
}

/// Four pixels, so many bytes apart.
///
/// # Safety
///
/// Four bytes can be read at each of the four places.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn load(from: *const u8, apart: usize) -> __m128i {
    // SAFETY: as the caller promises.
    let [a, b, c, d] = [0, 1, 2, 3].map(|k| unsafe {
        let place = from.add(k * apart).cast::<i32>();
        place.read_unaligned()
    });
    _mm_setr_epi32(a, b, c, d)
}

/// Puts four pixels so many bytes apart.
///
/// # Safety
///
/// Four bytes can be written at each of the four places.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn store(pixels: __m128i, to: *mut u8, apart: usize) {
    // SAFETY: as the caller promises.
    let put = |k: usize, word: i32| unsafe {
        to.add(k * apart).cast::<i32>().write_unaligned(word);
    };
    put(0, _mm_extract_epi32::<0>(pixels));
    put(1, _mm_extract_epi32::<1>(pixels));
    put(2, _mm_extract_epi32::<2>(pixels));
    put(3, _mm_extract_epi32::<3>(pixels));
}

/// A step at either end, where some rows have no pixel, or none behind it.
#[target_feature(enable = "avx2")]
fn edge<const N: usize>(
    step: &mut Step,
    stored: &Stored<'_>,
    above: &[u8],
    out: &mut [u8],
    t: usize,
) {
    let stride = stored.stride;
    let place = |k: usize| {
        let x = t.checked_sub(k)? * N;
        (x + N <= stride).then_some(x)
    };
    let raw: [i32; ROWS] = std::array::from_fn(|k| {
        let start = place(k).map(|x| k * (stride + 1) + 1 + x);
        let pixel = start.and_then(|start| stored.rows.get(start..start + N));
        word(pixel.unwrap_or_default()).cast_signed()
    });
    let first = above.get(t * N..).unwrap_or_default();
    let [a, b, c, d, e, f, g, h] = raw;
    let raw = [_mm_setr_epi32(a, b, c, d), _mm_setr_epi32(e, f, g, h)];
    let made = step.advance(raw, word(first.get(..N).unwrap_or_default()));
    let mut bytes = [0_u8; 4 * ROWS];
    let (upper, lower) = bytes.split_at_mut(16);
    for (half, made) in [upper, lower].into_iter().zip(made) {
        let words = [_mm_cvtsi128_si64(made), _mm_extract_epi64::<1>(made)];
        for (place, word) in half.as_chunks_mut::<8>().0.iter_mut().zip(words) {
            *place = word.to_le_bytes();
        }
    }
    for (k, pixel) in bytes.as_chunks::<4>().0.iter().enumerate() {
        let start = place(k).map(|x| k * stride + x);
        if let Some(place) = start.and_then(|start| out.get_mut(start..start + N)) {
            place.copy_from_slice(&pixel[..N]);
        }
    }
}

/// The bytes of a pixel, or none.
#[inline(always)]
fn word(pixel: &[u8]) -> u32 {
    let mut bytes = [0; 4];
    for (slot, byte) in bytes.iter_mut().zip(pixel) {
        *slot = *byte;
    }
    u32::from_le_bytes(bytes)
}
