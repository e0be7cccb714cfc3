//! Stripes: rows that are filtered together (section 7.17).

use std::ops::Range;

use super::frame::PostFrame;
use super::window::{PlaneRef, Window};

/// Rows of luma of a stripe.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stripe {
    /// Even.
    pub(super) start: usize,
    /// Even, or the last of the frame.
    pub(super) end: usize,
}

impl Stripe {
    /// The stripe that begins with a row of luma.
    pub(super) fn from(start: usize, height: usize) -> Self {
        let end = (start + LAG) / STRIPE * STRIPE + STRIPE - LAG;
        Self {
            start,
            end: end.min(height),
        }
    }

    /// Rows of a plane.
    pub(super) fn rows_of(self, frame: &PostFrame, plane: usize) -> Range<usize> {
        let (_, y) = frame.shifts(plane);
        self.start >> y..(self.end + y) >> y
    }

    /// Rows of a plane, of whole blocks of 8x8 samples of luma.
    pub(super) fn padded_rows_of(self, frame: &PostFrame, plane: usize) -> Range<usize> {
        let (_, y) = frame.shifts(plane);
        self.start >> y..self.end.next_multiple_of(8) >> y
    }

    /// One of the rows of a plane around the stripe: two above, and two below. None where it would lie above
    /// the plane.
    pub(super) fn row_around(self, frame: &PostFrame, plane: usize, index: usize) -> Option<usize> {
        let rows = self.rows_of(frame, plane);
        if index < 2 {
            (rows.start + index).checked_sub(2)
        } else {
            Some(rows.end + index - 2)
        }
    }

    /// Rows of a plane as they are shown; none of planes that there are not.
    pub(super) fn show<'w, S: Copy + Default>(
        self,
        frame: &PostFrame,
        plane: usize,
        window: &'w Window<S>,
    ) -> PlaneRef<'w, S> {
        if plane >= frame.planes() {
            return window.show(0, 0, 0);
        }
        let (_, width, _) = frame.size(plane);
        let rows = self.rows_of(frame, plane);
        window.show(rows.start, width, rows.len())
    }

    /// Columns and rows that hold any stripe of a plane after superres.
    pub(super) fn upscaled_window(frame: &PostFrame, plane: usize) -> (usize, usize) {
        if plane >= frame.planes() {
            return (0, 0);
        }
        let (_, width, _) = frame.size(plane);
        let (_, y) = frame.shifts(plane);
        (width.next_multiple_of(64), STRIPE >> y)
    }

    /// Columns and rows that hold any stripe of a plane as coded.
    pub(super) fn window(frame: &PostFrame, plane: usize) -> (usize, usize) {
        if plane >= frame.planes() {
            return (0, 0);
        }
        let (x, y) = frame.shifts(plane);
        (frame.padded_width() >> x, STRIPE >> y)
    }
}

/// Rows of luma that filters of what lies below may still change.
pub(super) const LAG: usize = 8;
/// Rows of luma in a stripe.
pub(super) const STRIPE: usize = 64;
