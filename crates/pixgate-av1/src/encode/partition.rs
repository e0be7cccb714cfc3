//! How a block is divided (section 5.11.4): not at all, in two halves or in four quarters.

use crate::encode::cdf::Cdf;
use crate::encode::model::Model;
use crate::encode::range_coder::Coder;
use crate::kernels::Side;

/// Whole, in two, or in four; the number is what the stream says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Division {
    Whole = 0,
    UpperAndLower = HORIZONTAL as isize,
    LeftAndRight = VERTICAL as isize,
    Parts = SPLIT as isize,
}

/// Codes the division of a block that lies in the frame.
pub(crate) fn code<C: Coder>(
    coder: &mut C,
    model: &mut Model,
    side: Side,
    context: usize,
    division: Division,
) {
    let value = division as usize;
    match side {
        Side::S4 => {}
        Side::S8 => coder.symbol(&mut model.partition_8[context], value),
        Side::S16 | Side::S32 | Side::S64 => {
            coder.symbol(&mut model.partition[side as usize - 2][context], value);
        }
    }
}

/// Codes that a block is divided which sticks out of the frame: in four and not in two.
///
/// - `has_right`, `has_lower`: whether that half of it begins inside; without both nothing needs
///   to be said.
pub(crate) fn code_forced<C: Coder>(
    coder: &mut C,
    model: &Model,
    side: Side,
    context: usize,
    (has_right, has_lower): (bool, bool),
) {
    let Some(index) = (side as usize).checked_sub(2) else {
        return;
    };
    let cdf = &model.partition[index][context];
    match (has_right, has_lower) {
        (true, false) => coder.bit(divided_across(cdf), true),
        (false, true) => coder.bit(divided_down(cdf), true),
        _ => {}
    }
}

/// The probability of all divisions that have a vertical edge at the top.
fn divided_across(cdf: &Cdf<10>) -> u16 {
    let at = |value| cdf.above(value);
    at(VERTICAL - 1) - at(TOP_SPLIT) + at(LEFT_SPLIT - 1) - at(RIGHT_SPLIT) + at(VERTICAL_4 - 1)
}

/// The probability of all divisions that have a horizontal edge at the left.
fn divided_down(cdf: &Cdf<10>) -> u16 {
    let at = |value| cdf.above(value);
    at(HORIZONTAL - 1) - at(HORIZONTAL) + at(SPLIT - 1) - at(LEFT_SPLIT) + at(HORIZONTAL_4 - 1)
        - at(HORIZONTAL_4)
}

const HORIZONTAL: usize = 1;
const VERTICAL: usize = 2;
const SPLIT: usize = 3;
const TOP_SPLIT: usize = 4;
const LEFT_SPLIT: usize = 6;
const RIGHT_SPLIT: usize = 7;
const HORIZONTAL_4: usize = 8;
const VERTICAL_4: usize = 9;
