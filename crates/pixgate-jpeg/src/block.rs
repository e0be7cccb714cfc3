//! One block of coefficients, from bits.

use crate::Scale;
use crate::bits::Cursor;
use crate::huffman::{HuffmanTable, extend};
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
/// difference and whether there may be any AC coefficient.
///
/// - `end`: see [`end_of_kept`].
#[inline(always)]
pub(crate) fn read_block(
    cursor: &mut Cursor<'_>,
    (dc, ac): (&HuffmanTable, &HuffmanTable),
    (slots, end): (&Slots, u32),
    block: &mut Block,
) -> (i16, bool) {
    cursor.refill();
    let difference = read_difference(cursor, dc);
    if end == 1 {
        skip_rest(cursor, ac, 1);
        return (difference, false);
    }
    let mut target = Target {
        slots,
        block,
        next: 1,
    };
    let is_done = target.read(cursor, ac, end.min(END_OF_PAIRS));
    if is_done {
        return (difference, target.next > 1);
    }
    if end < END_OF_PAIRS {
        skip_rest(cursor, ac, target.next);
    } else {
        target.read_singly(cursor, ac);
    }
    (difference, true)
}

/// Passes over symbols up to the end of the block.
#[inline(always)]
fn skip_rest(cursor: &mut Cursor<'_>, table: &HuffmanTable, next: u32) {
    let mut next = next;
    while next < 64 {
        // A look-up takes at most 27 bits, so that two fit into one refill.
        cursor.refill();
        let mut skip = table.look_over(cursor);
        if skip.is_plain() && next + skip.places() < 64 {
            cursor.skip(skip.length());
            next += skip.places();
            skip = table.look_over(cursor);
        }
        let after = next + skip.places();
        if !skip.is_long() && after <= 64 {
            cursor.skip(skip.length());
            if skip.is_end() {
                return;
            }
            next = after;
            continue;
        }
        cursor.refill();
        let entry = table.look(cursor);
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
pub(crate) fn read_difference(cursor: &mut Cursor<'_>, table: &HuffmanTable) -> i16 {
    let entry = table.look(cursor);
    cursor.take_last(entry.length() + entry.size(), entry.size())
}

struct Target<'b> {
    slots: &'b Slots,
    block: &'b mut Block,
    next: u32,
}

impl Target<'_> {
    /// Reads coefficients before the place `end` and possibly some behind; says whether the block
    /// is over.
    ///
    /// - `end`: at most [`END_OF_PAIRS`].
    ///
    /// The cursor holds what is left of a refill by a DC difference, at least 28 bits.
    #[inline(always)]
    fn read(&mut self, cursor: &mut Cursor<'_>, ac: &HuffmanTable, end: u32) -> bool {
        // A look-up takes at most 25 bits, so that two fit into one refill.
        loop {
            if self.step(cursor, ac) {
                return true;
            }
            if self.next >= end {
                return false;
            }
            cursor.refill();
            if self.step(cursor, ac) {
                return true;
            }
            if self.next >= end {
                return false;
            }
        }
    }

    /// Reads one or two coefficients; says whether the block ends behind them.
    #[inline(always)]
    fn step(&mut self, cursor: &mut Cursor<'_>, ac: &HuffmanTable) -> bool {
        let step = ac.look_step(cursor);
        let last = cursor.take_last(step.length(), step.size());
        self.store(self.next + step.first_places(), step.first_value());
        let place = self.next + step.places();
        self.store(place, last);
        if step.is_special() {
            if step.is_end() {
                self.next = place;
                return true;
            }
            return self.read_one(cursor, ac);
        }
        self.next = place + 1;
        false
    }

    /// Reads the last coefficients of a block, which may end without saying so.
    #[inline(always)]
    fn read_singly(&mut self, cursor: &mut Cursor<'_>, ac: &HuffmanTable) {
        while self.next < 64 && !self.read_one(cursor, ac) {}
    }

    /// Reads one coefficient, however long its code is; says whether the block ends here.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 15 bits")]
    fn read_one(&mut self, cursor: &mut Cursor<'_>, ac: &HuffmanTable) -> bool {
        cursor.refill();
        let entry = ac.look(cursor);
        cursor.skip(entry.length());
        if entry.is_end() {
            return true;
        }
        let value = if entry.is_fused() {
            entry.value()
        } else {
            extend(cursor.take(entry.size()), entry.size()) as i16
        };
        self.store(self.next + entry.run(), value);
        self.next += entry.run() + 1;
        cursor.refill();
        false
    }

    #[inline(always)]
    fn store(&mut self, place: u32, value: i16) {
        let slot = self.slots[(place & 127) as usize] & 127;
        self.block[usize::from(slot)] = value;
    }
}

/// From here on a run may reach the last place, behind which another block begins.
const END_OF_PAIRS: u32 = 48;

/// Where coefficients go that are not kept.
const DROPPED: u8 = 64;

const fn corner(side: u8) -> Slots {
    let mut slots = [DROPPED; 128];
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
