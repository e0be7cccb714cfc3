//! One block of coefficients, from bits.

use crate::Scale;
use crate::bits::Cursor;
use crate::huffman::{HuffmanTable, Step, extend};
use crate::quantization::ZIGZAG;

/// Coefficients of a block, as many as its scale keeps, in rows; the rest of the array is where
/// coefficients go that are not kept.
pub(crate) type Block = [i16; 128];

/// For each place in the order of the file, the coefficient's slot in a [`Block`].
pub(crate) type Slots = [u8; 128];

/// Slots of a block that is rebuilt at this scale.
pub(crate) const fn slots(scale: Scale) -> &'static Slots {
    match scale {
        Scale::Full => &FULL,
        Scale::Half => &HALF,
        Scale::Quarter => &QUARTER,
        Scale::Eighth => &EIGHTH,
    }
}

/// The first place in the order of the file behind which no coefficient is kept.
pub(crate) const fn end_of_kept(scale: Scale) -> u32 {
    match scale {
        Scale::Full => 64,
        Scale::Half => 25,
        Scale::Quarter => 5,
        Scale::Eighth => 1,
    }
}

/// Reads one block of a sequential scan (T.81, F.2.2).
///
/// Sets the slots of coefficients that are there, apart from the first, and returns the DC
/// difference and a mask that has a bit above the lowest if any kept AC coefficient was set.
///
/// - `end`: see [`end_of_kept`].
#[inline(always)]
pub(crate) fn read_block(
    cursor: &mut Cursor<'_>,
    (dc, ac): (&HuffmanTable, &HuffmanTable),
    (slots, end): (&Slots, u32),
    block: &mut Block,
) -> (i32, u64) {
    cursor.refill();
    let difference = read_difference(cursor, dc);
    let mut target = Target {
        slots,
        block,
        next: 1,
        mask: 0,
    };
    let is_done = target.read(cursor, ac, end);
    if !is_done {
        skip_rest(cursor, ac, target.next);
    }
    (difference, target.mask)
}

/// Passes over symbols up to the end of the block.
#[inline(always)]
fn skip_rest(cursor: &mut Cursor<'_>, table: &HuffmanTable, next: u32) {
    let mut next = next;
    while next < 64 {
        cursor.refill();
        let skip = table.look_over(cursor);
        let after = next + skip.places();
        if !skip.is_long() && after <= 64 {
            cursor.skip(skip.length());
            if skip.is_end() {
                return;
            }
            next = after;
            continue;
        }
        let mut entry = table.look(cursor);
        if entry.is_long() {
            entry = table.look_long(cursor);
        }
        cursor.skip(entry.length());
        if entry.is_end() {
            return;
        }
        cursor.skip(if entry.is_fused() { 0 } else { entry.size() });
        next += entry.run() + 1;
    }
}

/// Reads a DC difference; the cursor holds at least 31 bits.
#[inline(always)]
pub(crate) fn read_difference(cursor: &mut Cursor<'_>, table: &HuffmanTable) -> i32 {
    let mut entry = table.look(cursor);
    if entry.is_long() {
        entry = table.look_long(cursor);
    }
    cursor.skip(entry.length());
    if entry.is_fused() {
        i32::from(entry.value())
    } else {
        extend(cursor.take(entry.size()), entry.size())
    }
}

struct Target<'b> {
    slots: &'b Slots,
    block: &'b mut Block,
    next: u32,
    mask: u64,
}

impl Target<'_> {
    /// Reads coefficients before the place `end` and possibly some behind; says whether the block
    /// is over.
    #[inline(always)]
    fn read(&mut self, cursor: &mut Cursor<'_>, ac: &HuffmanTable, end: u32) -> bool {
        while self.next < end {
            // A coefficient that is looked up has at most 25 bits and any other 31, so that two
            // fit into one refill.
            cursor.refill();
            let step = ac.look_step(cursor);
            if step.is_special() {
                if self.put_special(cursor, step, ac) {
                    return true;
                }
                continue;
            }
            self.put(cursor, step);
            if self.next >= end {
                break;
            }
            let step = ac.look_step(cursor);
            if !step.is_special() {
                self.put(cursor, step);
            } else if self.put_special(cursor, step, ac) {
                return true;
            }
        }
        false
    }

    #[inline(always)]
    fn put(&mut self, cursor: &mut Cursor<'_>, step: Step) {
        let value = cursor.take_value(step.length(), step.size());
        self.store(step.run(), value);
    }

    /// Ends the block, or stores a coefficient with a long code; says whether the block ends here.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 15 bits")]
    fn put_special(&mut self, cursor: &mut Cursor<'_>, step: Step, table: &HuffmanTable) -> bool {
        if step.is_end() {
            cursor.skip(step.length());
            return true;
        }
        let mut entry = table.look(cursor);
        if entry.is_long() {
            entry = table.look_long(cursor);
        }
        cursor.skip(entry.length());
        if entry.is_end() {
            return true;
        }
        let size = if entry.is_fused() { 0 } else { entry.size() };
        let value = extend(cursor.take(size), size) as i16;
        self.store(
            entry.run(),
            if entry.is_fused() {
                entry.value()
            } else {
                value
            },
        );
        false
    }

    #[inline(always)]
    fn store(&mut self, run: u32, value: i16) {
        self.next += run;
        let slot = self.slots[(self.next & 127) as usize] & 127;
        self.block[usize::from(slot)] = value;
        self.mask |= 1u64.wrapping_shl(u32::from(slot));
        self.next += 1;
    }
}

/// Where coefficients go that are not kept; as a shift it is nothing.
const DROPPED: u8 = 64;

const fn corner(side: u8) -> Slots {
    let mut slots = [if side == 8 { 63 } else { DROPPED }; 128];
    let mut index = 0;
    while index < 64 {
        let (row, column) = (ZIGZAG[index] / 8, ZIGZAG[index] % 8);
        slots[index] = if row < side && column < side {
            row * side + column
        } else {
            DROPPED
        };
        index += 1;
    }
    slots
}

static FULL: Slots = corner(8);
static HALF: Slots = corner(4);
static QUARTER: Slots = corner(2);
static EIGHTH: Slots = corner(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_keep_the_corner() {
        assert_eq!(slots(Scale::Full)[63], 63);
        assert_eq!(slots(Scale::Half)[..6], [0, 1, 4, 8, 5, 2]);
        assert_eq!(slots(Scale::Quarter)[..6], [0, 1, 2, DROPPED, 3, DROPPED]);
        let kept = |scale| slots(scale).iter().filter(|&&slot| slot != DROPPED).count();
        assert_eq!(kept(Scale::Half), 16);
        assert_eq!(kept(Scale::Eighth), 1);
        for scale in [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth] {
            let last = (0..64).rev().find(|&at| slots(scale)[at] != DROPPED);
            assert_eq!(last.map(|at| at + 1), Some(end_of_kept(scale) as usize));
        }
    }
}
