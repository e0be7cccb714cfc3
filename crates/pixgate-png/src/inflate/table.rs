//! Codes as tables: one look-up gives up to two literals, or a length or distance with the number of
//! its extra bits.

#![allow(
    clippy::cast_possible_truncation,
    reason = "parts of entries are cut out of words"
)]

use crate::Error;
use crate::deflate::{DISTANCE_BASES, DISTANCE_BITS, LENGTH_BASES, LENGTH_BITS};

/// What bits stand for.
///
/// From the lowest bit: the bits of code and extra bits (6); from the eighth for literals their values
/// (8 and 8), for others the base value (16); from the twenty-fourth the bits of the first code alone
/// (4); the kind in the highest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Entry(u32);

const LITERAL: u32 = 1 << 31;
const TWO: u32 = 1 << 30;
const VALUE: u32 = 1 << 29;
const END: u32 = 1 << 28;
const SUBTABLE: u32 = 1 << 7;

impl Entry {
    /// All bits that it takes.
    #[inline(always)]
    pub(crate) const fn bits(self) -> u32 {
        self.0 & 63
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
    const fn is_long(self) -> bool {
        self.0 & SUBTABLE != 0
    }

    #[inline(always)]
    pub(crate) const fn is_end(self) -> bool {
        self.0 & END != 0
    }

    /// One or two literals, the first lowest.
    #[inline(always)]
    pub(crate) const fn literals(self) -> u16 {
        (self.0 >> 8) as u16
    }

    /// How many literals.
    #[inline(always)]
    pub(crate) const fn count(self) -> usize {
        1 + (self.0 >> 30 & 1) as usize
    }

    /// All bits that it takes, where it is no beginning of a longer code; higher bits are zero.
    #[inline(always)]
    pub(crate) const fn low_byte(self) -> u8 {
        self.0 as u8
    }

    /// The length of a copy; `buffer` holds the bits from the code on.
    #[inline(always)]
    pub(crate) fn length(self, buffer: u64) -> Result<usize, Error> {
        if !self.is_value() {
            return Err(Error::Stream("code that is not there"));
        }
        Ok(self.value(buffer))
    }

    /// The distance of a copy, at most what was written; `buffer` holds the bits from the code on.
    #[inline(always)]
    pub(crate) fn distance(self, buffer: u64, written: usize) -> Result<usize, Error> {
        if !self.is_value() {
            return Err(Error::Stream("distance code that is not there"));
        }
        let distance = self.value(buffer);
        if distance > written {
            return Err(Error::Stream("distance before the beginning"));
        }
        Ok(distance)
    }

    /// Base and extra bits together.
    #[inline(always)]
    const fn value(self, buffer: u64) -> usize {
        let code = self.0 >> 24 & 15;
        let extra = (buffer & !(u64::MAX << self.bits())) >> code;
        (self.0 >> 8 & 0xFFFF) as usize + extra as usize
    }

    /// The symbol's entry with a code of so many bits.
    const fn with_code(self, bits: u32) -> Self {
        Self(self.0 + (bits | bits << 24))
    }
}

/// Entries of literals and lengths, without their codes.
const LITERAL_ENTRIES: [Entry; 288] = {
    let mut entries = [Entry(0); 288];
    let mut symbol = 0;
    while symbol < 286 {
        entries[symbol] = Entry(match symbol {
            0..=255 => LITERAL | (symbol as u32) << 8,
            256 => END,
            _ => {
                let i = symbol - 257;
                VALUE | (LENGTH_BASES[i] as u32) << 8 | LENGTH_BITS[i] as u32
            }
        });
        symbol += 1;
    }
    entries
};

/// Entries of distances, without their codes.
const DISTANCE_ENTRIES: [Entry; 32] = {
    let mut entries = [Entry(0); 32];
    let mut i = 0;
    while i < 30 {
        entries[i] = Entry(VALUE | (DISTANCE_BASES[i] as u32) << 8 | DISTANCE_BITS[i] as u32);
        i += 1;
    }
    entries
};

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
        if entry.is_long() {
            return self.find_more(entry, buffer);
        }
        entry
    }

    #[inline]
    fn find_more(&self, entry: Entry, buffer: u64) -> Entry {
        let bits = entry.0 & 63;
        let start = (entry.0 >> 8 & 0xFFFF) as usize;
        let at = buffer >> BITS & !(u64::MAX << bits);
        self.more
            .get(start + at as usize)
            .copied()
            .unwrap_or_default()
    }

    /// As [`Table::find`], with one literal only.
    pub(crate) fn find_single(&self, buffer: u64) -> Entry {
        let entry = self.find(buffer);
        if !entry.is_literal() || entry.0 & TWO == 0 {
            return entry;
        }
        // The bits of the first alone are kept beside those of both.
        let code = entry.0 >> 24 & 15;
        Entry(LITERAL | entry.0 & 0xFF00).with_code(code)
    }

    /// A code for literals and lengths.
    pub(crate) fn build_literals(&mut self, lengths: &[u8]) -> Result<(), Error> {
        let codes = sorted(lengths)?;
        self.build(&codes, &LITERAL_ENTRIES)?;
        let mut literals = codes.iter().filter(|code| code.symbol < 256);
        if literals.next().is_some_and(|code| 2 * code.bits <= BITS) {
            self.pair_literals(&codes);
        }
        Ok(())
    }

    /// A code for distances.
    pub(crate) fn build_distances(&mut self, lengths: &[u8]) -> Result<(), Error> {
        self.build(&sorted(lengths)?, &DISTANCE_ENTRIES)
    }

    /// - `entries`: of all symbols.
    fn build(&mut self, codes: &[Code], entries: &[Entry]) -> Result<(), Error> {
        self.more.clear();
        // The table grows with the codes: what fewer bits stand for, they stand for with any behind.
        self.first[0] = Entry::default();
        let mut rest = codes;
        for bits in 1..=BITS {
            let size = 1 << (bits - 1);
            self.first.copy_within(..size, size);
            let count = rest.iter().take_while(|code| code.bits == bits).count();
            let (now, longer) = rest.split_at(count);
            for code in now {
                self.first[code.reversed as usize % SIZE] = made(code, entries);
            }
            rest = longer;
        }
        // Codes with the same first bits stand together, longest last.
        while let Some(code) = rest.first() {
            let mask = (1 << BITS) - 1;
            let prefix = code.reversed & mask;
            let same = rest
                .iter()
                .take_while(|code| code.reversed & mask == prefix);
            let count = same.count();
            let (group, others) = rest.split_at(count);
            self.add_subtable(prefix, group, entries)?;
            rest = others;
        }
        Ok(())
    }

    fn add_subtable(
        &mut self,
        prefix: u32,
        group: &[Code],
        entries: &[Entry],
    ) -> Result<(), Error> {
        let bits = group.last().map_or(0, |code| code.bits - BITS);
        let start = self.more.len();
        crate::error::grow(&mut self.more, 1 << bits)?;
        self.more.resize(start + (1 << bits), Entry::default());
        for code in group {
            let made = made(code, entries);
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
            *place = Entry(SUBTABLE | bits | start << 8);
        }
        Ok(())
    }

    /// Puts a second literal to those that leave room for it.
    ///
    /// - `codes`: all, shortest first.
    fn pair_literals(&mut self, codes: &[Code]) {
        // What a second literal adds to the entry of a first: a value and bits, too many for others.
        let second = |entry: &Entry| match entry.is_literal() {
            true => (entry.0 & 0xFF00) << 8 | entry.bits(),
            false => 63,
        };
        let seconds: [u32; SIZE] = std::array::from_fn(|at| second(&self.first[at]));
        let short = codes.iter().take_while(|code| code.bits < BITS);
        for code in short.filter(|code| code.symbol < 256) {
            let one = made(code, &LITERAL_ENTRIES).0;
            let left = BITS - code.bits;
            let places = self.first.iter_mut().skip(code.reversed as usize);
            let places = places.step_by(1 << code.bits);
            // Whether there is a pair is as good as random, so both answers are made.
            for (place, second) in places.zip(&seconds) {
                let pair = (one | TWO) + second;
                *place = Entry(if second & 63 <= left { pair } else { one });
            }
        }
    }
}

/// What a code stands for.
fn made(code: &Code, entries: &[Entry]) -> Entry {
    let entry = entries.get(usize::from(code.symbol));
    entry.copied().unwrap_or_default().with_code(code.bits)
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
