//! The grey of the same luminance.

use std::sync::LazyLock;

use crate::convert::srgb_to_linear;

/// The sRGB encoded grey with the luminance of this colour, weighed as BT.709 does.
///
/// Exactly the nearest one: luminance is summed up in fixed point, a coarse table gives the grey or
/// the one below it, and the border between the two decides.
#[inline(always)]
pub(crate) fn grey(tables: &Greys, [red, green, blue]: [u8; 3]) -> u8 {
    let [reds, greens, blues] = &tables.light;
    let light = reds[usize::from(red)] + greens[usize::from(green)] + blues[usize::from(blue)];
    let index = (light >> (BITS - COARSE_BITS)) as usize & ((1 << COARSE_BITS) - 1);
    let [low, border @ ..] = tables.coarse[index].to_le_bytes();
    let [a, b, c] = border;
    low + u8::from(light >= u32::from_le_bytes([a, b, c, 0]))
}

/// Tables of [`grey`].
pub(crate) static GREYS: LazyLock<Box<Greys>> = LazyLock::new(|| Box::new(Greys::new()));

/// What [`grey`] looks up.
pub(crate) struct Greys {
    /// Luminance of each channel's values.
    light: [[u32; 256]; 3],
    /// By the interval of luminance: a grey in the lowest 8 bits, and above them the luminance from which on
    /// it is the next one.
    coarse: [u32; 1 << COARSE_BITS],
}

impl Greys {
    fn new() -> Self {
        let mut light = [[0; 256]; 3];
        for (table, weight) in light.iter_mut().zip([0.2126, 0.7152, 0.0722]) {
            for (value, to) in (0_u8..=255).zip(table) {
                *to = fixed(weight * srgb_to_linear(f32::from(value) / 255.0));
            }
        }
        // White has the luminance of white, whatever the weights were rounded to.
        let rest = light[0][255] + light[2][255];
        light[1][255] = ((1 << BITS) - 1) - rest;
        let borders = borders();
        let mut coarse = [0; 1 << COARSE_BITS];
        let mut grey = 0;
        let starts = (0..).step_by(1 << (BITS - COARSE_BITS));
        for (start, to) in starts.zip(&mut coarse) {
            while grey < 254 && start >= borders[grey] {
                grey += 1;
            }
            *to = borders[grey] << 8 | u32::try_from(grey).unwrap_or(254);
        }
        Self { light, coarse }
    }
}

/// The luminance from which on a grey's next one is nearer, of 0 to 254.
fn borders() -> [u32; 255] {
    let mut borders = [0; 255];
    for (value, to) in (0_u8..255).zip(&mut borders) {
        let encoded = (f32::from(value) + 0.5) / 255.0;
        *to = fixed(srgb_to_linear(encoded));
    }
    borders
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "of 0 to 1"
)]
fn fixed(light: f32) -> u32 {
    (f64::from(light) * f64::from((1_u32 << BITS) - 1)).round() as u32
}

/// Of luminance: white is all ones.
const BITS: u32 = 24;
/// Of the intervals: so fine that no two borders lie in one. The steepest part of the curve has 12.92.
const COARSE_BITS: u32 = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greys_are_themselves_and_colours_have_their_luminance() {
        for value in 0..=255 {
            assert_eq!(grey(&GREYS, [value; 3]), value);
        }
        let mut state = 7_u32;
        for _ in 0..20_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [r, g, b, _] = state.to_be_bytes();
            let [lr, lg, lb] = [r, g, b].map(|v| {
                let v = f64::from(v) / 255.0;
                if v <= 0.04045 {
                    v / 12.92
                } else {
                    ((v + 0.055) / 1.055).powf(2.4)
                }
            });
            let y = 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
            let encoded = if y <= 0.003_130_8 {
                y * 12.92
            } else {
                1.055 * y.powf(1.0 / 2.4) - 0.055
            };
            let found = f64::from(grey(&GREYS, [r, g, b]));
            assert!((found - encoded * 255.0).abs() < 0.502, "{r} {g} {b}");
        }
    }

    #[test]
    fn no_two_borders_lie_in_one_interval() {
        let borders = borders();
        let least = borders.windows(2).map(|pair| pair[1] - pair[0]).min();
        assert!(least.unwrap() > 1 << (BITS - COARSE_BITS));
    }
}
