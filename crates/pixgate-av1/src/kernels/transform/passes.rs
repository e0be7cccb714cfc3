//! The inverse transform of a block: first all rows, then all columns (section 7.13.3).

use super::arithmetic::{Arithmetic, Ranged};
use super::inverse;
use super::size::Line;
use crate::kernels::lanes::Ints;
use crate::kernels::sample::Sample;

pub(in crate::kernels) use super::arithmetic::{Calm, Careful};

/// Rows of coefficients, row by row, to rows between the two transforms.
pub(in crate::kernels) type Rows = fn(from: &[i32], step: Step, to: &mut [i32]);
/// Columns of what is between the two transforms to residuals, row by row.
pub(in crate::kernels) type Columns = fn(from: &[i32], step: Step, to: &mut [i16]);

/// The same in numbers of sixteen bits.
pub(in crate::kernels) type ShortRows = fn(from: &[i32], step: Step, to: &mut [i16]);
/// The same in numbers of sixteen bits.
pub(in crate::kernels) type ShortColumns = fn(from: &[i16], step: Step, to: &mut [i16]);

/// What passes over rows or columns go by.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernels) struct Step {
    /// Numbers in a row: of `from` before rows, of both for columns.
    pub(super) width: usize,
    /// How many rows may have other numbers than zero.
    pub(super) rows: usize,
    /// Whether results come last first.
    pub(super) is_flipped: bool,
    /// Whether one side of the block is twice the other.
    pub(super) is_two_to_one: bool,
    /// By how many bits numbers shrink after the rows.
    pub(super) shift: i32,
    pub(super) bit_depth: u32,
}

impl Step {
    /// Bits of numbers of rows.
    #[inline(always)]
    fn row_bits(self) -> u32 {
        self.bit_depth + 8
    }

    /// Bits of numbers of columns.
    #[inline(always)]
    fn column_bits(self) -> u32 {
        (self.bit_depth + 6).max(16)
    }
}

/// Passes of one direction, by the binary logarithm of the count of numbers less two.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernels) struct PassesOf<F, const LONG: usize, const SHORT: usize> {
    pub(in crate::kernels) cosines: [F; LONG],
    pub(in crate::kernels) sines: [F; 3],
    pub(in crate::kernels) identity: [F; SHORT],
}

impl<F: Copy, const LONG: usize, const SHORT: usize> PassesOf<F, LONG, SHORT> {
    /// The pass for lines of this many numbers; cosines where the line is for fewer.
    pub(super) fn of(&self, line: Line, log2: usize) -> Option<F> {
        let index = log2.checked_sub(2)?;
        let passes: &[F] = match line {
            Line::Cosines => &self.cosines,
            Line::Sines | Line::Flipped => &self.sines,
            Line::Identity => &self.identity,
        };
        passes
            .get(index)
            .or_else(|| self.cosines.get(index))
            .copied()
    }
}

/// All passes over numbers of 32 bits.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernels) struct Passes {
    /// For blocks with four rows or columns.
    pub(in crate::kernels) rows_of_four: PassesOf<Rows, 3, 3>,
    pub(in crate::kernels) rows: PassesOf<Rows, 5, 4>,
    /// For blocks with four columns.
    pub(in crate::kernels) columns_of_four: PassesOf<Columns, 3, 3>,
    pub(in crate::kernels) columns: PassesOf<Columns, 5, 4>,
}

impl Passes {
    /// The pass over rows of blocks with these binary logarithms of width and height.
    pub(super) fn rows(&self, line: Line, (width, height): (usize, usize)) -> Option<Rows> {
        if width.min(height) == 2 {
            self.rows_of_four.of(line, width)
        } else {
            self.rows.of(line, width)
        }
    }

    /// The pass over columns of blocks with these binary logarithms of width and height.
    pub(super) fn columns(&self, line: Line, (width, height): (usize, usize)) -> Option<Columns> {
        if width == 2 {
            self.columns_of_four.of(line, height)
        } else {
            self.columns.of(line, height)
        }
    }
}

/// Passes for all blocks.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernels) struct AllPasses {
    /// For any numbers.
    pub(in crate::kernels) careful: Passes,
    /// For numbers that stay in the range by themselves.
    pub(in crate::kernels) calm: Passes,
    /// The same of blocks with at least eight rows and columns.
    pub(in crate::kernels) short_rows: PassesOf<ShortRows, 5, 4>,
    /// The same of blocks with at least eight rows and columns.
    pub(in crate::kernels) short_columns: PassesOf<ShortColumns, 5, 4>,
}

/// A transform of `N` numbers in one direction.
pub(in crate::kernels) trait Transform {
    /// Does it for as many lines as a vector has places.
    fn run<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R);
}

/// The cosine transform.
pub(in crate::kernels) struct Cosines;
/// The sine transform.
pub(in crate::kernels) struct Sines;
/// No transform.
pub(in crate::kernels) struct Identity;

impl Transform for Cosines {
    #[inline(always)]
    fn run<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
        inverse::cosines(t, range);
    }
}

impl Transform for Sines {
    #[inline(always)]
    fn run<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
        inverse::sines(t, range);
    }
}

impl Transform for Identity {
    #[inline(always)]
    fn run<R: Arithmetic, const N: usize>(t: &mut [R::Number; N], range: R) {
        inverse::identity(t, range);
    }
}

/// See [`Rows`]; whole groups of as many rows as a vector has places are made.
#[inline(always)]
pub(in crate::kernels) fn rows_body<T: Transform, V: Ints, R: Ranged<V>, const N: usize>(
    from: &[i32],
    step: Step,
    to: &mut [i32],
) {
    let (row_range, column_range) = (R::new(step.row_bits()), R::new(step.column_bits()));
    let width = step.width.min(N);
    for y in (0..step.rows).step_by(V::COUNT) {
        let mut t = [V::splat(0); N];
        for (index, block) in t[..width].chunks_exact_mut(V::COUNT).enumerate() {
            for (row, value) in block.iter_mut().enumerate() {
                *value = V::load(&from[(y + row) * width + index * V::COUNT..]);
            }
            V::transpose(block);
        }
        for value in &mut t[..width] {
            if step.is_two_to_one {
                *value = value.times(181).rounded::<8>();
            }
            *value = row_range.clip(*value);
        }
        T::run(&mut t, row_range);
        if step.is_flipped {
            t.reverse();
        }
        for (index, block) in t.chunks_exact_mut(V::COUNT).enumerate() {
            for value in &mut *block {
                *value = column_range.clip(match step.shift {
                    0 => *value,
                    1 => value.rounded::<1>(),
                    _ => value.rounded::<2>(),
                });
            }
            V::transpose(block);
            for (row, value) in block.iter().enumerate() {
                value.store(&mut to[(y + row) * N + index * V::COUNT..]);
            }
        }
    }
}

/// See [`Columns`].
#[inline(always)]
pub(in crate::kernels) fn columns_body<T: Transform, V: Ints, R: Ranged<V>, const N: usize>(
    from: &[i32],
    step: Step,
    to: &mut [i16],
) {
    let range = R::new(step.column_bits());
    let (width, rows) = (step.width, step.rows.min(N));
    for x in (0..width).step_by(V::COUNT) {
        let mut t = [V::splat(0); N];
        for (y, value) in t[..rows].iter_mut().enumerate() {
            *value = V::load(&from[y * width + x..]);
        }
        T::run(&mut t, range);
        for (y, value) in t.iter().enumerate() {
            let y = if step.is_flipped { N - 1 - y } else { y };
            value.rounded::<4>().store_short(&mut to[y * width + x..]);
        }
    }
}

/// See [`crate::kernels::sample::Add`].
#[inline(always)]
pub(in crate::kernels) fn add_body<S: Sample>(
    residual: &[i16],
    width: usize,
    to: &mut [S],
    stride: usize,
    most: i16,
) {
    let height = residual.len() / width;
    for y in 0..height {
        let residual = &residual[y * width..][..width];
        let to = &mut to[y * stride..][..width];
        for x in 0..width {
            let sample: u16 = to[x].into();
            let sum = sample.cast_signed().saturating_add(residual[x]);
            to[x] = S::of(sum.max(0).min(most).into());
        }
    }
}
