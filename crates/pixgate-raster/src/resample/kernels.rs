//! The inner loops of planes and pixels as the machine can best run them; every set gives the same bytes.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::light::{Limits, Wide};
use super::pixels::Form;
use super::taps::Taps;
use super::{light, pixels, plane, simd};

/// See [`pixels::vertical`].
pub(crate) type VerticalWide = fn(&[&[i16]], &[i16], Limits, &mut [i16]);

/// See [`pixels::horizontal`].
pub(crate) type HorizontalPixels = fn(&[i16], &Taps, Form, &mut [i16]);

/// One implementation of each inner loop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernels {
    /// See [`plane::vertical`].
    pub(crate) vertical: fn(&[&[u8]], &[i16], &mut [i16]),
    /// See [`plane::horizontal`].
    pub(crate) horizontal: fn(&[i16], &Taps, &mut [u8]),
    /// See [`pixels::vertical`].
    pub(crate) vertical_wide: VerticalWide,
    /// See [`pixels::horizontal`].
    pub(crate) horizontal_pixels: HorizontalPixels,
    /// See [`light::widen`].
    pub(crate) widen: fn(Wide, &[u8], &mut [i16]),
    /// See [`light::divide`].
    pub(crate) divide: fn(Wide, &mut [i16]),
}

impl Kernels {
    /// Plain Rust, for every machine.
    pub(crate) const PORTABLE: Self = Self {
        vertical: |rows, weights, out| plane::vertical(rows, weights, out),
        horizontal: |middle, taps, out| plane::horizontal(middle, taps.all(), out),
        vertical_wide: |rows, weights, limits, out| pixels::vertical(rows, weights, limits, out),
        horizontal_pixels: |middle, taps, form, out| {
            pixels::horizontal(middle, taps.all(), form, out);
        },
        widen: light::widen,
        divide: light::divide,
    };

    /// The best for this machine, chosen at the first call.
    pub(crate) fn detect() -> &'static Self {
        static BEST: LazyLock<Kernels> =
            LazyLock::new(|| simd::detect().unwrap_or(Kernels::PORTABLE));
        &BEST
    }
}
