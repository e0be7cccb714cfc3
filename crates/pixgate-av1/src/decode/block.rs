//! What is coded of a block.

use super::size::Size;
use crate::kernels::predict::Mode;

/// A block of luma with its chroma.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// In the frame, in units of 4 samples of luma.
    pub(super) row: usize,
    /// In the frame, in units of 4 samples of luma.
    pub(super) column: usize,
    pub(super) size: Size,
    /// Whether chroma of this block, and of smaller ones before it, belongs to it.
    pub(super) has_chroma: bool,
    /// Whether there are samples above it in its tile: of luma, of chroma.
    pub(super) has_above: [bool; 2],
    /// Whether there are samples on the left of it in its tile: of luma, of chroma.
    pub(super) has_left: [bool; 2],
    pub(super) segment: u8,
    pub(super) is_skip: bool,
    pub(super) luma_mode: Mode,
    /// In steps of 3 degrees: of luma, of chroma.
    pub(super) angle_deltas: [i32; 2],
    pub(super) chroma_mode: Mode,
    /// Factors of luma in Cb and Cr, in eighths, where chroma is predicted from luma.
    pub(super) cfl: Option<[i32; 2]>,
    /// `filter_intra_mode`.
    pub(super) filter_intra: Option<u8>,
    /// Colours in palettes of luma and chroma.
    pub(super) palette_sizes: [u8; 2],
    /// Of Y, Cb and Cr.
    pub(super) palettes: [[u16; 8]; 3],
    /// Where the block is copied from, if it is.
    pub(super) vector: Option<Vector>,
    /// Of luma.
    pub(super) transform: Size,
}

/// How far away samples are copied from, in whole samples of luma.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Vector {
    pub(super) down: i32,
    pub(super) right: i32,
}

impl Block {
    pub(super) const fn new(row: usize, column: usize, size: Size) -> Self {
        Self {
            row,
            column,
            size,
            has_chroma: false,
            has_above: [false; 2],
            has_left: [false; 2],
            segment: 0,
            is_skip: false,
            luma_mode: Mode::Dc,
            angle_deltas: [0; 2],
            chroma_mode: Mode::Dc,
            cfl: None,
            filter_intra: None,
            palette_sizes: [0; 2],
            palettes: [[0; 8]; 3],
            vector: None,
            transform: Size::S4,
        }
    }

    pub(super) const fn is_copied(&self) -> bool {
        self.vector.is_some()
    }
}
