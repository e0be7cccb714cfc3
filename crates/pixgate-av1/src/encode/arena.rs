//! What the search of a superblock found, by size and place.

use crate::encode::block::Block;
use crate::encode::context::Place;
use crate::encode::partition::Division;
use crate::kernels::Size;

/// Decisions and coefficients of blocks of all sizes that were looked at.
pub(crate) struct Arena {
    /// By size of luma and slot.
    leaves: Vec<[Block; PLACES]>,
    /// By side of the square and place in units of 4, interleaved.
    divisions: Vec<[Division; PLACES]>,
    /// By plane and size of luma: blocks in the order of their slots, without gaps.
    levels: [Vec<Vec<i32>>; 3],
    /// Colours of samples in palettes, likewise, of luma and chroma.
    maps: [Vec<Vec<u8>>; 2],
}

/// Blocks of 4 in a superblock.
const PLACES: usize = 256;
/// Sides of squares: 4 to 64.
const SIDES: usize = 5;

impl Arena {
    pub(crate) fn new(planes: usize) -> Self {
        let of_plane = |plane: usize| {
            let count = if plane < planes { Size::COUNT } else { 0 };
            vec![vec![0; PLACES * 16]; count]
        };
        Self {
            leaves: vec![[Block::EMPTY; PLACES]; Size::COUNT],
            divisions: vec![[Division::Whole; PLACES]; SIDES],
            levels: std::array::from_fn(of_plane),
            maps: std::array::from_fn(|_| vec![vec![0; PLACES * 16]; Size::COUNT]),
        }
    }

    pub(crate) fn block_mut(&mut self, place: Place) -> &mut Block {
        &mut self.leaves[place.size.index()][place.slot()]
    }

    pub(crate) fn block(&self, place: Place) -> Block {
        self.leaves[place.size.index()][place.slot()]
    }

    /// Notes how a square is divided.
    pub(crate) fn set_division(&mut self, place: Place, division: Division) {
        self.divisions[place.size.width as usize][place.index()] = division;
    }

    /// How a square is divided.
    pub(crate) fn division(&self, place: Place) -> Division {
        self.divisions[place.size.width as usize][place.index()]
    }

    /// Places in the palette of luma (0) or chroma (1); `size` is that of the block of luma.
    pub(crate) fn map(&self, kind: usize, size: Size, place: Place) -> &[u8] {
        &self.maps[kind][size.index()][place.slot() * 16..][..place.size.area()]
    }

    /// Places in the palette of luma (0) or chroma (1); `size` is that of the block of luma.
    pub(crate) fn map_mut(&mut self, kind: usize, size: Size, place: Place) -> &mut [u8] {
        &mut self.maps[kind][size.index()][place.slot() * 16..][..place.size.area()]
    }

    /// Levels of a transform block at `place` of its plane; `size` is that of the block of luma.
    pub(crate) fn levels(&self, plane: usize, size: Size, place: Place) -> &[i32] {
        &self.levels[plane][size.index()][place.slot() * 16..][..place.size.area()]
    }

    /// Levels of a transform block at `place` of its plane; `size` is that of the block of luma.
    pub(crate) fn levels_mut(&mut self, plane: usize, size: Size, place: Place) -> &mut [i32] {
        &mut self.levels[plane][size.index()][place.slot() * 16..][..place.size.area()]
    }
}
