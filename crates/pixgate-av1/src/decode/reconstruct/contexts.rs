//! What coefficients around tell about those of a block (section 8.3.2, `all_zero` and `dc_sign`).

use super::{Plane, Worker, fill};
use crate::decode::block::Block;
use crate::decode::parse::SUPERBLOCK_4;
use crate::decode::size::Size;
use crate::kernels::sample::Sample;

/// A transform block of a plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// In the frame, in units of 4 samples of the plane.
    pub(super) row: usize,
    /// In the frame, in units of 4 samples of the plane.
    pub(super) column: usize,
    pub(super) size: Size,
}

/// Contexts of a transform block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contexts {
    pub(super) all_zero: usize,
    pub(super) dc_sign: usize,
}

impl<S: Sample> Worker<'_, S> {
    /// Start and count of units of a transform block along the upper and the left edge of a plane, within
    /// the frame.
    fn edge_spans(&self, plane: Plane, place: Place) -> [(usize, usize); 2] {
        let (x, y) = plane.shifts;
        let state = &self.parser.state;
        let frame = &self.parser.header.size;
        let columns = (frame.columns_4() + x) >> x;
        let rows = (frame.rows_4() + y) >> y;
        let above = place.column - (state.columns.start >> x);
        let left = place.row % (SUPERBLOCK_4 >> y);
        [
            (above, place.size.width_4().min(columns - place.column)),
            (left, place.size.height_4().min(rows - place.row)),
        ]
    }

    pub(super) fn contexts(&self, block: &Block, plane: Plane, place: Place) -> Contexts {
        let [above, left] = self.edge_spans(plane, place);
        let edges = [
            &self.parser.state.above.coefficients[plane.index][above.0..][..above.1],
            &self.parser.state.left.coefficients[plane.index][left.0..][..left.1],
        ];
        let mut signs = 0i32;
        for &context in edges.into_iter().flatten() {
            signs += SIGNS[usize::from(context >> 6)];
        }
        let dc_sign = match signs {
            0 => 0,
            ..0 => 1,
            1.. => 2,
        };
        let whole = block.size.in_plane(plane.shifts);
        let all_zero = if plane.index == 0 {
            if whole == place.size {
                0
            } else {
                let most =
                    |edge: &[u8]| edge.iter().map(|&context| context & 63).max().unwrap_or(0);
                luma_context(most(edges[0]), most(edges[1]))
            }
        } else {
            let any = edges.map(|edge| usize::from(edge.iter().any(|&context| context != 0)));
            let area = |size: Size| size.width_log2 + size.height_log2;
            let is_part = area(whole) > area(place.size);
            7 + any[0] + any[1] + 3 * usize::from(is_part)
        };
        Contexts { all_zero, dc_sign }
    }

    /// Edges remember the coefficients of a transform block.
    pub(super) fn remember_coefficients(&mut self, plane: Plane, place: Place, context: u8) {
        let [above, left] = self.edge_spans(plane, place);
        fill(
            &mut self.parser.state.above.coefficients[plane.index],
            above,
            context,
        );
        fill(
            &mut self.parser.state.left.coefficients[plane.index],
            left,
            context,
        );
    }

    /// `reset_block_context`.
    pub(super) fn clear_coefficient_contexts(&mut self, block: &Block) {
        for plane in self.planes(block) {
            let (x, y) = plane.shifts;
            let place = Place {
                row: block.row >> y,
                column: block.column >> x,
                size: block.size.in_plane(plane.shifts),
            };
            self.remember_coefficients(plane, place, 0);
        }
    }
}

/// From the sums of levels above and on the left.
fn luma_context(above: u8, left: u8) -> usize {
    let (least, most) = (above.min(left), above.max(left));
    match (least, most) {
        (0, 0) => 1,
        (0, _) => 2 + usize::from(most > 3),
        (_, ..=3) => 4,
        (..=3, _) => 5,
        _ => 6,
    }
}

/// By kind of sign: zero, negative, positive.
const SIGNS: [i32; 4] = [0, -1, 1, 0];
