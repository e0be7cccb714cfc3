//! Kernels in the vectors of NEON, for 64-bit ARM.
//!
//! The types and functions here are reached only through the table that [`detect`] gives out. Loops that
//! compilers turn into vectors by themselves are left to them.

mod four;
mod hadamard;
mod rows;
mod sixteen;

use self::four::Four;
use self::hadamard::{satd_by_8, satd_of_4};
use self::rows::NeonRows;
use self::sixteen::Sixteen;
use super::Kernels;
use super::filters::AllFilters;
use super::filters::table::filters;
use super::table::table;

/// The kernels: every 64-bit ARM processor that Rust's targets name has NEON.
pub(super) fn detect() -> Option<Kernels> {
    Some(table!(
        [],
        Four,
        Four,
        Sixteen,
        NeonRows,
        satd_of_4,
        satd_by_8
    ))
}

/// The filters: see [`detect`].
pub(super) fn detect_filters() -> Option<AllFilters> {
    Some(filters!([], Sixteen))
}
