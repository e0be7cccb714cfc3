//! AVX2 kernels for x86-64.
//!
//! Each function is private and reached only through the table that [`detect`] gives out, after
//! it asked the machine for the features that the functions are compiled for.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use super::Kernels;
use crate::Error;
use crate::filter::{self, Filter, Rows};
use crate::inflate::Inflater;

/// The kernels, if the machine has AVX2.
pub(super) fn detect() -> Option<Kernels> {
    is_x86_feature_detected!("avx2").then_some(Kernels {
        filter,
        sum,
        undo: super::sse::undo,
        undo_rows: Some(super::wave::undo),
    })
}

fn filter(filter: Filter, rows: Rows<'_>, out: &mut [u8]) {
    #[target_feature(enable = "avx2")]
    fn kernel(filter: Filter, rows: Rows<'_>, out: &mut [u8]) {
        filter::apply(filter, rows, out);
    }
    // SAFETY: `detect` found the feature; the code is the safe portable one.
    unsafe { kernel(filter, rows, out) }
}

fn sum(filtered: &[u8]) -> u64 {
    #[target_feature(enable = "avx2")]
    fn kernel(filtered: &[u8]) -> u64 {
        filter::sum(filtered)
    }
    // SAFETY: `detect` found the feature; the code is the safe portable one.
    unsafe { kernel(filtered) }
}

/// Shifts by variable counts take one step instead of three with BMI2.
pub(super) fn read_symbols<'a, I: Iterator<Item = &'a [u8]>>(
    inflater: &mut Inflater<'a, I>,
) -> Result<(), Error> {
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn kernel<'a, I: Iterator<Item = &'a [u8]>>(
        inflater: &mut Inflater<'a, I>,
    ) -> Result<(), Error> {
        inflater.symbols()
    }
    let has_all = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2");
    if !has_all {
        return inflater.symbols();
    }
    // SAFETY: the features were found just now; the code is the safe portable one.
    unsafe { kernel(inflater) }
}
