//! How busy macroblocks are.

use super::picture::Picture;
use crate::Error;
use crate::memory::zeroed;
use crate::vp8::kernels::{Coefficients, Kernels, Rows};

/// Busyness of all macroblocks: sixteen times the binary logarithm of what their coefficients add up to.
pub(super) fn busyness(picture: &Picture, kernels: &Kernels) -> Result<Vec<u8>, Error> {
    let mut all = zeroed(picture.columns * picture.rows)?;
    let places = (0..picture.rows).flat_map(|y| (0..picture.columns).map(move |x| (x, y)));
    for (to, (column, row)) in all.iter_mut().zip(places) {
        let source = picture.source(column, row);
        let sum: u32 = source.luma.iter().map(|rows| sum_of(rows, kernels)).sum();
        *to = logarithm(sum);
    }
    Ok(all)
}

/// Sum of the sizes of all coefficients but DC.
fn sum_of(rows: &Rows, kernels: &Kernels) -> u32 {
    let mut coefficients = Coefficients::default();
    (kernels.forward)(rows, &[[128; 16]; 4], &mut coefficients);
    let mut sum = 0_u32;
    for (y, row) in coefficients.iter().enumerate() {
        for (x, value) in row.iter().enumerate() {
            let is_dc = y == 0 && x % 4 == 0;
            sum += if is_dc {
                0
            } else {
                u32::from(value.unsigned_abs())
            };
        }
    }
    sum
}

fn logarithm(sum: u32) -> u8 {
    let value = u64::from(sum) + 64;
    let whole = value.ilog2();
    let fraction = (value << 4 >> whole) & 15;
    u8::try_from(u64::from(whole) * 16 + fraction).unwrap_or(u8::MAX)
}
