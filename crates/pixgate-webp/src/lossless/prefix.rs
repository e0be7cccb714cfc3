//! Prefix codes: their lengths as they are stored, and tables to read symbols by.

use super::bits::BitReader;
use super::narrow::count32;
use crate::Error;
use crate::error::broken;

/// Longest code of a symbol.
pub(crate) const MAX_LENGTH: usize = 15;

/// In which order the lengths of the codes of lengths are stored.
pub(crate) const LENGTH_ORDER: [usize; 19] = [
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
];

/// Most bits that the first look-up is made by.
const ROOT: u32 = 8;

/// Where the table of a code lies in a pool of entries.
///
/// An entry holds a length in its lowest 8 bits and a symbol above. A length of more than the bits
/// of the first look-up means a second one, in a table that starts where the symbol says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Code {
    start: u32,
    root: u32,
}

impl Code {
    /// Reads a symbol from bits that are ready, at most 15.
    #[inline(always)]
    pub(crate) fn read(self, pool: &[u32], reader: &mut BitReader<'_>) -> u32 {
        let bits = reader.peek();
        let mut entry = pool[(self.start + (bits & ((1 << self.root) - 1))) as usize];
        let length = entry & 0xFF;
        if length > self.root {
            let more = length - self.root;
            entry = pool[((entry >> 8) + (bits >> self.root & ((1 << more) - 1))) as usize];
        }
        reader.consume(entry & 0xFF);
        entry >> 8
    }

    /// The symbol, if there is only one, which takes no bits.
    pub(crate) fn only(self, pool: &[u32]) -> Option<u32> {
        let first = pool.get(self.start as usize).copied()?;
        (self.root == 0).then_some(first >> 8)
    }
}

/// Reads codes and keeps what that takes.
#[derive(Debug)]
pub(crate) struct CodeReader {
    lengths: Vec<u8>,
    sorted: Vec<u16>,
}

impl CodeReader {
    /// - `largest`: how many symbols the largest alphabet has.
    pub(crate) fn new(largest: usize) -> Self {
        let largest = largest.max(256);
        Self {
            lengths: vec![0; largest],
            sorted: vec![0; largest],
        }
    }

    /// Reads a code of an alphabet of `count` symbols and adds its table to the pool.
    ///
    /// - `pool`: `None` to look only whether the code is right.
    pub(crate) fn read(
        &mut self,
        reader: &mut BitReader<'_>,
        count: usize,
        pool: Option<&mut Pool>,
    ) -> Result<Code, Error> {
        self.lengths.fill(0);
        if reader.flag() {
            self.read_simple(reader);
        } else {
            self.read_lengths(reader, count)?;
        }
        reader.check()?;
        let lengths = self.lengths.get(..count).unwrap_or_default();
        build(lengths, &mut self.sorted, pool)
    }

    /// One or two symbols by number.
    fn read_simple(&mut self, reader: &mut BitReader<'_>) {
        let has_two = reader.flag();
        let bits = if reader.flag() { 8 } else { 1 };
        self.lengths[reader.read(bits) as usize] = 1;
        if has_two {
            self.lengths[reader.read(8) as usize] = 1;
        }
    }

    /// Lengths that are coded themselves.
    fn read_lengths(&mut self, reader: &mut BitReader<'_>, count: usize) -> Result<(), Error> {
        let mut meta = [0; LENGTH_ORDER.len()];
        let stored = 4 + reader.read(4) as usize;
        for &symbol in LENGTH_ORDER.iter().take(stored) {
            meta[symbol] = reader.read(3).to_le_bytes()[0];
        }
        let mut pool = Pool::new(1 << 8);
        let code = build(&meta, &mut self.sorted, Some(&mut pool))?;
        let mut left = count;
        if reader.flag() {
            let bits = 2 + 2 * reader.read(3);
            left = 2 + reader.read(bits) as usize;
            if left > count {
                return Err(broken("more code lengths than symbols"));
            }
        }
        let mut previous = 8;
        let mut at = 0;
        while at < count && left > 0 {
            left -= 1;
            reader.refill();
            let (length, repeat) = match code.read(&pool.entries, reader) {
                16 => (previous, 3 + reader.take(2)),
                17 => (0, 3 + reader.take(3)),
                18 => (0, 11 + reader.take(7)),
                length => (length.to_le_bytes()[0], 1),
            };
            if length != 0 {
                previous = length;
            }
            let end = at + repeat as usize;
            let run = self.lengths.get_mut(at..end).filter(|_| end <= count);
            run.ok_or_else(|| broken("code lengths repeated beyond the last symbol"))?
                .fill(length);
            at = end;
        }
        Ok(())
    }
}

/// Entries of many tables, up to a limit.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) entries: Vec<u32>,
    limit: usize,
}

impl Pool {
    /// - `limit`: most entries.
    pub(crate) const fn new(limit: usize) -> Self {
        Self {
            entries: Vec::new(),
            limit,
        }
    }

    fn grow(&mut self, count: usize) -> Result<usize, Error> {
        let start = self.entries.len();
        let end = start + count;
        if end > self.limit {
            return Err(broken("more prefix codes than a picture of this size has"));
        }
        if end > self.entries.capacity() {
            let room = (2 * end).min(self.limit);
            self.entries
                .try_reserve_exact(room - start)
                .map_err(|_| Error::OutOfMemory {
                    bytes: room as u64 * 4,
                })?;
        }
        self.entries.resize(end, 0);
        Ok(start)
    }
}

/// Checks that lengths make a full code, and lays out its table.
fn build(lengths: &[u8], sorted: &mut [u16], pool: Option<&mut Pool>) -> Result<Code, Error> {
    let counts = count_lengths(lengths);
    let used: u32 = counts[1..].iter().sum();
    let longest = counts.iter().rposition(|&count| count > 0).unwrap_or(0);
    let filled: u32 = (1..=MAX_LENGTH)
        .map(|n| counts[n] << (MAX_LENGTH - n))
        .sum();
    if used == 0 || (used > 1 && filled != 1 << MAX_LENGTH) {
        return Err(broken("a prefix code with gaps or overlaps"));
    }
    let Some(pool) = pool else {
        return Ok(Code::default());
    };
    sort(lengths, &counts, sorted);
    if used == 1 {
        let start = pool.grow(1)?;
        pool.entries[start] = u32::from(sorted[0]) << 8;
        return Ok(Code {
            start: count32(start),
            root: 0,
        });
    }
    let root = count32(longest).min(ROOT);
    let start = pool.grow(1 << root)?;
    let code = Code {
        start: count32(start),
        root,
    };
    fill(code, &counts, sorted, pool)?;
    Ok(code)
}

fn count_lengths(lengths: &[u8]) -> [u32; MAX_LENGTH + 1] {
    let mut counts = [0; MAX_LENGTH + 1];
    for &length in lengths {
        counts[usize::from(length)] += 1;
    }
    counts[0] = 0;
    counts
}

/// Symbols by length, then by number.
fn sort(lengths: &[u8], counts: &[u32; MAX_LENGTH + 1], sorted: &mut [u16]) {
    let mut next = [0; MAX_LENGTH + 2];
    for length in 1..=MAX_LENGTH {
        next[length + 1] = next[length] + counts[length] as usize;
    }
    for (symbol, &length) in (0..).zip(lengths) {
        if length > 0 {
            let place = &mut next[usize::from(length)];
            sorted[*place] = symbol;
            *place += 1;
        }
    }
}

/// Fills the first table and makes the others. Codes are stored with their first bit lowest.
fn fill(
    code: Code,
    counts: &[u32; MAX_LENGTH + 1],
    sorted: &[u16],
    pool: &mut Pool,
) -> Result<(), Error> {
    let root = code.root;
    let mut symbols = sorted.iter();
    let mut key = 0_u32;
    let mut second = Code::default();
    let mut prefix = u32::MAX;
    let mut left = *counts;
    for length in 1..=count32(MAX_LENGTH) {
        for _ in 0..counts[length as usize] {
            let symbol = symbols.next().copied().unwrap_or_default();
            let entry = u32::from(symbol) << 8 | length;
            if length <= root {
                spread(
                    &mut pool.entries[code.start as usize..],
                    key,
                    length,
                    root,
                    entry,
                );
            } else {
                let low = key & ((1 << root) - 1);
                if low != prefix {
                    prefix = low;
                    second.root = second_bits(&left, length, root);
                    second.start = count32(pool.grow(1 << second.root)?);
                    pool.entries[(code.start + low) as usize] =
                        second.start << 8 | (root + second.root);
                }
                let table = &mut pool.entries[second.start as usize..];
                spread(table, key >> root, length - root, second.root, entry);
            }
            left[length as usize] -= 1;
            key = next_key(key, length);
        }
    }
    Ok(())
}

/// Writes an entry wherever the low bits of the index are the key.
fn spread(table: &mut [u32], key: u32, length: u32, bits: u32, entry: u32) {
    for place in table[..1 << bits]
        .iter_mut()
        .skip(key as usize)
        .step_by(1 << length)
    {
        *place = entry;
    }
}

/// How many bits the second table takes that starts with a code of this length.
fn second_bits(left: &[u32; MAX_LENGTH + 1], length: u32, root: u32) -> u32 {
    let mut length = length;
    let mut open = 1_u32 << (length - root);
    while (length as usize) < MAX_LENGTH {
        open = open.saturating_sub(left[length as usize]);
        if open == 0 {
            break;
        }
        length += 1;
        open <<= 1;
    }
    length - root
}

/// The code behind this one, its bits in reverse.
fn next_key(key: u32, length: u32) -> u32 {
    let mut step = 1 << (length - 1);
    while key & step != 0 {
        step >>= 1;
    }
    if step == 0 {
        key
    } else {
        (key & (step - 1)) + step
    }
}
