//! Modes of prediction with what is coded beside them (sections 5.11.7 and 6.10.4).

use crate::kernels::predict::Mode;

/// A directional mode's neighbours are 3 degrees apart; other modes have no steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Direction {
    pub(crate) mode: Mode,
    /// -3 to 3.
    pub(crate) delta: i8,
}

impl Direction {
    pub(crate) const DC: Self = Self {
        mode: Mode::Dc,
        delta: 0,
    };

    /// The index among directional modes.
    pub(crate) fn index(self) -> Option<usize> {
        (self.mode as usize)
            .checked_sub(1)
            .filter(|&index| index < 8)
    }
}

/// Whether a mode is an angle.
pub(crate) const fn is_directional(mode: Mode) -> bool {
    mode as usize >= 1 && mode as usize <= 8
}

/// How chroma is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChromaMode {
    /// From its own neighbours.
    Around(Direction),
    /// From luma: the factors of Cb and Cr in eighths, not both zero.
    FromLuma([i8; 2]),
}
