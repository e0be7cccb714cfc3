//! Reading of blocks (section 5.11): all that is coded but for coefficients.

mod deltas;
mod modes;
mod palette;
mod partition;
mod restoration;
mod segments;
mod transform_size;
mod vectors;

pub(super) use self::palette::{ColorMap, PaletteEdges};
pub(super) use self::partition::Partition;
pub(super) use self::restoration::{RestorationReferences, Unit, UnitFilter};
pub(super) use self::segments::SegmentMap;
pub(super) use self::vectors::VectorMap;

use std::ops::Range;

use super::block::Block;
use super::cdfs::Cdfs;
use super::context::{Edge, Span};
use super::error::DecodeError;
use super::frame::FrameHeader;
use super::quantizers::Quantizers;
use super::sequence::Sequence;
use super::symbol::Symbols;

/// Reads the symbols of a tile.
pub(super) struct Parser<'p> {
    pub(super) sequence: &'p Sequence,
    pub(super) header: &'p FrameHeader,
    pub(super) symbols: Symbols<'p>,
    pub(super) state: &'p mut TileState,
}

/// What is known of a tile from one symbol to the next.
#[derive(Debug)]
pub(super) struct TileState {
    /// Of the tile, in units of 4 samples of luma.
    pub(super) columns: Range<usize>,
    /// Of the tile, in units of 4 samples of luma.
    pub(super) rows: Range<usize>,
    pub(super) cdfs: Box<Cdfs>,
    /// From the first column of the tile on.
    pub(super) above: Edge,
    /// From the first row of the superblock on.
    pub(super) left: Edge,
    pub(super) palettes: PaletteEdges,
    /// Indices of colours of the block: of luma, of chroma.
    pub(super) color_maps: [ColorMap; 2],
    pub(super) segments: SegmentMap,
    /// Of frames that copy blocks.
    pub(super) vectors: VectorMap,
    /// `CurrentQIndex`.
    pub(super) quantizer: u8,
    pub(super) quantizers: Quantizers,
    /// `DeltaLF`.
    pub(super) filter_deltas: [i8; 4],
    /// `ReadDeltas`.
    pub(super) reads_deltas: bool,
    /// `cdef_idx` of the quarters of the superblock.
    pub(super) cdef_indices: [Option<u8>; 4],
    pub(super) references: RestorationReferences,
}

/// Units of 4 samples in the largest superblock.
pub(super) const SUPERBLOCK_4: usize = 32;

impl TileState {
    /// - `columns`: of all tiles in this column.
    pub(super) fn new(header: &FrameHeader, sequence: &Sequence, columns: Range<usize>) -> Self {
        let units = columns.len().next_multiple_of(SUPERBLOCK_4);
        let base = header.quantization.base;
        Self {
            cdfs: Box::new(Cdfs::new(base)),
            above: Edge::new(units),
            left: Edge::new(SUPERBLOCK_4),
            palettes: PaletteEdges::default(),
            color_maps: [ColorMap::default(), ColorMap::default()],
            segments: SegmentMap::new(header.segmentation.is_enabled, units),
            vectors: VectorMap::default(),
            quantizer: base,
            quantizers: Quantizers::new(header, &sequence.format, base),
            filter_deltas: [0; 4],
            reads_deltas: false,
            cdef_indices: [None; 4],
            references: RestorationReferences::default(),
            columns,
            rows: 0..0,
        }
    }

    /// Bytes that depend on the size of the tile column.
    pub(super) fn memory(header: &FrameHeader, columns: &Range<usize>) -> usize {
        let units = columns.len().next_multiple_of(SUPERBLOCK_4);
        let segments = if header.segmentation.is_enabled {
            SUPERBLOCK_4 + 1
        } else {
            0
        };
        let vectors = if header.has_intrabc {
            VectorMap::BYTES_PER_COLUMN
        } else {
            0
        };
        units * (16 + segments + vectors) + 6 * 16
    }

    /// At the start of a tile.
    pub(super) fn start(&mut self, header: &FrameHeader, sequence: &Sequence, rows: Range<usize>) {
        let base = header.quantization.base;
        *self.cdfs = Cdfs::new(base);
        self.above.clear();
        self.segments.clear();
        if header.has_intrabc {
            self.vectors.start(self.columns.clone(), rows.clone());
        }
        self.set_quantizer(header, sequence, base);
        self.filter_deltas = [0; 4];
        self.references = RestorationReferences::default();
        self.rows = rows;
    }

    pub(super) fn set_quantizer(&mut self, header: &FrameHeader, sequence: &Sequence, value: u8) {
        if self.quantizer != value {
            self.quantizer = value;
            self.quantizers = Quantizers::new(header, &sequence.format, value);
        }
    }

    /// The block's units along the upper and the left edge.
    pub(super) fn spans(&self, block: &Block) -> [Span; 2] {
        let above = Span {
            start: block.column - self.columns.start,
            count: block.size.width_4(),
        };
        let left = Span {
            start: block.row % SUPERBLOCK_4,
            count: block.size.height_4(),
        };
        [above, left]
    }

    /// `is_inside`.
    pub(super) fn is_inside(&self, row: usize, column: usize) -> bool {
        self.rows.contains(&row) && self.columns.contains(&column)
    }
}

impl Parser<'_> {
    /// `mode_info`, `palette_tokens` and `read_block_tx_size`.
    pub(super) fn read_block(&mut self, block: &mut Block) -> Result<(), DecodeError> {
        self.locate(block);
        self.read_modes(block)?;
        self.read_color_maps(block);
        self.read_transform_size(block);
        Ok(())
    }

    /// Whether the block has chroma, and what is around it.
    fn locate(&self, block: &mut Block) {
        let state = &*self.state;
        let (row, column) = (block.row, block.column);
        let (is_narrow, is_low) = self.sequence.format.subsampling;
        let is_narrow = is_narrow && block.size.width_4() == 1;
        let is_low = is_low && block.size.height_4() == 1;
        let is_before_row = is_low && row.is_multiple_of(2);
        let is_before_column = is_narrow && column.is_multiple_of(2);
        let is_monochrome = self.sequence.format.is_monochrome;
        block.has_chroma = !(is_monochrome || is_before_row || is_before_column);
        let (first_row, first_column) = (state.rows.start, state.columns.start);
        block.has_above = [row > first_row, row > first_row + usize::from(is_low)];
        block.has_left = [
            column > first_column,
            column > first_column + usize::from(is_narrow),
        ];
    }

    /// Edges remember the block.
    pub(super) fn remember(&mut self, block: &Block) {
        let [above, left] = self.state.spans(block);
        let (size, transform) = (block.size, block.transform);
        let state = &mut *self.state;
        state
            .above
            .remember(block, above, size.width_log2, transform.width_log2);
        state
            .left
            .remember(block, left, size.height_log2, transform.height_log2);
        if self.header.has_screen_content_tools {
            state
                .above
                .remember_screen(block, above, transform.width_log2);
            state
                .left
                .remember_screen(block, left, transform.height_log2);
            state
                .palettes
                .remember(block, above.start % SUPERBLOCK_4, left.start);
        }
        if self.header.has_intrabc {
            state.vectors.remember(block);
        }
    }
}
