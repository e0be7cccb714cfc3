//! CMYK without a profile.

use pixgate_raster::{Image, Samples, SamplesMut};

/// Mixes inks to RGB: every pixel is a mixture of the sixteen full overprints, weighted by the area
/// that each covers (H. E. J. Neugebauer, 1937).
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
    let share = inks.map(|ink| f32::from(ink) / f32::from(full));
    let mut sum = [0.0_f32; 3];
    for (index, color) in OVERPRINTS.iter().enumerate() {
        let weight: f32 = (0..4)
            .map(|ink| {
                if index >> ink & 1 == 1 {
                    share[ink]
                } else {
                    1.0 - share[ink]
                }
            })
            .product();
        for (sum, channel) in sum.iter_mut().zip(color) {
            *sum += weight * f32::from(*channel);
        }
    }
    sum.map(rounded)
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

/// sRGB of full overprints; bit 0 of the index is cyan, then magenta, yellow and black.
///
/// Single inks, cyan with magenta, magenta with yellow and all four are those of the reference's
/// generic profile; the rest are estimates between them.
const OVERPRINTS: [[u8; 3]; 16] = [
    [255, 255, 255],
    [0, 155, 228],
    [234, 23, 133],
    [48, 36, 123],
    [255, 240, 0],
    [0, 147, 68],
    [232, 31, 42],
    [54, 50, 55],
    [40, 35, 43],
    [34, 34, 44],
    [38, 32, 40],
    [33, 32, 43],
    [40, 37, 40],
    [33, 35, 42],
    [38, 33, 40],
    [33, 34, 43],
];

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
    fn half_an_ink_lies_half_way_to_paper() {
        assert_eq!(mixed([0, 0, 0, 51], 255), [212, 211, 213]);
    }
}
