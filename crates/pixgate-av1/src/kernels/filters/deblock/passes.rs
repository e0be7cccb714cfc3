//! Edges within rows and columns of samples.

use super::{Edges, REACH, Sharpness, filter_chroma, filter_luma, rows_above};
use crate::kernels::sample::Sample;
use crate::kernels::words::Words;

/// Filters horizontal edges.
///
/// - `samples`: from seven rows above the edges on, or fewer rows of chroma: see [`rows_above`]. Sixteen
///   columns belong to four edges.
#[inline(always)]
pub(in crate::kernels) fn horizontal_body<S: Sample, V: Words>(
    samples: &mut [S],
    stride: usize,
    is_luma: bool,
    edges: &Edges,
    sharpness: Sharpness,
) {
    let reach = rows_above(is_luma, edges);
    let mut t = [V::splat(0); 14];
    for (row, value) in t[REACH - reach..REACH + reach].iter_mut().enumerate() {
        *value = S::load(&samples[row * stride..]);
    }
    if is_luma {
        filter_luma(&mut t, edges, sharpness);
    } else {
        filter_chroma(&mut t, edges, sharpness);
    }
    let inner = reach - 1;
    for (row, value) in t[REACH - inner..REACH + inner].iter().enumerate() {
        S::store(*value, &mut samples[(row + 1) * stride..]);
    }
}

/// Filters vertical edges of columns.
///
/// - `columns`: from seven columns before the edges on, each of sixteen rows, which belong to four edges.
#[inline(always)]
pub(in crate::kernels) fn vertical_body<V: Words>(
    columns: &mut [[u16; 16]],
    is_luma: bool,
    edges: &Edges,
    sharpness: Sharpness,
) {
    let columns = &mut columns[..14];
    let reach = rows_above(is_luma, edges);
    let mut t = [V::splat(0); 14];
    for (value, column) in t
        .iter_mut()
        .zip(&*columns)
        .skip(REACH - reach)
        .take(2 * reach)
    {
        *value = V::load(column);
    }
    if is_luma {
        filter_luma(&mut t, edges, sharpness);
    } else {
        filter_chroma(&mut t, edges, sharpness);
    }
    for (value, column) in t
        .iter()
        .zip(columns)
        .skip(REACH + 1 - reach)
        .take(2 * reach - 2)
    {
        value.store(column);
    }
}

/// Sixteen rows of sixteen samples become columns.
#[inline(always)]
pub(in crate::kernels) fn to_columns_body<S: Sample, V: Words>(
    samples: &[S],
    stride: usize,
    columns: &mut [[u16; 16]],
) {
    let mut block = [V::splat(0); 16];
    for (row, value) in block.iter_mut().enumerate() {
        *value = S::load(&samples[row * stride..]);
    }
    V::transpose(&mut block);
    for (value, column) in block.iter().zip(columns) {
        value.store(column);
    }
}

/// Sixteen columns become rows of samples.
#[inline(always)]
pub(in crate::kernels) fn to_rows_body<S: Sample, V: Words>(
    columns: &[[u16; 16]],
    samples: &mut [S],
    stride: usize,
) {
    let columns = &columns[..16];
    let mut block = [V::splat(0); 16];
    for (value, column) in block.iter_mut().zip(columns) {
        *value = V::load(column);
    }
    V::transpose(&mut block);
    for (row, value) in block.into_iter().enumerate() {
        S::store(value, &mut samples[row * stride..]);
    }
}
