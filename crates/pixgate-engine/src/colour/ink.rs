//! CMYK without a profile.

use pixgate_raster::{Image, Samples, SamplesMut};

/// Mixes inks to RGB: every pixel is a mixture of the sixteen overprints around it in a grid of five
/// shares of each ink, weighted by the area that each covers (the cellular form of H. E. J.
/// Neugebauer's equations, 1937).
pub(crate) fn mix(inks: &Image, rgb: &mut Image) {
    match (inks.samples(), rgb.samples_mut()) {
        (Samples::U8(inks), SamplesMut::U8(rgb)) => {
            for (ink, rgb) in inks.as_chunks().0.iter().zip(rgb.as_chunks_mut().0) {
                *rgb = mixed(ink.map(u16::from), 255).map(low_byte);
            }
        }
        (Samples::U16(inks), SamplesMut::U16(rgb)) => {
            for (ink, rgb) in inks.as_chunks().0.iter().zip(rgb.as_chunks_mut().0) {
                *rgb = mixed(*ink, 65_535).map(|v| low_word(v * 257));
            }
        }
        _ => {}
    }
}

/// Colour of inks between 0 and `full`, each channel 0 to 255 (scaled by 1 or 257 outside).
fn mixed(inks: [u16; 4], full: u16) -> [u32; 3] {
    let places = inks.map(|ink| place(f32::from(ink) * 255.0 / f32::from(full)));
    let mut sum = [0.0_f32; 3];
    for corner in 0..16_usize {
        let (mut weight, mut index) = (1.0, 0);
        for (ink, (cell, share)) in places.iter().enumerate() {
            let is_far = corner >> ink & 1 == 1;
            weight *= if is_far { *share } else { 1.0 - share };
            index = index * SHARES.len() + cell + usize::from(is_far);
        }
        let color = OVERPRINTS.as_chunks::<3>().0.get(index).copied();
        for (sum, channel) in sum.iter_mut().zip(color.unwrap_or_default()) {
            *sum += weight * f32::from(channel);
        }
    }
    sum.map(rounded)
}

/// The cell of the grid that an ink from 0 to 255 lies in, and how far it is through it.
fn place(ink: f32) -> (usize, f32) {
    let cell = SHARES[1..SHARES.len() - 1]
        .iter()
        .filter(|share| ink >= **share)
        .count();
    (
        cell,
        (ink - SHARES[cell]) / (SHARES[cell + 1] - SHARES[cell]),
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of values from 0 to 255"
)]
fn rounded(value: f32) -> u32 {
    (value + 0.5) as u32
}

fn low_byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

fn low_word(value: u32) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

/// Shares of an ink at the lines of the grid.
const SHARES: [f32; 5] = [0.0, 64.0, 128.0, 191.0, 255.0];
/// sRGB of overprints as the reference shows them with its generic profile: three bytes for each
/// share of cyan, then of magenta, yellow and black, which changes first.
const OVERPRINTS: &[u8] = include_bytes!("inks.bin");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pure_inks_are_those_of_the_generic_profile() {
        for (inks, expected) in [
            ([0, 0, 0, 0], [255, 255, 255]),
            ([255, 0, 0, 0], [0, 155, 228]),
            ([0, 255, 0, 0], [234, 23, 133]),
            ([0, 0, 255, 0], [255, 240, 0]),
            ([0, 0, 0, 255], [40, 35, 43]),
            ([255, 255, 0, 0], [48, 36, 123]),
            ([0, 255, 255, 0], [232, 31, 42]),
            ([255, 255, 255, 255], [33, 34, 43]),
        ] {
            assert_eq!(mixed(inks, 255), expected, "{inks:?}");
        }
    }

    #[test]
    fn mixtures_are_near_those_of_the_reference() {
        for (inks, expected) in [
            ([30, 100, 200, 10], [212, 147, 76]),
            ([200, 90, 20, 0], [45, 128, 180]),
            ([100, 100, 0, 40], [138, 130, 168]),
            ([20, 230, 140, 90], [155, 53, 75]),
            ([90, 60, 60, 150], [93, 97, 100]),
            ([255, 128, 0, 0], [0, 100, 167]),
        ] {
            let found = mixed(inks, 255);
            let is_near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 6);
            assert!(is_near, "{inks:?}: {found:?}, expected {expected:?}");
            assert_eq!(mixed(inks.map(|ink| ink * 257), 65_535), found);
        }
    }
}
