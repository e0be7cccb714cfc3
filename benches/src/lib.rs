//! What the benches share: inputs that are made by arithmetic, the same on every machine, and the
//! peer of whole jobs.

pub mod beside;
pub mod exact;
pub mod sharp;

/// Samples of a photo-like picture: slow gradients, texture, hard edges and a little noise.
///
/// - `channels`: samples per pixel, interleaved; of 2 or 4 the last is alpha, mostly opaque.
#[must_use]
pub fn photo(width: u32, height: u32, channels: u32) -> Vec<u8> {
    let mut noise = 1_u32;
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let is_alpha = channels.is_multiple_of(2) && c + 1 == channels;
                let value = if is_alpha {
                    alpha(x, y)
                } else {
                    colour(x, y, c)
                };
                samples.push(if is_alpha {
                    value
                } else {
                    value.saturating_add((noise >> 29) as u8)
                });
            }
        }
    }
    samples
}

/// Triangle waves of three lengths and directions, and blocks.
fn colour(x: u32, y: u32, c: u32) -> u8 {
    let slow = triangle(x / 5 + y / 7 + c * 40);
    let texture = triangle(x * 9 + y * 4) / 4;
    let block = if (x / 61 + y / 47).is_multiple_of(3) {
        40
    } else {
        0
    };
    (slow / 2).saturating_add(texture).saturating_add(block)
}

fn alpha(x: u32, y: u32) -> u8 {
    if (x / 200 + y / 200).is_multiple_of(4) {
        triangle(x + y)
    } else {
        255
    }
}

fn triangle(phase: u32) -> u8 {
    let phase = phase % 510;
    u8::try_from(phase.min(510 - phase)).unwrap_or(u8::MAX)
}
