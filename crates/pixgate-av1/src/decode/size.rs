//! Sizes of blocks and transforms.

/// Sides of a block in samples of luma, or of a transform in samples of its plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Binary logarithm: 2 to 7.
    pub(super) width_log2: u8,
    /// Binary logarithm: 2 to 7.
    pub(super) height_log2: u8,
}

impl Size {
    pub(super) const S4: Self = Self::square(2);

    #[inline]
    pub(super) const fn square(log2: u8) -> Self {
        Self {
            width_log2: log2,
            height_log2: log2,
        }
    }

    #[inline]
    pub(super) const fn new(width_log2: u8, height_log2: u8) -> Self {
        Self {
            width_log2,
            height_log2,
        }
    }

    /// In samples.
    #[inline]
    pub(super) const fn width(self) -> usize {
        1 << self.width_log2
    }

    /// In samples.
    #[inline]
    pub(super) const fn height(self) -> usize {
        1 << self.height_log2
    }

    /// In units of 4 samples.
    #[inline]
    pub(super) const fn width_4(self) -> usize {
        1 << (self.width_log2 - 2)
    }

    /// In units of 4 samples.
    #[inline]
    pub(super) const fn height_4(self) -> usize {
        1 << (self.height_log2 - 2)
    }

    #[inline]
    pub(super) fn longer_log2(self) -> u8 {
        self.width_log2.max(self.height_log2)
    }

    #[inline]
    pub(super) fn shorter_log2(self) -> u8 {
        self.width_log2.min(self.height_log2)
    }

    /// Of no side longer than `log2`.
    #[inline]
    pub(super) fn at_most(self, log2: u8) -> Self {
        Self::new(self.width_log2.min(log2), self.height_log2.min(log2))
    }

    /// `Split_Tx_Size`: the longer side halved, or both.
    #[inline]
    pub(super) fn halved(self) -> Self {
        let (width, height) = (self.width_log2, self.height_log2);
        Self::new(
            (width - u8::from(width >= height)).max(2),
            (height - u8::from(height >= width)).max(2),
        )
    }

    /// `get_plane_residual_size`: in a plane that is smaller by these binary logarithms.
    #[inline]
    pub(super) fn in_plane(self, (x, y): (usize, usize)) -> Self {
        let less = |log2: u8, shift: usize| (log2 - u8::from(shift > 0)).max(2);
        Self::new(less(self.width_log2, x), less(self.height_log2, y))
    }

    /// Whether it is 8x8 or larger in the order of the specification.
    #[inline]
    pub(super) const fn is_large(self) -> bool {
        self.width_log2 + self.height_log2 >= 6
    }
}
