//! Samples of 16 bits that hold linear light, with room beyond black and white.
//!
//! A kernel overshoots at edges. Were that cut off between the pass over rows and the one over
//! columns, the second would miss what it takes from it, which in linear light is several levels
//! next to bright edges. So white is 26,010, a fifth less than 16 bits with a sign can hold; the
//! darkest step of 8-bit sRGB is still 8 of these.

use std::sync::LazyLock;

use crate::{Channels, linear_to_srgb, srgb_to_linear};

/// How 8-bit samples become wide ones and wide ones 8-bit samples.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide {
    channels: usize,
    has_alpha: bool,
    premultiply: bool,
}

impl Wide {
    /// - `premultiply`: colour is multiplied by alpha, if there is one.
    pub(crate) fn new(channels: Channels, premultiply: bool) -> Self {
        Self {
            channels: channels.count(),
            has_alpha: channels.has_alpha(),
            premultiply: premultiply && channels.has_alpha(),
        }
    }

    /// Widens a row.
    pub(crate) fn widen(self, row: &[u8], target: &mut [i16]) {
        let table = &LINEAR.wide;
        if !self.has_alpha {
            for (to, from) in target.iter_mut().zip(row) {
                *to = table[usize::from(*from)];
            }
        } else if self.channels == 4 {
            widen_pixels::<4>(table, self.premultiply, row, target);
        } else {
            widen_pixels::<2>(table, self.premultiply, row, target);
        }
    }

    /// Turns a row back to 8 bits, and divides colour by alpha if that was multiplied in.
    pub(crate) fn narrow(self, row: &[i16], target: &mut [u8]) {
        let table = &LINEAR.narrow;
        if !self.has_alpha {
            for (to, from) in target.iter_mut().zip(row) {
                *to = narrowed(table, (*from).into());
            }
            return;
        }
        let pixels = row.chunks_exact(self.channels);
        for (to, from) in target.chunks_exact_mut(self.channels).zip(pixels) {
            narrow_pixel(table, self.premultiply, from, to);
        }
    }
}

fn widen_pixels<const C: usize>(
    table: &[i16; 256],
    premultiply: bool,
    row: &[u8],
    target: &mut [i16],
) {
    let pixels = row.as_chunks::<C>().0;
    for (to, from) in target.as_chunks_mut::<C>().0.iter_mut().zip(pixels) {
        let opacity = from[C - 1];
        for (to, from) in to.iter_mut().zip(from) {
            *to = table[usize::from(*from)];
        }
        if premultiply && opacity < u8::MAX {
            for to in to.iter_mut() {
                *to = share(*to, opacity);
            }
        }
        to[C - 1] = i16::from(opacity) * STEP;
    }
}

/// Rounds `value · alpha / 255`.
#[expect(clippy::cast_possible_truncation, reason = "no more than the value")]
const fn share(value: i16, alpha: u8) -> i16 {
    ((value as i32 * alpha as i32 + 127) / 255) as i16
}

fn narrow_pixel(table: &[u8], premultiplied: bool, from: &[i16], to: &mut [u8]) {
    let (Some((alpha, colour)), Some((opacity, target))) = (from.split_last(), to.split_last_mut())
    else {
        return;
    };
    let alpha = i32::from(*alpha).clamp(0, WHITE);
    *opacity = u8::try_from((alpha + i32::from(STEP) / 2) / i32::from(STEP)).unwrap_or(u8::MAX);
    for (to, value) in target.iter_mut().zip(colour) {
        let mut value = i32::from(*value).clamp(0, WHITE);
        if premultiplied && alpha < WHITE {
            let divided = (value * WHITE + alpha / 2).checked_div(alpha);
            value = divided.unwrap_or(0);
        }
        *to = narrowed(table, value);
    }
}

fn narrowed(table: &[u8], value: i32) -> u8 {
    let place = usize::try_from(value.min(WHITE)).unwrap_or(0);
    table.get(place).copied().unwrap_or(u8::MAX)
}

/// A step of alpha.
const STEP: i16 = 102;
/// All light, and opaque.
const WHITE: i32 = 255 * STEP as i32;

#[derive(Debug)]
struct Tables {
    wide: [i16; 256],
    /// For each value from 0 to [`WHITE`].
    narrow: Box<[u8]>,
}

impl Tables {
    /// - `light`, `value`: from 0 to 1 there, and back.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 1 become 0 to 26,010, or 255"
    )]
    fn new(light: fn(f32) -> f32, value: fn(f32) -> f32) -> Self {
        let white = WHITE as f32;
        let mut wide = [0; 256];
        for (value, to) in (0_u8..=255).zip(&mut wide) {
            *to = (light(f32::from(value) / 255.0) * white).round() as i16;
        }
        let narrow = (0..=WHITE).map(|place| (value(place as f32 / white) * 255.0).round() as u8);
        Self {
            wide,
            narrow: narrow.collect(),
        }
    }
}

static LINEAR: LazyLock<Tables> = LazyLock::new(|| Tables::new(srgb_to_linear, linear_to_srgb));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bits_come_back_exactly() {
        let values: Vec<u8> = (0..=255).flat_map(|value| [value, 255 - value]).collect();
        for channels in [Channels::Grey, Channels::GreyAlpha, Channels::Rgba] {
            let form = Wide::new(channels, false);
            let (mut wide, mut back) = (vec![0; 512], vec![0; 512]);
            form.widen(&values, &mut wide);
            form.narrow(&wide, &mut back);
            assert_eq!(back, values);
        }
    }

    #[test]
    fn colour_comes_back_from_alpha_where_there_is_enough_of_it() {
        let form = Wide::new(Channels::GreyAlpha, true);
        for alpha in [0, 1, 128, 255_u8] {
            for colour in 0..=255_u8 {
                let (mut wide, mut back) = (vec![0; 2], vec![0; 2]);
                form.widen(&[colour, alpha], &mut wide);
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
