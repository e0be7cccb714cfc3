//! Convolution in plain Rust, 32-bit floats inside: for edges, and for what has no faster way.

use std::ops::Range;

use super::Axis;
use super::coefficients::Coefficients;
use crate::{Error, Sample, View, zeroed};

/// Computes the output rows `rows` into `target`, which starts at output row 0.
pub(crate) fn vertical<T: Sample>(
    source: View<'_, T>,
    target: &mut [T],
    axis: Axis,
    rows: Range<u32>,
) -> Result<(), Error> {
    let coefficients = Coefficients::new(axis, source.height(), axis.filter, rows.clone())?;
    let row = source.layout().row_samples();
    let mut sums = zeroed::<f32>(row)?;
    let targets = target.chunks_exact_mut(row).skip(rows.start as usize);
    for ((first, weights), target) in coefficients.iter().zip(targets) {
        sums.fill(0.0);
        for (y, weight) in (first..).zip(weights) {
            #[expect(clippy::cast_possible_truncation, reason = "a row number")]
            accumulate(&mut sums, source.row(y as u32), *weight);
        }
        for (to, sum) in target.iter_mut().zip(&sums) {
            *to = T::from_f32(*sum);
        }
    }
    Ok(())
}

/// Adds `weight` times the samples of a row.
#[inline]
pub(crate) fn accumulate<T: Sample>(sums: &mut [f32], row: &[T], weight: f32) {
    for (sum, sample) in sums.iter_mut().zip(row) {
        *sum += weight * sample.to_f32();
    }
}

/// Computes the output columns `columns` of every row into `target`.
pub(crate) fn horizontal<T: Sample, const C: usize>(
    source: View<'_, T>,
    target: &mut [T],
    axis: Axis,
    columns: Range<u32>,
) -> Result<(), Error> {
    let coefficients = Coefficients::new(axis, source.width(), axis.filter, columns.clone())?;
    let targets = target.chunks_exact_mut(axis.length as usize * C);
    for (row, target) in source.rows().zip(targets) {
        let pixels = row.as_chunks::<C>().0;
        let target = target.as_chunks_mut::<C>().0;
        let outputs = &mut target[columns.start as usize..columns.end as usize];
        for ((first, weights), to) in coefficients.iter().zip(outputs) {
            *to = dot(&pixels[first..], weights).map(T::from_f32);
        }
    }
    Ok(())
}

/// The weighted sum of neighbouring pixels.
#[inline(always)]
pub(crate) fn dot<T: Sample, const C: usize>(pixels: &[[T; C]], weights: &[f32]) -> [f32; C] {
    let mut sums = [0.0; C];
    for (pixel, weight) in pixels.iter().zip(weights) {
        for (sum, sample) in sums.iter_mut().zip(pixel) {
            *sum += weight * sample.to_f32();
        }
    }
    sums
}
