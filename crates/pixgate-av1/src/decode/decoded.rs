//! Which blocks around are decoded (section 5.11.3, `BlockDecoded`).

use super::size::Size;

/// What is decoded of a plane in and around a superblock, in units of 4 samples.
#[derive(Clone, Debug)]
pub(super) struct Decoded {
    /// From the row above the superblock on: bit `x + 1` is for column `x`.
    rows: [u64; 34],
}

impl Decoded {
    pub(super) const NONE: Self = Self { rows: [0; 34] };

    /// At the start of a superblock.
    ///
    /// - `side`: of a superblock in units of the plane: columns and rows.
    /// - `rest`: units up to the end of the tile.
    pub(super) fn start(&mut self, side: (usize, usize), rest: (usize, usize)) {
        let (columns, rows) = side;
        let above = rest.0.min(columns + 1) + 1;
        self.rows = [0; 34];
        self.rows[0] = (1 << above) - 1;
        let left = rest.1.min(rows);
        self.rows[1..=left].fill(1);
    }

    /// Remembers a block at a place in the superblock.
    pub(super) fn add(&mut self, x: usize, y: usize, size: Size) {
        let mask = ((1u64 << size.width_4()) - 1) << (x + 1);
        let end = (y + 1 + size.height_4()).min(self.rows.len());
        for row in &mut self.rows[y + 1..end] {
            *row |= mask;
        }
    }

    /// Whether what is on the right above a block is decoded.
    pub(super) fn has_above_right(&self, x: usize, y: usize, size: Size) -> bool {
        self.rows[y] >> (x + size.width_4() + 1) & 1 == 1
    }

    /// Whether what is below on the left of a block is decoded.
    pub(super) fn has_below_left(&self, x: usize, y: usize, size: Size) -> bool {
        let row = y + size.height_4() + 1;
        self.rows.get(row).is_some_and(|row| row >> x & 1 == 1)
    }
}
