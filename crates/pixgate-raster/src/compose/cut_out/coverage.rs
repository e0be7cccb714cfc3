//! The exact areas of a row's pixels inside a rounded rectangle.
//!
//! In a column of the shape everything between its upper and its lower bound is inside. What of a
//! row lies below the upper bound and what lies above the lower one are integrals of a clamped arc,
//! which have a closed form; both together, less the row itself, are the area.

use super::RoundedRect;

/// A row of pixels, and where the bounds of the shape cross it.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowEdges {
    width: u32,
    /// The upper corners, left and right, then the lower ones.
    top: [Edge; 2],
    bottom: [Edge; 2],
}

impl RowEdges {
    pub(super) fn of(shape: &RoundedRect, y: u32) -> Self {
        let [top_left, top_right, bottom_right, bottom_left] = shape.radii;
        let below = f64::from(y) + 1.0;
        let above = f64::from(shape.height.saturating_sub(y));
        Self {
            width: shape.width,
            top: [top_left, top_right].map(|radii| Edge::new(radii, below)),
            bottom: [bottom_left, bottom_right].map(|radii| Edge::new(radii, above)),
        }
    }

    /// First and end of the pixels that lie inside as a whole.
    pub(super) fn full(&self) -> (u32, u32) {
        let ([top_left, top_right], [bottom_left, bottom_right]) = (self.top, self.bottom);
        let cut = |top: Edge, bottom: Edge| whole_pixels(top.full_from.max(bottom.full_from));
        let right = cut(top_right, bottom_right);
        (cut(top_left, bottom_left), self.width.saturating_sub(right))
    }

    /// The area of a pixel that lies inside.
    pub(super) fn coverage(&self, x: u32) -> f64 {
        let area = self.side(x, self.top) + self.side(x, self.bottom) - 1.0;
        area.clamp(0.0, 1.0)
    }

    /// The area of a pixel on the inner side of the upper or of the lower bound.
    fn side(&self, x: u32, [left, right]: [Edge; 2]) -> f64 {
        let (width, x) = (f64::from(self.width), f64::from(x));
        // Between the two corners the bound is straight, and both say the same of it.
        let split = left.across.clamp(x, x + 1.0);
        left.area(x, split) + right.area(width - x - 1.0, width - split)
    }
}

/// A corner's arc where it crosses a row; distances are from the corner's own sides.
#[derive(Debug, Clone, Copy)]
struct Edge {
    across: f64,
    down: f64,
    /// The row's far side, at least 1.
    far: f64,
    /// Up to here the row is outside.
    empty_until: f64,
    /// From here on it is inside.
    full_from: f64,
}

impl Edge {
    fn new((across, down): (f64, f64), far: f64) -> Self {
        // Where the arc is this far from the corner's horizontal side.
        let place = |distance: f64| {
            if across <= 0.0 || distance >= down {
                return 0.0;
            }
            let height = 1.0 - distance / down;
            across * (1.0 - (1.0 - height * height).max(0.0).sqrt())
        };
        Self {
            across,
            down,
            far,
            empty_until: place(far),
            full_from: place(far - 1.0),
        }
    }

    /// The area of the row inside, between two distances from the corner's vertical side.
    fn area(&self, from: f64, to: f64) -> f64 {
        let start = from.max(self.empty_until);
        let end = to.min(self.full_from);
        let full = (to - from.max(self.full_from)).max(0.0);
        if end <= start {
            return full;
        }
        let place = |distance: f64| (1.0 - distance / self.across).clamp(0.0, 1.0);
        let arc = segment(place(start)) - segment(place(end));
        (self.far - self.down) * (end - start) + self.across * self.down * arc + full
    }
}

/// The integral of the unit circle's height from its middle to here.
fn segment(x: f64) -> f64 {
    (x * (1.0 - x * x).max(0.0).sqrt() + x.asin()) / 2.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most a side of an image; the cast saturates"
)]
fn whole_pixels(length: f64) -> u32 {
    length.ceil() as u32
}
