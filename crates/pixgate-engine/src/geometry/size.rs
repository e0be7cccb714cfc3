//! Lengths while a plan is being computed: wide and signed, so that nothing overflows.

use crate::rounding::min_set;

/// Width and height in pixels; zero is unset where that makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Size {
    pub(crate) width: i64,
    pub(crate) height: i64,
}

impl Size {
    pub(crate) const fn new(width: i64, height: i64) -> Self {
        Self { width, height }
    }

    pub(crate) fn of(width: u32, height: u32) -> Self {
        Self::new(width.into(), height.into())
    }

    /// Width and height exchanged, if asked.
    pub(crate) const fn swapped_if(self, swap: bool) -> Self {
        if swap {
            Self::new(self.height, self.width)
        } else {
            self
        }
    }

    /// The smaller of each side, an unset side not counting.
    pub(crate) fn min_set(self, other: Self) -> Self {
        Self::new(
            min_set(self.width, other.width),
            min_set(self.height, other.height),
        )
    }

    pub(crate) fn max(self, other: Self) -> Self {
        Self::new(self.width.max(other.width), self.height.max(other.height))
    }

    pub(crate) fn longest(self) -> i64 {
        self.width.max(self.height)
    }

    pub(crate) const fn is_unset(self) -> bool {
        self.width == 0 && self.height == 0
    }

    /// Whether both sides are within those of `other`.
    pub(crate) const fn fits_in(self, other: Self) -> bool {
        self.width <= other.width && self.height <= other.height
    }
}

/// A factor or ratio for each axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Factors {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Factors {
    pub(crate) const ONE: Self = Self { x: 1.0, y: 1.0 };

    pub(crate) const fn swapped_if(self, swap: bool) -> Self {
        if swap {
            Self {
                x: self.y,
                y: self.x,
            }
        } else {
            self
        }
    }

    pub(crate) fn min(self) -> f64 {
        self.x.min(self.y)
    }
}
