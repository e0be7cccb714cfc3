//! Progressive scans (T.81, annex G).

use crate::bits::Cursor;
use crate::block::read_difference;
use crate::coefficients::{CoefficientStore, StoredBlock, traverse};
use crate::huffman::{Class, HuffmanTable, HuffmanTables, extend};
use crate::scan::{ScanHeader, ScanReader};
use crate::words::Words;
use crate::{Error, ErrorKind};

/// Reads one scan into the stores of its components.
///
/// - `stores`: in the order of the scan header.
#[inline(always)]
pub(crate) fn decode_scan(
    reader: &mut ScanReader<'_>,
    scan: &ScanHeader,
    tables: &HuffmanTables,
    stores: &mut [&mut CoefficientStore],
    units: (usize, usize),
    words: impl Words,
) -> Result<(), Error> {
    match (scan.band.0, scan.high) {
        (0, 0) => dc_first(reader, scan, tables, stores, units),
        (0, _) => {
            dc_refine(reader, scan.low, stores, units);
            Ok(())
        }
        (_, high) => {
            let index = scan.components.first().map_or(0, |c| c.ac);
            let table = tables.get(Class::Ac, index);
            let mut band = Band {
                table: table.ok_or(ErrorKind::MissingTable)?,
                first: u32::from(scan.band.0),
                last: u32::from(scan.band.1),
                low: u32::from(scan.low),
                skip: 0,
                words,
            };
            traverse(reader, stores, units, |reader, _, block, restarted| {
                if restarted {
                    band.skip = 0;
                }
                band.visit(reader, block, high == 0);
            });
            Ok(())
        }
    }
}

#[inline(always)]
fn dc_first(
    reader: &mut ScanReader<'_>,
    scan: &ScanHeader,
    tables: &HuffmanTables,
    stores: &mut [&mut CoefficientStore],
    units: (usize, usize),
) -> Result<(), Error> {
    let mut chosen = Vec::new();
    for component in &scan.components {
        let table = tables.get(Class::Dc, component.dc);
        chosen.push((table.ok_or(ErrorKind::MissingTable)?, 0i16));
    }
    traverse(reader, stores, units, |reader, number, block, restarted| {
        if restarted {
            chosen
                .iter_mut()
                .for_each(|(_, prediction)| *prediction = 0);
        }
        let Some((table, prediction)) = chosen.get_mut(number) else {
            return;
        };
        let difference = reader.bits.read(|cursor| {
            cursor.refill();
            read_difference(cursor, table)
        });
        *prediction = prediction.wrapping_add(difference);
        if let Some(dc) = block.coefficients.first_mut() {
            *dc = prediction.wrapping_shl(u32::from(scan.low));
        }
    });
    Ok(())
}

#[inline(always)]
fn dc_refine(
    reader: &mut ScanReader<'_>,
    low: u8,
    stores: &mut [&mut CoefficientStore],
    units: (usize, usize),
) {
    traverse(reader, stores, units, |reader, _, block, _| {
        let bit = reader.bits.read(|cursor| {
            cursor.refill();
            cursor.take(1)
        });
        if let (1, Some(dc)) = (bit, block.coefficients.first_mut()) {
            *dc |= 1 << low;
        }
    });
}

/// A scan of a band of AC coefficients.
struct Band<'t, W> {
    table: &'t HuffmanTable,
    first: u32,
    last: u32,
    low: u32,
    /// Blocks to come in which the band has nothing new.
    skip: u32,
    words: W,
}

impl<W: Words> Band<'_, W> {
    #[inline(always)]
    fn visit(&mut self, reader: &mut ScanReader<'_>, mut block: StoredBlock<'_>, is_first: bool) {
        if is_first && self.skip > 0 {
            self.skip -= 1;
            return;
        }
        reader.bits.read(|cursor| {
            if is_first {
                self.read_first(cursor, &mut block);
            } else {
                self.refine(cursor, &mut block);
            }
        });
    }

    /// Values down to bit `low` (T.81, G.1.2.2).
    #[inline(always)]
    fn read_first(&mut self, cursor: &mut Cursor<'_>, block: &mut StoredBlock<'_>) {
        let mut index = self.first;
        while index <= self.last {
            let Some((run, value)) = self.symbol(cursor) else {
                self.skip -= 1;
                return;
            };
            index += run;
            if index > 63 {
                cursor.note_invalid_code();
                return;
            }
            if value != 0 {
                self.set(block, index, value);
            }
            index += 1;
        }
    }

    /// One more bit of known values, and values that begin with this bit (T.81, G.1.2.3).
    #[inline(always)]
    fn refine(&mut self, cursor: &mut Cursor<'_>, block: &mut StoredBlock<'_>) {
        let mut rest = (u64::MAX << self.first) & (u64::MAX >> (63 - self.last));
        while self.skip == 0 && rest != 0 {
            let Some((run, value)) = self.symbol(cursor) else {
                break;
            };
            let target = self.words.deposit(1 << run, rest & !*block.history);
            // Everything below the target, or all that is left if there is none.
            let passed = rest & target.wrapping_sub(1);
            self.correct(cursor, block, passed & *block.history);
            rest &= !passed & !target;
            if value != 0 && target != 0 {
                self.set(block, target.trailing_zeros(), value);
            }
        }
        if self.skip > 0 {
            self.skip -= 1;
            self.correct(cursor, block, rest & *block.history);
        }
    }

    /// A run and a value, or none at the end of the band, which sets how many blocks that holds
    /// for.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 15 bits")]
    fn symbol(&mut self, cursor: &mut Cursor<'_>) -> Option<(u32, i16)> {
        cursor.refill();
        let entry = self.table.look(cursor);
        cursor.skip(entry.length());
        if entry.is_fused() {
            return Some((entry.run(), entry.value()));
        }
        if entry.is_end() {
            self.skip = (1 << entry.run()) + cursor.take(entry.run());
            return None;
        }
        let value = extend(cursor.take(entry.size()), entry.size());
        Some((entry.run(), value as i16))
    }

    #[inline(always)]
    fn set(&self, block: &mut StoredBlock<'_>, index: u32, value: i16) {
        *block.history |= 1 << index;
        if let Some(kept) = block.kept(index) {
            *kept = value.wrapping_shl(self.low);
        }
    }

    /// Reads a correction bit for each coefficient of `which`, and applies those of kept ones.
    #[inline(always)]
    fn correct(&self, cursor: &mut Cursor<'_>, block: &mut StoredBlock<'_>, which: u64) {
        cursor.refill();
        // Of 63 coefficients at most; a refill has 56 bits.
        let first = which & FIRST_HALF;
        let bits = cursor.take_reversed(first.count_ones());
        let mut steps = self.words.deposit(bits, first);
        if which != first {
            cursor.refill();
            let second = which & !FIRST_HALF;
            let bits = cursor.take_reversed(second.count_ones());
            steps |= self.words.deposit(bits, second);
        }
        steps &= block.kept_bits;
        let bit = 1i16.wrapping_shl(self.low);
        while steps != 0 {
            if let Some(kept) = block.kept(steps.trailing_zeros()) {
                let step = if *kept & bit == 0 { bit } else { 0 };
                let sign = *kept >> 15;
                *kept = kept.wrapping_add((step ^ sign).wrapping_sub(sign));
            }
            steps &= steps - 1;
        }
    }
}

/// Places of coefficients whose correction bits are taken at once.
const FIRST_HALF: u64 = u64::MAX >> 16;
