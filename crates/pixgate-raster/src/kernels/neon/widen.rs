//! 8-bit samples into wide ones and alpha out of them, see [`light`].

use std::arch::aarch64::*;

use crate::resample::light::{self, DARK, PIECES, Wide};
use crate::resample::taps::MIDDLE_BITS;

/// Twin of [`light::widen`], but for grey with alpha.
#[target_feature(enable = "neon")]
pub(super) fn widen(form: Wide, row: &[u8], target: &mut [i16]) {
    if row.len() != target.len() || !matches!(form.channels, 1 | 3 | 4) {
        light::widen(form, row, target);
        return;
    }
    let (from, tail) = row.as_chunks();
    let (to, rest) = target.as_chunks_mut();
    match (form.is_linear, form.channels == 4) {
        (true, true) => kernel::<true, true>(form, from, to),
        (true, false) => kernel::<true, false>(form, from, to),
        (false, true) => kernel::<false, true>(form, from, to),
        (false, false) => kernel::<false, false>(form, from, to),
    }
    light::widen(form, tail, rest);
}

/// Twin of [`light::divide`], for four channels.
#[target_feature(enable = "neon")]
pub(super) fn divide(form: Wide, row: &mut [i16]) {
    if form.channels != 4 {
        light::divide(form, row);
        return;
    }
    let (pixels, rest) = row.as_chunks_mut();
    divide_kernel(form, pixels);
    light::divide(form, rest);
}

/// Eight pixels at a time.
#[target_feature(enable = "neon")]
fn divide_kernel(form: Wide, pixels: &mut [[i16; 32]]) {
    let (zero, white) = (vdupq_n_s16(0), vdupq_n_s16(form.white()));
    let seen = vdupq_n_s16(form.step() / 2);
    let (nearest, grid) = (vdupq_n_s16(form.grid() / 2), vdupq_n_s16(-form.grid()));
    let rounded = |values| vandq_s16(vqaddq_s16(values, nearest), grid);
    for pixels in pixels {
        // SAFETY: 32 numbers.
        let int16x8x4_t(r, g, b, alpha) = unsafe { vld4q_s16(pixels.as_ptr()) };
        let alpha = vminq_s16(vmaxq_s16(rounded(alpha), zero), white);
        let divisor = Divisor::new(white, alpha);
        let colour = |values| {
            let divided = divisor.divided(rounded(values));
            vandq_s16(divided, vreinterpretq_s16_u16(vcgeq_s16(alpha, seen)))
        };
        let divided = int16x8x4_t(colour(r), colour(g), colour(b), alpha);
        // SAFETY: the same.
        unsafe { vst4q_s16(pixels.as_mut_ptr(), divided) };
    }
}

/// What eight colours are multiplied by, and their limit.
struct Divisor {
    factors: [float32x4_t; 2],
    white: float32x4_t,
}

impl Divisor {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new(white: int16x8_t, alpha: int16x8_t) -> Self {
        let [white, _] = floats(white);
        Self {
            factors: floats(alpha).map(|alpha| vdivq_f32(white, alpha)),
            white,
        }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn divided(&self, values: int16x8_t) -> int16x8_t {
        let [low, high] = floats(values);
        let half = |values, factor| {
            let divided = vaddq_f32(vmulq_f32(values, factor), vdupq_n_f32(0.5));
            let divided = vminq_f32(vmaxq_f32(divided, vdupq_n_f32(0.0)), self.white);
            vmovn_s32(vcvtq_s32_f32(divided))
        };
        vcombine_s16(half(low, self.factors[0]), half(high, self.factors[1]))
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn floats(values: int16x8_t) -> [float32x4_t; 2] {
    [
        vcvtq_f32_s32(vmovl_s16(vget_low_s16(values))),
        vcvtq_f32_s32(vmovl_high_s16(values)),
    ]
}

/// Samples of a step.
const SAMPLES: usize = 16;

#[target_feature(enable = "neon")]
fn kernel<const LINEAR: bool, const ALPHA: bool>(
    form: Wide,
    from: &[[u8; SAMPLES]],
    to: &mut [[i16; SAMPLES]],
) {
    let light = Light::new();
    let alpha = Alpha::new(form);
    for (from, to) in from.iter().zip(to) {
        let bytes = table(*from);
        let mut halves = if LINEAR {
            light.of(bytes)
        } else {
            const BITS: i32 = MIDDLE_BITS as i32;
            [
                vshll_n_u8::<BITS>(vget_low_u8(bytes)),
                vshll_high_n_u8::<BITS>(bytes),
            ]
        };
        if ALPHA {
            halves = alpha.applied(bytes, halves);
        }
        for (half, to) in halves.into_iter().zip(to.as_chunks_mut::<8>().0) {
            // SAFETY: eight numbers each.
            unsafe { vst1q_s16(to.as_mut_ptr(), vreinterpretq_s16_u16(half)) };
        }
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn widened(bytes: uint8x16_t) -> [uint16x8_t; 2] {
    [vmovl_u8(vget_low_u8(bytes)), vmovl_high_u8(bytes)]
}

/// [`PIECES`] and [`DARK`], a byte of each number at a time.
struct Light {
    a: [uint8x16_t; 2],
    b: [uint8x16_t; 2],
    c: uint8x16_t,
    dark: uint8x16_t,
}

impl Light {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new() -> Self {
        let [a_low, a_high, b_low, b_high, c] = BYTES.map(|bytes| table(bytes));
        Self {
            a: [a_low, a_high],
            b: [b_low, b_high],
            c,
            dark: table(DARK),
        }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn of(&self, bytes: uint8x16_t) -> [uint16x8_t; 2] {
        let piece = vshrq_n_u8::<4>(bytes);
        let place = widened(vandq_u8(bytes, vdupq_n_u8(15)));
        let words = |[low, high]: [uint8x16_t; 2]| {
            let (low, high) = (vqtbl1q_u8(low, piece), vqtbl1q_u8(high, piece));
            [
                vreinterpretq_u16_u8(vzip1q_u8(low, high)),
                vreinterpretq_u16_u8(vzip2q_u8(low, high)),
            ]
        };
        let (a, b) = (words(self.a), words(self.b));
        let c = widened(vqtbl1q_u8(self.c, piece));
        // From sixteen on nothing is found.
        let dark = widened(vqtbl1q_u8(self.dark, bytes));
        let half = |i: usize| {
            let slope = vmlaq_u16(b[i], c[i], place[i]);
            let rise = vshrn_n_u32::<8>(vmull_u16(vget_low_u16(slope), vget_low_u16(place[i])));
            let rise = vshrn_high_n_u32::<8>(rise, vmull_high_u16(slope, place[i]));
            vaddq_u16(vaddq_u16(a[i], rise), dark[i])
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
#[target_feature(enable = "neon")]
fn table(bytes: [u8; 16]) -> uint8x16_t {
    // SAFETY: sixteen bytes.
    unsafe { vld1q_u8(bytes.as_ptr()) }
}

/// Alpha of four channels.
struct Alpha {
    step: uint16x8_t,
    premultiply: bool,
    /// Alpha twice for each colour of the pixels in either half.
    spread: [uint8x16_t; 2],
    /// Where alpha is.
    places: uint16x8_t,
}

impl Alpha {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new(form: Wide) -> Self {
        let spread = |a: u8| {
            let b = a + 4;
            table([a, a, a, a, a, a, 255, 255, b, b, b, b, b, b, 255, 255])
        };
        Self {
            step: vdupq_n_u16(form.step().cast_unsigned()),
            premultiply: form.premultiply,
            spread: [spread(3), spread(11)],
            places: vreinterpretq_u16_u64(vdupq_n_u64(0xffff_0000_0000_0000)),
        }
    }

    /// Multiplies colour by alpha and puts wide alpha in its place.
    #[inline]
    #[target_feature(enable = "neon")]
    fn applied(&self, bytes: uint8x16_t, mut halves: [uint16x8_t; 2]) -> [uint16x8_t; 2] {
        let zero = vdupq_n_u16(0);
        if self.premultiply {
            let lacks = vmvnq_u8(bytes);
            for (half, spread) in halves.iter_mut().zip(self.spread) {
                let twice = vreinterpretq_u16_u8(vqtbl1q_u8(lacks, spread));
                let less = vreinterpretq_s16_u16(vsubq_u16(zero, vrhaddq_u16(twice, zero)));
                let taken = vqrdmulhq_s16(vreinterpretq_s16_u16(*half), less);
                *half = vaddq_u16(*half, vreinterpretq_u16_s16(taken));
            }
        }
        let alpha = widened(bytes);
        let wide = |i: usize| vbslq_u16(self.places, vmulq_u16(alpha[i], self.step), halves[i]);
        [wide(0), wide(1)]
    }
}
