//! Blocks that are copied from the same frame (section 7.11.3).

use super::coded::CHUNK_4;
use super::contexts::Place;
use super::{Plane, Worker};
use crate::decode::block::{Block, Vector};
use crate::decode::error::DecodeError;
use crate::decode::size::Size;
use crate::kernels::sample::Sample;

impl<S: Sample> Worker<'_, S> {
    /// Copies a block and adds its residual.
    pub(super) fn copied(&mut self, block: &Block, vector: Vector) -> Result<(), DecodeError> {
        for plane in self.planes(block) {
            self.copy(block, plane, vector)
                .ok_or(DecodeError::Invalid("vector of a copied block"))?;
        }
        let transforms = self.division(block);
        for down in (0..block.size.height_4()).step_by(CHUNK_4) {
            for right in (0..block.size.width_4()).step_by(CHUNK_4) {
                let chunk = (block.row + down, block.column + right);
                for plane in self.planes(block) {
                    if plane.index == 0 {
                        self.copied_luma(block, plane, chunk, &transforms);
                    } else {
                        self.copied_chroma(block, plane, (down, right));
                    }
                }
            }
        }
        self.pixels.transforms = transforms;
        Ok(())
    }

    /// All transforms of luma with their places; the list is lent by `pixels`.
    fn division(&mut self, block: &Block) -> Vec<(usize, usize, Size)> {
        let mut all = std::mem::take(&mut self.pixels.transforms);
        all.clear();
        let header = self.parser.header;
        let is_read = header.selects_transform_sizes
            && block.size != Size::S4
            && !block.is_skip
            && !self.is_lossless(block);
        let largest = if is_read {
            block.size.at_most(6)
        } else {
            block.transform
        };
        for down in (0..block.size.height_4()).step_by(largest.height_4()) {
            for right in (0..block.size.width_4()).step_by(largest.width_4()) {
                let place = (block.row + down, block.column + right);
                if is_read {
                    self.parser.read_division(place, largest, 0, &mut all);
                } else if place.0 < header.size.rows_4() && place.1 < header.size.columns_4() {
                    all.push((place.0, place.1, largest));
                }
            }
        }
        all
    }

    fn copied_luma(
        &mut self,
        block: &Block,
        plane: Plane,
        (row, column): (usize, usize),
        transforms: &[(usize, usize, Size)],
    ) {
        let is_inside = |&&(y, x, _): &&(usize, usize, Size)| {
            (row..row + CHUNK_4).contains(&y) && (column..column + CHUNK_4).contains(&x)
        };
        for &(row, column, size) in transforms.iter().filter(is_inside) {
            let place = Place { row, column, size };
            if !block.is_skip {
                self.residual(block, plane, place);
            }
            self.mark(plane, place);
        }
    }

    fn copied_chroma(&mut self, block: &Block, plane: Plane, (down, right): (usize, usize)) {
        let (x, y) = plane.shifts;
        let size = self.transform_size(block, plane);
        let chunk = block.size.at_most(6).in_plane(plane.shifts);
        let first_row = (block.row >> y) + (down >> y);
        let first_column = (block.column >> x) + (right >> x);
        let frame = &self.parser.header.size;
        let end_row = (frame.rows_4() >> y).min(first_row + chunk.height_4());
        let end_column = (frame.columns_4() >> x).min(first_column + chunk.width_4());
        for row in (first_row..end_row).step_by(size.height_4()) {
            for column in (first_column..end_column).step_by(size.width_4()) {
                let place = Place { row, column, size };
                if !block.is_skip {
                    self.residual(block, plane, place);
                }
                self.mark(plane, place);
            }
        }
    }

    /// Copies a plane of a block.
    fn copy(&mut self, block: &Block, plane: Plane, vector: Vector) -> Option<()> {
        let (x, y) = plane.shifts;
        let size = block.size.in_plane(plane.shifts);
        let columns = self.parser.state.columns.start;
        let to = (
            4 * ((block.column >> x) - (columns >> x)),
            4 * ((block.row >> y) - (self.notes.top >> y)),
        );
        let from = |place: usize, by: i32, shift: usize| {
            let place = isize::try_from(place).ok()?;
            Some(place + isize::try_from(by >> shift).ok()?)
        };
        let half = (
            x > 0 && vector.right & 1 == 1,
            y > 0 && vector.down & 1 == 1,
        );
        let from = (from(to.0, vector.right, x)?, from(to.1, vector.down, y)?);
        self.pixels.bands[plane.index].copy(to, from, (size.width(), size.height()), half)
    }
}
