//! The sRGB transfer function: encoded values to linear light and back.
//!
//! IEC 61966-2-1:1999.

use std::sync::LazyLock;

use crate::{Depth, Error, Image, Layout, Samples, zeroed};

/// Linear light, 0 to 1, of an sRGB encoded value, 0 to 1.
#[must_use]
pub fn srgb_to_linear(encoded: f32) -> f32 {
    if encoded <= 0.040_45 {
        encoded / 12.92
    } else {
        ((encoded + 0.055) / 1.055).powf(2.4)
    }
}

/// The sRGB encoded value, 0 to 1, of linear light, 0 to 1.
#[must_use]
pub fn linear_to_srgb(linear: f32) -> f32 {
    if linear <= 0.003_130_8 {
        linear * 12.92
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

/// Turns sRGB encoded colour into 16-bit linear light; alpha is only widened.
///
/// 16 bits hold the darkest step of 8-bit sRGB 20 times; [`from_linear`] restores 8-bit images
/// exactly. Floats stay floats. Allocates [`linear_bytes`].
///
/// # Errors
///
/// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
pub fn to_linear(image: &Image) -> Result<Image, Error> {
    let layout = linear_layout(image.layout());
    let samples = match image.samples() {
        Samples::U8(s) => {
            let table = &*FROM_U8;
            Samples::U16(map(
                s,
                layout,
                |v| table[usize::from(v)],
                |a| u16::from(a) * 257,
            )?)
        }
        Samples::U16(s) => Samples::U16(map(s, layout, |v| wide(v, srgb_to_linear), |a| a)?),
        Samples::F32(s) => Samples::F32(map(s, layout, srgb_to_linear, |a| a)?),
    };
    Image::from_samples(layout, samples)
}

/// Turns linear light from [`to_linear`] into sRGB encoded colour of this depth.
///
/// Integers are rounded. Floats stay floats. Allocates the bytes of the result.
///
/// # Errors
///
/// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
pub fn from_linear(image: &Image, depth: Depth) -> Result<Image, Error> {
    let layout = image.layout();
    let layout = match image.samples() {
        Samples::F32(_) => layout,
        _ => Layout { depth, ..layout },
    };
    let samples = match (image.samples(), depth) {
        (Samples::U16(s), Depth::U8) => {
            let table = &*TO_U8;
            Samples::U8(map(
                s,
                layout,
                |v| table[usize::from(v)],
                |a| round_u8(unit(a)),
            )?)
        }
        (Samples::U16(s), Depth::U16) => {
            Samples::U16(map(s, layout, |v| wide(v, linear_to_srgb), |a| a)?)
        }
        (Samples::U16(s), Depth::F32) => {
            Samples::F32(map(s, layout, |v| linear_to_srgb(unit(v)), unit)?)
        }
        (Samples::F32(s), _) => Samples::F32(map(s, layout, linear_to_srgb, |a| a)?),
        (Samples::U8(_), _) => return Err(crate::ErrorKind::UnsupportedLayout.into()),
    };
    Image::from_samples(layout, samples)
}

/// Bytes that [`to_linear`] allocates.
#[must_use]
pub const fn linear_bytes(source: Layout) -> u64 {
    linear_layout(source).bytes()
}

const fn linear_layout(source: Layout) -> Layout {
    let depth = match source.depth {
        Depth::U8 | Depth::U16 => Depth::U16,
        Depth::F32 => Depth::F32,
    };
    Layout { depth, ..source }
}

/// Maps colour by one function and alpha by another.
fn map<S: Copy, T: Clone + Default>(
    source: &[S],
    layout: Layout,
    colour: impl Fn(S) -> T,
    alpha: impl Fn(S) -> T,
) -> Result<Vec<T>, Error> {
    let mut target = zeroed(source.len())?;
    let channels = layout.channels.count();
    if layout.channels.has_alpha() {
        let pixels = source.chunks_exact(channels);
        for (to, from) in target.chunks_exact_mut(channels).zip(pixels) {
            for (to, from) in to.iter_mut().zip(from).take(channels - 1) {
                *to = colour(*from);
            }
            to[channels - 1] = alpha(from[channels - 1]);
        }
    } else {
        for (to, from) in target.iter_mut().zip(source) {
            *to = colour(*from);
        }
    }
    Ok(target)
}

/// Linear light, 0 to 1, of an 8-bit sRGB value.
pub(crate) fn linear_of_u8(encoded: u8) -> f32 {
    unit(FROM_U8[usize::from(encoded)])
}

/// The 8-bit sRGB value of linear light, clipped.
pub(crate) fn u8_of_linear(linear: f32) -> u8 {
    TO_U8[usize::from(round_u16(linear))]
}

fn unit(value: u16) -> f32 {
    f32::from(value) / 65535.0
}

fn wide(value: u16, function: fn(f32) -> f32) -> u16 {
    round_u16(function(unit(value)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped"
)]
fn round_u16(unit: f32) -> u16 {
    (unit.clamp(0.0, 1.0) * 65535.0).round() as u16
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped"
)]
fn round_u8(unit: f32) -> u8 {
    (unit.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// 8-bit sRGB to 16-bit linear light.
static FROM_U8: LazyLock<[u16; 256]> = LazyLock::new(|| {
    let mut table = [0; 256];
    for (value, to) in (0_u8..=255).zip(&mut table) {
        *to = round_u16(srgb_to_linear(f32::from(value) / 255.0));
    }
    table
});

/// 16-bit linear light to 8-bit sRGB; 64 KiB, made once.
static TO_U8: LazyLock<Box<[u8]>> = LazyLock::new(|| {
    (0..=u16::MAX)
        .map(|v| round_u8(linear_to_srgb(unit(v))))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;

    #[test]
    fn eight_bits_come_back_exactly() {
        let values: Vec<u8> = (0..=255).collect();
        let image = Image::from_u8(Layout::u8(128, 1, Channels::GreyAlpha), values).unwrap();
        let back = from_linear(&to_linear(&image).unwrap(), Depth::U8).unwrap();
        assert_eq!(back, image);
    }

    #[test]
    fn half_the_light_is_188() {
        let half = linear_to_srgb(0.5) * 255.0;
        assert!((half - 187.5).abs() < 0.1, "{half}");
        assert!((srgb_to_linear(linear_to_srgb(0.2)) - 0.2).abs() < 1e-6);
    }
}
