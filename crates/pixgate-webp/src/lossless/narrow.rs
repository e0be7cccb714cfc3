//! The low bits of a number, where the rest is known to be nothing or not wanted.

/// The lowest byte.
#[inline(always)]
pub(crate) const fn low8(value: u32) -> u8 {
    value.to_le_bytes()[0]
}

/// The lowest 16 bits.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the rest is not wanted")]
pub(crate) const fn low16(value: u32) -> u16 {
    value as u16
}

/// The lowest 32 bits.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the rest is not wanted")]
pub(crate) const fn low32(value: u64) -> u32 {
    value as u32
}

/// An index or a count of pixels; pictures have less than 2^28 of them.
#[inline(always)]
#[allow(
    clippy::cast_possible_truncation,
    reason = "counts of pixels are small"
)]
pub(crate) const fn count32(value: usize) -> u32 {
    value as u32
}

/// A number that is not negative and less than 2^32, rounded.
#[inline(always)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts of floats saturate"
)]
pub(crate) fn rounded(value: f32) -> u32 {
    (value + 0.5) as u32
}
