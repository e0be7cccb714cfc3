//! Samples of 16 bits with a sign, into which 8-bit samples are widened where they are mixed as light
//! or multiplied by alpha.
//!
//! A kernel overshoots at edges. Were that cut off between the pass over rows and the one over
//! columns, the second would miss what it takes from it, which in linear light is several levels
//! next to bright edges. So white is 26,010 there, a fifth less than 16 bits with a sign can hold; the
//! darkest step of 8-bit sRGB is still 8 of these. Otherwise white is as for opaque pixels
//! ([`super::taps`]), and the overshoot is cut off as there.

use std::sync::LazyLock;

use super::taps::{MIDDLE_BITS, MIDDLE_MOST};
use crate::Channels;
use crate::convert::linear_to_srgb;

/// How 8-bit samples become wide ones and wide ones 8-bit samples.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide {
    pub(crate) channels: usize,
    pub(crate) has_alpha: bool,
    pub(crate) premultiply: bool,
    /// Linear light, or else the samples as they are.
    pub(crate) is_linear: bool,
}

impl Wide {
    /// Samples as they are.
    ///
    /// - `premultiply`: colour is multiplied by alpha, if there is one.
    pub(crate) const fn plain(channels: Channels, premultiply: bool) -> Self {
        Self {
            channels: channels.count(),
            has_alpha: channels.has_alpha(),
            premultiply: premultiply && channels.has_alpha(),
            is_linear: false,
        }
    }

    /// Linear light.
    ///
    /// - `premultiply`: see [`Wide::plain`].
    pub(crate) const fn linear(channels: Channels, premultiply: bool) -> Self {
        Self {
            is_linear: true,
            ..Self::plain(channels, premultiply)
        }
    }

    /// What a sum over rows is cut off to, and whether one over columns is rounded: samples as they
    /// are round once, to 8 bits.
    pub(crate) const fn limits(self) -> Limits {
        let (least, most) = if self.is_linear {
            (i16::MIN, i16::MAX)
        } else {
            (0, MIDDLE_MOST)
        };
        Limits {
            least,
            most,
            rounds: self.is_linear,
        }
    }

    /// Turns a row back to 8 bits.
    ///
    /// - `row`: divided by alpha, see [`divide`], if that was multiplied in.
    pub(crate) fn narrow(self, row: &[i16], target: &mut [u8]) {
        if !self.is_linear {
            for (to, from) in target.iter_mut().zip(row) {
                *to = narrowed(*from);
            }
            return;
        }
        let table = &LINEAR.narrow;
        for (to, from) in target.iter_mut().zip(row) {
            let place = usize::try_from(*from).unwrap_or(0);
            *to = table.get(place).copied().unwrap_or(u8::MAX);
        }
        if self.has_alpha {
            let alphas = row.iter().skip(self.channels - 1).step_by(self.channels);
            let targets = target.iter_mut().skip(self.channels - 1);
            for (to, alpha) in targets.step_by(self.channels).zip(alphas) {
                let step = LINEAR_STEP as i32;
                let alpha = (i32::from(*alpha) + step / 2) / step;
                *to = u8::try_from(alpha.clamp(0, 255)).unwrap_or(u8::MAX);
            }
        }
    }

    /// A step of alpha.
    pub(crate) const fn step(self) -> i16 {
        if self.is_linear {
            LINEAR_STEP
        } else {
            1 << MIDDLE_BITS
        }
    }

    /// To a multiple of which numbers are rounded before colour is divided by alpha: levels as they
    /// are, since more than that cannot be seen, and files of many colours under thin alpha are larger.
    pub(crate) const fn grid(self) -> i16 {
        if self.is_linear { 1 } else { self.step() }
    }

    /// All light, and opaque.
    pub(crate) const fn white(self) -> i16 {
        255 * self.step()
    }

    #[inline(always)]
    fn wide(self, value: u8) -> i16 {
        if self.is_linear {
            LINEAR.wide[usize::from(value)]
        } else {
            i16::from(value) << MIDDLE_BITS
        }
    }
}

/// See [`Wide::limits`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) least: i16,
    pub(crate) most: i16,
    pub(crate) rounds: bool,
}

/// Widens a row.
pub(crate) fn widen(form: Wide, row: &[u8], target: &mut [i16]) {
    for (to, from) in target.iter_mut().zip(row) {
        *to = form.wide(*from);
    }
    if !form.has_alpha {
        return;
    }
    let pixels = row.chunks_exact(form.channels);
    for (to, from) in target.chunks_exact_mut(form.channels).zip(pixels) {
        let (Some((alpha, colour)), Some(opacity)) = (to.split_last_mut(), from.last()) else {
            continue;
        };
        *alpha = i16::from(*opacity) * form.step();
        if form.premultiply && *opacity < u8::MAX {
            for value in colour {
                *value = share(*value, *opacity);
            }
        }
    }
}

/// Rounds `value · alpha / 255`, all but exactly: what alpha lacks is taken away, in 15 bits.
#[expect(clippy::cast_possible_truncation, reason = "no more than the value")]
const fn share(value: i16, alpha: u8) -> i16 {
    let lacks = ((u8::MAX - alpha) as i32 * 257 + 1) >> 1;
    value + ((-(value as i32) * lacks + (1 << 14)) >> 15) as i16
}

/// Divides colour by alpha; colour that is not seen in 8 bits becomes black.
#[expect(clippy::cast_possible_truncation, reason = "at most white")]
pub(crate) fn divide(form: Wide, row: &mut [i16]) {
    let (white, grid) = (form.white(), form.grid());
    let rounded = |value: i16| value.saturating_add(grid / 2) & -grid;
    for pixel in row.chunks_exact_mut(form.channels) {
        let Some((alpha, colour)) = pixel.split_last_mut() else {
            continue;
        };
        *alpha = rounded(*alpha).clamp(0, white);
        if *alpha < form.step() / 2 {
            colour.fill(0);
            continue;
        }
        let factor = f32::from(white) / f32::from(*alpha);
        for value in colour {
            let divided = f32::from(rounded(*value)) * factor + 0.5;
            *value = divided.clamp(0.0, f32::from(white)) as i16;
        }
    }
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 255"
)]
fn narrowed(value: i16) -> u8 {
    let half = 1 << (MIDDLE_BITS - 1);
    ((value.clamp(0, MIDDLE_MOST) + half) >> MIDDLE_BITS) as u8
}

/// A step of alpha beside linear light.
const LINEAR_STEP: i16 = 102;

/// Linear light of each sixteen values from a multiple of sixteen on, `l` values further:
/// `a + (b + c·l)·l / 256`, which is the nearest that whole numbers come to
/// [`srgb_to_linear`](crate::convert::srgb_to_linear): within 0.74, where rounding takes 0.5. The first sixteen
/// are a table.
pub(crate) const PIECES: [(u16, u16, u8); 16] = [
    (0, 0, 0),
    (135, 2788, 66),
    (376, 5006, 80),
    (769, 7610, 89),
    (1334, 10_507, 96),
    (2087, 13_622, 104),
    (3043, 16_972, 111),
    (4215, 20_525, 117),
    (5615, 24_290, 121),
    (7254, 28_217, 126),
    (9144, 32_286, 130),
    (11_293, 36_512, 135),
    (13_710, 40_951, 136),
    (16_406, 45_436, 142),
    (19_388, 50_071, 147),
    (22_665, 54_786, 154),
];

/// Linear light of the first sixteen values.
pub(crate) const DARK: [u8; 16] = [
    0, 8, 16, 24, 32, 39, 47, 55, 63, 71, 79, 87, 96, 105, 114, 124,
];

#[derive(Debug)]
struct Tables {
    wide: [i16; 256],
    /// For each value from black to white.
    narrow: Box<[u8]>,
}

static LINEAR: LazyLock<Tables> = LazyLock::new(|| {
    let mut wide = [0; 256];
    for (value, to) in (0_u8..=255).zip(&mut wide) {
        *to = light(value);
    }
    let white = LINEAR_STEP * 255;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "to 255"
    )]
    let narrow = (0..=white)
        .map(|v| (linear_to_srgb(f32::from(v) / f32::from(white)) * 255.0).round() as u8);
    Tables {
        wide,
        narrow: narrow.collect(),
    }
});

/// Linear light of a value, see [`PIECES`].
#[expect(clippy::cast_possible_truncation, reason = "at most 26,010")]
fn light(value: u8) -> i16 {
    let place = usize::from(value % 16);
    if value < 16 {
        return i16::from(DARK[place]);
    }
    let (a, b, c) = PIECES[usize::from(value / 16)];
    let l = u32::from(value % 16);
    let slope = u32::from(b) + u32::from(c) * l;
    (u32::from(a) + slope * l / 256) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::srgb_to_linear;

    #[test]
    fn eight_bits_come_back_exactly() {
        let values: Vec<u8> = (0..=255).flat_map(|value| [value, 255 - value]).collect();
        for channels in [Channels::Grey, Channels::GreyAlpha, Channels::Rgba] {
            for form in [Wide::plain(channels, false), Wide::linear(channels, false)] {
                let (mut wide, mut back) = (vec![0; 512], vec![0; 512]);
                widen(form, &values, &mut wide);
                form.narrow(&wide, &mut back);
                assert_eq!(back, values);
            }
        }
    }

    #[test]
    fn light_is_near_that_in_floats() {
        for value in 0..=255 {
            let exact = srgb_to_linear(f32::from(value) / 255.0) * 26_010.0;
            assert!((f32::from(light(value)) - exact).abs() < 0.75, "{value}");
        }
    }

    #[test]
    fn colour_comes_back_from_alpha_where_there_is_enough_of_it() {
        for form in [
            Wide::plain(Channels::GreyAlpha, true),
            Wide::linear(Channels::GreyAlpha, true),
        ] {
            for alpha in [0, 1, 128, 255_u8] {
                for colour in 0..=255_u8 {
                    let (mut wide, mut back) = (vec![0; 2], vec![0; 2]);
                    widen(form, &[colour, alpha], &mut wide);
                    divide(form, &mut wide);
                    form.narrow(&wide, &mut back);
                    assert_eq!(back[1], alpha);
                    match alpha {
                        0 => assert_eq!(back[0], 0),
                        128.. => assert!(back[0].abs_diff(colour) <= 1, "{colour} {back:?}"),
                        _ => {}
                    }
                }
            }
        }
    }
}
