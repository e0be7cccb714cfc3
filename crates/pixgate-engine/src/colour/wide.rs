//! Inks to sRGB by their profile, through a space that holds every colour that inks can be.
//!
//! The colour library looks colours up in a grid. What inks show beyond sRGB would be cut off at the
//! points of the grid, and what lies between them would be greyer than it is; so the grid is one of
//! ProPhoto RGB, and colours are cut off one by one behind it.

use moxcms::{ColorProfile, DataColorSpace, Layout};
use pixgate_raster::{Image, Samples, SamplesMut, linear_to_srgb, zeroed};

/// Converts all inks; none if the profile is not for them or cannot be used.
pub(super) fn convert(image: &Image, rgb: &mut Image, profile: &[u8]) -> Option<()> {
    let source = ColorProfile::new_from_slice(profile).ok()?;
    if source.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let wide = ColorProfile::new_pro_photo_rgb();
    let options = super::transform_options();
    let transform = source.create_transform_16bit(Layout::Rgba, &wide, Layout::Rgb, options);
    let transform = transform.ok()?;
    let (width, row_inks) = (image.width() as usize, image.layout().row_samples());
    let mut inks = zeroed::<u16>(row_inks).ok()?;
    let mut colors = zeroed::<u16>(3 * width).ok()?;
    let tables = Tables::new();
    let rows = 0..image.height() as usize;
    match (image.samples(), rgb.samples_mut()) {
        (Samples::U8(from), SamplesMut::U8(to)) => {
            let pairs = from
                .chunks_exact(row_inks)
                .zip(to.chunks_exact_mut(3 * width));
            for (from, to) in pairs.take(rows.end) {
                for (ink, from) in inks.iter_mut().zip(from) {
                    *ink = u16::from(*from) * 257;
                }
                transform.transform(&inks, &mut colors).ok()?;
                for (to, color) in to.as_chunks_mut().0.iter_mut().zip(colors.as_chunks().0) {
                    *to = tables
                        .srgb(*color)
                        .map(|value| fixed(value * 255.0).to_be_bytes()[1]);
                }
            }
        }
        (Samples::U16(from), SamplesMut::U16(to)) => {
            let pairs = from
                .chunks_exact(row_inks)
                .zip(to.chunks_exact_mut(3 * width));
            for (from, to) in pairs.take(rows.end) {
                transform.transform(from, &mut colors).ok()?;
                for (to, color) in to.as_chunks_mut().0.iter_mut().zip(colors.as_chunks().0) {
                    *to = tables.srgb(*color).map(|value| fixed(value * 65_535.0));
                }
            }
        }
        _ => return None,
    }
    Some(())
}

/// Curves at even steps.
struct Tables {
    /// Light by value of the wide space.
    light: Vec<f32>,
    /// Value of sRGB by the square root of light, along which it is nearly straight.
    value: Vec<f32>,
}

impl Tables {
    fn new() -> Self {
        let steps = || (0..=STEPS).map(|step| f32::from(step) / f32::from(STEPS));
        Self {
            light: steps().map(|value| value.powf(WIDE_GAMMA)).collect(),
            value: steps().map(|root| linear_to_srgb(root * root)).collect(),
        }
    }

    fn srgb(&self, wide: [u16; 3]) -> [f32; 3] {
        let light = wide.map(|value| along(&self.light, f32::from(value) / 65_535.0));
        FROM_WIDE.map(|row| {
            let light = row[0] * light[0] + row[1] * light[1] + row[2] * light[2];
            along(&self.value, light.clamp(0.0, 1.0).sqrt())
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a step between 0 and the last"
)]
fn along(table: &[f32], at: f32) -> f32 {
    let place = at * f32::from(STEPS);
    let step = place as usize;
    let low = table.get(step).copied().unwrap_or(1.0);
    let high = table.get(step + 1).copied().unwrap_or(low);
    low + (high - low) * (place - step as f32)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a value from 0 to 65535"
)]
fn fixed(value: f32) -> u16 {
    (value + 0.5) as u16
}

const STEPS: u16 = 2048;
/// Gamma of ProPhoto RGB (ISO 22028-2).
const WIDE_GAMMA: f32 = 1.8;
/// Light in ProPhoto RGB to light in sRGB, both under D50 (sRGB adapted by Bradford's method).
const FROM_WIDE: [[f32; 3]; 3] = [
    [2.034_076, -0.727_334, -0.306_742],
    [-0.228_813, 1.231_73, -0.002_917],
    [-0.008_57, -0.153_287, 1.161_856],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greys_and_colours_come_out_of_the_wide_space() {
        let tables = Tables::new();
        for grey in [0_u16, 9000, 32_768, 65_535] {
            let value = (f32::from(grey) / 65_535.0).powf(WIDE_GAMMA);
            let expected = linear_to_srgb(value);
            for channel in tables.srgb([grey; 3]) {
                assert!(
                    (channel - expected).abs() < 0.002,
                    "{grey}: {channel} {expected}"
                );
            }
        }
        // A cyan beyond sRGB has no red left at all.
        assert!(tables.srgb([20_000, 50_000, 60_000])[0] < 1e-6);
    }
}
