//! Passes over numbers of sixteen bits, for blocks with at least eight rows and columns whose numbers stay
//! within them.

use super::arithmetic::Short;
use super::passes::{Step, Transform};
use crate::kernels::words::Words;

/// What stands for rows and columns that there are not.
const NONE: [i32; 8] = [0; 8];

/// See [`super::passes::ShortRows`]; whole groups of eight rows are made.
#[inline(always)]
pub(in crate::kernels) fn rows_body<T: Transform, V: Words, const N: usize>(
    from: &[i32],
    step: Step,
    to: &mut [i16],
) {
    let width = step.width.min(N);
    let range = Short::<V>::new();
    for y in (0..step.rows).step_by(16) {
        let has_two = step.rows > y + 8;
        let mut t = [V::splat(0); N];
        for (index, block) in t[..width].chunks_exact_mut(8).enumerate() {
            for (row, value) in block.iter_mut().enumerate() {
                let first = &from[(y + row) * width + 8 * index..];
                let second = if has_two {
                    &first[8 * width..]
                } else {
                    &NONE[..]
                };
                *value = V::load_ints(first, second);
            }
            V::transpose_halves(block);
        }
        if step.is_two_to_one {
            for value in &mut t[..width] {
                *value = Short::half_root(*value);
            }
        }
        T::run(&mut t, range);
        if step.is_flipped {
            t.reverse();
        }
        for (index, block) in t.chunks_exact_mut(8).enumerate() {
            for value in &mut *block {
                *value = match step.shift {
                    0 => *value,
                    1 => value.plus(V::splat(1)).shifted::<1>(),
                    _ => value.plus(V::splat(2)).shifted::<2>(),
                };
            }
            V::transpose_halves(block);
            for (row, value) in block.iter().enumerate() {
                let first = &mut to[(y + row) * N + 8 * index..];
                if has_two {
                    let (first, second) = first.split_at_mut(8 * N);
                    value.store_signed(first, second);
                } else {
                    value.store_signed(first, &mut [0; 8]);
                }
            }
        }
    }
}

/// See [`super::passes::ShortColumns`].
#[inline(always)]
pub(in crate::kernels) fn columns_body<T: Transform, V: Words, const N: usize>(
    from: &[i16],
    step: Step,
    to: &mut [i16],
) {
    let range = Short::<V>::new();
    let (width, rows) = (step.width, step.rows.min(N));
    for x in (0..width).step_by(16) {
        let has_two = width > x + 8;
        let mut t = [V::splat(0); N];
        for (y, value) in t[..rows].iter_mut().enumerate() {
            let first = &from[y * width + x..];
            let second = if has_two { &first[8..] } else { &[0; 8][..] };
            *value = V::load_signed(first, second);
        }
        T::run(&mut t, range);
        for (y, value) in t.iter().enumerate() {
            let y = if step.is_flipped { N - 1 - y } else { y };
            let value = value.plus(V::splat(8)).shifted::<4>();
            let first = &mut to[y * width + x..];
            if has_two {
                let (first, second) = first.split_at_mut(8);
                value.store_signed(first, second);
            } else {
                value.store_signed(first, &mut [0; 8]);
            }
        }
    }
}
