//! Blocks that are predicted from their neighbours, and residuals.

use super::contexts::Place;
use super::{Plane, Worker, is_smooth};
use crate::decode::block::Block;
use crate::decode::coefficients::{Coefficients, Request};
use crate::decode::frame::Feature;
use crate::decode::parse::SUPERBLOCK_4;
use crate::decode::post::{BlockFacts, Deblocking, TransformLog2};
use crate::decode::predict::{CflArea, Manner, Target, add_luma, luma_differences, predict};
use crate::decode::scans::Class;
use crate::decode::size::Size;
use crate::kernels::predict::Mode;
use crate::kernels::sample::Sample;
use crate::kernels::transform::reconstruct::Block as Transform;
use crate::kernels::transform::{TransformKind, TransformSize};

impl<S: Sample> Worker<'_, S> {
    /// Predicts and reconstructs a block, transform by transform.
    pub(super) fn coded(&mut self, block: &Block) {
        for down in (0..block.size.height_4()).step_by(CHUNK_4) {
            for right in (0..block.size.width_4()).step_by(CHUNK_4) {
                for plane in self.planes(block) {
                    self.coded_plane(block, plane, (right, down));
                }
            }
        }
    }

    /// A plane of up to 64x64 samples of luma of a block; `right` and `down` in units of luma.
    fn coded_plane(&mut self, block: &Block, plane: Plane, (right, down): (usize, usize)) {
        let (x, y) = plane.shifts;
        let size = self.transform_size(block, plane);
        let chunk = block.size.at_most(6).in_plane(plane.shifts);
        let (first_row, first_column) = (block.row >> y, block.column >> x);
        let (right, down) = (right >> x, down >> y);
        let frame = &self.parser.header.size;
        let end_row = (frame.rows_4() >> y).min(first_row + down + chunk.height_4());
        let end_column = (frame.columns_4() >> x).min(first_column + right + chunk.width_4());
        let manner = self.manner(block, plane);
        for row in (first_row + down..end_row).step_by(size.height_4()) {
            for column in (first_column + right..end_column).step_by(size.width_4()) {
                let place = Place { row, column, size };
                let from_block = (column - first_column, row - first_row);
                self.predict(block, plane, place, manner, from_block);
                if !block.is_skip {
                    self.residual(block, plane, place);
                }
                self.mark(plane, place);
            }
        }
    }

    /// How a plane of a block is predicted.
    fn manner(&self, block: &Block, plane: Plane) -> Manner {
        let state = &self.parser.state;
        let kind = usize::from(plane.index > 0);
        let is_smooth = if kind == 0 {
            let [above, left] = state.spans(block).map(|span| span.start);
            is_smooth(state.above.modes[above]) || is_smooth(state.left.modes[left])
        } else {
            let [above, left] = self.chroma_spans(block).map(|span| span.0);
            state.above.smooth_chroma[above] || state.left.smooth_chroma[left]
        };
        let (mode, filter) = if kind == 0 {
            (block.luma_mode, block.filter_intra)
        } else {
            (block.chroma_mode, None)
        };
        Manner {
            mode: if kind == 1 && block.cfl.is_some() {
                Mode::Dc
            } else {
                mode
            },
            angle_delta: block.angle_deltas[kind],
            filter,
            edge_filter: self.parser.sequence.has_edge_filter.then_some(is_smooth),
        }
    }

    /// Place of a transform block in its band, in samples.
    fn samples_of(&self, plane: Plane, place: Place) -> (usize, usize) {
        let (x, y) = plane.shifts;
        let state = &self.parser.state;
        let top = place.row - (self.superblock_top() >> y);
        (4 * (place.column - (state.columns.start >> x)), 4 * top)
    }

    /// The first row of the superblock, in units of 4 samples of luma.
    fn superblock_top(&self) -> usize {
        self.notes.top
    }

    fn predict(
        &mut self,
        block: &Block,
        plane: Plane,
        place: Place,
        manner: Manner,
        (right, down): (usize, usize),
    ) {
        let (x, y) = self.samples_of(plane, place);
        let kind = usize::from(plane.index > 0);
        if block.palette_sizes[kind] > 0 {
            return self.paint(block, plane, place, (4 * right, 4 * down));
        }
        let (shift_x, shift_y) = plane.shifts;
        let unit = self.in_superblock(plane, place);
        let decoded = &self.pixels.decoded[plane.index];
        let frame = &self.parser.header.size;
        let target = Target {
            x,
            y,
            size: place.size,
            has_above: block.has_above[kind] || down > 0,
            has_left: block.has_left[kind] || right > 0,
            has_above_right: decoded.has_above_right(unit.0, unit.1, place.size),
            has_below_left: decoded.has_below_left(unit.0, unit.1, place.size),
            inside: (
                4 * ((frame.columns_4() >> shift_x) - place.column),
                4 * ((frame.rows_4() >> shift_y) - place.row),
            ),
            bit_depth: self.parser.sequence.format.bit_depth.bits(),
        };
        let band = &mut self.pixels.bands[plane.index];
        predict(band, &mut self.pixels.edges, &target, manner);
        if let (Some(factors), 1..) = (block.cfl, plane.index) {
            self.follow_luma(block, &target, plane, factors[plane.index - 1]);
        }
    }

    /// Place of a transform block in its superblock, in units of 4 samples.
    fn in_superblock(&self, plane: Plane, place: Place) -> (usize, usize) {
        let (x, y) = plane.shifts;
        let side = if self.parser.sequence.is_128 { 32 } else { 16 };
        (place.column % (side >> x), place.row % (side >> y))
    }

    /// `predict_palette`; `right` and `down` in samples.
    fn paint(&mut self, block: &Block, plane: Plane, place: Place, (right, down): (usize, usize)) {
        let (x, y) = self.samples_of(plane, place);
        let map = &self.parser.state.color_maps[usize::from(plane.index > 0)];
        let colors = &block.palettes[plane.index];
        let band = &mut self.pixels.bands[plane.index];
        let stride = band.stride;
        let rows = band
            .samples_mut(x, y)
            .chunks_mut(stride)
            .take(place.size.height());
        for (row, to) in rows.enumerate() {
            let indices = map.row(down + row, right);
            for (to, &index) in to[..place.size.width()].iter_mut().zip(indices) {
                *to = S::of(i32::from(colors[usize::from(index & 7)]));
            }
        }
    }

    /// `predict_chroma_from_luma`.
    fn follow_luma(&mut self, block: &Block, target: &Target, plane: Plane, factor: i32) {
        let (bands, differences) = (&mut self.pixels.bands, &mut self.pixels.luma_differences);
        if plane.index == 1 {
            let (x, y) = plane.shifts;
            let state = &self.parser.state;
            let frame = &self.parser.header.size;
            let (row, column) = (block.row >> y << y, block.column >> x << x);
            // Luma is predicted in whole transforms that begin in the frame.
            let end = |start: usize, units: usize, step: usize, frame: usize| {
                let inside = units.min(frame - start);
                start + inside.next_multiple_of(step)
            };
            let (size, transform) = (block.size, block.transform);
            let right = end(
                block.column,
                size.width_4(),
                transform.width_4(),
                frame.columns_4(),
            );
            let bottom = end(
                block.row,
                size.height_4(),
                transform.height_4(),
                frame.rows_4(),
            );
            let area = CflArea {
                x: 4 * (column - state.columns.start),
                y: 4 * (row - self.notes.top),
                known: (4 * (right - column), 4 * (bottom - row)),
                subsampling: (x > 0, y > 0),
                size: target.size,
            };
            luma_differences(&bands[0], &area, differences);
        }
        add_luma(&mut bands[plane.index], target, differences, factor);
    }

    /// Reads coefficients of a transform block and adds their residual.
    pub(super) fn residual(&mut self, block: &Block, plane: Plane, place: Place) {
        let contexts = self.contexts(block, plane, place);
        let size = place.size;
        let context = usize::from((size.width_log2 + size.height_log2).div_ceil(2)) - 2;
        let cdf = &mut self.parser.state.cdfs.coefficients.all_zero[context][contexts.all_zero];
        let is_luma = plane.index == 0;
        if self.parser.symbols.flag(cdf) {
            self.remember_coefficients(plane, place, 0);
            if is_luma && block.is_copied() {
                self.remember_kind(place, TransformKind::DctDct);
            }
            return;
        }
        let kind = if is_luma {
            let kind = self.luma_kind(block, size);
            if block.is_copied() {
                self.remember_kind(place, kind);
            }
            kind
        } else {
            self.chroma_kind(block, plane, place)
        };
        let bit_depth = self.parser.sequence.format.bit_depth.bits();
        let has_matrix =
            (kind as usize) < TransformKind::Identity as usize && !self.is_lossless(block);
        let state = &mut *self.parser.state;
        let request = Request {
            size,
            class: Class::of(kind),
            is_chroma: !is_luma,
            steps: state.quantizers.steps(block.segment, plane.index),
            matrix: has_matrix
                .then(|| self.matrices.get(plane.index, size))
                .flatten(),
            bit_depth,
            dc_sign: contexts.dc_sign,
        };
        let pixels = &mut *self.pixels;
        let coefficients = &mut pixels.coefficients[..];
        let cdfs = &mut state.cdfs.coefficients;
        let (levels, reader) = (&mut pixels.levels, &mut *self.parser.symbols);
        let read = (S::filters().levels)(levels, reader, cdfs, &request, coefficients);
        self.remember_coefficients(plane, place, read.context);
        self.add(block, plane, place, kind, read);
    }

    fn remember_kind(&mut self, place: Place, kind: TransformKind) {
        let (row, column) = (place.row % 16, place.column % 16);
        for kinds in self
            .pixels
            .kinds
            .iter_mut()
            .skip(row)
            .take(place.size.height_4())
        {
            let end = (column + place.size.width_4()).min(16);
            kinds[column..end].fill(kind);
        }
    }

    /// Adds the residual of coefficients.
    fn add(
        &mut self,
        block: &Block,
        plane: Plane,
        place: Place,
        kind: TransformKind,
        read: Coefficients,
    ) {
        let (x, y) = self.samples_of(plane, place);
        let is_lossless = self.is_lossless(block);
        let bit_depth = self.parser.sequence.format.bit_depth.bits();
        let pixels = &mut *self.pixels;
        let band = &mut pixels.bands[plane.index];
        let stride = band.stride;
        let to = band.samples_mut(x, y);
        let coefficients = &mut pixels.coefficients[..];
        if is_lossless {
            return pixels
                .scratch
                .add_lossless(coefficients, to, stride, bit_depth);
        }
        let transform = Transform {
            size: transform_size(place.size),
            kind,
            used: read.used,
            sum: read.sum,
            bit_depth,
        };
        pixels.scratch.add(coefficients, transform, to, stride);
    }

    /// A transform block is decoded.
    pub(super) fn mark(&mut self, plane: Plane, place: Place) {
        let (x, y) = self.in_superblock(plane, place);
        self.pixels.decoded[plane.index].add(x, y, place.size);
    }

    /// Notes what filters need to know of a block.
    pub(super) fn note(&mut self, block: &Block) {
        let parser = &self.parser;
        let filter = &parser.header.loop_filter;
        if !self.notes.has_filters {
            return;
        }
        let deltas = &parser.state.filter_deltas;
        let id = usize::from(block.segment);
        let levels = std::array::from_fn(|index| {
            let delta = if parser.header.deltas.has_separate_filters {
                deltas[index]
            } else {
                deltas[0]
            };
            let segment = parser
                .header
                .segmentation
                .feature(id, Feature::LoopFilter, index);
            Deblocking::level(filter.levels[index], delta, segment, filter.intra_delta)
        });
        let log2 = |size: Size| TransformLog2 {
            width: size.width_log2,
            height: size.height_log2,
        };
        let chroma = Plane {
            index: 1,
            shifts: parser.sequence.format.shifts(1),
        };
        let facts = BlockFacts {
            row: block.row % SUPERBLOCK_4.min(if parser.sequence.is_128 { 32 } else { 16 }),
            column: block.column,
            width_4: block.size.width_4(),
            height_4: block.size.height_4(),
            is_skip: block.is_skip,
            levels,
            luma: log2(block.transform),
            chroma: block
                .has_chroma
                .then(|| log2(self.transform_size(block, chroma))),
        };
        self.notes.blocks.push(facts);
    }
}

/// By both binary logarithms.
fn transform_size(size: Size) -> TransformSize {
    use TransformSize as T;
    const SIZES: [[TransformSize; 5]; 5] = [
        [T::Tx4x4, T::Tx8x4, T::Tx16x4, T::Tx4x4, T::Tx4x4],
        [T::Tx4x8, T::Tx8x8, T::Tx16x8, T::Tx32x8, T::Tx4x4],
        [T::Tx4x16, T::Tx8x16, T::Tx16x16, T::Tx32x16, T::Tx64x16],
        [T::Tx4x4, T::Tx8x32, T::Tx16x32, T::Tx32x32, T::Tx64x32],
        [T::Tx4x4, T::Tx4x4, T::Tx16x64, T::Tx32x64, T::Tx64x64],
    ];
    SIZES[usize::from(size.height_log2 - 2).min(4)][usize::from(size.width_log2 - 2).min(4)]
}

/// Blocks are reconstructed in parts of 64 samples.
pub(super) const CHUNK_4: usize = 16;
