//! Blocks of a tile: read, predicted and reconstructed (sections 5.11.4, 5.11.5, 5.11.34 and 7.12.3).

mod coded;
mod contexts;
mod copied;
mod transform_kind;

use super::band::Band;
use super::block::Block;
use super::coefficients::Levels;
use super::decoded::Decoded;
use super::error::DecodeError;
use super::parse::{Parser, Partition, SUPERBLOCK_4, Unit};
use super::post::BlockFacts;
use super::predict::Edges;
use super::quantizers::Matrices;
use super::size::Size;
use super::units::fill;
use crate::kernels::predict::Mode;
use crate::kernels::sample::Sample;
use crate::kernels::transform::TransformKind;
use crate::kernels::transform::reconstruct::Scratch;

/// Reads and reconstructs blocks of a superblock row of a tile.
pub(super) struct Worker<'w, S> {
    pub(super) parser: Parser<'w>,
    pub(super) matrices: &'w Matrices,
    pub(super) pixels: &'w mut Pixels<S>,
    pub(super) notes: &'w mut Notes,
}

/// Samples of a tile column, and room for the work on a block.
#[derive(Debug)]
pub(super) struct Pixels<S> {
    pub(super) bands: Vec<Band<S>>,
    decoded: [Decoded; 3],
    edges: Box<Edges<S>>,
    levels: Levels,
    coefficients: Box<[i32; 1024]>,
    scratch: Scratch,
    luma_differences: Box<[i16; 1024]>,
    /// Kinds of transforms of luma in 64x64 samples, in units of 4.
    kinds: [[TransformKind; 16]; 16],
    transforms: Vec<(usize, usize, Size)>,
}

/// What filters need to know of a superblock row of a tile.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The first row of the superblock row, in units of 4 samples of luma.
    pub(super) top: usize,
    /// Whether blocks are noted.
    pub(super) has_filters: bool,
    pub(super) blocks: Vec<BlockFacts>,
    pub(super) units: Vec<Unit>,
    /// Row, column and `cdef_idx` of squares of 64x64 samples of luma.
    pub(super) cdef: Vec<(usize, usize, Option<u8>)>,
}

impl<S: Sample> Pixels<S> {
    pub(super) fn new(bands: Vec<Band<S>>) -> Self {
        Self {
            bands,
            decoded: [Decoded::NONE; 3],
            edges: Box::new(Edges::new()),
            levels: Levels::default(),
            coefficients: Box::new([0; 1024]),
            scratch: Scratch::new(),
            luma_differences: Box::new([0; 1024]),
            kinds: [[TransformKind::DctDct; 16]; 16],
            transforms: Vec::new(),
        }
    }
}

/// A plane of a block.
#[derive(Clone, Copy, Debug)]
struct Plane {
    index: usize,
    /// Binary logarithms of how much smaller it is than luma.
    shifts: (usize, usize),
}

impl<S: Sample> Worker<'_, S> {
    /// Decodes a superblock row.
    ///
    /// - `row`: its first row in units of 4 samples of luma.
    pub(super) fn superblock_row(&mut self, row: usize) -> Result<(), DecodeError> {
        let is_128 = self.parser.sequence.is_128;
        let (side, log2) = if is_128 { (32, 7) } else { (16, 6) };
        self.parser.state.left.clear();
        let columns = self.parser.state.columns.clone();
        for column in columns.step_by(side) {
            self.start_superblock(row, column, side);
            self.divide(row, column, log2)?;
            for (index, &cdef) in self.parser.state.cdef_indices.iter().enumerate() {
                let (down, right) = (index / 2, index % 2);
                if is_128 || index == 0 {
                    self.notes.cdef.push((down, column / 16 + right, cdef));
                }
            }
        }
        Ok(())
    }

    fn start_superblock(&mut self, row: usize, column: usize, side: usize) {
        let parser = &mut self.parser;
        parser.state.reads_deltas = parser.header.deltas.quantizer.is_some();
        parser.state.cdef_indices = [None; 4];
        let rest = (
            parser.state.columns.end - column,
            parser.state.rows.end - row,
        );
        for (plane, decoded) in self.pixels.decoded.iter_mut().enumerate() {
            let (x, y) = parser.sequence.format.shifts(plane);
            decoded.start((side >> x, side >> y), (rest.0 >> x, rest.1 >> y));
        }
        if !parser.header.has_intrabc {
            parser.read_restoration(row, column, &mut self.notes.units);
        }
    }

    /// `decode_partition`.
    fn divide(&mut self, row: usize, column: usize, log2: u8) -> Result<(), DecodeError> {
        let size = &self.parser.header.size;
        let (rows, columns) = (size.rows_4(), size.columns_4());
        if row >= rows || column >= columns {
            return Ok(());
        }
        if log2 == 2 {
            return self.block(row, column, Size::S4);
        }
        let half = 1 << (log2 - 3);
        let quarter = half / 2;
        let less = log2 - 1;
        let (lower, right) = (row + half, column + half);
        let part = Size::square(less);
        let wide = Size::new(log2, less);
        let tall = Size::new(less, log2);
        match self.parser.read_partition(row, column, log2) {
            Partition::None => self.block(row, column, Size::square(log2)),
            Partition::Horizontal => {
                self.block(row, column, wide)?;
                self.block(lower, column, wide)
            }
            Partition::Vertical => {
                self.block(row, column, tall)?;
                self.block(row, right, tall)
            }
            Partition::Split => {
                self.divide(row, column, less)?;
                self.divide(row, right, less)?;
                self.divide(lower, column, less)?;
                self.divide(lower, right, less)
            }
            Partition::HorizontalA => {
                self.block(row, column, part)?;
                self.block(row, right, part)?;
                self.block(lower, column, wide)
            }
            Partition::HorizontalB => {
                self.block(row, column, wide)?;
                self.block(lower, column, part)?;
                self.block(lower, right, part)
            }
            Partition::VerticalA => {
                self.block(row, column, part)?;
                self.block(lower, column, part)?;
                self.block(row, right, tall)
            }
            Partition::VerticalB => {
                self.block(row, column, tall)?;
                self.block(row, right, part)?;
                self.block(lower, right, part)
            }
            Partition::Horizontal4 => (0..4).try_for_each(|index| {
                self.block(row + index * quarter, column, Size::new(log2, log2 - 2))
            }),
            Partition::Vertical4 => (0..4).try_for_each(|index| {
                self.block(row, column + index * quarter, Size::new(log2 - 2, log2))
            }),
        }
    }

    /// `decode_block`, unless the block is beyond the frame.
    fn block(&mut self, row: usize, column: usize, size: Size) -> Result<(), DecodeError> {
        let frame = &self.parser.header.size;
        if row >= frame.rows_4() || column >= frame.columns_4() {
            return Ok(());
        }
        let is_half = self.parser.sequence.format.subsampling == (true, false);
        if is_half && size.height_log2 > size.width_log2 {
            // Such blocks have no size in planes of chroma (`Subsampled_Size`).
            return Err(DecodeError::Invalid("division of a block with 4:2:2"));
        }
        let mut block = Block::new(row, column, size);
        self.parser.read_block(&mut block)?;
        if block.is_skip {
            self.clear_coefficient_contexts(&block);
        }
        match block.vector {
            Some(vector) => self.copied(&block, vector)?,
            None => self.coded(&block),
        }
        self.parser.remember(&block);
        self.remember_chroma_mode(&block);
        self.note(&block);
        Ok(())
    }

    fn planes(&self, block: &Block) -> impl Iterator<Item = Plane> + use<S> {
        let format = self.parser.sequence.format;
        let count = if block.has_chroma { 3 } else { 1 };
        (0..count).map(move |index| Plane {
            index,
            shifts: format.shifts(index),
        })
    }

    /// Size of transforms of a plane, but for luma that is copied.
    fn transform_size(&self, block: &Block, plane: Plane) -> Size {
        if plane.index == 0 || self.is_lossless(block) {
            return block.transform;
        }
        block.size.in_plane(plane.shifts).at_most(5)
    }

    fn is_lossless(&self, block: &Block) -> bool {
        self.parser.header.lossless[usize::from(block.segment)]
    }

    fn remember_chroma_mode(&mut self, block: &Block) {
        if !block.has_chroma {
            return;
        }
        let is_smooth = block.cfl.is_none() && is_smooth(block.chroma_mode);
        let [above, left] = self.chroma_spans(block);
        let state = &mut *self.parser.state;
        fill(&mut state.above.smooth_chroma, above.0, above.1, is_smooth);
        fill(&mut state.left.smooth_chroma, left.0, left.1, is_smooth);
    }

    /// Start and count of units of chroma along the upper and the left edge.
    fn chroma_spans(&self, block: &Block) -> [(usize, usize); 2] {
        let (x, y) = self.parser.sequence.format.shifts(1);
        let size = block.size.in_plane((x, y));
        let state = &self.parser.state;
        let above = (block.column - state.columns.start) >> x;
        let left = (block.row % SUPERBLOCK_4) >> y;
        [(above, size.width_4()), (left, size.height_4())]
    }
}

const fn is_smooth(mode: Mode) -> bool {
    matches!(
        mode,
        Mode::Smooth | Mode::SmoothVertical | Mode::SmoothHorizontal
    )
}
