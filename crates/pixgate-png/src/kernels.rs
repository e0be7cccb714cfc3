//! The inner loops, as the machine can best run them; every set gives the same bytes.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[allow(unsafe_code, reason = "wide copies; every block names its bound")]
mod copy;
#[allow(unsafe_code, reason = "wide accesses; every block names its bound")]
mod run;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector instructions; the block names its bound")]
mod sse;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector instructions; the block names its bound")]
mod wave;

pub(crate) use run::Run;

use crate::filter::{self, Filter, Rows};
use crate::inflate::Inflater;
use crate::{Error, unfilter};

/// Rows whose filters are undone together.
pub(crate) const ROWS: usize = 8;

/// Rows as they are stored.
pub(crate) struct Stored<'a> {
    pub(crate) filters: [Filter; ROWS],
    /// Bytes of a pixel, 3 or 4.
    pub(crate) pixel: usize,
    /// Bytes of a row.
    pub(crate) stride: usize,
    /// The rows, each with the byte of its filter in front.
    pub(crate) rows: &'a [u8],
}

/// Undoes the filters of rows by the row above the first; the last argument is where they go, one behind
/// the other.
pub(crate) type UndoRows = fn(&Stored<'_>, &[u8], &mut [u8]);

/// Undoes the filter of a row: bytes of a pixel, the row above, the row as it is stored, and where it goes,
/// all equally long.
pub(crate) type Undo = fn(Filter, usize, [&[u8]; 2], &mut [u8]);

/// One implementation of each inner loop.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    /// See [`filter::apply`].
    pub(crate) filter: fn(Filter, Rows<'_>, &mut [u8]),
    /// See [`filter::sum`].
    pub(crate) sum: fn(&[u8]) -> u64,
    /// See [`unfilter::undo`].
    pub(crate) undo: Undo,
    /// None where one row after the other is as fast.
    pub(crate) undo_rows: Option<UndoRows>,
}

impl Kernels {
    /// Plain Rust, for every machine.
    pub(crate) const PORTABLE: Self = Self {
        filter: |filter, rows, out| filter::apply(filter, rows, out),
        sum: |filtered| filter::sum(filtered),
        undo: |filter, pixel, rows, out| unfilter::undo(filter, pixel, rows, out),
        undo_rows: None,
    };

    /// The best for this machine.
    pub(crate) fn detect(simd: bool) -> Self {
        if simd {
            vectors().unwrap_or(Self::PORTABLE)
        } else {
            Self::PORTABLE
        }
    }
}

/// See [`Inflater::symbols`].
pub(crate) fn read_symbols<'a, I: Iterator<Item = &'a [u8]>>(
    inflater: &mut Inflater<'a, I>,
) -> Result<(), Error> {
    #[cfg(target_arch = "x86_64")]
    let result = avx2::read_symbols(inflater);
    #[cfg(not(target_arch = "x86_64"))]
    let result = inflater.symbols();
    result
}

/// Kernels for this machine, if there are any beyond the portable ones.
fn vectors() -> Option<Kernels> {
    #[cfg(target_arch = "x86_64")]
    let kernels = avx2::detect();
    #[cfg(not(target_arch = "x86_64"))]
    let kernels = None;
    kernels
}
