//! Huffman codes for given frequencies, at most 16 bits long (T.81, annex K.2).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::standard::Codes;

/// A table for encoding: for each symbol its code and length, and the lists that DHT holds.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) counts: [u8; 16],
    pub(super) symbols: Vec<u8>,
    /// Code in the low bits, length above bit 16; zero if there is none.
    codes: Box<[u32; 256]>,
}

impl Code {
    pub(super) fn typical(codes: &Codes) -> Self {
        Self::new(codes.counts, codes.symbols.to_vec())
    }

    /// The best code for symbols that occur so often.
    pub(super) fn optimal(frequencies: &[u32; 256]) -> Self {
        let lengths = lengths(frequencies);
        let mut counts = [0u8; 16];
        let mut symbols = Vec::new();
        for (length, count) in (1..).zip(counts.iter_mut()) {
            let with = (0..=255u8).filter(|&symbol| lengths[usize::from(symbol)] == length);
            let before = symbols.len();
            symbols.extend(with);
            *count = u8::try_from(symbols.len() - before).unwrap_or(u8::MAX);
        }
        Self::new(counts, symbols)
    }

    fn new(counts: [u8; 16], symbols: Vec<u8>) -> Self {
        let mut codes = Box::new([0; 256]);
        let mut code = 0u32;
        let mut rest = symbols.iter();
        for (length, &count) in (1u32..).zip(&counts) {
            for &symbol in rest.by_ref().take(usize::from(count)) {
                codes[usize::from(symbol)] = code | length << 16;
                code += 1;
            }
            code <<= 1;
        }
        Self {
            counts,
            symbols,
            codes,
        }
    }

    /// Code and length of a symbol.
    #[inline(always)]
    pub(super) fn of(&self, symbol: u8) -> (u32, u32) {
        let entry = self.codes[usize::from(symbol)];
        (entry & 0xffff, entry >> 16)
    }
}

/// Length of each symbol's code, 0 for symbols that do not occur.
fn lengths(frequencies: &[u32; 256]) -> [u32; 256] {
    // A symbol that never occurs takes the code of all ones, which is not allowed.
    let reserved = (Reverse(0), RESERVED);
    let occurring = frequencies
        .iter()
        .enumerate()
        .filter(|&(_, &count)| count > 0);
    let mut trees: BinaryHeap<_> = occurring
        .map(|(symbol, &count)| (Reverse(u64::from(count)), symbol))
        .chain([reserved])
        .collect();
    // Leaves come first, then trees in the order they are joined: a parent is behind its children.
    let mut parents = [0; 2 * RESERVED + 2];
    let mut next = RESERVED + 1;
    while let (Some((Reverse(a), left)), Some((Reverse(b), right))) = (trees.pop(), trees.pop()) {
        (parents[left], parents[right]) = (next, next);
        trees.push((Reverse(a + b), next));
        next += 1;
    }
    let mut depths = [0u32; 2 * RESERVED + 2];
    for node in (0..next.saturating_sub(1))
        .rev()
        .filter(|&node| parents[node] > 0)
    {
        depths[node] = depths[parents[node]] + 1;
    }
    limited(&depths[..=RESERVED], frequencies)
}

/// Shortens the longest codes to 16 bits, and gives the shortest to the most frequent symbols.
fn limited(depths: &[u32], frequencies: &[u32; 256]) -> [u32; 256] {
    let mut counts = [0u32; 258];
    depths.iter().for_each(|&depth| counts[depth as usize] += 1);
    counts[0] = 0;
    for length in (17..counts.len()).rev() {
        while counts[length] > 0 {
            let shorter = (1..length - 1)
                .rev()
                .find(|&at| counts[at] > 0)
                .unwrap_or(1);
            counts[length] = counts[length].saturating_sub(2);
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
    // The reserved code is the longest.
    if let Some(longest) = counts.iter_mut().rev().find(|count| **count > 0) {
        *longest -= 1;
    }
    let mut order: Vec<usize> = (0..256).filter(|&symbol| frequencies[symbol] > 0).collect();
    order.sort_by_key(|&symbol| (depths[symbol], Reverse(frequencies[symbol])));
    let mut lengths = [0; 256];
    let mut rest = order.into_iter();
    for (length, &count) in (0u32..).zip(&counts) {
        for symbol in rest.by_ref().take(count as usize) {
            lengths[symbol] = length;
        }
    }
    lengths
}

/// A leaf that stands for no symbol.
const RESERVED: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::huffman::{Class, HuffmanTable};

    fn check(frequencies: &[u32; 256]) -> Code {
        let code = Code::optimal(frequencies);
        let kraft: f64 = (1..)
            .zip(code.counts)
            .map(|(l, n)| f64::from(n) / 2f64.powi(l))
            .sum();
        assert!(kraft < 1.0, "the code of all ones is left out");
        assert!(HuffmanTable::new(Class::Ac, &code.counts, &code.symbols).is_ok());
        for (symbol, &frequency) in (0..=255).zip(frequencies) {
            assert_eq!(frequency > 0, code.of(symbol).1 > 0);
        }
        code
    }

    #[test]
    fn frequent_symbols_have_short_codes() {
        let mut frequencies = [0; 256];
        (frequencies[7], frequencies[8], frequencies[9]) = (100, 10, 1);
        let code = check(&frequencies);
        assert_eq!([7, 8, 9].map(|symbol| code.of(symbol).1), [1, 2, 3]);
    }

    #[test]
    fn codes_are_at_most_16_bits_long() {
        let steep = |at: usize| u32::try_from(at).ok().and_then(|at| 1u32.checked_shl(at));
        check(&std::array::from_fn(|at| steep(at).unwrap_or(0)));
        check(&[1; 256]);
        check(&[0; 256]);
    }
}
