//! A column of tiles, which is decoded superblock row by superblock row on its own.

use std::collections::TryReserveError;
use std::ops::Range;

use super::band::Band;
use super::error::DecodeError;
use super::frame::FrameHeader;
use super::parse::UnitFilter;
use super::parse::{Parser, TileState};
use super::post::{BlockFacts, RestorationUnit, SuperblockRow};
use super::quantizers::Matrices;
use super::reconstruct::{Notes, Pixels, Worker};
use super::sequence::Sequence;
use super::symbol::SymbolDecoder;
use crate::kernels::sample::Sample;

/// What does not change in a frame.
#[derive(Debug)]
pub(super) struct FrameContext {
    pub(super) sequence: Sequence,
    pub(super) header: FrameHeader,
    pub(super) matrices: Matrices,
}

/// One column of tiles.
#[derive(Debug)]
pub(super) struct TileColumn<S> {
    symbols: SymbolDecoder,
    state: TileState,
    pixels: Pixels<S>,
    notes: Notes,
}

impl<S: Sample> TileColumn<S> {
    /// - `index`: of the column.
    pub(super) fn new(
        frame: &FrameContext,
        index: usize,
        has_filters: bool,
    ) -> Result<Self, TryReserveError> {
        let FrameContext {
            sequence, header, ..
        } = frame;
        let columns = columns(header, index);
        let bands = (0..sequence.format.planes())
            .map(|plane| {
                let (width, rows) = band_size(frame, &columns, plane);
                Band::new(width, rows)
            })
            .collect::<Result<_, _>>()?;
        let mut blocks = Vec::new();
        if has_filters {
            blocks.try_reserve_exact(most_blocks(frame, &columns))?;
        }
        Ok(Self {
            symbols: SymbolDecoder::new(header.has_cdf_update),
            state: TileState::new(header, sequence, columns),
            pixels: Pixels::new(bands),
            notes: Notes {
                has_filters,
                blocks,
                ..Notes::default()
            },
        })
    }

    /// Bytes of a column, but for what does not depend on the frame's size.
    pub(super) fn memory(frame: &FrameContext, index: usize) -> usize {
        let columns = columns(&frame.header, index);
        let bands: usize = (0..frame.sequence.format.planes())
            .map(|plane| {
                let (width, rows) = band_size(frame, &columns, plane);
                width * (rows + 1) * size_of::<S>()
            })
            .sum();
        let blocks = most_blocks(frame, &columns) * size_of::<BlockFacts>();
        bands + blocks + TileState::memory(&frame.header, &columns) + FIXED
    }

    /// Decodes a superblock row.
    ///
    /// - `row`: its first row, in units of 4 samples of luma.
    /// - `rows`: those of its tile.
    /// - `bytes`: of its tile.
    pub(super) fn decode(
        &mut self,
        frame: &FrameContext,
        row: usize,
        rows: &Range<usize>,
        bytes: &[u8],
    ) -> Result<(), DecodeError> {
        let FrameContext {
            sequence,
            header,
            matrices,
        } = frame;
        let side = if sequence.is_128 { 32 } else { 16 };
        if row == rows.start {
            self.symbols = SymbolDecoder::new(header.has_cdf_update);
            self.state.start(header, sequence, rows.clone());
            self.pixels.bands.iter_mut().for_each(Band::start);
        } else {
            self.state.segments.turn(side);
            self.state.vectors.turn(side);
            for (plane, band) in self.pixels.bands.iter_mut().enumerate() {
                let (_, y) = sequence.format.shifts(plane);
                band.turn((4 * side) >> y, header.has_intrabc);
            }
        }
        self.notes.blocks.clear();
        self.notes.units.clear();
        self.notes.cdef.clear();
        self.notes.top = row;
        let mut worker = Worker {
            parser: Parser {
                sequence,
                header,
                symbols: self.symbols.with(bytes),
                state: &mut self.state,
            },
            matrices,
            pixels: &mut self.pixels,
            notes: &mut self.notes,
        };
        worker.superblock_row(row)
    }

    /// Hands the superblock row over to the filters.
    pub(super) fn hand_over(&self, frame: &FrameContext, to: &mut SuperblockRow<'_, S>) {
        let header = &frame.header;
        let side = if frame.sequence.is_128 { 32 } else { 16 };
        for (plane, band) in self.pixels.bands.iter().enumerate() {
            let (x, y) = frame.sequence.format.shifts(plane);
            let rows = (4 * (header.size.rows_4() - to.first_row / 4).min(side)) >> y;
            let start = (4 * self.state.columns.start) >> x;
            let plane = &mut to.planes[plane];
            for (row, to) in plane
                .samples
                .chunks_mut(plane.stride)
                .take(rows)
                .enumerate()
            {
                let from = band.row(row);
                let count = from.len().min(to.len().saturating_sub(start));
                to[start..start + count].copy_from_slice(&from[..count]);
            }
        }
        for block in &self.notes.blocks {
            to.facts.set_block(block);
        }
        for &(row, column, index) in &self.notes.cdef {
            to.facts.set_cdef(row, column, index);
        }
        for unit in &self.notes.units {
            let filter = unit_filter(unit.filter);
            to.units[unit.plane].set(unit.row, unit.column, filter);
        }
    }
}

fn unit_filter(filter: UnitFilter) -> RestorationUnit {
    let small = |value: i32| i8::try_from(value).unwrap_or(0);
    match filter {
        UnitFilter::None => RestorationUnit::None,
        UnitFilter::Wiener([vertical, horizontal]) => RestorationUnit::Wiener {
            vertical: vertical.map(small),
            horizontal: horizontal.map(small),
        },
        UnitFilter::SelfGuided(set, weights) => RestorationUnit::SelfGuided {
            set,
            weights: weights.map(small),
        },
    }
}

/// Units of 4 samples of luma of a column of tiles.
fn columns(header: &FrameHeader, index: usize) -> Range<usize> {
    header.tiles.columns[index]..header.tiles.columns[index + 1]
}

/// Blocks of 4x4 in a superblock row.
fn most_blocks(frame: &FrameContext, columns: &Range<usize>) -> usize {
    columns.len() * if frame.sequence.is_128 { 32 } else { 16 }
}

/// Samples in a row and rows of a band.
fn band_size(frame: &FrameContext, columns: &Range<usize>, plane: usize) -> (usize, usize) {
    let (x, y) = frame.sequence.format.shifts(plane);
    let side = if frame.sequence.is_128 { 128 } else { 64 };
    let width = (4 * columns.len()).next_multiple_of(side);
    let rows = if frame.header.has_intrabc {
        // Copies are from anywhere in the tile.
        let tiles = frame.header.tiles.rows.windows(2);
        let largest = tiles.map(|edges| edges[1] - edges[0]).max().unwrap_or(0);
        (4 * largest).next_multiple_of(side)
    } else {
        side
    };
    (width >> x, rows >> y)
}

/// Bytes that each column takes, whatever its size.
const FIXED: usize = 96 << 10;
