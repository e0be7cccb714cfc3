//! One block: stored, with fixed codes or with its own (RFC 1951, section 3.2).

use super::bits::{BitWriter, Pending};
use super::code_lengths::CodeLengths;
use super::histogram::Histogram;
use super::huffman;
use super::step::Step;
use super::symbols::{
    DISTANCE_BASES, DISTANCE_BITS, DISTANCES, END, LENGTH_BASES, LENGTH_BITS, distance_symbol,
    length_symbol,
};
use crate::{Error, error};

/// What a block holds.
pub(crate) struct Parts<'a> {
    pub(crate) steps: &'a [Step],
    /// The bytes that the steps stand for.
    pub(crate) data: &'a [u8],
    pub(crate) is_last: bool,
}

/// Writes a block in the way that takes least.
pub(crate) fn write(
    parts: &Parts<'_>,
    histogram: &Histogram,
    pending: &mut Pending,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let own = Codes::for_counts(histogram);
    let described = CodeLengths::new(&own.literal_lengths, &own.distance_lengths);
    let own_bits = 3 + described.bits() + own.bits(histogram);
    let fixed = Codes::fixed();
    let fixed_bits = 3 + fixed.bits(histogram);
    let pieces = parts.data.len().div_ceil(STORED).max(1);
    let stored_bits = 8 * (parts.data.len() + 5 * pieces) as u64 + 2;
    let least = own_bits.min(fixed_bits).min(stored_bits);
    let room = usize::try_from(least / 8).unwrap_or(usize::MAX) + 16;
    error::grow(out, room)?;
    let start = out.len();
    out.resize(start + room, 0);
    let mut writer = BitWriter::new(&mut out[start..], *pending);
    let last = u64::from(parts.is_last);
    if least == stored_bits {
        store(parts, &mut writer);
    } else if least == fixed_bits {
        writer.write(last | 1 << 1, 3);
        fixed.write(parts, &mut writer);
    } else {
        writer.write(last | 2 << 1, 3);
        described.write(&mut writer);
        own.write(parts, &mut writer);
    }
    let (written, rest) = writer.finish();
    *pending = rest;
    out.truncate(start + written);
    Ok(())
}

fn store(parts: &Parts<'_>, writer: &mut BitWriter<'_>) {
    let mut pieces = parts.data.chunks(STORED).peekable();
    while let Some(piece) = pieces.next() {
        let is_last = parts.is_last && pieces.peek().is_none();
        writer.write(u64::from(is_last), 3);
        writer.align();
        let length = piece.len() as u64;
        writer.write(length | (length ^ 0xFFFF) << 16, 32);
        writer.bytes(piece);
    }
}

/// Codes of both alphabets.
struct Codes {
    literal_lengths: [u8; 288],
    distance_lengths: [u8; 32],
    literal_codes: [u16; 288],
    distance_codes: [u16; 32],
}

impl Codes {
    fn for_counts(histogram: &Histogram) -> Self {
        let mut codes = Self::empty();
        let limit = LITERAL_LIMIT;
        huffman::lengths(&histogram.literals, limit, &mut codes.literal_lengths);
        huffman::lengths(&histogram.distances, 15, &mut codes.distance_lengths);
        // Some readers want a distance code though no distance is used.
        if histogram.distances.iter().all(|count| *count == 0) {
            codes.distance_lengths[0] = 1;
        }
        codes.number()
    }

    fn fixed() -> Self {
        let mut codes = Self::empty();
        for (symbol, length) in codes.literal_lengths.iter_mut().enumerate() {
            *length = match symbol {
                0..144 | 280.. => 8,
                144..256 => 9,
                _ => 7,
            };
        }
        codes.distance_lengths = [5; 32];
        codes.number()
    }

    const fn empty() -> Self {
        Self {
            literal_lengths: [0; 288],
            distance_lengths: [0; 32],
            literal_codes: [0; 288],
            distance_codes: [0; 32],
        }
    }

    fn number(mut self) -> Self {
        huffman::codes(&self.literal_lengths, &mut self.literal_codes);
        huffman::codes(&self.distance_lengths, &mut self.distance_codes);
        self
    }

    /// Bits of all symbols.
    fn bits(&self, histogram: &Histogram) -> u64 {
        let of = |counts: &[u32], lengths: &[u8]| -> u64 {
            let pairs = counts.iter().zip(lengths);
            pairs
                .map(|(count, length)| u64::from(*count) * u64::from(*length))
                .sum()
        };
        of(&histogram.literals, &self.literal_lengths)
            + of(&histogram.distances, &self.distance_lengths)
            + histogram.extra
    }

    fn literal(&self, symbol: usize) -> (u64, u32) {
        (
            u64::from(self.literal_codes[symbol]),
            u32::from(self.literal_lengths[symbol]),
        )
    }

    fn write(&self, parts: &Parts<'_>, writer: &mut BitWriter<'_>) {
        let mut table = [(0_u16, 0_u16); 256];
        for (symbol, entry) in table.iter_mut().enumerate() {
            *entry = (
                self.literal_codes[symbol],
                u16::from(self.literal_lengths[symbol]),
            );
        }
        let mut at = 0;
        for step in parts.steps {
            let end = at + step.literals as usize;
            write_literals(parts.data.get(at..end).unwrap_or_default(), &table, writer);
            at = end + usize::from(step.length);
            if step.length > 0 {
                self.write_match(step, writer);
            }
        }
        let (code, length) = self.literal(END);
        writer.write(code, length);
    }

    fn write_match(&self, step: &Step, writer: &mut BitWriter<'_>) {
        let symbol = length_symbol(step.length);
        let (code, length) = self.literal(END + 1 + symbol);
        writer.push(code, length);
        let extra = step.length.saturating_sub(LENGTH_BASES[symbol]);
        writer.push(u64::from(extra), u32::from(LENGTH_BITS[symbol]));
        let symbol = distance_symbol(step.distance) % DISTANCES;
        let length = self.distance_lengths[symbol];
        writer.push(u64::from(self.distance_codes[symbol]), u32::from(length));
        let extra = step.distance - DISTANCE_BASES[symbol];
        writer.push(u64::from(extra), u32::from(DISTANCE_BITS[symbol]));
        writer.flush();
    }
}

/// Four at a time fit into the writer beside what is left of the byte before.
#[inline]
fn write_literals(bytes: &[u8], table: &[(u16, u16); 256], writer: &mut BitWriter<'_>) {
    let (quads, rest) = bytes.as_chunks::<4>();
    for quad in quads {
        for byte in quad {
            let (code, length) = table[usize::from(*byte)];
            writer.push(u64::from(code), u32::from(length));
        }
        writer.flush();
    }
    for byte in rest {
        let (code, length) = table[usize::from(*byte)];
        writer.write(u64::from(code), u32::from(length));
    }
}

/// Longest code of a literal: four and seven bits more are less than 64.
const LITERAL_LIMIT: u8 = 14;
/// Most bytes of a stored block.
const STORED: usize = 0xFFFF;
