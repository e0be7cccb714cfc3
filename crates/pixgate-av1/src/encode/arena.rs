//! What the search of a superblock found, by side and place.

use crate::encode::block::Block;
use crate::encode::context::Place;
use crate::kernels::Side;

/// Decisions and coefficients of blocks of all sides that were looked at.
pub(crate) struct Arena {
    /// By side of luma and place in units of 4, interleaved.
    leaves: Vec<[Block; PLACES]>,
    /// The same, and for the superblock.
    is_split: Vec<[bool; PLACES]>,
    /// By plane and side of luma: blocks in the order of their places, without gaps.
    levels: [Vec<Vec<i32>>; 3],
    /// Colours of samples in palettes, likewise, of luma and chroma.
    maps: [Vec<Vec<u8>>; 2],
}

/// Blocks of 4 in a superblock.
const PLACES: usize = 256;
/// Sides of blocks: 4, 8, 16 and 32.
const SIDES: usize = 4;

impl Arena {
    pub(crate) fn new(planes: usize) -> Self {
        let of_plane = |plane: usize| {
            let count = if plane < planes { SIDES } else { 0 };
            vec![vec![0; PLACES * 16]; count]
        };
        Self {
            leaves: vec![[Block::EMPTY; PLACES]; SIDES],
            is_split: vec![[false; PLACES]; SIDES + 1],
            levels: std::array::from_fn(of_plane),
            maps: std::array::from_fn(|_| vec![vec![0; PLACES * 16]; SIDES]),
        }
    }

    pub(crate) fn block_mut(&mut self, place: Place) -> &mut Block {
        &mut self.leaves[place.side as usize][place.index()]
    }

    pub(crate) fn block(&self, place: Place) -> Block {
        self.leaves[place.side as usize][place.index()]
    }

    pub(crate) fn set_split(&mut self, place: Place, is_split: bool) {
        self.is_split[place.side as usize][place.index()] = is_split;
    }

    pub(crate) fn is_split(&self, place: Place) -> bool {
        self.is_split[place.side as usize][place.index()]
    }

    /// Places in the palette of luma (0) or chroma (1); `side` is that of the block of luma.
    pub(crate) fn map(&self, kind: usize, side: Side, place: Place) -> &[u8] {
        let n = place.side.samples();
        &self.maps[kind][side as usize][place.index() * 16..][..n * n]
    }

    /// Places in the palette of luma (0) or chroma (1); `side` is that of the block of luma.
    pub(crate) fn map_mut(&mut self, kind: usize, side: Side, place: Place) -> &mut [u8] {
        let n = place.side.samples();
        &mut self.maps[kind][side as usize][place.index() * 16..][..n * n]
    }

    /// Levels of a transform block at `place` of its plane; `side` is that of the block of luma.
    pub(crate) fn levels(&self, plane: usize, side: Side, place: Place) -> &[i32] {
        let n = place.side.samples();
        &self.levels[plane][side as usize][place.index() * 16..][..n * n]
    }

    /// Levels of a transform block at `place` of its plane; `side` is that of the block of luma.
    pub(crate) fn levels_mut(&mut self, plane: usize, side: Side, place: Place) -> &mut [i32] {
        let n = place.side.samples();
        &mut self.levels[plane][side as usize][place.index() * 16..][..n * n]
    }
}
