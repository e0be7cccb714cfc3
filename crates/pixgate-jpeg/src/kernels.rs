//! The inner loops, as the machine can best run them; every set gives the same bytes.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(test)]
mod tests;

use crate::ahead::{ReadAhead, read_ahead};
use crate::coefficients::CoefficientStore;
use crate::encode::fdct::{self, Block, Divisors, Rows};
use crate::encode::{Picture, entropy, progression, split};
use crate::huffman::HuffmanTables;
use crate::idct::{Idct, IdctPair, Transform};
use crate::scan::{ScanHeader, ScanReader};
use crate::sequential::{UnitRow, decode_row};
use crate::words::{Portable, Words};
use crate::{Entropy, Error, Scale, convert, idct, progressive, upsample};

/// See [`progressive::decode_scan`].
pub(crate) type DecodeScan = fn(
    &mut ScanReader<'_>,
    &ScanHeader,
    &HuffmanTables,
    &mut [&mut CoefficientStore],
    (usize, usize),
) -> Result<(), Error>;

/// See [`fdct::transform_pair`].
pub(crate) type Forward = fn(Rows<'_>, &Divisors, &mut [Block; 2]);

/// See [`upsample::both`].
pub(crate) type UpsampleBoth = fn(&[u8], &[u8], &mut [u16], &mut [u8]);

/// Writes what is coded of a picture; see [`progression::write`] and [`entropy::write`].
pub(crate) type WriteScans = fn(&mut Vec<u8>, &Picture, Entropy, u16) -> Result<(), Error>;

/// One implementation of each inner loop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernels {
    pub(crate) full: Idct,
    pub(crate) half: Idct,
    /// See [`idct::half_pair`].
    pub(crate) half_pair: IdctPair,
    /// See [`decode_row`].
    pub(crate) decode_row: fn(&mut UnitRow<'_, '_>),
    /// See [`read_ahead`].
    pub(crate) read_ahead: ReadAhead,
    pub(crate) decode_scan: DecodeScan,
    /// See [`upsample::horizontal`].
    pub(crate) upsample_horizontal: fn(&[u8], &mut [u8]),
    /// See [`upsample::vertical`].
    pub(crate) upsample_vertical: fn(&[u8], &[u8], u16, &mut [u8]),
    /// See [`upsample::both`].
    pub(crate) upsample_both: UpsampleBoth,
    /// See [`fdct::transform_pair`].
    pub(crate) forward: Forward,
    pub(crate) write_scans: WriteScans,
    /// See [`split::rgb_to_ycbcr`].
    pub(crate) rgb_to_ycbcr: fn(&[u8], [&mut [u8]; 3]),
    /// See [`split::halve`].
    pub(crate) halve: fn(&[u8], &[u8], &mut [u8]),
    /// See [`convert::ycbcr_to_rgb`].
    pub(crate) ycbcr_to_rgb: fn([&[u8]; 3], &mut [u8]),
}

impl Kernels {
    /// Plain Rust, for every machine.
    pub(crate) const PORTABLE: Self = Self {
        full: idct::full,
        half: idct::half,
        half_pair: idct::half_pair,
        decode_row: |row| decode_row(row),
        read_ahead: |part| read_ahead(part),
        decode_scan: |reader, scan, tables, stores, units| {
            progressive::decode_scan(reader, scan, tables, stores, units, Portable)
        },
        upsample_horizontal: |row, out| upsample::horizontal(row, out),
        upsample_vertical: |near, far, bias, out| upsample::vertical(near, far, bias, out),
        upsample_both: |near, far, sums, out| upsample::both(near, far, sums, out),
        forward: |rows, divisors, out| fdct::transform_pair(rows, divisors, out),
        write_scans: |file, picture, entropy, interval| {
            write_scans(file, picture, entropy, interval, Portable)
        },
        rgb_to_ycbcr: |row, out| split::rgb_to_ycbcr(row, out),
        halve: |upper, lower, out| split::halve(upper, lower, out),
        ycbcr_to_rgb: |rows, out| convert::ycbcr_to_rgb(rows, out),
    };

    /// The best for this machine.
    pub(crate) fn detect(simd: bool) -> Self {
        if simd {
            vectors().unwrap_or(Self::PORTABLE)
        } else {
            Self::PORTABLE
        }
    }

    /// The transforms to a scale.
    pub(crate) fn transform(&self, scale: Scale) -> Transform {
        let one = match scale {
            Scale::Full => self.full,
            Scale::Half => self.half,
            Scale::Quarter => idct::quarter,
            Scale::Eighth => idct::eighth,
        };
        Transform {
            one,
            pair: (scale == Scale::Half).then_some(self.half_pair),
        }
    }
}

#[inline(always)]
fn write_scans(
    file: &mut Vec<u8>,
    picture: &Picture,
    entropy: Entropy,
    interval: u16,
    words: impl Words,
) -> Result<(), Error> {
    match entropy {
        Entropy::Progressive => progression::write(file, picture, words),
        entropy => entropy::write(file, picture, entropy, interval),
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
