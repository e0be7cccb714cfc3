//! The inner loops, as the machine can best run them; every set gives the same pixels.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(test)]
mod tests;

use super::bits::BitReader;
use super::coded::Coded;
use super::color::{self, Multipliers};
use super::encode::{self, Area};
use super::predict::{self, MODES};
use super::window::Window;
use crate::Error;

/// See [`Coded::decode`].
pub(crate) type Decode =
    fn(&mut Coded, &mut BitReader<'_>, &mut Window, usize) -> Result<(), Error>;

/// See [`encode::rest_sum`].
pub(crate) type RestSum = fn(&[i16], &[i16], i16) -> (u32, u32);

/// See [`encode::add_costs`].
pub(crate) type AddCosts = fn(&[(u16, u16)], &[f32], &mut [f32]);

/// Differences from predictions by mode and channel: blue, green, red and alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModeSums {
    /// Sums without signs.
    pub(crate) sums: [[u32; 4]; MODES],
    /// How many are 0.
    pub(crate) zeros: [[u32; 4]; MODES],
}

/// One implementation of each inner loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kernels {
    pub(crate) decode: Decode,
    /// See [`predict::restore`].
    pub(crate) restore: fn(u8, &mut [u32], &[u32], u32),
    /// See [`color::join`].
    pub(crate) join: fn(Multipliers, &mut [u32]),
    /// See [`color::add_green`].
    pub(crate) add_green: fn(&mut [u32]),
    /// See [`color::to_rgba`].
    pub(crate) to_rgba: fn(&[u32], &mut [u8]),
    /// See [`color::to_rgb`].
    pub(crate) to_rgb: fn(&[u32], &mut [u8]),
    /// See [`color::to_green`].
    pub(crate) to_green: fn(&[u32], &mut [u8]),
    /// See [`encode::mode_sums`].
    pub(crate) mode_sums: fn(&[u32], Area, &mut ModeSums),
    /// See [`encode::subtract`].
    pub(crate) subtract: fn(u8, &[u32], usize, usize, &mut [u32]),
    /// See [`encode::rest_sum`].
    pub(crate) rest_sum: RestSum,
    /// See [`encode::add_costs`].
    pub(crate) add_costs: AddCosts,
}

impl Kernels {
    /// Plain Rust, for every machine; the compiler turns it into NEON on aarch64.
    pub(crate) const PORTABLE: Self = Self {
        decode: |coded, reader, window, target| coded.decode(reader, window, target),
        restore: |mode, row, above, left| predict::restore(mode, row, above, left),
        join: |multipliers, row| color::join(multipliers, row),
        add_green: |row| color::add_green(row),
        to_rgba: |row, out| color::to_rgba(row, out),
        to_rgb: |row, out| color::to_rgb(row, out),
        to_green: |row, out| color::to_green(row, out),
        mode_sums: |pixels, area, sums| encode::mode_sums(pixels, area, sums),
        subtract: |mode, pixels, at, width, out| encode::subtract(mode, pixels, at, width, out),
        rest_sum: |channel, other, multiplier| encode::rest_sum(channel, other, multiplier),
        add_costs: |tile, table, sums| encode::add_costs(tile, table, sums),
    };

    /// The best for this machine.
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(kernels) = avx2::detect() {
            return kernels;
        }
        Self::PORTABLE
    }
}
