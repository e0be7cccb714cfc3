//! How much smaller than stored to decode.

/// One of the sizes that the inverse transform can give (shrink-on-load).
///
/// The picture is rebuilt from each block's lowest frequencies, 4×4, 2×2 or 1×1 of its 8×8, as
/// libjpeg 7 and later do: the result lies where the full picture lies, only coarser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scale {
    /// The stored size.
    #[default]
    Full,
    /// Half of each side.
    Half,
    /// A quarter of each side.
    Quarter,
    /// An eighth of each side.
    Eighth,
}

impl Scale {
    /// 1, 2, 4 or 8.
    #[must_use]
    pub const fn divisor(self) -> u32 {
        match self {
            Self::Full => 1,
            Self::Half => 2,
            Self::Quarter => 4,
            Self::Eighth => 8,
        }
    }

    /// The scale that divides by `divisor`.
    #[must_use]
    pub const fn from_divisor(divisor: u32) -> Option<Self> {
        Some(match divisor {
            1 => Self::Full,
            2 => Self::Half,
            4 => Self::Quarter,
            8 => Self::Eighth,
            _ => return None,
        })
    }

    /// A side in whole pixels: rounded as asked, but at least 1.
    #[must_use]
    pub const fn apply(self, side: u32, rounding: Rounding) -> u32 {
        let scaled = match rounding {
            Rounding::Up => side.div_ceil(self.divisor()),
            Rounding::Down => side / self.divisor(),
        };
        if scaled == 0 { 1 } else { scaled }
    }

    /// Samples per side that a block gives: 8, 4, 2 or 1.
    pub(crate) const fn block_side(self) -> usize {
        match self {
            Self::Full => 8,
            Self::Half => 4,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }

    /// The next larger one.
    pub(crate) const fn doubled(self) -> Option<Self> {
        match self {
            Self::Full => None,
            Self::Half => Some(Self::Full),
            Self::Quarter => Some(Self::Half),
            Self::Eighth => Some(Self::Quarter),
        }
    }
}

/// What becomes of the last, partly covered pixel of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rounding {
    /// It is kept, as libjpeg does.
    #[default]
    Up,
    /// It is dropped, so that every pixel stands for as many stored ones (libvips, imgproxy).
    Down,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_and_never_vanishes() {
        let cases = [
            (Scale::Full, 7, 7, 7),
            (Scale::Half, 7, 4, 3),
            (Scale::Quarter, 3, 1, 1),
            (Scale::Eighth, 65_535, 8192, 8191),
        ];
        for (scale, side, up, down) in cases {
            assert_eq!(scale.apply(side, Rounding::Up), up);
            assert_eq!(scale.apply(side, Rounding::Down), down);
            assert_eq!(Scale::from_divisor(scale.divisor()), Some(scale));
        }
    }
}
