//! Samples of a tile column while a superblock row is reconstructed.

use std::collections::TryReserveError;

use crate::kernels::sample::Sample;

/// Rows of a plane in a tile column, before all filters.
#[derive(Debug)]
pub(super) struct Band<S> {
    samples: Vec<S>,
    /// From one row to the next.
    pub(super) stride: usize,
    /// Where the first row of the superblock row begins; there is a row above it.
    origin: usize,
}

impl<S: Sample> Band<S> {
    /// With room for `rows` rows of `width` samples, and for the row above.
    pub(super) fn new(width: usize, rows: usize) -> Result<Self, TryReserveError> {
        let count = width * (rows + 1);
        let mut samples = Vec::new();
        samples.try_reserve_exact(count)?;
        samples.resize(count, S::default());
        Ok(Self {
            samples,
            stride: width,
            origin: width,
        })
    }

    /// At the start of a tile.
    pub(super) fn start(&mut self) {
        self.origin = self.stride;
    }

    /// Turns to the next superblock row; the last had `rows` rows.
    pub(super) fn turn(&mut self, rows: usize, keeps_all: bool) {
        if keeps_all {
            self.origin += rows * self.stride;
            return;
        }
        let last = rows * self.stride;
        self.samples.copy_within(last..last + self.stride, 0);
    }

    /// The index of a sample of the superblock row.
    pub(super) fn place(&self, x: usize, y: usize) -> usize {
        self.origin + y * self.stride + x
    }

    pub(super) fn samples(&self) -> &[S] {
        &self.samples
    }

    /// Samples from a place on.
    pub(super) fn samples_mut(&mut self, x: usize, y: usize) -> &mut [S] {
        let place = self.place(x, y);
        self.samples.get_mut(place..).unwrap_or(&mut [])
    }

    /// Samples of a row from its first one on.
    pub(super) fn row(&self, y: usize) -> &[S] {
        let place = self.place(0, y);
        self.samples.get(place..place + self.stride).unwrap_or(&[])
    }

    /// Copies a block from elsewhere in the tile, counted from the first sample of the superblock row.
    ///
    /// - `half`: whether it lies half a sample further on, across and down.
    pub(super) fn copy(
        &mut self,
        (x, y): (usize, usize),
        (from_x, from_y): (isize, isize),
        (width, height): (usize, usize),
        half: (bool, bool),
    ) -> Option<()> {
        let signed = |value: usize| isize::try_from(value).ok();
        let stride = signed(self.stride)?;
        let from = signed(self.origin)? + from_y * stride + from_x;
        let mut from = usize::try_from(from).ok()?;
        let mut to = self.place(x, y);
        let right = usize::from(half.0);
        let below = usize::from(half.1) * self.stride;
        for _ in 0..height {
            if half == (false, false) {
                let end = from.checked_add(width)?;
                if end > self.samples.len() || to + width > self.samples.len() {
                    return None;
                }
                self.samples.copy_within(from..end, to);
            } else {
                for column in 0..width {
                    let at = |offset: usize| self.samples.get(from + column + offset).copied();
                    let corners = [at(0)?, at(right)?, at(below)?, at(right + below)?];
                    let sum: i32 = corners.into_iter().map(Into::<i32>::into).sum();
                    *self.samples.get_mut(to + column)? = S::of((sum + 2) >> 2);
                }
            }
            from += self.stride;
            to += self.stride;
        }
        Some(())
    }
}
