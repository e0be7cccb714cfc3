//! What differs by superblock: CDEF, quantisers and levels of the loop filter
//! (sections 5.11.35, 5.11.36 and 5.11.56).

use super::Parser;
use crate::decode::block::Block;

impl Parser<'_> {
    /// `read_cdef`, `read_delta_qindex` and `read_delta_lf`.
    pub(super) fn read_deltas(&mut self, block: &Block) {
        self.read_cdef(block);
        let whole_log2 = if self.sequence.is_128 { 7 } else { 6 };
        let size = block.size;
        let is_whole = size.width_log2 == whole_log2 && size.height_log2 == whole_log2;
        let is_time = self.state.reads_deltas && !(is_whole && block.is_skip);
        self.state.reads_deltas = false;
        if !is_time {
            return;
        }
        if let Some(shift) = self.header.deltas.quantizer {
            let delta = self.read_delta(None) << shift;
            if delta != 0 {
                let value = (i32::from(self.state.quantizer) + delta).clamp(1, 255);
                let value = value.to_le_bytes()[0];
                self.state.set_quantizer(self.header, self.sequence, value);
            }
        }
        if let Some(shift) = self.header.deltas.filter {
            let are_separate = self.header.deltas.has_separate_filters;
            let count = match (are_separate, self.sequence.format.is_monochrome) {
                (false, _) => 1,
                (true, true) => 2,
                (true, false) => 4,
            };
            for index in 0..count {
                let delta = self.read_delta(Some(index + usize::from(are_separate))) << shift;
                let value = i32::from(self.state.filter_deltas[index]) + delta;
                let value = value.clamp(-MAX_LOOP_FILTER, MAX_LOOP_FILTER);
                self.state.filter_deltas[index] = i8::try_from(value).unwrap_or(0);
            }
        }
    }

    /// A difference of quantisers, or of the loop filter with these probabilities.
    fn read_delta(&mut self, filter: Option<usize>) -> i32 {
        let cdfs = &mut self.state.cdfs.modes;
        let symbol = match filter {
            None => self.symbols.symbol(&mut cdfs.quantizer_delta),
            Some(index) => self.symbols.symbol(&mut cdfs.filter_delta[index]),
        };
        let mut size = i32::try_from(symbol).unwrap_or(0);
        if size == LARGE {
            let bits = self.symbols.literal(3) + 1;
            size = self.symbols.literal(bits).cast_signed() + (1 << bits) + 1;
        }
        if size != 0 && self.symbols.bit() {
            -size
        } else {
            size
        }
    }

    fn read_cdef(&mut self, block: &Block) {
        let Some(cdef) = &self.header.cdef else {
            return;
        };
        if block.is_skip {
            return;
        }
        let quarter = |row: usize, column: usize| 2 * (row / 16 % 2) + column / 16 % 2;
        let (row, column) = if self.sequence.is_128 {
            (block.row, block.column)
        } else {
            (0, 0)
        };
        if self.state.cdef_indices[quarter(row, column)].is_some() {
            return;
        }
        let index = self.symbols.literal(cdef.index_bits).to_le_bytes()[0];
        for down in (0..block.size.height_4()).step_by(16) {
            for right in (0..block.size.width_4()).step_by(16) {
                self.state.cdef_indices[quarter(row + down, column + right)] = Some(index);
            }
        }
    }
}

/// `MAX_LOOP_FILTER`.
const MAX_LOOP_FILTER: i32 = 63;
/// `DELTA_Q_SMALL` and `DELTA_LF_SMALL`: more follows.
const LARGE: i32 = 3;
