//! Arithmetic on blocks of samples: prediction, transforms, quantisation and differences.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod difference;
mod lanes;
#[cfg(target_arch = "aarch64")]
mod neon;
mod parts;
mod quantize;
pub(in crate::vp8) mod rebuild;
mod table;
#[cfg(test)]
mod tests;
mod transform;

use std::sync::LazyLock;

pub(in crate::vp8) use self::lanes::Lanes;
pub(crate) use self::lanes::ZIGZAG;
pub(crate) use self::parts::Predictions;
pub(crate) use self::quantize::{Levels, MOST, Quantizer};
use self::table::table;
use super::Decoder;
use super::predict::Edge;
use crate::Error;

/// Four rows of four blocks side by side.
pub(crate) type Rows = [[u8; 16]; 4];
/// Coefficients of four blocks, a row of each in a row.
pub(crate) type Coefficients = [[i16; 16]; 4];

/// One implementation of each inner loop.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    /// Coefficients of a source less its prediction: [`transform::forward_body`].
    pub(crate) forward: fn(&Rows, &Rows, &mut Coefficients),
    /// What decoders show for coefficients and a prediction: [`transform::inverse_body`].
    pub(crate) inverse: fn(&Coefficients, &Rows, &mut Rows),
    /// Levels, and the coefficients that decoders see: [`quantize::quantize_body`].
    pub(crate) quantize: fn(&Coefficients, &Quantizer, &mut Levels, &mut Coefficients),
    /// [`difference::squares_body`].
    pub(crate) squares: fn(&Rows, &Rows) -> [u32; 4],
    /// [`difference::satd_body`].
    pub(crate) satd: fn(&Rows, &Rows) -> [u32; 4],
    /// [`parts::motion_body`].
    pub(crate) motion: fn(&[u8; 16], &Rows, &[u8; 16], &mut Rows),
    /// [`parts::parts_body`].
    pub(crate) parts: fn(&Edge, &Rows, &mut Predictions),
    /// Decodes a row of macroblocks: [`super::row::decode_body`].
    pub(crate) row: for<'a> fn(&mut Decoder<'a>, usize) -> Result<(), Error>,
    /// Smooths a row of macroblocks: [`super::row::filter_body`].
    pub(crate) filter: for<'a> fn(&mut Decoder<'a>, usize),
}

impl Kernels {
    /// Plain Rust, for every machine.
    pub(in crate::vp8) const PORTABLE: Self = table!([], lanes::Plain);

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
