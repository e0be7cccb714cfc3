//! Codes as tables: one look-up gives up to two literals, or a length or distance with the number of
//! its extra bits.

#![allow(
    clippy::cast_possible_truncation,
    reason = "parts of entries are cut out of words"
)]

use crate::Error;
use crate::deflate::{DISTANCE_BASES, LENGTH_BASES};

/// What bits stand for.
///
/// From the lowest bit: the bits of code and extra bits (5), those of the code alone (5); then for
/// literals their values (8 and 8), for others the base value (16); the kind in the highest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Entry(u32);

const LITERAL: u32 = 1 << 31;
const TWO: u32 = 1 << 30;
const VALUE: u32 = 1 << 29;
const END: u32 = 1 << 28;
const SUBTABLE: u32 = 1 << 27;

impl Entry {
    const fn literal(value: u8, bits: u32) -> Self {
        Self(LITERAL | bits | (value as u32) << 10)
    }

    const fn valued(base: u16, extra: u32, bits: u32) -> Self {
        Self(VALUE | (bits + extra) | bits << 5 | (base as u32) << 10)
    }

    /// All bits that it takes.
    #[inline(always)]
    pub(crate) const fn bits(self) -> u32 {
        self.0 & 31
    }

    #[inline(always)]
    pub(crate) const fn is_literal(self) -> bool {
        self.0 & LITERAL != 0
    }

    #[inline(always)]
    pub(crate) const fn is_value(self) -> bool {
        self.0 & VALUE != 0
    }

    /// Whether the code is longer than what is looked up at once.
    #[inline(always)]
    pub(crate) const fn is_long(self) -> bool {
        self.0 & SUBTABLE != 0
    }

    #[inline(always)]
    pub(crate) const fn is_end(self) -> bool {
        self.0 & END != 0
    }

    /// Writes one or two literals and gives their number; there is room for two.
    #[inline(always)]
    pub(crate) fn write_literals(self, room: &mut [u8], at: usize) -> usize {
        let place = room.get_mut(at..).and_then(|rest| rest.first_chunk_mut());
        if let Some(place) = place {
            *place = [(self.0 >> 10) as u8, (self.0 >> 18) as u8];
        }
        1 + (self.0 >> 30 & 1) as usize
    }

    /// Base and extra bits together.
    ///
    /// - `buffer`: bits from the code on.
    #[inline(always)]
    pub(crate) const fn value(self, buffer: u64) -> usize {
        let code = self.0 >> 5 & 31;
        let extra = (buffer & !(u64::MAX << self.bits())) >> code;
        (self.0 >> 10 & 0xFFFF) as usize + extra as usize
    }
}

/// A code whose first `BITS` bits are looked up at once.
pub(crate) struct Table<const BITS: u32, const SIZE: usize> {
    first: Box<[Entry; SIZE]>,
    /// What longer codes go on with.
    more: Vec<Entry>,
}

impl<const BITS: u32, const SIZE: usize> Table<BITS, SIZE> {
    pub(crate) fn new() -> Self {
        Self {
            first: Box::new([Entry::default(); SIZE]),
            more: Vec::new(),
        }
    }

    /// What the next bits stand for, or where longer codes go on.
    #[inline(always)]
    pub(crate) const fn look(&self, buffer: u64) -> Entry {
        self.first[buffer as usize % SIZE]
    }

    /// What the next bits stand for.
    #[inline(always)]
    pub(crate) fn find(&self, buffer: u64) -> Entry {
        let entry = self.look(buffer);
        if entry.0 & SUBTABLE != 0 {
            return self.find_more(entry, buffer);
        }
        entry
    }

    #[inline]
    fn find_more(&self, entry: Entry, buffer: u64) -> Entry {
        let bits = entry.0 & 31;
        let start = (entry.0 >> 10 & 0xFFFF) as usize;
        let at = buffer >> BITS & !(u64::MAX << bits);
        self.more
            .get(start + at as usize)
            .copied()
            .unwrap_or_default()
    }

    /// As [`Table::find`], with one literal only.
    pub(crate) fn find_single(&self, buffer: u64) -> Entry {
        let entry = self.find(buffer);
        if entry.0 & TWO == 0 {
            return entry;
        }
        // The bits of the first alone are kept beside those of both.
        Entry(LITERAL | (entry.0 >> 5 & 31) | entry.0 & 0xFF << 10)
    }

    /// A code for literals and lengths.
    pub(crate) fn build_literals(&mut self, lengths: &[u8]) -> Result<(), Error> {
        self.build(lengths, |symbol, bits| match symbol {
            0..=255 => Entry::literal(symbol as u8, bits),
            256 => Entry(END | bits),
            _ => {
                let i = usize::from(symbol) - 257;
                let base = LENGTH_BASES.get(i);
                base.map_or(Entry::default(), |base| {
                    Entry::valued(*base, u32::from(crate::deflate::LENGTH_BITS[i]), bits)
                })
            }
        })?;
        self.pair_literals();
        Ok(())
    }

    /// A code for distances.
    pub(crate) fn build_distances(&mut self, lengths: &[u8]) -> Result<(), Error> {
        self.build(lengths, |symbol, bits| {
            let i = usize::from(symbol);
            let base = DISTANCE_BASES.get(i);
            base.map_or(Entry::default(), |base| {
                Entry::valued(*base, u32::from(crate::deflate::DISTANCE_BITS[i]), bits)
            })
        })
    }

    fn build(&mut self, lengths: &[u8], entry: impl Fn(u16, u32) -> Entry) -> Result<(), Error> {
        let codes = sorted(lengths)?;
        // Codes that fill the space leave nothing of what was there.
        if !is_full(lengths) {
            self.first.fill(Entry::default());
        }
        self.more.clear();
        let mut rest = codes.as_slice();
        while let Some(code) = rest.first() {
            if code.bits <= BITS {
                let made = entry(code.symbol, code.bits);
                let places = self.first.iter_mut().skip(code.reversed as usize);
                places
                    .step_by(1 << code.bits)
                    .for_each(|place| *place = made);
                rest = &rest[1..];
                continue;
            }
            // Codes with the same first bits stand together, longest last.
            let mask = (1 << BITS) - 1;
            let prefix = code.reversed & mask;
            let same = rest
                .iter()
                .take_while(|code| code.reversed & mask == prefix);
            let count = same.count();
            let (group, others) = rest.split_at(count);
            self.add_subtable(prefix, group, &entry)?;
            rest = others;
        }
        Ok(())
    }

    fn add_subtable(
        &mut self,
        prefix: u32,
        group: &[Code],
        entry: &impl Fn(u16, u32) -> Entry,
    ) -> Result<(), Error> {
        let bits = group.last().map_or(0, |code| code.bits - BITS);
        let start = self.more.len();
        crate::error::grow(&mut self.more, 1 << bits)?;
        self.more.resize(start + (1 << bits), Entry::default());
        for code in group {
            let made = entry(code.symbol, code.bits);
            let places = self
                .more
                .iter_mut()
                .skip(start + (code.reversed >> BITS) as usize);
            places
                .step_by(1 << (code.bits - BITS))
                .for_each(|place| *place = made);
        }
        let start = u32::try_from(start).map_err(|_| Error::Stream("codes"))?;
        if let Some(place) = self.first.get_mut(prefix as usize) {
            *place = Entry(SUBTABLE | bits | start << 10);
        }
        Ok(())
    }

    /// Puts a second literal to those that leave room for it.
    fn pair_literals(&mut self) {
        // What follows stands at a smaller place, which is single still.
        for at in (0..self.first.len()).rev() {
            let one = self.first[at];
            if !one.is_literal() {
                continue;
            }
            let bits = one.bits();
            let two = self.first[at >> bits];
            let both = bits + two.bits();
            if two.is_literal() && two.0 & TWO == 0 && both <= BITS {
                let values = one.0 & 0xFF << 10 | (two.0 >> 10 & 0xFF) << 18;
                self.first[at] = Entry(LITERAL | TWO | both | bits << 5 | values);
            }
        }
    }
}

/// A symbol's code.
#[derive(Debug, Clone, Copy)]
struct Code {
    symbol: u16,
    bits: u32,
    /// First bit lowest.
    reversed: u32,
}

/// The codes of all symbols that have one, in order (RFC 1951, section 3.2.2).
fn sorted(lengths: &[u8]) -> Result<Vec<Code>, Error> {
    let mut counts = [0_u32; 16];
    for length in lengths {
        counts[usize::from(*length & 15)] += 1;
    }
    counts[0] = 0;
    check(&counts)?;
    let mut next = [0_usize; 17];
    for bits in 1..16 {
        next[bits + 1] = next[bits] + counts[bits] as usize;
    }
    let total = next[16];
    let blank = Code {
        symbol: 0,
        bits: 0,
        reversed: 0,
    };
    let mut codes = vec![blank; total];
    for (symbol, length) in (0_u16..).zip(lengths) {
        if *length > 0 {
            let place = &mut next[usize::from(*length & 15)];
            codes[*place] = Code {
                symbol,
                bits: u32::from(*length),
                reversed: 0,
            };
            *place += 1;
        }
    }
    let (mut code, mut before) = (0_u32, 0);
    for slot in &mut codes {
        code <<= slot.bits - before;
        before = slot.bits;
        slot.reversed = code.reverse_bits() >> (32 - slot.bits);
        code += 1;
    }
    Ok(codes)
}

/// Whether codes fill the space.
fn is_full(lengths: &[u8]) -> bool {
    let used = lengths.iter().filter(|length| **length > 0);
    used.map(|length| 1_u32 << 15 >> *length).sum::<u32>() == 1 << 15
}

/// Codes must fill the space, but for a single one of one bit, or none.
fn check(counts: &[u32; 16]) -> Result<(), Error> {
    let used: u32 = (1..16).map(|bits| counts[bits] << (15 - bits)).sum();
    let longest = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
    if used > 1 << 15 {
        return Err(Error::Stream("codes that overlap"));
    }
    if used < 1 << 15 && longest > 1 {
        return Err(Error::Stream("codes that leave gaps"));
    }
    Ok(())
}

/// The code of code lengths: symbol and bits by the next seven bits; symbol 255 for none.
pub(crate) fn small_table(lengths: &[u8; 19]) -> Result<[(u8, u8); 128], Error> {
    let codes = sorted(lengths)?;
    let used: u32 = codes.iter().map(|code| 128 >> code.bits).sum();
    if used != 128 {
        return Err(Error::Stream("codes of code lengths"));
    }
    let mut table = [(255, 0); 128];
    for code in codes {
        let places = table.iter_mut().skip(code.reversed as usize);
        let made = (code.symbol as u8, code.bits as u8);
        places
            .step_by(1 << code.bits)
            .for_each(|place| *place = made);
    }
    Ok(table)
}

/// Literals and lengths, 12 bits at once.
pub(crate) type Literals = Table<12, 4096>;
/// Distances, 9 bits at once.
pub(crate) type Distances = Table<9, 512>;
