//! Chroma of CIE LCh.

use std::sync::LazyLock;

use crate::convert::srgb_to_linear;
use crate::lab::{FROM_WHITE, TO_WHITE};

/// Multiplies the chroma of pixels; lightness and hue stay, what sRGB cannot hold is clipped.
///
/// L, C and h of Lab with the white D65. Multiplying C by a factor is moving the values of which Lab is
/// made towards or away from that of Y. All of it is plain arithmetic on arrays of a fixed length, so that
/// compilers make vectors of it: [`Kernels`](super::Kernels) has it as the machine runs it best.
#[inline(always)]
pub(super) fn saturate(factor: f32, colors: &mut Colors) {
    let table = &*LINEAR;
    let mut linear = [[0.0_f32; CHUNK]; 3];
    let [reds, greens, blues] = &mut linear;
    let channels = reds.iter_mut().zip(greens).zip(blues);
    for (((red, green), blue), color) in channels.zip(&*colors) {
        let [r, g, b, _] = color.map(usize::from);
        (*red, *green, *blue) = (table[r], table[g], table[b]);
    }
    let mut saturated = [0_u32; CHUNK];
    for (i, to) in saturated.iter_mut().enumerate() {
        let [r, g, b] = [linear[0][i], linear[1][i], linear[2][i]];
        let [x, y, z] = multiplied(&TO_WHITE, [r, g, b]).map(compress);
        let white = [y + factor * (x - y), y, y + factor * (z - y)].map(inverse);
        let [r, g, b] = multiplied(&FROM_WHITE, white).map(encode);
        *to = r | g << 8 | b << 16;
    }
    for (color, saturated) in colors.iter_mut().zip(saturated) {
        let own = u32::from_le_bytes(*color);
        // Greys have no chroma, and must not get any from rounding.
        let is_grey = (own >> 8 ^ own) & 0xffff == 0;
        *color = if is_grey { own } else { saturated }.to_le_bytes();
    }
}

#[inline(always)]
fn multiplied(matrix: &[[f32; 3]; 3], [a, b, c]: [f32; 3]) -> [f32; 3] {
    matrix.map(|[x, y, z]| x * a + y * b + z * c)
}

/// The function f of Lab.
#[inline(always)]
fn compress(v: f32) -> f32 {
    let root = refined(v, refined(v, guess(v)));
    let line = v * 7.787_037 + 16.0 / 116.0;
    if v > 0.008_856_452 { root } else { line }
}

/// Its inverse.
#[inline(always)]
fn inverse(f: f32) -> f32 {
    let line = (f - 16.0 / 116.0) / 7.787_037;
    if f > 6.0 / 29.0 { f * f * f } else { line }
}

/// The 8-bit sRGB value of linear light, clipped: `v^(5/12)` by roots.
#[inline(always)]
fn encode(linear: f32) -> u32 {
    let v = linear.clamp(0.0, 1.0);
    let root = refined(v, guess(v));
    let curve = 1.055 * root * root.sqrt().sqrt() - 0.055;
    let encoded = if v > 0.003_130_8 { curve } else { 12.92 * v };
    // Adding 1.5 · 2²³ leaves the rounded value in the last bits.
    (encoded * 255.0 + 12_582_912.0).to_bits() & 0xff
}

/// A cube root within 4 %: a third of the exponent.
#[inline(always)]
fn guess(v: f32) -> f32 {
    f32::from_bits(v.to_bits() / 3 + 0x2a51_4067)
}

/// A cube root by Halley's method: the error becomes two thirds of its third power.
#[inline(always)]
fn refined(v: f32, root: f32) -> f32 {
    let cube = root * root * root;
    root * (cube + 2.0 * v) / (2.0 * cube + v)
}

/// Linear light of the 8-bit values.
static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    let mut table = [0.0; 256];
    for (value, to) in (0_u8..=255).zip(&mut table) {
        *to = srgb_to_linear(f32::from(value) / 255.0);
    }
    table
});

/// Red, green and blue, and a sample that does not count, of pixels that go through all changes at a time: few
/// enough for the fastest cache.
pub(crate) type Colors = [[u8; 4]; CHUNK];

/// How many those are.
pub(crate) const CHUNK: usize = 64;
