//! Prefix codes made from counts, and how their lengths are written.

use super::writer::BitWriter;
use crate::lossless::narrow::{count32, low8, low16};
use crate::lossless::prefix::{LENGTH_ORDER, MAX_LENGTH};

/// The best lengths of codes of at most `limit` bits; a symbol that is alone has one bit.
pub(crate) fn lengths(counts: &[u32], limit: u8) -> Vec<u8> {
    let mut leaves: Vec<(u32, u16)> = (0..)
        .zip(counts)
        .filter(|&(_, &count)| count > 0)
        .map(|(symbol, &count)| (count, symbol))
        .collect();
    let mut lengths = vec![0; counts.len()];
    if let [(_, symbol)] = leaves[..] {
        lengths[usize::from(symbol)] = 1;
    }
    if leaves.len() < 2 {
        return lengths;
    }
    leaves.sort_unstable();
    let mut least = 1;
    loop {
        let depths = depths(leaves.iter().map(|&(count, _)| count.max(least)));
        if depths.iter().all(|&depth| depth <= u32::from(limit)) {
            for (&(_, symbol), &depth) in leaves.iter().zip(&depths) {
                lengths[usize::from(symbol)] = low8(depth);
            }
            return lengths;
        }
        // Rare symbols are taken for less rare until the longest code is short enough.
        least *= 2;
    }
}

/// Depths of leaves of Huffman's tree.
///
/// - `counts`: from the smallest to the largest, at least two.
fn depths(counts: impl ExactSizeIterator<Item = u32>) -> Vec<u32> {
    let count = counts.len();
    let mut weights: Vec<u64> = counts.map(u64::from).collect();
    let mut parents = vec![0; 2 * count - 1];
    // Leaves and inner nodes are two queues, each in order of weight.
    let (mut leaf, mut node) = (0, count);
    for next in count..2 * count - 1 {
        let mut sum = 0;
        for _ in 0..2 {
            let takes_leaf = leaf < count && (node >= next || weights[leaf] <= weights[node]);
            let taken = if takes_leaf { &mut leaf } else { &mut node };
            sum += weights[*taken];
            parents[*taken] = next;
            *taken += 1;
        }
        weights.push(sum);
    }
    let mut depths = vec![0; 2 * count - 1];
    for at in (0..2 * count - 2).rev() {
        depths[at] = depths[parents[at]] + 1;
    }
    depths.truncate(count);
    depths
}

/// Codes and their lengths, as they are written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Codes {
    pub(crate) lengths: Vec<u8>,
    codes: Vec<u16>,
}

impl Codes {
    /// - `lengths`: of a full code; a code of one symbol takes no bits.
    pub(crate) fn new(mut lengths: Vec<u8>) -> Self {
        if lengths.iter().filter(|&&length| length > 0).count() == 1 {
            lengths.fill(0);
        }
        let mut next = [0_u32; MAX_LENGTH + 2];
        for &length in lengths.iter().filter(|&&length| length > 0) {
            next[usize::from(length) + 1] += 1;
        }
        for length in 1..=MAX_LENGTH {
            next[length + 1] = (next[length + 1] + next[length]) << 1;
        }
        // `next[n]` is now the first code of n bits.
        let codes = lengths.iter().map(|&length| {
            if length == 0 {
                return 0;
            }
            let code = &mut next[usize::from(length)];
            let reversed = code.reverse_bits() >> (32 - u32::from(length));
            *code += 1;
            low16(reversed)
        });
        let codes = codes.collect();
        Self { lengths, codes }
    }

    /// Writes a symbol.
    #[inline(always)]
    pub(crate) fn put(&self, writer: &mut BitWriter, symbol: usize) {
        writer.put(
            u32::from(self.codes[symbol]),
            u32::from(self.lengths[symbol]),
        );
    }
}

/// Chooses a code for these counts, writes it, and gives it.
pub(crate) fn write(writer: &mut BitWriter, counts: &[u32]) -> Codes {
    let lengths = best_lengths(counts);
    write_lengths(writer, &lengths);
    Codes::new(lengths)
}

/// Lengths for which the code itself and all symbols take the fewest bits.
pub(crate) fn best_lengths(counts: &[u32]) -> Vec<u8> {
    let exact = lengths(counts, low8(count32(MAX_LENGTH)));
    if counts.iter().filter(|&&count| count > 0).count() <= 2 {
        return exact;
    }
    let mut best = (total_bits(counts, &exact), exact);
    for slack in [1, 2] {
        let even = lengths(&evened(counts, slack), low8(count32(MAX_LENGTH)));
        let bits = total_bits(counts, &even);
        if bits < best.0 {
            best = (bits, even);
        }
    }
    best.1
}

/// Bits of a code and of all symbols by it.
fn total_bits(counts: &[u32], lengths: &[u8]) -> usize {
    let symbols: usize = counts
        .iter()
        .zip(lengths)
        .map(|(&count, &length)| count as usize * usize::from(length))
        .sum();
    let mut writer = BitWriter::default();
    write_lengths(&mut writer, lengths);
    symbols + writer.len()
}

/// Makes runs of counts that differ little all the same, so that lengths repeat.
fn evened(counts: &[u32], slack: u32) -> Vec<u32> {
    let mut evened = counts.to_vec();
    let mut start = 0;
    while start < counts.len() {
        let (mut low, mut high, mut sum) = (u32::MAX, 0, 0);
        let mut end = start;
        while let Some(&count) = counts.get(end) {
            let (lower, higher) = (low.min(count), high.max(count));
            let is_even = lower > 0 && higher - lower <= slack + (lower * slack) / 4;
            if !is_even && end > start && higher != 0 {
                break;
            }
            (low, high) = (lower, higher);
            sum += u64::from(count);
            end += 1;
        }
        let length = end - start;
        if length >= 4 && sum > 0 {
            let mean = sum.div_ceil(length as u64);
            evened[start..end].fill(u32::try_from(mean).unwrap_or(u32::MAX));
        }
        start = end;
    }
    evened
}

/// Writes lengths of codes.
fn write_lengths(writer: &mut BitWriter, lengths: &[u8]) {
    let mut used = (0..).zip(lengths).filter(|&(_, &length)| length > 0);
    let first = used.next().map_or(0, |(symbol, _)| symbol);
    let second = used.next().map(|(symbol, _)| symbol);
    if used.next().is_none() && first < 256 && second.unwrap_or(0) < 256 {
        return write_simple(writer, first, second);
    }
    let mut tokens = run_lengths(lengths);
    let mut counts = [0; LENGTH_ORDER.len()];
    for &(symbol, _) in &tokens {
        counts[usize::from(symbol)] += 1;
    }
    let meta = self::lengths(&counts, 7);
    let whole = tokens.len();
    let last = tokens
        .iter()
        .rposition(|&(symbol, _)| !matches!(symbol, 0 | 17 | 18));
    let kept = last.map_or(whole, |last| last + 1).max(2);
    let codes = Codes::new(meta.clone());
    let saved: u32 = tokens[kept.min(whole)..]
        .iter()
        .map(|&token| bits_of(&codes, token))
        .sum();
    let pairs = (count32(kept - 2).max(1).ilog2()) / 2 + 1;
    let is_cut = saved > 3 + 2 * pairs;

    writer.put(0, 1);
    write_meta(writer, &meta);
    writer.put(u32::from(is_cut), 1);
    if is_cut {
        writer.put(pairs - 1, 3);
        writer.put(count32(kept - 2), 2 * pairs);
        tokens.truncate(kept);
    }
    for (symbol, extra) in tokens {
        codes.put(writer, usize::from(symbol));
        writer.put(extra, extra_bits(symbol));
    }
}

fn bits_of(codes: &Codes, (symbol, _): (u8, u32)) -> u32 {
    u32::from(codes.lengths[usize::from(symbol)]) + extra_bits(symbol)
}

const fn extra_bits(symbol: u8) -> u32 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}

fn write_simple(writer: &mut BitWriter, first: u32, second: Option<u32>) {
    writer.put(1, 1);
    writer.put(u32::from(second.is_some()), 1);
    let is_long = first > 1;
    writer.put(u32::from(is_long), 1);
    writer.put(first, if is_long { 8 } else { 1 });
    if let Some(second) = second {
        writer.put(second, 8);
    }
}

fn write_meta(writer: &mut BitWriter, meta: &[u8]) {
    let stored = LENGTH_ORDER.iter().rposition(|&symbol| meta[symbol] > 0);
    let stored = (stored.unwrap_or(0) + 1).max(4);
    writer.put(count32(stored - 4), 4);
    for &symbol in &LENGTH_ORDER[..stored] {
        writer.put(u32::from(meta[symbol]), 3);
    }
}

/// Lengths with runs put together: symbols, and what their further bits hold.
fn run_lengths(lengths: &[u8]) -> Vec<(u8, u32)> {
    let mut tokens = Vec::with_capacity(lengths.len());
    let mut previous = 8;
    for run in lengths.chunk_by(|a, b| a == b) {
        let (length, mut left) = (run[0], run.len());
        if length != 0 && length != previous {
            tokens.push((length, 0));
            left -= 1;
            previous = length;
        }
        while left > 0 {
            let taken = match (length, left) {
                (0, 11..) => put_run(&mut tokens, 18, left.min(138), 11),
                (0, 3..) => put_run(&mut tokens, 17, left.min(10), 3),
                (1.., 3..) => put_run(&mut tokens, 16, left.min(6), 3),
                _ => {
                    tokens.push((length, 0));
                    1
                }
            };
            left -= taken;
        }
    }
    tokens
}

fn put_run(tokens: &mut Vec<(u8, u32)>, symbol: u8, taken: usize, least: usize) -> usize {
    tokens.push((symbol, count32(taken - least)));
    taken
}
