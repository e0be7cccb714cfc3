//! 8-bit samples into wide ones and alpha out of them, see [`light`].

use std::arch::x86_64::*;

use crate::resample::light::{self, DARK, PIECES, Wide};
use crate::resample::taps::MIDDLE_BITS;

/// Twin of [`light::widen`], but for grey with alpha.
pub(super) fn widen(form: Wide, row: &[u8], target: &mut [i16]) {
    let fits = row.len() == target.len() && matches!(form.channels, 1 | 3 | 4);
    if !fits {
        light::widen(form, row, target);
        return;
    }
    let whole = row.len() / SAMPLES * SAMPLES;
    let (head, tail) = row.split_at(whole);
    let (to, rest) = target.split_at_mut(whole);
    let (from, to) = (head.as_chunks().0, to.as_chunks_mut().0);
    // SAFETY: the machine has AVX2.
    unsafe {
        match (form.is_linear, form.channels == 4) {
            (true, true) => kernel::<true, true>(form, from, to),
            (true, false) => kernel::<true, false>(form, from, to),
            (false, true) => kernel::<false, true>(form, from, to),
            (false, false) => kernel::<false, false>(form, from, to),
        }
    }
    light::widen(form, tail, rest);
}

/// Twin of [`light::divide`], for four channels.
pub(super) fn divide(form: Wide, row: &mut [i16]) {
    if form.channels != 4 {
        light::divide(form, row);
        return;
    }
    let (pixels, rest) = row.as_chunks_mut();
    // SAFETY: the machine has AVX2.
    unsafe { divide_kernel(form, pixels) };
    light::divide(form, rest);
}

/// Four pixels at a time.
#[target_feature(enable = "avx2")]
fn divide_kernel(form: Wide, pixels: &mut [[i16; 16]]) {
    let white = _mm256_set1_ps(form.white().into());
    let seen = _mm256_set1_ps((form.step() / 2).into());
    let (zero, half) = (_mm256_setzero_ps(), _mm256_set1_ps(0.5));
    let nearest = _mm256_set1_epi16(form.grid() / 2);
    let grid = _mm256_set1_epi16(-form.grid());
    let two = |pixels: __m128i| {
        let values = _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(pixels));
        let alpha = _mm256_permute_ps::<0b11_11_11_11>(values);
        let alpha = _mm256_min_ps(_mm256_max_ps(alpha, zero), white);
        let divided = _mm256_mul_ps(values, _mm256_div_ps(white, alpha));
        let divided = _mm256_add_ps(divided, half);
        let divided = _mm256_min_ps(_mm256_max_ps(divided, zero), white);
        let is_seen = _mm256_cmp_ps::<_CMP_GE_OQ>(alpha, seen);
        let colour = _mm256_and_ps(divided, is_seen);
        _mm256_cvttps_epi32(_mm256_blend_ps::<0b1000_1000>(colour, alpha))
    };
    for pixels in pixels {
        // SAFETY: sixteen numbers.
        let four = unsafe { _mm256_loadu_si256(pixels.as_ptr().cast()) };
        let four = _mm256_and_si256(_mm256_adds_epi16(four, nearest), grid);
        let first = two(_mm256_castsi256_si128(four));
        let last = two(_mm256_extracti128_si256::<1>(four));
        let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(first, last));
        // SAFETY: the same.
        unsafe { _mm256_storeu_si256(pixels.as_mut_ptr().cast(), words) };
    }
}

/// Samples of a step.
const SAMPLES: usize = 32;

#[target_feature(enable = "avx2")]
fn kernel<const LINEAR: bool, const ALPHA: bool>(
    form: Wide,
    from: &[[u8; SAMPLES]],
    to: &mut [[i16; SAMPLES]],
) {
    let light = Light::new();
    let alpha = Alpha::new(form);
    for (from, to) in from.iter().zip(to) {
        // SAFETY: 32 bytes.
        let bytes = unsafe { _mm256_loadu_si256(from.as_ptr().cast()) };
        // So that the halves of each lane are neighbours when they are widened.
        let bytes = _mm256_permute4x64_epi64::<0b11_01_10_00>(bytes);
        let mut halves = if LINEAR {
            light.of(bytes)
        } else {
            let [low, high] = widened(bytes);
            let wide = |half| _mm256_slli_epi16::<{ MIDDLE_BITS as i32 }>(half);
            [wide(low), wide(high)]
        };
        if ALPHA {
            halves = alpha.applied(bytes, halves);
        }
        let (low, high) = to.split_at_mut(SAMPLES / 2);
        // SAFETY: sixteen numbers each.
        unsafe {
            _mm256_storeu_si256(low.as_mut_ptr().cast(), halves[0]);
            _mm256_storeu_si256(high.as_mut_ptr().cast(), halves[1]);
        }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn widened(bytes: __m256i) -> [__m256i; 2] {
    let zero = _mm256_setzero_si256();
    [
        _mm256_unpacklo_epi8(bytes, zero),
        _mm256_unpackhi_epi8(bytes, zero),
    ]
}

/// [`PIECES`] and [`DARK`], a byte of each number at a time.
struct Light {
    a: [__m256i; 2],
    b: [__m256i; 2],
    c: __m256i,
    dark: __m256i,
}

impl Light {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new() -> Self {
        Self {
            a: [table(BYTES[0]), table(BYTES[1])],
            b: [table(BYTES[2]), table(BYTES[3])],
            c: table(BYTES[4]),
            dark: table(DARK),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(&self, bytes: __m256i) -> [__m256i; 2] {
        let nibble = _mm256_set1_epi8(15);
        let piece = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble);
        let place = widened(_mm256_and_si256(bytes, nibble));
        let find = |table| _mm256_shuffle_epi8(table, piece);
        let words = |[low, high]: [__m256i; 2]| {
            let (low, high) = (find(low), find(high));
            [
                _mm256_unpacklo_epi8(low, high),
                _mm256_unpackhi_epi8(low, high),
            ]
        };
        let (a, b, c) = (words(self.a), words(self.b), widened(find(self.c)));
        // From sixteen on the highest bit is set, which finds nothing.
        let dark = _mm256_adds_epu8(bytes, _mm256_set1_epi8(0x70));
        let dark = widened(_mm256_shuffle_epi8(self.dark, dark));
        let half = |i: usize| {
            let slope = _mm256_add_epi16(b[i], _mm256_mullo_epi16(c[i], place[i]));
            let rise = _mm256_mulhi_epu16(slope, _mm256_slli_epi16::<8>(place[i]));
            _mm256_add_epi16(_mm256_add_epi16(a[i], rise), dark[i])
        };
        [half(0), half(1)]
    }
}

/// The bytes of [`PIECES`], low before high.
const BYTES: [[u8; 16]; 5] = {
    let mut bytes = [[0; 16]; 5];
    let mut piece = 0;
    while piece < 16 {
        let (a, b, c) = PIECES[piece];
        [bytes[0][piece], bytes[1][piece]] = a.to_le_bytes();
        [bytes[2][piece], bytes[3][piece]] = b.to_le_bytes();
        bytes[4][piece] = c;
        piece += 1;
    }
    bytes
};

#[inline]
#[target_feature(enable = "avx2")]
fn table(bytes: [u8; 16]) -> __m256i {
    // SAFETY: sixteen bytes.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
}

/// Alpha of four channels.
struct Alpha {
    step: __m256i,
    premultiply: bool,
    /// Alpha twice for each colour of the pixels in either half of a lane.
    spread: [__m256i; 2],
}

impl Alpha {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(form: Wide) -> Self {
        let spread = |a: u8| {
            let b = a + 4;
            table([a, a, a, a, a, a, 128, 128, b, b, b, b, b, b, 128, 128])
        };
        Self {
            step: _mm256_set1_epi16(form.step()),
            premultiply: form.premultiply,
            spread: [spread(3), spread(11)],
        }
    }

    /// Multiplies colour by alpha and puts wide alpha in its place.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn applied(&self, bytes: __m256i, mut halves: [__m256i; 2]) -> [__m256i; 2] {
        let zero = _mm256_setzero_si256();
        if self.premultiply {
            let lacks = _mm256_xor_si256(bytes, _mm256_set1_epi8(-1));
            for (half, spread) in halves.iter_mut().zip(self.spread) {
                let twice = _mm256_shuffle_epi8(lacks, spread);
                let less = _mm256_sub_epi16(zero, _mm256_avg_epu16(twice, zero));
                *half = _mm256_add_epi16(*half, _mm256_mulhrs_epi16(*half, less));
            }
        }
        let alpha = widened(bytes);
        let wide = |i: usize| {
            let alpha = _mm256_mullo_epi16(alpha[i], self.step);
            _mm256_blend_epi16::<0b1000_1000>(halves[i], alpha)
        };
        [wide(0), wide(1)]
    }
}
