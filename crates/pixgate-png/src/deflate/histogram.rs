//! How often symbols occur, and what that will cost.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bits are counted in whole numbers that are far below the limits"
)]

use super::step::Step;
use super::symbols::{DISTANCE_BITS, END, LENGTH_BITS, distance_symbol, length_symbol};

/// Counts of all symbols.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    pub(crate) literals: [u32; 288],
    pub(crate) distances: [u32; 32],
    /// Extra bits of lengths and distances.
    pub(crate) extra: u64,
}

impl Histogram {
    /// One end of block.
    pub(crate) const fn new() -> Self {
        let mut literals = [0; 288];
        literals[END] = 1;
        Self {
            literals,
            distances: [0; 32],
            extra: 0,
        }
    }

    /// Counts steps, whose first byte is the first of `data`; gives the number of bytes.
    pub(crate) fn add(&mut self, steps: &[Step], data: &[u8]) -> usize {
        let mut at = 0;
        for step in steps {
            let end = at + step.literals as usize;
            self.add_literals(data.get(at..end).unwrap_or_default());
            at = end + usize::from(step.length);
            if step.length > 0 {
                self.add_match(step.length, step.distance);
            }
        }
        at
    }

    /// Counts bytes as literals.
    pub(super) fn add_literals(&mut self, bytes: &[u8]) {
        if bytes.len() < 512 {
            for byte in bytes {
                self.literals[usize::from(*byte)] += 1;
            }
            return;
        }
        // Equal bytes in a row would wait for each other in one table.
        let mut tables = [[0_u32; 256]; 4];
        let (quads, rest) = bytes.as_chunks::<4>();
        for quad in quads {
            for (table, byte) in tables.iter_mut().zip(quad) {
                table[usize::from(*byte)] += 1;
            }
        }
        for byte in rest {
            tables[0][usize::from(*byte)] += 1;
        }
        for table in &tables {
            for (sum, count) in self.literals.iter_mut().zip(table) {
                *sum += count;
            }
        }
    }

    fn add_match(&mut self, length: u16, distance: u16) {
        let (length, distance) = (length_symbol(length), distance_symbol(distance));
        self.literals[END + 1 + length] += 1;
        self.distances[distance & 31] += 1;
        self.extra += u64::from(LENGTH_BITS[length] + DISTANCE_BITS[distance]);
    }

    /// Adds the counts of another.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (sum, count) in self.literals.iter_mut().zip(&other.literals) {
            *sum += count;
        }
        for (sum, count) in self.distances.iter_mut().zip(&other.distances) {
            *sum += count;
        }
        self.literals[END] = 1;
        self.extra += other.extra;
    }

    /// Half of all counts.
    pub(crate) fn fade(&mut self) {
        for count in self.literals.iter_mut().chain(&mut self.distances) {
            *count /= 2;
        }
    }

    /// Bits of a block by its entropy, its codes included.
    pub(crate) fn bits(&self) -> u64 {
        let (literals, used) = entropy(&self.literals);
        let (distances, used_distances) = entropy(&self.distances);
        // What a length in the header takes, as it comes out in practice.
        let header = 60.0 + 3.6 * (used + used_distances) as f32;
        (literals + distances + header) as u64 + self.extra
    }
}

/// Bits of all symbols by their entropy, and how many different ones there are.
fn entropy(counts: &[u32]) -> (f32, usize) {
    let total: u32 = counts.iter().sum();
    let mut sum = 0.0;
    let mut used = 0;
    for count in counts.iter().filter(|count| **count > 0) {
        let count = *count as f32;
        sum += count * count.log2();
        used += 1;
    }
    let total = total.max(1) as f32;
    (total * total.log2() - sum, used)
}

/// What a byte costs by the frequencies of all, in eighths of a bit.
pub(crate) fn literal_cost(data: &[u8]) -> u32 {
    let mut histogram = Histogram::new();
    histogram.add_literals(data);
    let (bits, _) = entropy(&histogram.literals);
    let each = 8.0 * bits / data.len().max(1) as f32;
    (each as u32).clamp(LEAST_LITERAL, 64)
}

/// Where nearly all is the same, what stands out costs more than the mean.
const LEAST_LITERAL: u32 = 20;
