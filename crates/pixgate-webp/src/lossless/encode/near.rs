//! Near-lossless: colours that are rounded where nobody sees it.

use crate::lossless::narrow::low8;

/// Smallest picture that is changed: either side, in pixels.
const SMALLEST: usize = 64;

/// How many bits of each channel a quality from 0 to 100 gives up at most.
pub(crate) const fn lost_bits(quality: u8) -> u32 {
    match quality {
        ..20 => 5,
        20..40 => 4,
        40..60 => 3,
        60..80 => 2,
        80..100 => 1,
        _ => 0,
    }
}

/// Rounds the colours of pixels that differ from those around them, the more the more they differ.
///
/// Smooth parts stay as they are, and so do icons, the border of a picture and its alpha.
pub(crate) fn apply(pixels: &mut [u32], width: usize, quality: u8) {
    let most = lost_bits(quality);
    let height = pixels.len() / width;
    if most == 0 || (width < SMALLEST && height < SMALLEST) || width < 3 {
        return;
    }
    let original = pixels.to_vec();
    let inside = width..pixels.len().saturating_sub(width);
    for at in inside.filter(|at| !matches!(at % width, 0) && at % width != width - 1) {
        let around = [at - 1, at + 1, at - width, at + width].map(|at| original[at]);
        let argb = original[at];
        let rough = (1..=most)
            .rev()
            .find(|&bits| !is_smooth(argb, around, bits));
        if let Some(bits) = rough {
            pixels[at] = rounded(argb, bits);
        }
    }
}

/// Whether all channels are within this many bits of those around.
fn is_smooth(argb: u32, around: [u32; 4], bits: u32) -> bool {
    around.into_iter().all(|other| {
        let pairs = argb.to_le_bytes().into_iter().zip(other.to_le_bytes());
        pairs
            .into_iter()
            .all(|(a, b)| u32::from(a.abs_diff(b)) < 1 << bits)
    })
}

/// The nearest colour whose lowest bits are 0, or 255.
fn rounded(argb: u32, bits: u32) -> u32 {
    let [blue, green, red, alpha] = argb.to_le_bytes();
    let round = |channel: u8| {
        let half = (1 << bits) >> 1;
        let near = (u32::from(channel) + half) >> bits << bits;
        low8(near.min(255))
    };
    u32::from_le_bytes([round(blue), round(green), round(red), alpha])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rough_parts_change_and_not_much() {
        let width = 70;
        let mut pixels: Vec<u32> = (0..70 * 70_u32)
            .map(|at| {
                let noise = if at % 70 < 35 {
                    0
                } else {
                    at.wrapping_mul(0x9E37_79B1) >> 8
                };
                0x7F40_4040 ^ noise & 0x003F_3F3F
            })
            .collect();
        let original = pixels.clone();
        apply(&mut pixels, width, 40);
        assert_ne!(pixels, original);
        for (at, (new, old)) in pixels.iter().zip(&original).enumerate() {
            let apart = new.to_le_bytes().into_iter().zip(old.to_le_bytes());
            let most = apart.map(|(a, b)| a.abs_diff(b)).max();
            assert!(most <= Some(if at % width < 34 { 0 } else { 4 }));
        }
        apply(&mut pixels, width, 100);
        let mut icon = vec![0xFF01_0203; 9];
        apply(&mut icon, 3, 0);
        assert_eq!(icon, [0xFF01_0203; 9]);
    }
}
