//! Segments and skips (sections 5.11.8 to 5.11.11).

use super::{Parser, SUPERBLOCK_4};
use crate::decode::block::Block;
use crate::decode::frame::Feature;

/// `SegmentIds` of a tile: the superblock row and the row of units above it.
#[derive(Clone, Debug)]
pub(in crate::decode) struct SegmentMap {
    /// Units in a row; 0 without segments.
    units: usize,
    ids: Vec<u8>,
}

impl SegmentMap {
    pub(super) fn new(is_enabled: bool, units: usize) -> Self {
        let units = if is_enabled { units } else { 0 };
        Self {
            units,
            ids: vec![0; units * (SUPERBLOCK_4 + 1)],
        }
    }

    pub(super) fn clear(&mut self) {
        self.ids.fill(0);
    }

    /// Turns to the next superblock row; the last had `rows` rows of units.
    pub(in crate::decode) fn turn(&mut self, rows: usize) {
        let start = rows * self.units;
        self.ids.copy_within(start..start + self.units, 0);
    }

    /// `row` counts from that above the superblock row on.
    fn get(&self, row: usize, column: usize) -> u8 {
        self.ids[row * self.units + column]
    }

    fn set(&mut self, row: usize, column: usize, block: &Block) {
        if self.units == 0 {
            return;
        }
        let columns = column..(column + block.size.width_4()).min(self.units);
        let rows = row + 1..(row + 1 + block.size.height_4()).min(SUPERBLOCK_4 + 1);
        for row in rows {
            let ids = &mut self.ids[row * self.units..][columns.clone()];
            ids.fill(block.segment);
        }
    }
}

impl Parser<'_> {
    /// `skip` and `segment_id`, which comes before or after it.
    pub(super) fn read_segment_and_skip(&mut self, block: &mut Block) {
        let segmentation = &self.header.segmentation;
        let is_first = segmentation.is_enabled && segmentation.comes_before_skip;
        if is_first {
            self.read_segment(block);
        }
        let id = usize::from(block.segment);
        if is_first && segmentation.feature(id, Feature::Skip, 0).is_some() {
            block.is_skip = true;
        } else {
            let [above, left] = self.state.spans(block).map(|span| span.start);
            let context = usize::from(self.state.above.skips[above])
                + usize::from(self.state.left.skips[left]);
            block.is_skip = self.symbols.flag(&mut self.state.cdfs.modes.skip[context]);
        }
        if segmentation.is_enabled && !is_first {
            self.read_segment(block);
        }
        let [above, left] = self.state.spans(block).map(|span| span.start);
        self.state.segments.set(left, above, block);
    }

    /// `read_segment_id`.
    fn read_segment(&mut self, block: &mut Block) {
        let [column, row] = self.state.spans(block).map(|span| span.start);
        let [has_above, _] = block.has_above;
        let [has_left, _] = block.has_left;
        let map = &self.state.segments;
        let above = has_above.then(|| map.get(row, column));
        let left = has_left.then(|| map.get(row + 1, column - 1));
        let corner = (has_above && has_left).then(|| map.get(row, column - 1));
        let expected = match (above, left) {
            (None, None) => 0,
            (Some(id), None) | (None, Some(id)) => id,
            (Some(above), Some(_)) if corner == Some(above) => above,
            (_, Some(left)) => left,
        };
        if block.is_skip {
            block.segment = expected;
            return;
        }
        let context = match corner {
            None => 0,
            Some(_) if corner == above && corner == left => 2,
            Some(_) if corner == above || corner == left || above == left => 1,
            Some(_) => 0,
        };
        let cdf = &mut self.state.cdfs.modes.segment_id[context];
        let symbol = self.symbols.symbol(cdf);
        let last = i32::from(self.header.segmentation.last);
        let id = unfold(
            i32::try_from(symbol).unwrap_or(0),
            i32::from(expected),
            last + 1,
        );
        block.segment = id.clamp(0, last).to_le_bytes()[0];
    }
}

/// `neg_deinterleave`: numbers near to `reference` are small.
const fn unfold(value: i32, reference: i32, count: i32) -> i32 {
    if reference == 0 {
        return value;
    }
    if reference >= count - 1 {
        return count - value - 1;
    }
    let is_low = 2 * reference < count;
    let near = if is_low {
        2 * reference
    } else {
        2 * (count - reference - 1)
    };
    if value <= near {
        if value & 1 == 1 {
            reference + ((value + 1) >> 1)
        } else {
            reference - (value >> 1)
        }
    } else if is_low {
        value
    } else {
        count - (value + 1)
    }
}
