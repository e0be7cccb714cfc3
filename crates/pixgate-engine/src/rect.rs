//! Places and lengths in pixels.

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rect<T = u32> {
    /// Columns left of it.
    pub left: T,
    /// Rows above it.
    pub top: T,
    /// Its width.
    pub width: T,
    /// Its height.
    pub height: T,
}

/// A length for each side, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sides<T = u32> {
    /// Above.
    pub top: T,
    /// Right.
    pub right: T,
    /// Below.
    pub bottom: T,
    /// Left.
    pub left: T,
}

impl Rect {
    /// The same, as operations on pixels take it.
    pub(crate) const fn of_raster(self) -> pixgate_raster::Rect {
        pixgate_raster::Rect {
            left: self.left,
            top: self.top,
            width: self.width,
            height: self.height,
        }
    }

    /// All of an image.
    pub(crate) const fn whole((width, height): (u32, u32)) -> Self {
        Self {
            left: 0,
            top: 0,
            width,
            height,
        }
    }
}

impl Sides<i64> {
    /// Sides are non-negative and were summed up to a size that an image can have.
    pub(crate) fn finished(self) -> Sides {
        Sides {
            top: length(self.top),
            right: length(self.right),
            bottom: length(self.bottom),
            left: length(self.left),
        }
    }
}

/// A length that was planned wide; negative ones are nothing.
pub(crate) fn length(length: i64) -> u32 {
    u32::try_from(length.max(0)).unwrap_or(u32::MAX)
}
