//! What blocks leave behind for those below and on the right of them.

use super::block::Block;
use super::units::fill;
use crate::kernels::predict::Mode;

/// One edge of what is decoded next: above, for the columns of a tile, or on the left, for the rows of a
/// superblock; in units of 4 samples.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    /// Binary logarithms of sides of blocks; large outside of the tile.
    pub(super) sides: Vec<u8>,
    /// Whether blocks had no coefficients at all.
    pub(super) skips: Vec<bool>,
    pub(super) modes: Vec<Mode>,
    /// Binary logarithms of sides of transforms, or of blocks that are copied; 0 outside of the tile.
    pub(super) transforms: Vec<u8>,
    /// The same of the transforms within blocks that are copied.
    pub(super) divided: Vec<u8>,
    /// Whether chroma has a smooth mode, in units of 4 of its plane.
    pub(super) smooth_chroma: Vec<bool>,
    /// Colours in palettes of luma and chroma.
    pub(super) palette_sizes: [Vec<u8>; 2],
    /// Of each plane, in its units: the sum of sizes of levels up to 63, and 64 times the kind of the
    /// sign of the first (0 zero, 1 negative, 2 positive). There are 16 more than there are units.
    pub(super) coefficients: [Vec<u8>; 3],
}

impl Edge {
    /// - `units`: how many.
    pub(super) fn new(units: usize) -> Self {
        Self {
            sides: vec![OUTSIDE; units],
            skips: vec![false; units],
            modes: vec![Mode::Dc; units],
            transforms: vec![0; units],
            divided: vec![OUTSIDE; units],
            smooth_chroma: vec![false; units],
            palette_sizes: [vec![0; units], vec![0; units]],
            coefficients: std::array::from_fn(|_| vec![0; units + 16]),
        }
    }

    /// As beyond the edge of a tile.
    pub(super) fn clear(&mut self) {
        self.sides.fill(OUTSIDE);
        self.skips.fill(false);
        self.modes.fill(Mode::Dc);
        self.transforms.fill(0);
        self.divided.fill(OUTSIDE);
        self.smooth_chroma.fill(false);
        for sizes in &mut self.palette_sizes {
            sizes.fill(0);
        }
        for coefficients in &mut self.coefficients {
            coefficients.fill(0);
        }
    }

    /// Remembers a block, but for its coefficients and transforms within.
    ///
    /// - `start`, `count`: its units.
    /// - `side`, `transform`: binary logarithms of the sides along the edge.
    pub(super) fn remember(&mut self, block: &Block, span: Span, side: u8, transform: u8) {
        let Span { start, count } = span;
        fill(&mut self.sides, start, count, side);
        fill(&mut self.skips, start, count, block.is_skip);
        fill(&mut self.modes, start, count, block.luma_mode);
        let transform = if block.is_copied() { side } else { transform };
        fill(&mut self.transforms, start, count, transform);
    }

    /// Remembers what matters in pictures of screens only: palettes, and transforms within blocks.
    pub(super) fn remember_screen(&mut self, block: &Block, span: Span, transform: u8) {
        let Span { start, count } = span;
        if !block.is_copied() {
            fill(&mut self.divided, start, count, transform);
        }
        for (sizes, &size) in self.palette_sizes.iter_mut().zip(&block.palette_sizes) {
            fill(sizes, start, count, size);
        }
    }
}

/// Units along an edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) count: usize,
}

/// Beyond the edge of a tile: larger than all sides.
const OUTSIDE: u8 = u8::MAX;
