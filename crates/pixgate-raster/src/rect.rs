//! Rectangles inside images.

/// A rectangle inside an image, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rect {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Rect {
    /// Grows so that left and right lose equally much of an image this wide.
    #[must_use]
    pub fn equal_horizontal(self, image_width: u32) -> Self {
        let right = image_width.saturating_sub(self.left.saturating_add(self.width));
        let left = self.left.min(right);
        Self {
            left,
            width: image_width.saturating_sub(2 * left),
            ..self
        }
    }

    /// Grows so that top and bottom lose equally much of an image this high.
    #[must_use]
    pub fn equal_vertical(self, image_height: u32) -> Self {
        let bottom = image_height.saturating_sub(self.top.saturating_add(self.height));
        let top = self.top.min(bottom);
        Self {
            top,
            height: image_height.saturating_sub(2 * top),
            ..self
        }
    }
}
