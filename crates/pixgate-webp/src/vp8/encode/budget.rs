//! Bits of modes, for which the format has limited room.

use super::cost::{BY_PARTS, CHROMA, PART_COSTS, WHOLE_LUMA};
use super::macroblock::{BY_PARTS as PARTS, Modes};

/// What is left for macroblocks to come, in 256ths of a bit.
#[derive(Debug)]
pub(super) struct Budget {
    left: i64,
    macroblocks: i64,
    /// Whether flags tell which macroblocks have no levels, and which segment they are in.
    has_flags: bool,
}

impl Budget {
    /// - `bits`: for this many macroblocks.
    pub(super) fn new(bits: u32, macroblocks: usize) -> Self {
        let macroblocks = i64::try_from(macroblocks).unwrap_or(i64::MAX);
        let left = i64::from(bits) * BIT;
        Self {
            left,
            macroblocks,
            has_flags: left >= macroblocks.saturating_mul(LEAST + FLAGS),
        }
    }

    /// Whether there is room for the flags of all macroblocks.
    pub(super) const fn has_flags(&self) -> bool {
        self.has_flags
    }

    /// Whether the next macroblock must not have other modes than the cheapest.
    pub(super) const fn is_tight(&self) -> bool {
        self.spare() < WHOLE
    }

    /// Whether it may have any modes.
    pub(super) const fn is_ample(&self) -> bool {
        self.spare() >= PARTS_AT_MOST
    }

    /// What is left if all macroblocks have the cheapest modes.
    const fn spare(&self) -> i64 {
        let flags = if self.has_flags { FLAGS } else { 0 };
        self.left - self.macroblocks * (LEAST + flags)
    }

    /// Takes the bits of a macroblock.
    ///
    /// - `above`, `left`: modes of the subblocks around it.
    pub(super) fn take(&mut self, modes: &Modes, above: &[u8; 4], left: &[u8; 4]) {
        let luma = match modes.luma {
            PARTS => BY_PARTS + cost_of_parts(&modes.parts, above, left),
            whole => WHOLE_LUMA[usize::from(whole & 3)],
        };
        let flags = if self.has_flags { FLAGS } else { 0 };
        self.left -= i64::from(luma + CHROMA[usize::from(modes.chroma & 3)]) + flags;
        self.macroblocks -= 1;
    }
}

fn cost_of_parts(modes: &[u8; 16], above: &[u8; 4], left: &[u8; 4]) -> u32 {
    let mut cost = 0;
    for (index, mode) in modes.iter().enumerate() {
        let above = match index {
            0..4 => above[index],
            _ => modes[index - 4],
        };
        let left = match index % 4 {
            0 => left[index / 4],
            _ => modes[index - 1],
        };
        let costs = &PART_COSTS[usize::from(above)][usize::from(left)];
        cost += u32::from(costs[usize::from(*mode)]);
    }
    cost
}

const BIT: i64 = 256;
/// The cheapest modes, a little more than they cost.
const LEAST: i64 = 9 * BIT / 2 - 2 * BIT / 3;
/// A flag and the segment, whose probabilities are the best for the picture.
const FLAGS: i64 = 3 * BIT + BIT / 8;
/// More than any modes of whole blocks.
const WHOLE: i64 = 12 * BIT;
/// More than any modes by parts that are ever the best.
const PARTS_AT_MOST: i64 = 16 * 24 * BIT;
