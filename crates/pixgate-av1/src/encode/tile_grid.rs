//! Division of a frame into tiles: as few as the format allows (section 5.9.15).

use crate::encode::bits::BitWriter;

/// Side of a superblock in samples of luma.
pub(crate) const SUPERBLOCK: usize = 64;

/// Tiles of one size, but for the last column and row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TileGrid {
    /// Frame size in superblocks.
    columns: usize,
    rows: usize,
    /// Binary logarithms of the tiles in both directions.
    columns_log2: u32,
    rows_log2: u32,
}

/// A tile's place in superblocks; ends are exclusive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tile {
    pub(crate) left: usize,
    pub(crate) right: usize,
    pub(crate) top: usize,
    pub(crate) bottom: usize,
}

impl TileGrid {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let columns = (width as usize).div_ceil(SUPERBLOCK);
        let rows = (height as usize).div_ceil(SUPERBLOCK);
        let columns_log2 = doublings(MAX_WIDTH, columns);
        let tiles_log2 = doublings(MAX_AREA, columns * rows).max(columns_log2);
        Self {
            columns,
            rows,
            columns_log2,
            rows_log2: (tiles_log2 - columns_log2).min(doublings(1, rows)),
        }
    }

    /// Writes `tile_info`.
    pub(crate) fn write(&self, bits: &mut BitWriter) {
        bits.flag(true); // uniform_tile_spacing_flag
        let most_columns = doublings(1, self.columns.min(MAX_TILES));
        let most_rows = doublings(1, self.rows.min(MAX_TILES));
        let least_columns = doublings(MAX_WIDTH, self.columns);
        let least_tiles = doublings(MAX_AREA, self.columns * self.rows).max(least_columns);
        let least_rows = least_tiles.saturating_sub(self.columns_log2);
        increments(bits, least_columns, self.columns_log2, most_columns);
        increments(bits, least_rows, self.rows_log2, most_rows);
        if self.columns_log2 + self.rows_log2 > 0 {
            bits.put(0, self.columns_log2 + self.rows_log2); // context_update_tile_id
            bits.put(3, 2); // tile_size_bytes_minus_1
        }
    }

    /// Tiles in the order of the bitstream.
    pub(crate) fn tiles(&self) -> Vec<Tile> {
        let spans = |length: usize, log2: u32| {
            let step = length.div_ceil(1 << log2);
            (0..length)
                .step_by(step.max(1))
                .map(move |start| (start, (start + step).min(length)))
        };
        spans(self.rows, self.rows_log2)
            .flat_map(|(top, bottom)| {
                spans(self.columns, self.columns_log2).map(move |(left, right)| Tile {
                    left,
                    right,
                    top,
                    bottom,
                })
            })
            .collect()
    }
}

fn increments(bits: &mut BitWriter, least: u32, value: u32, most: u32) {
    for _ in least..value {
        bits.flag(true);
    }
    if value < most {
        bits.flag(false);
    }
}

/// How often `unit` must be doubled to be at least `target`.
fn doublings(unit: usize, target: usize) -> u32 {
    (0..usize::BITS)
        .find(|&log2| unit << log2 >= target)
        .unwrap_or(0)
}

/// 4096 samples, in superblocks.
const MAX_WIDTH: usize = 4096 / SUPERBLOCK;
/// 4096 x 2304 samples, in superblocks.
const MAX_AREA: usize = 4096 * 2304 / SUPERBLOCK / SUPERBLOCK;
/// Tiles in one direction.
const MAX_TILES: usize = 64;
