//! What is decided about one macroblock.

use super::levels::Kind;
use crate::vp8::kernels::{Levels, Rows};
use crate::vp8::modes::Whole;

/// Luma with one prediction for all of it.
#[derive(Clone, Debug)]
pub(super) struct WholeLuma {
    pub(super) mode: Whole,
    pub(super) second: [i16; 16],
    pub(super) second_used: u16,
    pub(super) levels: [Levels; 4],
    pub(super) shown: [Rows; 4],
    /// What it costs in bits and differences.
    pub(super) score: i64,
}

/// Luma by subblocks; what decoders see of it stands in the workspace.
#[derive(Clone, Debug)]
pub(super) struct PartsLuma {
    pub(super) modes: [u8; 16],
    pub(super) levels: [[i16; 16]; 16],
    pub(super) used: [u16; 16],
}

/// Both kinds of chroma.
#[derive(Clone, Debug)]
pub(super) struct Chroma {
    pub(super) mode: Whole,
    pub(super) levels: [Levels; 2],
    pub(super) shown: [Rows; 2],
    pub(super) score: i64,
}

impl Chroma {
    /// The blocks in the order in which they are coded: where they are among the rows.
    pub(super) const ORDER: [(usize, usize); 8] = [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
        (0, 2),
        (0, 3),
        (1, 2),
        (1, 3),
    ];
}

/// Modes of a macroblock, as they are kept until all are written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Modes {
    pub(super) segment: u8,
    pub(super) is_skipped: bool,
    /// By parts, or a number of [`Whole`].
    pub(super) luma: u8,
    pub(super) chroma: u8,
    pub(super) parts: [u8; 16],
}

/// Stands for luma by parts.
pub(super) const BY_PARTS: u8 = 4;

/// All modes of a whole block.
pub(super) const WHOLES: [Whole; 4] = [
    Whole::Dc,
    Whole::Vertical,
    Whole::Horizontal,
    Whole::TrueMotion,
];

/// Which kind the blocks of luma are.
pub(super) const fn kind_of_luma(is_whole: bool) -> Kind {
    if is_whole { Kind::LumaRest } else { Kind::Luma }
}
