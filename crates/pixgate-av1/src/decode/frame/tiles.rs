//! Tiles (section 5.9.15).

use super::FrameSize;
use crate::decode::bits::BitReader;
use crate::decode::error::DecodeError;

/// Where tiles begin and end.
#[derive(Clone, Debug)]
pub(in crate::decode) struct TileLayout {
    /// `MiColStarts`: one more than there are columns.
    pub(in crate::decode) columns: Vec<usize>,
    /// `MiRowStarts`: one more than there are rows.
    pub(in crate::decode) rows: Vec<usize>,
    /// Bits of a tile's number.
    pub(in crate::decode) number_bits: u32,
    /// `TileSizeBytes`.
    pub(in crate::decode) size_bytes: usize,
}

impl TileLayout {
    pub(super) fn read(
        bits: &mut BitReader<'_>,
        size: &FrameSize,
        is_128: bool,
    ) -> Result<Self, DecodeError> {
        let shift = if is_128 { 5 } else { 4 };
        let columns = size.columns_4().div_ceil(1 << shift);
        let rows = size.rows_4().div_ceil(1 << shift);
        let (column_starts, row_starts) = if bits.flag() {
            read_uniform(bits, columns, rows, shift)
        } else {
            read_free(bits, columns, rows, shift)
        };
        if column_starts.len() > MAX_TILES || row_starts.len() > MAX_TILES {
            return Err(DecodeError::Invalid("number of tiles"));
        }
        let number_bits = doublings(1, column_starts.len()) + doublings(1, row_starts.len());
        let mut size_bytes = 4;
        if number_bits > 0 {
            bits.bits(number_bits); // context_update_tile_id
            size_bytes = bits.bits(2) as usize + 1;
        }
        Ok(Self {
            columns: edges(&column_starts, shift, size.columns_4()),
            rows: edges(&row_starts, shift, size.rows_4()),
            number_bits,
            size_bytes,
        })
    }

    /// Tiles in the frame.
    pub(in crate::decode) const fn count(&self) -> usize {
        (self.columns.len() - 1) * (self.rows.len() - 1)
    }
}

/// From superblocks to units of 4 samples, with the end.
fn edges(starts: &[usize], shift: u32, end: usize) -> Vec<usize> {
    starts
        .iter()
        .map(|&start| start << shift)
        .chain([end])
        .collect()
}

fn read_uniform(
    bits: &mut BitReader<'_>,
    columns: usize,
    rows: usize,
    shift: u32,
) -> (Vec<usize>, Vec<usize>) {
    let most_columns = doublings(1, columns.min(MAX_TILES));
    let most_rows = doublings(1, rows.min(MAX_TILES));
    let least_columns = doublings(MAX_WIDTH_4 >> shift, columns);
    let least_tiles = doublings(MAX_AREA_4 >> (2 * shift), columns * rows).max(least_columns);
    let mut increment = |least: u32, most: u32| {
        let mut value = least;
        while value < most && bits.flag() {
            value += 1;
        }
        value
    };
    let columns_log2 = increment(least_columns, most_columns);
    let rows_log2 = increment(least_tiles.saturating_sub(columns_log2), most_rows);
    let starts =
        |length: usize, log2: u32| (0..length).step_by(length.div_ceil(1 << log2)).collect();
    (starts(columns, columns_log2), starts(rows, rows_log2))
}

fn read_free(
    bits: &mut BitReader<'_>,
    columns: usize,
    rows: usize,
    shift: u32,
) -> (Vec<usize>, Vec<usize>) {
    let widest = MAX_WIDTH_4 >> shift;
    let (column_starts, width) = read_starts(bits, columns, widest);
    let least_columns = doublings(widest, columns);
    let least_tiles = doublings(MAX_AREA_4 >> (2 * shift), columns * rows).max(least_columns);
    let area = if least_tiles > 0 {
        (rows * columns) >> (least_tiles + 1)
    } else {
        rows * columns
    };
    let (row_starts, _) = read_starts(bits, rows, (area / width).max(1));
    (column_starts, row_starts)
}

/// Starts of tiles and the largest size.
fn read_starts(bits: &mut BitReader<'_>, length: usize, most: usize) -> (Vec<usize>, usize) {
    let (mut starts, mut largest, mut start) = (Vec::new(), 1, 0);
    while start < length && starts.len() <= MAX_TILES {
        starts.push(start);
        let limit = (length - start).min(most);
        let size = bits.below(u32::try_from(limit).unwrap_or(u32::MAX)) as usize + 1;
        largest = largest.max(size);
        start += size;
    }
    (starts, largest)
}

/// How often `unit` must be doubled to be at least `target`.
fn doublings(unit: usize, target: usize) -> u32 {
    (0..usize::BITS / 2)
        .find(|&log2| unit << log2 >= target)
        .unwrap_or(0)
}

/// 4096 samples in units of 4.
const MAX_WIDTH_4: usize = 4096 / 4;
/// 4096 x 2304 samples in units of 4x4.
const MAX_AREA_4: usize = 4096 * 2304 / 16;
/// In one direction.
const MAX_TILES: usize = 64;
