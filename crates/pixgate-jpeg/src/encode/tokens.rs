//! Symbols to be coded, listed once, counted and then written.

use super::bit_writer::BitWriter;
use super::optimal::Code;
use crate::{Error, ErrorKind};

/// Number of the Huffman table whose symbols are bits without a code.
const RAW: u32 = 4;

/// Symbols of a scan and how often each occurs.
#[derive(Debug)]
pub(super) struct Tokens {
    /// Bits that follow in the lower half; above it the symbol, then the number of its table.
    list: Vec<u32>,
    counts: Box<[u32; 1024]>,
    /// Bits that have no symbol.
    raw_bits: usize,
    /// Places in the list where a restart marker comes.
    restarts: Vec<usize>,
    /// Whether there was no memory for a token; all further ones are lost.
    is_short: bool,
}

impl Tokens {
    pub(super) fn new() -> Self {
        Self {
            list: Vec::new(),
            counts: Box::new([0; 1024]),
            raw_bits: 0,
            restarts: Vec::new(),
            is_short: false,
        }
    }

    /// Forgets everything but the memory it took.
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.restarts.clear();
        self.raw_bits = 0;
        self.counts.fill(0);
    }

    /// Makes room, no more than asked for.
    pub(super) fn reserve(&mut self, count: usize) {
        self.is_short |= self.list.try_reserve_exact(count).is_err();
    }

    /// Appends to the list, unless it cannot grow.
    #[inline(always)]
    fn push(&mut self, token: u32) {
        if self.list.len() < self.list.capacity() || self.grow() {
            self.list.push(token);
        }
    }

    #[cold]
    fn grow(&mut self) -> bool {
        self.is_short |= self.list.try_reserve(1).is_err();
        !self.is_short
    }

    fn error(&self) -> Error {
        let bytes = (self.list.len() * size_of::<u32>()) as u64;
        ErrorKind::OutOfMemory { bytes }.into()
    }

    /// - `table`: 0 to 3.
    /// - `bits`: what follows the symbol, as many as the symbol says.
    #[inline(always)]
    pub(super) fn put(&mut self, table: u32, symbol: u32, bits: u32) {
        let slot = (table << 8 | symbol) & 0x3ff;
        self.counts[slot as usize] += 1;
        self.push(slot << 16 | bits);
    }

    /// A run of zeroes and a value: its size as a symbol, its bits behind (T.81, F.1.2).
    #[inline(always)]
    pub(super) fn put_value(&mut self, table: u32, run: u32, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        let bits = (value + (value >> 31)).cast_unsigned() & ((1 << size) - 1);
        self.put(table, run << 4 | size, bits);
    }

    /// At most 64 bits without a symbol, the first highest.
    #[inline(always)]
    pub(super) fn put_bits(&mut self, bits: u64, count: u32) {
        self.raw_bits += count as usize;
        let mut left = count;
        while left > 0 {
            let part = left.min(16);
            left -= part;
            let [low, high, ..] = (bits >> left & ((1 << part) - 1)).to_le_bytes();
            let bits = u32::from(u16::from_le_bytes([low, high]));
            self.push((RAW << 8 | part) << 16 | bits);
        }
    }

    /// The end of a restart interval.
    pub(super) fn restart(&mut self) {
        self.restarts.push(self.list.len());
    }

    /// The best codes for these symbols, table after table.
    pub(super) fn optimal_codes(&self) -> [Code; 4] {
        let tables = self.counts.as_chunks::<256>().0;
        std::array::from_fn(|table| Code::optimal(&tables[table]))
    }

    /// Writes everything in these codes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`], also for tokens that were lost before.
    #[inline(always)]
    pub(super) fn write(
        &self,
        file: &mut Vec<u8>,
        codes: &[Code; 4],
        has_end_runs: bool,
    ) -> Result<(), Error> {
        if self.is_short {
            return Err(self.error());
        }
        let entries = entries(codes, has_end_runs);
        let bits = self.counts.iter().zip(&entries);
        let bits = bits.map(|(count, entry)| *count as usize * usize::from(entry.to_le_bytes()[0]));
        let bytes = (bits.sum::<usize>() + self.raw_bits) / 8;
        let mut writer = BitWriter::new(file, bytes + bytes / 64 + 4 * self.restarts.len())?;
        let mut done = 0;
        for (number, &end) in (0..8).cycle().zip(&self.restarts) {
            self.write_part(&mut writer, &entries, done..end);
            writer.restart(number);
            done = end;
        }
        self.write_part(&mut writer, &entries, done..self.list.len());
        writer.finish()
    }

    #[inline(always)]
    fn write_part(
        &self,
        writer: &mut BitWriter<'_>,
        entries: &Entries,
        part: std::ops::Range<usize>,
    ) {
        for &token in self.list.get(part).unwrap_or_default() {
            let entry = entries[(token >> 16 & 0x7ff) as usize];
            let [.., length] = entry.to_be_bytes();
            writer.put(entry >> 8 | u64::from(token & 0xffff), length.into());
        }
    }
}

/// For each table and symbol the code, moved up by the bits that follow, and the length of both
/// in the lowest byte.
type Entries = [u64; 2048];

/// - `has_end_runs`: whether AC symbols with a low half of zero count blocks (T.81, G.1.2.2).
fn entries(codes: &[Code; 4], has_end_runs: bool) -> Entries {
    let mut entries = [0; 2048];
    for (table, code) in codes.iter().enumerate() {
        for symbol in 0..=255u8 {
            let (bits, length) = code.of(symbol);
            let follow = match (u32::from(symbol & 15), u32::from(symbol >> 4)) {
                (0, blocks) if has_end_runs && blocks < 15 => blocks,
                (size, _) => size,
            };
            entries[table << 8 | usize::from(symbol)] =
                u64::from(bits) << (follow + 8) | u64::from(length + follow);
        }
    }
    for length in 0..=16 {
        entries[(RAW << 8 | length) as usize] = length.into();
    }
    entries
}
