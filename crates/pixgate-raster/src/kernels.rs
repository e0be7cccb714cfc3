//! The inner loops of planes and pixels as the machine can best run them; every set gives the same bytes.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod blending;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
mod saturation;
mod sums;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use crate::resample::light::{self, Limits, Wide};
use crate::resample::taps::Taps;
pub(crate) use blending::{ColorShares, SHARE_BITS, high, mixed};
pub(crate) use saturation::{CHUNK, Colors};

/// How pixels are summed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    pub(crate) channels: usize,
    /// Bits of a sum that are left out.
    pub(crate) bits: u32,
    /// Whether they are rounded, or else cut off.
    pub(crate) rounds: bool,
}

impl Form {
    /// What takes the rounding from a sum again.
    pub(crate) const fn less(self) -> i32 {
        if self.rounds { 0 } else { 1 << (self.bits - 1) }
    }
}

/// See [`portable::vertical_wide`].
pub(crate) type VerticalWide = fn(&[&[i16]], &[i16], Limits, &mut [i16]);

/// See [`portable::horizontal_pixels`].
pub(crate) type HorizontalPixels = fn(&[i16], &Taps, Form, &mut [i16]);

/// See [`sums::mean_rows`].
pub(crate) type MeanRows = fn(&[&[u8]], &[i8], u32, &mut [u8]);

/// One implementation of each inner loop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernels {
    /// See [`portable::vertical`].
    pub(crate) vertical: fn(&[&[u8]], &[i16], &mut [i16]),
    /// See [`portable::horizontal`].
    pub(crate) horizontal: fn(&[i16], &Taps, &mut [u8]),
    /// See [`portable::vertical_wide`].
    pub(crate) vertical_wide: VerticalWide,
    /// See [`portable::horizontal_pixels`].
    pub(crate) horizontal_pixels: HorizontalPixels,
    /// See [`light::widen`].
    pub(crate) widen: fn(Wide, &[u8], &mut [i16]),
    /// See [`light::divide`].
    pub(crate) divide: fn(Wide, &mut [i16]),
    /// See [`sums::mean_rows`].
    pub(crate) mean_rows: MeanRows,
    /// See [`sums::add_rows`].
    pub(crate) add_rows: fn(&[&[u8]], &[i8], &mut [i32]),
    /// See [`sums::means`].
    pub(crate) means: fn(&[i32], u32, &mut [u8]),
    /// See [`saturation::saturate`].
    pub(crate) saturate: fn(f32, &mut Colors),
    /// See [`blending::blend`].
    pub(crate) blend: fn(&mut [u8], &[u16], &[u16]),
    /// See [`blending::mix_shares`].
    pub(crate) mix_shares: fn(&ColorShares, u32, &[u8; CHUNK], &mut Colors),
}

impl Kernels {
    /// Plain Rust, for every machine.
    pub(crate) const PORTABLE: Self = Self {
        vertical: |rows, weights, out| portable::vertical(rows, weights, out),
        horizontal: |middle, taps, out| portable::horizontal(middle, taps.all(), out),
        vertical_wide: |rows, weights, limits, out| {
            portable::vertical_wide(rows, weights, limits, out);
        },
        horizontal_pixels: |middle, taps, form, out| {
            portable::horizontal_pixels(middle, taps.all(), form, out);
        },
        widen: light::widen,
        divide: light::divide,
        mean_rows: |rows, weights, shift, out| sums::mean_rows(rows, weights, shift, out),
        add_rows: |rows, weights, sums| sums::add_rows(rows, weights, sums),
        means: |sums, shift, out| sums::means(sums, shift, out),
        saturate: |factor, colors| saturation::saturate(factor, colors),
        blend: |row, kept, added| blending::blend(row, kept, added),
        mix_shares: |shares, kept, indices, colors| {
            blending::mix_shares(shares, kept, indices, colors);
        },
    };

    /// The best for this machine, chosen at the first call.
    pub(crate) fn detect() -> &'static Self {
        static BEST: LazyLock<Kernels> = LazyLock::new(|| vectors().unwrap_or(Kernels::PORTABLE));
        &BEST
    }
}

/// Kernels for this machine, if there are any beyond the portable ones.
fn vectors() -> Option<Kernels> {
    #[cfg(target_arch = "x86_64")]
    let kernels = avx2::detect();
    #[cfg(target_arch = "aarch64")]
    let kernels = neon::detect();
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let kernels = None;
    kernels
}
