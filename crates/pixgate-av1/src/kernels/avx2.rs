//! Kernels in the vectors of AVX2, for x86-64.
//!
//! The types and functions here are reached only through the table that [`detect`] gives out.

mod eight;
mod four;
mod hadamard;
mod rows;
mod sixteen;

use self::eight::Eight;
use self::four::Four;
use self::hadamard::{satd_by_8, satd_of_4};
use self::rows::WideRows;
use self::sixteen::Sixteen;
use super::Kernels;
use super::filters::AllFilters;
use super::filters::table::filters;
use super::table::table;

/// The kernels, if the machine has AVX2, BMI1, BMI2 and LZCNT.
pub(super) fn detect() -> Option<Kernels> {
    has_all().then_some(table!(
        ["avx2,bmi1,bmi2,lzcnt"],
        Four,
        Eight,
        Sixteen,
        WideRows,
        satd_of_4,
        satd_by_8
    ))
}

/// The filters, if the machine has AVX2, BMI1, BMI2 and LZCNT.
pub(super) fn detect_filters() -> Option<AllFilters> {
    has_all().then_some(filters!(["avx2,bmi1,bmi2,lzcnt"], Sixteen))
}

fn has_all() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
}
