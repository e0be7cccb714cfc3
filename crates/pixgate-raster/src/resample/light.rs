//! Linear light in 16 bits, with room beyond black and white.
//!
//! A kernel overshoots at edges. Were that cut off between the pass over rows and the one over
//! columns, the second would miss what it takes from it, which in linear light is several levels
//! next to bright edges. So 0 to 1 lie at 13,260 to 52,275, a third of the range left on either
//! side, more than Lanczos3 can overshoot; the darkest step of 8-bit sRGB is still 12 of these.

use std::sync::LazyLock;

use crate::{
    Channels, Depth, Error, Image, Layout, Samples, linear_to_srgb, srgb_to_linear, zeroed,
};

/// Turns a row of 8-bit sRGB into linear light; alpha is only widened, and multiplied into the
/// colour if `premultiply` says so.
pub(super) fn widen(row: &[u8], channels: Channels, premultiply: bool, target: &mut [u16]) {
    let table = &*FROM_U8;
    for (to, from) in target.iter_mut().zip(row) {
        *to = table[usize::from(*from)];
    }
    if !channels.has_alpha() {
        return;
    }
    let count = channels.count();
    let pixels = row.chunks_exact(count);
    for (to, from) in target.chunks_exact_mut(count).zip(pixels) {
        let (Some((alpha, colour)), Some(opacity)) = (to.split_last_mut(), from.last()) else {
            continue;
        };
        *alpha = BLACK + u16::from(*opacity) * STEP;
        if premultiply && *opacity < u8::MAX {
            for value in colour {
                *value = BLACK + share(*value - BLACK, *opacity);
            }
        }
    }
}

/// Rounds `value · alpha / 255`.
#[expect(clippy::cast_possible_truncation, reason = "no more than the value")]
const fn share(value: u16, alpha: u8) -> u16 {
    ((value as u32 * alpha as u32 + 127) / 255) as u16
}

/// Turns linear light back to 8-bit sRGB, and divides colour by alpha if that was multiplied in.
pub(super) fn narrow(image: &Image, premultiplied: bool) -> Result<Image, Error> {
    let layout = Layout {
        depth: Depth::U8,
        ..image.layout()
    };
    let Samples::U16(samples) = image.samples() else {
        return Err(crate::ErrorKind::UnsupportedLayout.into());
    };
    let mut target = zeroed::<u8>(samples.len())?;
    let table = &*TO_U8;
    if layout.channels.has_alpha() {
        let count = layout.channels.count();
        let pixels = samples.chunks_exact(count);
        for (to, from) in target.chunks_exact_mut(count).zip(pixels) {
            narrow_pixel(from, to, table, premultiplied);
        }
    } else {
        for (to, from) in target.iter_mut().zip(samples) {
            *to = table[usize::from(*from)];
        }
    }
    Image::from_samples(layout, Samples::U8(target))
}

fn narrow_pixel(from: &[u16], to: &mut [u8], table: &[u8], premultiplied: bool) {
    let (Some((alpha, colour)), Some((opacity, target))) = (from.split_last(), to.split_last_mut())
    else {
        return;
    };
    let alpha = alpha.saturating_sub(BLACK).min(WHITE - BLACK);
    *opacity = u8::try_from((alpha + STEP / 2) / STEP).unwrap_or(u8::MAX);
    for (to, value) in target.iter_mut().zip(colour) {
        let mut value = *value;
        if premultiplied && alpha < WHITE - BLACK {
            value = BLACK + divided(value.saturating_sub(BLACK), alpha);
        }
        *to = table[usize::from(value)];
    }
}

/// Rounds `value · 1 / alpha`, at most 1; 0 where alpha is.
#[expect(clippy::cast_possible_truncation, reason = "at most white")]
fn divided(value: u16, alpha: u16) -> u16 {
    let white = u32::from(WHITE - BLACK);
    let alpha = u32::from(alpha);
    (u32::from(value) * white + alpha / 2)
        .checked_div(alpha)
        .unwrap_or(0)
        .min(white) as u16
}

/// No light, and wholly transparent.
const BLACK: u16 = 13_260;
/// A step of alpha.
const STEP: u16 = 153;
/// All light, and opaque.
const WHITE: u16 = BLACK + 255 * STEP;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 1 become 0 to 39,015"
)]
static FROM_U8: LazyLock<[u16; 256]> = LazyLock::new(|| {
    let mut table = [0; 256];
    for (value, to) in (0_u8..=255).zip(&mut table) {
        let light = srgb_to_linear(f32::from(value) / 255.0);
        *to = BLACK + (light * f32::from(WHITE - BLACK)).round() as u16;
    }
    table
});

/// 64 KiB, made once.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped"
)]
static TO_U8: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    let encoded = |value: u16| {
        let light = (f32::from(value) - f32::from(BLACK)) / f32::from(WHITE - BLACK);
        (linear_to_srgb(light.clamp(0.0, 1.0)) * 255.0).round() as u8
    };
    (0..=u16::MAX).map(encoded).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bits_come_back_exactly() {
        let values: Vec<u8> = (0..=255).flat_map(|value| [value, 255 - value]).collect();
        for channels in [Channels::Grey, Channels::GreyAlpha] {
            let layout = Layout::u8(512 / u32::try_from(channels.count()).unwrap(), 1, channels);
            let mut wide = vec![0; 512];
            widen(&values, channels, false, &mut wide);
            let layout16 = Layout {
                depth: Depth::U16,
                ..layout
            };
            let wide = Image::from_samples(layout16, Samples::U16(wide)).unwrap();
            let back = narrow(&wide, false).unwrap();
            assert_eq!(back, Image::from_u8(layout, values.clone()).unwrap());
        }
    }

    #[test]
    fn colour_comes_back_from_alpha_where_there_is_enough_of_it() {
        for alpha in [0, 1, 128, 255_u8] {
            for colour in 0..=255_u8 {
                let mut wide = vec![0; 2];
                widen(&[colour, alpha], Channels::GreyAlpha, true, &mut wide);
                let mut back = [0; 2];
                narrow_pixel(&wide, &mut back, &TO_U8, true);
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
