//! What filters need to know of the blocks of a superblock row.

use std::collections::TryReserveError;

use super::frame::PostFrame;
use super::window::filled;

/// Facts about the blocks of one superblock row, and of the last blocks above it.
///
/// Rows are counted from the first row of the superblock row, columns from the left of the frame. What lies
/// beyond the last superblock of a row is ignored.
#[derive(Debug)]
pub(in crate::decode) struct Facts {
    /// Units of 4 samples of luma in a row.
    pub(super) columns: usize,
    /// Whether chroma has half the columns, and half the rows.
    subsampling: (bool, bool),
    /// Of luma in units of 4 samples, row by row: first the last row of the superblock row above.
    pub(super) luma: Vec<TransformLog2>,
    /// The same of chroma, in units of 4 of its samples; as wide as `luma`.
    pub(super) chroma: Vec<TransformLog2>,
    /// The same of levels of deblocking, in units of luma.
    pub(super) levels: Vec<[u8; 4]>,
    /// Whether blocks have no coefficients, in units of luma: of the superblock row alone.
    pub(super) skips: Vec<bool>,
    /// `cdef_idx` of each 64x64 samples of luma: of the superblock row alone.
    cdef: Vec<Option<u8>>,
    /// `cdef_idx` of each 8x8 samples of luma that are filtered: first of the last ones above.
    filtered: Vec<Option<u8>>,
}

/// Binary logarithms of sides of a transform in samples of its plane: 2 to 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) struct TransformLog2 {
    pub(in crate::decode) width: u8,
    pub(in crate::decode) height: u8,
}

/// What is the same in a whole block.
#[derive(Clone, Copy, Debug)]
pub(in crate::decode) struct BlockFacts {
    /// From the first row of the superblock row on, in units of 4 samples of luma.
    pub(in crate::decode) row: usize,
    /// In units of 4 samples of luma.
    pub(in crate::decode) column: usize,
    /// In units of 4 samples of luma.
    pub(in crate::decode) width_4: usize,
    /// In units of 4 samples of luma.
    pub(in crate::decode) height_4: usize,
    /// `skip`.
    pub(in crate::decode) is_skip: bool,
    /// Of vertical edges of luma, horizontal ones, Cb and Cr: see [`super::Deblocking::level`].
    pub(in crate::decode) levels: [u8; 4],
    /// Of luma.
    pub(in crate::decode) luma: TransformLog2,
    /// Of chroma, if the block has any.
    pub(in crate::decode) chroma: Option<TransformLog2>,
}

impl Facts {
    pub(super) fn new(frame: &PostFrame) -> Result<Self, TryReserveError> {
        let columns = frame.padded_width() / 4;
        let rows = frame.superblock() / 4;
        let transform = TransformLog2 {
            width: 2,
            height: 2,
        };
        Ok(Self {
            columns,
            subsampling: frame.subsampling,
            luma: filled(transform, columns * (rows + 1))?,
            chroma: filled(transform, columns * (rows + 1))?,
            levels: filled([0; 4], columns * (rows + 1))?,
            skips: filled(false, columns * rows)?,
            cdef: filled(None, columns.div_ceil(16) * rows.div_ceil(16))?,
            filtered: filled(None, columns / 2 * (rows / 2 + 1))?,
        })
    }

    /// Bytes that [`Self::new`] takes.
    pub(super) fn memory(frame: &PostFrame) -> usize {
        let columns = frame.padded_width() / 4;
        let rows = frame.superblock() / 4;
        columns * (rows + 1) * (2 * size_of::<TransformLog2>() + 4)
            + columns * rows
            + columns * rows / 256 * size_of::<Option<u8>>()
            + columns / 2 * (rows / 2 + 1) * size_of::<Option<u8>>()
    }

    /// Remembers a block.
    pub(in crate::decode) fn set_block(&mut self, block: &BlockFacts) {
        let columns = self.columns;
        let width = block.width_4.min(columns.saturating_sub(block.column));
        let place = (block.row, block.column);
        let size = (block.height_4, width);
        fill(
            &mut self.luma,
            columns,
            (place.0 + 1, place.1),
            size,
            block.luma,
        );
        fill(
            &mut self.levels,
            columns,
            (place.0 + 1, place.1),
            size,
            block.levels,
        );
        fill(&mut self.skips, columns, place, size, block.is_skip);
        if let Some(chroma) = block.chroma {
            let (x, y) = (
                usize::from(self.subsampling.0),
                usize::from(self.subsampling.1),
            );
            let place = ((place.0 >> y) + 1, place.1 >> x);
            let size = ((size.0 >> y).max(1), (size.1 >> x).max(1));
            fill(&mut self.chroma, columns, place, size, chroma);
        }
    }

    /// Remembers `cdef_idx` of 64x64 samples of luma; `None` where it is -1.
    ///
    /// - `row`: 0, or 1 in the lower half of superblocks with 128 rows.
    /// - `column`: in units of 64 samples, from the left of the frame.
    pub(in crate::decode) fn set_cdef(&mut self, row: usize, column: usize, index: Option<u8>) {
        let columns = self.columns.div_ceil(16);
        if column < columns
            && let Some(to) = self.cdef.get_mut(row * columns + column)
        {
            *to = index;
        }
    }

    /// All blocks are known: finds what CDEF filters.
    pub(super) fn resolve(&mut self) {
        let eights = self.columns / 2;
        let rows = self.filtered.chunks_exact_mut(eights.max(1)).skip(1);
        for (row, (to, skips)) in rows
            .zip(self.skips.chunks_exact(2 * self.columns.max(1)))
            .enumerate()
        {
            let (upper, lower) = skips.split_at(self.columns);
            let indices = self.cdef.get(row / 8 * eights.div_ceil(8)..).unwrap_or(&[]);
            let of_eights = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            for (column, (to, (upper, lower))) in to.iter_mut().zip(of_eights).enumerate() {
                let is_skipped = upper[0] && upper[1] && lower[0] && lower[1];
                let index = indices.get(column / 8).copied().flatten();
                *to = index.filter(|_| !is_skipped);
            }
        }
    }

    /// `cdef_idx` of the 8x8 samples in a row that are filtered.
    ///
    /// - `row`: from the last row above the superblock row on.
    pub(super) fn filtered(&self, row: usize) -> &[Option<u8>] {
        let eights = self.columns / 2;
        self.filtered
            .get(row * eights..(row + 1) * eights)
            .unwrap_or(&[])
    }

    /// The next superblock row is to be remembered.
    pub(super) fn advance(&mut self) {
        let columns = self.columns;
        let rows = self.skips.len() / columns.max(1);
        self.luma.copy_within(rows * columns.., 0);
        self.levels.copy_within(rows * columns.., 0);
        let rows = rows >> usize::from(self.subsampling.1);
        self.chroma
            .copy_within(rows * columns..(rows + 1) * columns, 0);
        self.cdef.fill(None);
        let eights = columns / 2;
        let last = self.filtered.len().saturating_sub(eights);
        self.filtered.copy_within(last.., 0);
    }
}

/// Sets `height` rows of `width` values.
fn fill<T: Copy>(
    to: &mut [T],
    stride: usize,
    (row, column): (usize, usize),
    (height, width): (usize, usize),
    value: T,
) {
    for row in to.chunks_exact_mut(stride).skip(row).take(height) {
        if let Some(row) = row.get_mut(column..column + width) {
            row.fill(value);
        }
    }
}
