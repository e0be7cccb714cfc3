//! What coefficients around tell about those of a block (section 8.3.2, `all_zero` and `dc_sign`).

use std::cmp::Ordering;

use super::{Plane, Worker};
use crate::decode::block::Block;
use crate::decode::parse::SUPERBLOCK_4;
use crate::decode::size::Size;
use crate::decode::units::{fill, load};
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
        let state = &*self.parser.state;
        let edges = [
            load(&state.above.coefficients[plane.index], above.0, above.1),
            load(&state.left.coefficients[plane.index], left.0, left.1),
        ];
        let [negative, positive] =
            [6, 7].map(|bit| units_with(edges[0], bit) + units_with(edges[1], bit));
        let dc_sign = match positive.cmp(&negative) {
            Ordering::Equal => 0,
            Ordering::Less => 1,
            Ordering::Greater => 2,
        };
        let whole = block.size.in_plane(plane.shifts);
        let all_zero = if plane.index == 0 {
            if whole == place.size {
                0
            } else {
                luma_context(edges)
            }
        } else {
            let any = edges.map(|edge| usize::from(edge != 0));
            let area = |size: Size| size.width_log2 + size.height_log2;
            let is_part = area(whole) > area(place.size);
            7 + any[0] + any[1] + 3 * usize::from(is_part)
        };
        Contexts { all_zero, dc_sign }
    }

    /// Edges remember the coefficients of a transform block.
    pub(super) fn remember_coefficients(&mut self, plane: Plane, place: Place, context: u8) {
        let [above, left] = self.edge_spans(plane, place);
        let state = &mut *self.parser.state;
        let (above_units, left_units) = (
            &mut state.above.coefficients[plane.index],
            &mut state.left.coefficients[plane.index],
        );
        fill(above_units, above.0, above.1, context);
        fill(left_units, left.0, left.1, context);
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

/// From the sums of levels above and on the left: of each it matters whether one is above 0, and above 3.
fn luma_context(edges: [u128; 2]) -> usize {
    let [above, left] = edges.map(|edge| match (edge & (ONES * 0x3F), edge & (ONES * 0x3C)) {
        (0, _) => 0,
        (_, 0) => 1,
        _ => 2,
    });
    match (above.min(left), above.max(left)) {
        (0, most) => 1 + most,
        (least, most) => 2 + least + most,
    }
}

/// How many units have a bit.
#[inline(always)]
const fn units_with(units: u128, bit: u32) -> u32 {
    let bits = units >> bit & ONES;
    // At most 16 ones are summed in the highest byte.
    (bits.wrapping_mul(ONES) >> 120) as u32
}

/// A one in each byte.
const ONES: u128 = u128::from_le_bytes([1; 16]);
