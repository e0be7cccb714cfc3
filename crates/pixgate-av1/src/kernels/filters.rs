//! Filters of decoded samples, sixteen at a time; and the table of all that decoders do with samples.

pub(crate) mod cdef;
pub(crate) mod deblock;
pub(crate) mod self_guided;
pub(super) mod table;
pub(crate) mod tile;
pub(crate) mod wiener;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use self::cdef::Cdef;
use self::deblock::{Edges, Sharpness};
use self::self_guided::SelfGuided;
use self::table::filters;
use self::wiener::Wiener;
use super::intra::Beside;
use super::intra::lines::Lines;
use super::predict::Mode;
use crate::decode::cdfs::CoefficientCdfs;
use crate::decode::coefficients::{Coefficients, Levels, Request};
use crate::decode::symbol::Reader;

/// Restores a tile of this width and height into samples whose rows are as far apart as the last says.
type Restore<S, F> = fn(tile: &[u16], size: (usize, usize), filter: F, to: &mut [S], stride: usize);

/// Predicts a block whose rows are as far apart as the last says.
type Plain<S> = fn(beside: &Beside<'_, S>, mode: Mode, to: &mut [S], stride: usize);

/// Reads the coefficients of a block.
type ReadLevels = fn(
    levels: &mut Levels,
    reader: &mut Reader<'_>,
    cdfs: &mut CoefficientCdfs,
    request: &Request<'_>,
    to: &mut [i32],
) -> Coefficients;

/// The same along lines.
type Follow<S> = fn(from: &Lines<'_, S>, to: &mut [S], stride: usize);

/// One implementation of each inner loop for samples of one kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filters<S> {
    /// See [`deblock::horizontal_body`].
    pub(crate) horizontal_edges: fn(&mut [S], usize, bool, &Edges, Sharpness),
    /// See [`deblock::vertical_body`].
    pub(crate) vertical_edges: fn(&mut [[u16; 16]], bool, &Edges, Sharpness),
    /// See [`deblock::to_columns_body`].
    pub(crate) to_columns: fn(&[S], usize, &mut [[u16; 16]]),
    /// See [`deblock::to_rows_body`].
    pub(crate) to_rows: fn(&[[u16; 16]], &mut [S], usize),
    /// See [`cdef::direction_body`].
    pub(crate) direction: fn(&[u16], usize, u32) -> (usize, u32),
    /// See [`cdef::filter_body`].
    pub(crate) cdef: fn(&[u16], Cdef, &mut [S], usize),
    /// See [`wiener::wiener_body`].
    pub(crate) wiener: Restore<S, Wiener>,
    /// See [`self_guided::self_guided_body`].
    pub(crate) self_guided: Restore<S, SelfGuided>,
    /// By width, 4 to 64: see [`super::intra::plain_body`].
    pub(crate) plain: [Plain<S>; 5],
    /// By width, 4 to 64: see [`super::intra::lines::follow_body`].
    pub(crate) follow: [Follow<S>; 5],
    /// See [`Levels::read_body`].
    pub(crate) levels: ReadLevels,
}

/// Filters of both kinds of samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AllFilters {
    pub(crate) bytes: Filters<u8>,
    pub(crate) words: Filters<u16>,
}

impl AllFilters {
    /// Plain Rust, for every machine.
    pub(crate) const PORTABLE: Self = filters!([], [i16; 16]);
}

/// The best for this machine, chosen at the first call.
pub(crate) fn detect() -> &'static AllFilters {
    static BEST: LazyLock<AllFilters> = LazyLock::new(|| vectors().unwrap_or(AllFilters::PORTABLE));
    &BEST
}

/// Filters for this machine, if there are any beyond the portable ones.
fn vectors() -> Option<AllFilters> {
    #[cfg(target_arch = "x86_64")]
    let filters = super::avx2::detect_filters();
    #[cfg(target_arch = "aarch64")]
    let filters = super::neon::detect_filters();
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let filters = None;
    filters
}
