//! Sizes and kinds of transforms (sections 6.10.19 and 7.13.3).

/// The size of a transform block, in the order of the specification's `TX_4X4` to `TX_64X16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TransformSize {
    Tx4x4,
    Tx8x8,
    Tx16x16,
    Tx32x32,
    Tx64x64,
    Tx4x8,
    Tx8x4,
    Tx8x16,
    Tx16x8,
    Tx16x32,
    Tx32x16,
    Tx32x64,
    Tx64x32,
    Tx4x16,
    Tx16x4,
    Tx8x32,
    Tx32x8,
    Tx16x64,
    Tx64x16,
}

impl TransformSize {
    /// All sizes, each at the place of its number in the specification.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 19] = [
        Self::Tx4x4,
        Self::Tx8x8,
        Self::Tx16x16,
        Self::Tx32x32,
        Self::Tx64x64,
        Self::Tx4x8,
        Self::Tx8x4,
        Self::Tx8x16,
        Self::Tx16x8,
        Self::Tx16x32,
        Self::Tx32x16,
        Self::Tx32x64,
        Self::Tx64x32,
        Self::Tx4x16,
        Self::Tx16x4,
        Self::Tx8x32,
        Self::Tx32x8,
        Self::Tx16x64,
        Self::Tx64x16,
    ];

    /// Binary logarithm of the width in samples: 2 to 6.
    pub(crate) const fn width_log2(self) -> usize {
        match self {
            Self::Tx4x4 | Self::Tx4x8 | Self::Tx4x16 => 2,
            Self::Tx8x8 | Self::Tx8x4 | Self::Tx8x16 | Self::Tx8x32 => 3,
            Self::Tx16x16 | Self::Tx16x8 | Self::Tx16x32 | Self::Tx16x4 | Self::Tx16x64 => 4,
            Self::Tx32x32 | Self::Tx32x16 | Self::Tx32x64 | Self::Tx32x8 => 5,
            Self::Tx64x64 | Self::Tx64x32 | Self::Tx64x16 => 6,
        }
    }

    /// Binary logarithm of the height in samples: 2 to 6.
    pub(crate) const fn height_log2(self) -> usize {
        match self {
            Self::Tx4x4 | Self::Tx8x4 | Self::Tx16x4 => 2,
            Self::Tx8x8 | Self::Tx4x8 | Self::Tx16x8 | Self::Tx32x8 => 3,
            Self::Tx16x16 | Self::Tx8x16 | Self::Tx32x16 | Self::Tx4x16 | Self::Tx64x16 => 4,
            Self::Tx32x32 | Self::Tx16x32 | Self::Tx64x32 | Self::Tx8x32 => 5,
            Self::Tx64x64 | Self::Tx32x64 | Self::Tx16x64 => 6,
        }
    }

    /// Samples in a row.
    pub(crate) const fn width(self) -> usize {
        1 << self.width_log2()
    }

    /// Rows.
    pub(crate) const fn height(self) -> usize {
        1 << self.height_log2()
    }

    /// Coefficients in a row: at most 32, as the higher frequencies of 64 are always zero.
    pub(crate) const fn coded_width(self) -> usize {
        if self.width() > 32 { 32 } else { self.width() }
    }

    /// Rows of coefficients: at most 32.
    pub(crate) const fn coded_height(self) -> usize {
        if self.height() > 32 {
            32
        } else {
            self.height()
        }
    }

    /// By how many bits numbers shrink between rows and columns (`Transform_Row_Shift`).
    pub(super) const fn row_shift(self) -> i32 {
        match self {
            Self::Tx4x4 | Self::Tx4x8 | Self::Tx8x4 => 0,
            Self::Tx8x8
            | Self::Tx8x16
            | Self::Tx16x8
            | Self::Tx16x32
            | Self::Tx32x16
            | Self::Tx32x64
            | Self::Tx64x32
            | Self::Tx4x16
            | Self::Tx16x4 => 1,
            _ => 2,
        }
    }

    /// Whether one side is twice the other.
    pub(super) const fn is_two_to_one(self) -> bool {
        self.width_log2().abs_diff(self.height_log2()) == 1
    }
}

/// How a block is transformed, in the order of the specification's `DCT_DCT` to `H_FLIPADST`.
///
/// The first word is about columns, the second about rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TransformKind {
    /// Cosines both ways.
    DctDct,
    /// Sines down the columns, up to sixteen samples.
    AdstDct,
    /// Sines along the rows.
    DctAdst,
    /// Sines both ways.
    AdstAdst,
    /// Sines from the bottom up.
    FlipadstDct,
    /// Sines from right to left.
    DctFlipadst,
    /// Sines from the bottom up and from right to left.
    FlipadstFlipadst,
    /// Sines downwards and from right to left.
    AdstFlipadst,
    /// Sines from the bottom up and rightwards.
    FlipadstAdst,
    /// None (`IDTX`): samples stay samples.
    Identity,
    /// Cosines down the columns alone.
    VDct,
    /// Cosines along the rows alone.
    HDct,
    /// Sines down the columns alone.
    VAdst,
    /// Sines along the rows alone.
    HAdst,
    /// Sines from the bottom up alone.
    VFlipadst,
    /// Sines from right to left alone.
    HFlipadst,
}

/// A transform in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::kernels) enum Line {
    Cosines,
    Sines,
    /// Sines whose results come last first.
    Flipped,
    Identity,
}

impl TransformKind {
    /// All kinds, each at the place of its number in the specification.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 16] = [
        Self::DctDct,
        Self::AdstDct,
        Self::DctAdst,
        Self::AdstAdst,
        Self::FlipadstDct,
        Self::DctFlipadst,
        Self::FlipadstFlipadst,
        Self::AdstFlipadst,
        Self::FlipadstAdst,
        Self::Identity,
        Self::VDct,
        Self::HDct,
        Self::VAdst,
        Self::HAdst,
        Self::VFlipadst,
        Self::HFlipadst,
    ];

    /// What is done down the columns.
    pub(super) const fn vertical(self) -> Line {
        match self {
            Self::DctDct | Self::DctAdst | Self::DctFlipadst | Self::VDct => Line::Cosines,
            Self::AdstDct | Self::AdstAdst | Self::AdstFlipadst | Self::VAdst => Line::Sines,
            Self::FlipadstDct | Self::FlipadstFlipadst | Self::FlipadstAdst | Self::VFlipadst => {
                Line::Flipped
            }
            Self::Identity | Self::HDct | Self::HAdst | Self::HFlipadst => Line::Identity,
        }
    }

    /// What is done along the rows.
    pub(super) const fn horizontal(self) -> Line {
        match self {
            Self::DctDct | Self::AdstDct | Self::FlipadstDct | Self::HDct => Line::Cosines,
            Self::DctAdst | Self::AdstAdst | Self::FlipadstAdst | Self::HAdst => Line::Sines,
            Self::DctFlipadst | Self::FlipadstFlipadst | Self::AdstFlipadst | Self::HFlipadst => {
                Line::Flipped
            }
            Self::Identity | Self::VDct | Self::VAdst | Self::VFlipadst => Line::Identity,
        }
    }
}
