//! Premultiplied and straight alpha.

use crate::{Channels, Image, SamplesMut};

/// Multiplies colour by alpha, in place; an image without alpha stays as it is.
///
/// Integers truncate: `p·a / max`, as the reference does before it resamples (pipeline §4.6), so
/// opaque pixels do not change and transparent ones become zero. Allocates nothing.
///
/// # Examples
///
/// ```
/// use pixgate_raster::compose::premultiply;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let layout = Layout::u8(1, 1, Channels::Rgba);
/// let mut image = Image::from_u8(layout, vec![200, 100, 7, 128])?;
/// premultiply(&mut image);
/// assert_eq!(image.view::<u8>()?.pixel(0, 0), &[100, 50, 3, 128]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn premultiply(image: &mut Image) {
    let channels = image.layout().channels;
    match image.samples_mut() {
        SamplesMut::U8(s) => each_pixel(s, channels, multiply_u8),
        SamplesMut::U16(s) => each_pixel(s, channels, multiply_u16),
        SamplesMut::F32(s) => each_pixel(s, channels, |c, a| c * a),
    }
}

/// Divides colour by alpha, in place; an image without alpha stays as it is.
///
/// Integers truncate and clip: `min(p·max / a, max)`. Where alpha is zero colour becomes zero.
/// After [`premultiply`] a colour comes back at most `⌈max / a⌉` too low. Allocates nothing.
pub fn unpremultiply(image: &mut Image) {
    let channels = image.layout().channels;
    match image.samples_mut() {
        SamplesMut::U8(s) => each_pixel(s, channels, divide_u8),
        SamplesMut::U16(s) => each_pixel(s, channels, divide_u16),
        SamplesMut::F32(s) => each_pixel(s, channels, divide_f32),
    }
}

/// Replaces each colour sample by `f(colour, alpha)`.
fn each_pixel<T: Copy>(samples: &mut [T], channels: Channels, f: impl Fn(T, T) -> T) {
    match channels {
        Channels::GreyAlpha => {
            for [grey, a] in samples.as_chunks_mut().0 {
                *grey = f(*grey, *a);
            }
        }
        Channels::Rgba => {
            for [r, g, b, a] in samples.as_chunks_mut().0 {
                (*r, *g, *b) = (f(*r, *a), f(*g, *a), f(*b, *a));
            }
        }
        Channels::Grey | Channels::Rgb | Channels::Cmyk => {}
    }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "at most 255")]
fn multiply_u8(colour: u8, alpha: u8) -> u8 {
    (u32::from(colour) * u32::from(alpha) / 255) as u8
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "at most 65535")]
fn multiply_u16(colour: u16, alpha: u16) -> u16 {
    (u32::from(colour) * u32::from(alpha) / 65535) as u16
}

/// A correctly rounded 32-bit quotient never reaches the next integer: numerators are below 2¹⁶.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clipped to 0..=255; 0/0 casts to 0"
)]
fn divide_u8(colour: u8, alpha: u8) -> u8 {
    let quotient = f32::from(colour) * 255.0 / f32::from(alpha);
    if alpha == 0 {
        0
    } else {
        quotient.min(255.0) as u8
    }
}

#[inline(always)]
fn divide_u16(colour: u16, alpha: u16) -> u16 {
    (u32::from(colour) * 65535)
        .checked_div(u32::from(alpha))
        .unwrap_or(0)
        .min(65535) as u16
}

#[inline(always)]
fn divide_f32(colour: f32, alpha: f32) -> f32 {
    if alpha > 0.0 { colour / alpha } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_stays_and_transparent_becomes_zero() {
        for c in 0..=255 {
            assert_eq!(multiply_u8(c, 255), c);
            assert_eq!(divide_u8(c, 255), c);
            assert_eq!(multiply_u8(c, 0), 0);
            assert_eq!(divide_u8(c, 0), 0);
        }
        assert_eq!(multiply_u16(65535, 65535), 65535);
        assert_eq!(divide_u16(7, 0), 0);
        assert_eq!(divide_u16(65535, 1), 65535);
    }

    #[test]
    fn divides_exactly_as_integers_do() {
        for c in 0..=255_u8 {
            for a in 1..=255_u8 {
                let exact = (u32::from(c) * 255 / u32::from(a)).min(255);
                assert_eq!(u32::from(divide_u8(c, a)), exact, "{c} / {a}");
            }
        }
    }

    #[test]
    fn round_trip_loses_at_most_one_step_of_alpha() {
        for c in 0..=255_u8 {
            for a in 1..=255_u8 {
                let back = divide_u8(multiply_u8(c, a), a);
                assert!(
                    back <= c && c - back <= 255_u8.div_ceil(a),
                    "{c} at {a}: {back}"
                );
            }
        }
    }
}
