//! The colours of a palette.

/// Colours of a block, in one plane of luma or in both of chroma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Palette {
    /// None, or 2 to 8.
    pub(crate) size: u8,
    /// Of luma, or of Cb and Cr; in the order of the first plane, whose colours ascend.
    pub(crate) colors: [[u16; MOST]; 2],
}

/// Colours of a palette at most.
pub(crate) const MOST: usize = 8;

impl Palette {
    /// No palette.
    pub(crate) const NONE: Self = Self {
        size: 0,
        colors: [[0; MOST]; 2],
    };

    /// How many colours there are.
    pub(crate) const fn len(&self) -> usize {
        self.size as usize
    }

    /// Colours of a plane.
    pub(crate) fn of(&self, plane: usize) -> &[u16] {
        &self.colors[plane.saturating_sub(1)][..self.len()]
    }
}
