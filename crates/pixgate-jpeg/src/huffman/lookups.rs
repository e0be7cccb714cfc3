//! Look-ups of several symbols at once, for sequential scans.

use super::{Entry, LOOK_BITS, extend};

/// What a look-up of coefficients finds: one, or two where the look-up holds all of the first and
/// the code of the second. The last one's value is taken from the bits, without a branch.
///
/// | bits | meaning |
/// |---|---|
/// | 0–5 | bits of all codes and values |
/// | 8–11 | bits of the last value |
/// | 12–16 | places from the next one to that of the last coefficient |
/// | 17–20 | the same for the first of two |
/// | 22 | the block ends behind them, or here |
/// | 23 | nothing was found: the code is longer than the look-up, or code and value too long |
/// | 24–31 | value of the first of two |
///
/// A coefficient alone is its own first, whose value of nothing is written over; so is the end
/// of the block, with a value of nothing where nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step(u32);

impl Default for Step {
    fn default() -> Self {
        Self(Self::UNKNOWN)
    }
}

impl Step {
    const END: u32 = 1 << 22;
    const UNKNOWN: u32 = 1 << 23;

    /// - `plain`: the table's symbols without values.
    /// - `bits`: what is looked up.
    pub(super) fn new(plain: &[Entry; 1 << LOOK_BITS], bits: u32) -> Self {
        let Some(first) = entry_at(plain, bits, 0) else {
            return Self(Self::UNKNOWN);
        };
        let taken = first.length() + first.size();
        if first.is_end() {
            return Self::one(first);
        }
        let second = entry_at(plain, bits, taken);
        let value = extend_first(first, bits);
        match (second, value) {
            (Some(second), Some(value)) => Self::two(first, second, value),
            _ if taken > MOST_BITS => Self(Self::UNKNOWN),
            _ => Self::one(first),
        }
    }

    fn one(entry: Entry) -> Self {
        if entry.is_end() {
            return Self(entry.length() | Self::END);
        }
        let run = entry.run();
        Self((entry.length() + entry.size()) | entry.size() << 8 | run << 12 | run << 17)
    }

    fn two(first: Entry, second: Entry, value: i8) -> Self {
        let taken = first.length() + first.size();
        let (last, end) = match second.is_end() {
            true => (second.length(), Self::END),
            false => (second.length() + second.size(), 0),
        };
        if taken + last > MOST_BITS {
            return Self::one(first);
        }
        let (size, run) = match second.is_end() {
            true => (0, 0),
            false => (second.size(), second.run()),
        };
        Self(
            (taken + last)
                | size << 8
                | (first.run() + 1 + run) << 12
                | first.run() << 17
                | end
                | u32::from(value.cast_unsigned()) << 24,
        )
    }

    #[inline(always)]
    pub(crate) const fn is_special(self) -> bool {
        self.0 & (Self::END | Self::UNKNOWN) != 0
    }

    /// Whether the block ends; otherwise, if it is special, nothing was found.
    #[inline(always)]
    pub(crate) const fn is_end(self) -> bool {
        self.0 & Self::END != 0
    }

    /// Bits of everything, in the lowest six; above there is other information.
    #[inline(always)]
    pub(crate) const fn length(self) -> u32 {
        self.0
    }

    #[inline(always)]
    pub(crate) const fn size(self) -> u32 {
        self.0 >> 8 & 15
    }

    #[inline(always)]
    pub(crate) const fn places(self) -> u32 {
        self.0 >> 12 & 31
    }

    #[inline(always)]
    pub(crate) const fn first_places(self) -> u32 {
        self.0 >> 17 & 15
    }

    #[inline(always)]
    pub(crate) const fn first_value(self) -> i16 {
        (self.0.cast_signed() >> 24) as i16
    }
}

/// Most bits that a look-up takes, so that two and a DC difference fit into what is refilled.
const MOST_BITS: u32 = LOOK_STEP_BITS + 10 + 4;

/// The symbol whose code begins `skipped` bits behind the start of a look-up of steps, if all of
/// its code is there.
fn entry_at(plain: &[Entry; 1 << LOOK_BITS], bits: u32, skipped: u32) -> Option<Entry> {
    let left = LOOK_STEP_BITS.checked_sub(skipped)?;
    let rest = bits << skipped & ((1 << LOOK_STEP_BITS) - 1);
    let entry = plain[(rest >> (LOOK_STEP_BITS - LOOK_BITS)) as usize];
    (!entry.is_long() && entry.length() <= left).then_some(entry)
}

/// The value of the symbol that a look-up of steps begins with, if all of it is there.
fn extend_first(first: Entry, bits: u32) -> Option<i8> {
    let left = LOOK_STEP_BITS.checked_sub(first.length() + first.size())?;
    let value = extend(bits >> left & ((1 << first.size()) - 1), first.size());
    i8::try_from(value).ok()
}

/// What a look-up finds where values do not count: as many whole symbols as it covers.
///
/// Bits 0–5 are the bits that they take, bits 6–12 the coefficients that they stand for, bit 15 is
/// set if the last is the end of the block, which counts as a coefficient. All zero: the code is
/// longer than the look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Skip(u16);

impl Skip {
    const END: u16 = 1 << 15;

    /// - `plain`: the table's symbols without values.
    pub(super) fn new(plain: &[Entry; 1 << LOOK_BITS], bits: usize) -> Self {
        let (mut length, mut places) = (0, 0);
        loop {
            let rest = (bits << length) & ((1 << LOOK_OVER_BITS) - 1);
            let entry = plain[rest >> (LOOK_OVER_BITS - LOOK_BITS)];
            let is_known = !entry.is_long() && length + entry.length() <= LOOK_OVER_BITS;
            let after = (
                length + entry.length() + entry.size(),
                places + entry.run() + 1,
            );
            if !is_known || after.1 > 64 {
                return Self::of(length, places);
            }
            if entry.is_end() {
                return Self(Self::of(after.0, places + 1).0 | Self::END);
            }
            (length, places) = after;
            if length >= LOOK_OVER_BITS {
                return Self::of(length, places);
            }
        }
    }

    fn of(length: u32, places: u32) -> Self {
        Self(u16::try_from(length | places << 6).unwrap_or(0))
    }

    #[inline(always)]
    pub(crate) const fn is_long(self) -> bool {
        self.0 == 0
    }

    /// Whether there is something, and the block goes on.
    #[inline(always)]
    pub(crate) const fn is_plain(self) -> bool {
        self.0.cast_signed() > 0
    }

    #[inline(always)]
    pub(crate) const fn is_end(self) -> bool {
        self.0 & Self::END != 0
    }

    #[inline(always)]
    pub(crate) const fn length(self) -> u32 {
        (self.0 & 63) as u32
    }

    #[inline(always)]
    pub(crate) const fn places(self) -> u32 {
        (self.0 >> 6 & 127) as u32
    }
}

/// Bits that a look-up of one or two coefficients covers.
pub(super) const LOOK_STEP_BITS: u32 = 11;

/// Bits that a look-up covers where values do not count.
pub(super) const LOOK_OVER_BITS: u32 = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scale;
    use crate::huffman::{Class, HuffmanTable, Needs};

    #[test]
    fn whole_symbols_are_skipped_together() {
        let mut counts = [0; 16];
        (counts[0], counts[1], counts[2]) = (1, 1, 1);
        // 0: a value of one bit; 10: end of block; 110: two zeroes and a value of eight bits.
        let mut table = HuffmanTable::new(Class::Ac, &counts, &[0x01, 0x00, 0x28]).unwrap();
        table.prepare(Needs::of([Scale::Half].into_iter()));
        let skip = |bits: usize| {
            let skip = table.skips[bits << (LOOK_OVER_BITS - 10)];
            (skip.length(), skip.places(), skip.is_end())
        };
        assert_eq!(skip(0b00_0110_0000), (6, 3, true));
        assert_eq!(skip(0b00_01_00_01_00), (12, 6, false));
        assert_eq!(skip(0b00_1100_0000), (13, 4, false));
        assert!(table.skips[0b11_1000_0000 << (LOOK_OVER_BITS - 10)].is_long());
    }

    #[test]
    fn two_coefficients_are_found_together() {
        let mut counts = [0; 16];
        (counts[0], counts[1], counts[2], counts[10]) = (1, 1, 1, 1);
        let symbols = [0x01, 0x00, 0x28, 0x11];
        // 0: one bit; 10: end of block; 110: two zeroes and eight bits; eleven bits: too long.
        let mut table = HuffmanTable::new(Class::Ac, &counts, &symbols).unwrap();
        table.prepare(Needs::of([Scale::Half].into_iter()));
        let step = |bits: usize| {
            let step = table.steps[bits];
            let first = (step.first_places(), step.first_value());
            let length = step.length() & 63;
            (length, step.size(), step.places(), first, step.is_end())
        };
        assert_eq!(step(0b010_0000_0000), (4, 1, 1, (0, 1), false));
        assert_eq!(step(0b001_1000_0000), (13, 8, 3, (0, -1), false));
        assert_eq!(step(0b011_0000_0000), (4, 0, 1, (0, 1), true));
        assert_eq!(step(0b100_0000_0000), (2, 0, 0, (0, 0), true));
        assert_eq!(step(0b110_0000_0000), (11, 8, 2, (2, 0), false));
        let long = table.steps[0b111_0000_0000];
        assert!(long.is_special() && !long.is_end());
    }
}
