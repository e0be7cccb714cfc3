//! Mixing pixels with colours, in plain Rust.

use super::saturation::{CHUNK, Colors};

/// Mixes pixels with a palette's colours.
///
/// - `kept`: the pixels' own share, of 65,536.
/// - `indices`: which colour of the palette each pixel is mixed with.
#[inline(always)]
pub(super) fn mix_shares(
    shares: &ColorShares,
    kept: u32,
    indices: &[u8; CHUNK],
    colors: &mut Colors,
) {
    for (color, index) in colors.iter_mut().zip(indices) {
        for (own, share) in color.iter_mut().zip(&shares[usize::from(*index)]) {
            *own = mixed(u32::from(*own) * kept + share);
        }
    }
}

/// The whole part of a sum of shares.
#[inline(always)]
pub(crate) fn mixed(sum: u32) -> u8 {
    (sum >> SHARE_BITS).to_le_bytes()[0]
}

/// Colours times their share, and a half to round by; [`SHARE_BITS`] behind the point.
pub(crate) type ColorShares = [[u32; 4]; 256];

/// Bits of a share behind the point.
pub(crate) const SHARE_BITS: u32 = 16;

/// Mixes samples with what was prepared for them: of 8 bits behind the point, the upper ones of
/// `sample·kept/65536 + added`.
#[inline(always)]
pub(super) fn blend(row: &mut [u8], kept: &[u16], added: &[u16]) {
    for ((sample, kept), added) in row.iter_mut().zip(kept).zip(added) {
        let mixed = high(u16::from(*sample) << 8, *kept).wrapping_add(*added);
        *sample = mixed.to_be_bytes()[0];
    }
}

/// The upper 16 bits of a product.
#[inline(always)]
pub(crate) fn high(sample: u16, share: u16) -> u16 {
    ((u32::from(sample) * u32::from(share)) >> 16) as u16
}
