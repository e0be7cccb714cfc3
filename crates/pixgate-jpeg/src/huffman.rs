//! Huffman tables for decoding, with whole symbols (run, length, value) in one look-up.

mod lookups;

use lookups::{LOOK_OVER_BITS, LOOK_STEP_BITS, Skip, Step};

use crate::bits::Cursor;
use crate::markers::Segment;
use crate::scan::ScanComponent;
use crate::standard::{AC_CHROMA, AC_LUMA, Codes, DC_CHROMA, DC_LUMA};
use crate::{Error, ErrorKind, Scale};

/// Which symbols a table codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Sizes of DC differences.
    Dc,
    /// Runs and sizes of AC coefficients.
    Ac,
}

/// What a look-up finds.
///
/// | bits | meaning |
/// |---|---|
/// | 0–5 | bits that the code takes, or code and value if fused |
/// | 6 | end of block, or of a band of 2^run blocks |
/// | 7 | fused: the value is in bits 16–31 |
/// | 8–11 | run of zeroes before the value |
/// | 12–15 | bits of the value that follow the code, if not fused |
///
/// All zero: the code is longer than the look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Entry(u32);

impl Entry {
    const END: u32 = 1 << 6;
    const FUSED: u32 = 1 << 7;

    /// A symbol whose code has `length` bits.
    fn symbol(class: Class, symbol: u8, length: u32) -> Self {
        let (run, size) = match class {
            Class::Dc => (0, u32::from(symbol & 15)),
            Class::Ac => (u32::from(symbol >> 4), u32::from(symbol & 15)),
        };
        let flags = match (class, run, size) {
            (Class::Dc, _, 0) | (Class::Ac, 15, 0) => Self::FUSED,
            (Class::Ac, _, 0) => Self::END,
            _ => 0,
        };
        Self(length | flags | run << 8 | size << 12)
    }

    /// The same symbol together with its value, if the bits behind the code hold all of it.
    ///
    /// - `bits`: the `available` bits that follow the code.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most 15 bits"
    )]
    fn fuse(self, bits: u32, available: u32) -> Self {
        let size = self.size();
        if self.0 & (Self::END | Self::FUSED) != 0 || size > available {
            return self;
        }
        let value = extend(bits >> (available - size), size) as i16 as u16;
        Self((self.length() + size) | Self::FUSED | self.0 & 0xf00 | u32::from(value) << 16)
    }

    #[inline(always)]
    pub(crate) const fn is_long(self) -> bool {
        self.0 == 0
    }

    #[inline(always)]
    pub(crate) const fn is_fused(self) -> bool {
        self.0 & Self::FUSED != 0
    }

    #[inline(always)]
    pub(crate) const fn is_end(self) -> bool {
        self.0 & Self::END != 0
    }

    #[inline(always)]
    pub(crate) const fn length(self) -> u32 {
        self.0 & 63
    }

    #[inline(always)]
    pub(crate) const fn run(self) -> u32 {
        self.0 >> 8 & 15
    }

    #[inline(always)]
    pub(crate) const fn size(self) -> u32 {
        self.0 >> 12 & 15
    }

    #[inline(always)]
    pub(crate) const fn value(self) -> i16 {
        (self.0.cast_signed() >> 16) as i16
    }
}

/// Which look-ups a sequential scan makes.
#[derive(Debug, Clone, Copy, Default)]
struct Needs {
    steps: bool,
    skips: bool,
}

impl Needs {
    fn of(scales: impl Iterator<Item = Scale>) -> Self {
        scales.fold(Self::default(), |needs, scale| Self {
            steps: needs.steps || scale != Scale::Eighth,
            skips: needs.skips || scale != Scale::Full,
        })
    }
}

/// One table, ready for decoding.
#[derive(Debug, Clone)]
pub(crate) struct HuffmanTable {
    fast: Box<[Entry; 1 << LOOK_BITS]>,
    /// The same without values.
    plain: Box<[Entry; 1 << LOOK_BITS]>,
    steps: Box<[Step; 1 << LOOK_STEP_BITS]>,
    skips: Box<[Skip; 1 << LOOK_OVER_BITS]>,
    class: Class,
    /// For each length, the first code that is too large for it, left-aligned in 16 bits.
    limits: [u32; 17],
    /// For each length, what to add to a code to get its symbol's index.
    offsets: [i32; 17],
    symbols: Vec<u8>,
}

impl HuffmanTable {
    /// Builds a table from the number of codes of each length and the symbols (T.81, annex C).
    pub(crate) fn new(class: Class, counts: &[u8; 16], symbols: &[u8]) -> Result<Self, Error> {
        let mut table = Self {
            fast: Box::new([Entry::default(); 1 << LOOK_BITS]),
            plain: Box::new([Entry::default(); 1 << LOOK_BITS]),
            steps: Box::new([Step::default(); 1 << LOOK_STEP_BITS]),
            skips: Box::new([Skip::default(); 1 << LOOK_OVER_BITS]),
            class,
            limits: [0; 17],
            offsets: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut index) = (0u32, 0usize);
        for (length, &count) in (1u32..).zip(counts) {
            let slot = length as usize;
            table.offsets[slot] = i32::try_from(index).unwrap_or(0) - code.cast_signed();
            for _ in 0..count {
                let symbol = symbols.get(index).ok_or(ErrorKind::InvalidHuffmanTable)?;
                table.fill(*symbol, code, length)?;
                (code, index) = (code + 1, index + 1);
            }
            table.limits[slot] = code << (16 - length);
            code <<= 1;
        }
        table.fuse();
        Ok(table)
    }

    fn fill(&mut self, symbol: u8, code: u32, length: u32) -> Result<(), Error> {
        if code >= 1 << length {
            return Err(ErrorKind::InvalidHuffmanTable.into());
        }
        let Some(free) = LOOK_BITS.checked_sub(length) else {
            return Ok(());
        };
        let first = (code << free) as usize;
        let entry = Entry::symbol(self.class, symbol, length);
        let slots = self.fast.iter_mut().skip(first).take(1 << free);
        slots.for_each(|slot| *slot = entry);
        Ok(())
    }

    /// Makes use of the bits behind each code of an AC coefficient.
    fn fuse(&mut self) {
        if self.class == Class::Dc {
            return;
        }
        self.plain.copy_from_slice(&*self.fast);
        for (bits, entry) in (0u32..).zip(self.fast.iter_mut()) {
            if !entry.is_long() {
                let free = LOOK_BITS - entry.length();
                *entry = entry.fuse(bits & ((1 << free) - 1), free);
            }
        }
    }

    /// Makes the look-ups of sequential scans; without them, symbols are found one by one.
    fn prepare(&mut self, needs: Needs) {
        if needs.steps {
            for (bits, step) in (0..).zip(self.steps.iter_mut()) {
                *step = Step::new(&self.plain, bits);
            }
        }
        if needs.skips {
            for (bits, skip) in self.skips.iter_mut().enumerate() {
                *skip = Skip::new(&self.plain, bits);
            }
        }
    }

    /// Looks the next coefficients up.
    #[inline(always)]
    pub(crate) fn look_step(&self, cursor: &Cursor<'_>) -> Step {
        self.steps[cursor.peek(LOOK_STEP_BITS) as usize]
    }

    /// Looks up as many of the next symbols as there are whole.
    #[inline(always)]
    pub(crate) fn look_over(&self, cursor: &Cursor<'_>) -> Skip {
        self.skips[cursor.peek(LOOK_OVER_BITS) as usize]
    }

    /// Looks the next code up; the cursor holds at least 16 bits and is not moved.
    ///
    /// A code that does not exist is noted and reads as 17 bits that mean the end of the block, or
    /// a difference of nothing, as in libjpeg.
    #[inline(always)]
    pub(crate) fn look(&self, cursor: &mut Cursor<'_>) -> Entry {
        let entry = self.fast[cursor.peek(LOOK_BITS) as usize];
        if !entry.is_long() {
            return entry;
        }
        // The cursor is not lent to the rare case, so that it can stay in registers.
        let entry = self.look_long(cursor.peek(16));
        if entry.length() == INVALID_BITS {
            cursor.note_invalid_code();
        }
        entry
    }

    /// As [`Self::look`] for codes that are longer than the look-up, from 16 bits.
    #[cold]
    #[inline(never)]
    fn look_long(&self, bits: u32) -> Entry {
        let symbol = (LOOK_BITS + 1..=16)
            .find(|&length| bits < self.limits[length as usize])
            .and_then(|length| {
                let code = (bits >> (16 - length)).cast_signed();
                let index = usize::try_from(code + self.offsets[length as usize]).ok()?;
                Some((*self.symbols.get(index)?, length))
            });
        let (symbol, length) = symbol.unwrap_or((0, INVALID_BITS));
        Entry::symbol(self.class, symbol, length)
    }
}

/// The tables that DHT segments define, four of each class.
#[derive(Debug, Clone, Default)]
pub(crate) struct HuffmanTables {
    dc: [Option<HuffmanTable>; 4],
    ac: [Option<HuffmanTable>; 4],
}

impl HuffmanTables {
    pub(crate) fn get(&self, class: Class, index: u8) -> Option<&HuffmanTable> {
        let tables = match class {
            Class::Dc => &self.dc,
            Class::Ac => &self.ac,
        };
        tables.get(usize::from(index))?.as_ref()
    }

    /// Gets ready for a sequential scan: puts the typical tables where it needs tables that were
    /// never defined.
    ///
    /// - `scales`: of the scan's components, in any order.
    pub(crate) fn complete(
        &mut self,
        components: &[ScanComponent],
        scales: impl Iterator<Item = Scale>,
    ) {
        for component in components {
            put_typical(
                &mut self.dc,
                Class::Dc,
                component.dc,
                [&DC_LUMA, &DC_CHROMA],
            );
            put_typical(
                &mut self.ac,
                Class::Ac,
                component.ac,
                [&AC_LUMA, &AC_CHROMA],
            );
        }
        let needs = Needs::of(scales);
        let is_used = |index: usize| components.iter().any(|c| usize::from(c.ac) == index);
        for (index, table) in self.ac.iter_mut().enumerate() {
            if let Some(table) = table.as_mut().filter(|_| is_used(index)) {
                table.prepare(needs);
            }
        }
    }

    /// Reads a DHT segment (T.81, B.2.4.2).
    pub(crate) fn read(&mut self, segment: &Segment<'_>) -> Result<(), Error> {
        let mut rest = segment.payload;
        while let [spec, body @ ..] = rest {
            let (counts, after) = body.split_first_chunk().ok_or_else(|| segment.invalid())?;
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, after) = after
                .split_at_checked(total)
                .filter(|_| total <= 256)
                .ok_or_else(|| segment.invalid())?;
            let (class, tables) = match spec >> 4 {
                0 => (Class::Dc, &mut self.dc),
                1 => (Class::Ac, &mut self.ac),
                _ => return Err(segment.invalid()),
            };
            let slot = tables.get_mut(usize::from(spec & 15));
            *slot.ok_or_else(|| segment.invalid())? =
                Some(HuffmanTable::new(class, counts, symbols)?);
            rest = after;
        }
        Ok(())
    }
}

fn put_typical(
    tables: &mut [Option<HuffmanTable>; 4],
    class: Class,
    index: u8,
    typical: [&Codes; 2],
) {
    let slot = tables.get_mut(usize::from(index));
    let codes = typical.get(usize::from(index));
    if let (Some(slot @ None), Some(codes)) = (slot, codes) {
        *slot = HuffmanTable::new(class, &codes.counts, codes.symbols).ok();
    }
}

/// Turns the `size` bits of a coefficient into its value (T.81, F.2.2.1, EXTEND).
#[inline(always)]
pub(crate) const fn extend(bits: u32, size: u32) -> i32 {
    let bits = bits.cast_signed();
    let below = (bits.wrapping_sub((1 << size) >> 1)) >> 31;
    bits + (below & ((-1 << size) + 1))
}

/// What a code that does not exist reads as.
const INVALID_BITS: u32 = 17;

/// Bits that one look-up covers: more would push the tables out of the first-level cache.
pub(crate) const LOOK_BITS: u32 = 10;

/// The tables that a component's blocks are coded with.
pub(crate) fn tables(
    all: &HuffmanTables,
    component: ScanComponent,
) -> Option<(&HuffmanTable, &HuffmanTable)> {
    let dc = all.get(Class::Dc, component.dc)?;
    Some((dc, all.get(Class::Ac, component.ac)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extends_the_sign() {
        let cases = [
            (0, 0, 0),
            (0, 1, -1),
            (1, 1, 1),
            (0, 3, -7),
            (3, 3, -4),
            (4, 3, 4),
        ];
        for (bits, size, value) in cases {
            assert_eq!(extend(bits, size), value, "{bits} of {size}");
        }
    }

    #[test]
    fn fuses_what_fits_and_finds_long_codes() {
        let mut counts = [0; 16];
        (counts[0], counts[14]) = (1, 1);
        let table = HuffmanTable::new(Class::Ac, &counts, &[0x12, 0x00]).unwrap();
        let entry = table.fast[0b01_1000_0000];
        assert!(entry.is_fused());
        assert_eq!((entry.length(), entry.run(), entry.value()), (3, 1, 3));
        assert!(table.fast[0b10_0000_0000].is_long());
        let data = [0b1000_0000, 0, 0, 0];
        crate::bits::tests::with_cursor(&data, |cursor| {
            let end = table.look(cursor);
            assert!(end.is_end() && end.length() == 15);
        });
    }

    #[test]
    fn refuses_too_many_codes() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(HuffmanTable::new(Class::Dc, &counts, &[0, 1, 2]).is_err());
    }
}
