//! Sizes of transforms (sections 5.11.15 to 5.11.17).

use super::{Parser, SUPERBLOCK_4};
use crate::decode::block::Block;
use crate::decode::context::Span;
use crate::decode::size::Size;
use crate::decode::units::fill;

impl Parser<'_> {
    /// `read_block_tx_size`, but for the division of blocks that are copied.
    pub(super) fn read_transform_size(&mut self, block: &mut Block) {
        let is_lossless = self.header.lossless[usize::from(block.segment)];
        let largest = block.size.at_most(6);
        block.transform = if is_lossless { Size::S4 } else { largest };
        if !self.header.selects_transform_sizes {
            return;
        }
        if block.is_copied() {
            if block.is_skip || block.size == Size::S4 {
                self.remember_division(block, block.size);
            } else if is_lossless {
                self.remember_division(block, Size::S4);
            }
            return;
        }
        if is_lossless || block.size == Size::S4 {
            return;
        }
        let [above, left] = self.state.spans(block).map(|span| span.start);
        let context = usize::from(self.state.above.transforms[above] >= largest.width_log2)
            + usize::from(self.state.left.transforms[left] >= largest.height_log2);
        let cdfs = &mut self.state.cdfs.modes;
        let depth = match largest.longer_log2() {
            3 => self.symbols.symbol(&mut cdfs.transform_depth_8[context]),
            log2 => {
                let cdf = &mut cdfs.transform_depth[usize::from(log2) - 4][context];
                self.symbols.symbol(cdf)
            }
        };
        for _ in 0..depth {
            block.transform = block.transform.halved();
        }
    }

    /// Transforms within a block that is copied, of one size.
    fn remember_division(&mut self, block: &Block, size: Size) {
        let [above, left] = self.state.spans(block);
        fill(
            &mut self.state.above.divided,
            above.start,
            above.count,
            size.width_log2,
        );
        fill(
            &mut self.state.left.divided,
            left.start,
            left.count,
            size.height_log2,
        );
    }

    /// `read_var_tx_size`: appends the transforms of a copied block with their places in units of 4
    /// samples in the frame.
    pub(in crate::decode) fn read_division(
        &mut self,
        (row, column): (usize, usize),
        size: Size,
        depth: usize,
        all: &mut Vec<(usize, usize, Size)>,
    ) {
        let frame = &self.header.size;
        if row >= frame.rows_4() || column >= frame.columns_4() {
            return;
        }
        let above = Span {
            start: column - self.state.columns.start,
            count: size.width_4(),
        };
        let left = Span {
            start: row % SUPERBLOCK_4,
            count: size.height_4(),
        };
        if depth < MAX_DEPTH && size != Size::S4 {
            let kind = 2 * (6 - usize::from(size.longer_log2())) - depth;
            let context = usize::from(self.state.above.divided[above.start] < size.width_log2)
                + usize::from(self.state.left.divided[left.start] < size.height_log2);
            let cdf = &mut self.state.cdfs.screen.transform_split[kind][context];
            if self.symbols.flag(cdf) {
                let part = size.halved();
                for down in (0..size.height_4()).step_by(part.height_4()) {
                    for right in (0..size.width_4()).step_by(part.width_4()) {
                        self.read_division((row + down, column + right), part, depth + 1, all);
                    }
                }
                return;
            }
        }
        fill(
            &mut self.state.above.divided,
            above.start,
            above.count,
            size.width_log2,
        );
        fill(
            &mut self.state.left.divided,
            left.start,
            left.count,
            size.height_log2,
        );
        all.push((row, column, size));
    }
}
/// `MAX_VARTX_DEPTH`.
const MAX_DEPTH: usize = 2;
