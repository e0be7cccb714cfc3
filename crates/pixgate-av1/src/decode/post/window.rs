//! Some rows of a plane.

use std::collections::TryReserveError;

/// Rows of a plane.
#[derive(Clone, Copy, Debug)]
pub(in crate::decode) struct PlaneRef<'a, S> {
    pub(in crate::decode) samples: &'a [S],
    /// From one row to the next.
    pub(in crate::decode) stride: usize,
    /// Samples in a row.
    pub(in crate::decode) width: usize,
    pub(in crate::decode) rows: usize,
}

/// Rows of a plane that are to be written.
#[derive(Debug)]
pub(in crate::decode) struct PlaneMut<'a, S> {
    pub(in crate::decode) samples: &'a mut [S],
    /// From one row to the next.
    pub(in crate::decode) stride: usize,
}

impl<'a, S> PlaneRef<'a, S> {
    /// Samples of a row, counted from the first of these.
    pub(in crate::decode) fn row(&self, row: usize) -> &'a [S] {
        let start = row * self.stride;
        self.samples.get(start..start + self.width).unwrap_or(&[])
    }
}

/// A band of rows that moves down a plane.
#[derive(Debug)]
pub(super) struct Window<S> {
    samples: Vec<S>,
    pub(super) stride: usize,
    /// The row of the plane that is the first here.
    pub(super) first: usize,
}

impl<S: Copy + Default> Window<S> {
    /// With room for `rows` rows of `width` samples.
    pub(super) fn new(width: usize, rows: usize) -> Result<Self, TryReserveError> {
        Ok(Self {
            samples: filled(S::default(), width * rows)?,
            stride: width,
            first: 0,
        })
    }

    /// Samples from a row of the plane on.
    pub(super) fn rows(&self, row: usize) -> &[S] {
        let start = row.saturating_sub(self.first) * self.stride;
        self.samples.get(start..).unwrap_or(&[])
    }

    /// Samples from a row of the plane on.
    pub(super) fn rows_mut(&mut self, row: usize) -> &mut [S] {
        let start = row.saturating_sub(self.first) * self.stride;
        self.samples.get_mut(start..).unwrap_or(&mut [])
    }

    /// Makes a row of the plane the first; those before it are forgotten.
    pub(super) fn advance(&mut self, first: usize) {
        let start = first.saturating_sub(self.first) * self.stride;
        if start <= self.samples.len() {
            self.samples.copy_within(start.., 0);
        }
        self.first = first;
    }

    /// Rows as they are shown.
    pub(super) fn show(&self, row: usize, width: usize, rows: usize) -> PlaneRef<'_, S> {
        PlaneRef {
            samples: self.rows(row),
            stride: self.stride,
            width,
            rows,
        }
    }
}

/// A list of equal values, if there is memory for it.
pub(super) fn filled<T: Clone>(value: T, count: usize) -> Result<Vec<T>, TryReserveError> {
    let mut list = Vec::new();
    list.try_reserve_exact(count)?;
    list.resize(count, value);
    Ok(list)
}
