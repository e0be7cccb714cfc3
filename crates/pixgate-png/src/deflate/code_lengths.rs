//! Code lengths as they are written in front of a block (RFC 1951, section 3.2.7).

use super::bits::BitWriter;
use super::huffman;
use super::symbols::CODE_ORDER;

/// Lengths of both alphabets, run by run, and the code for them.
pub(crate) struct CodeLengths {
    literals: usize,
    distances: usize,
    /// Symbol and the value of its extra bits.
    runs: Vec<(u8, u8)>,
    lengths: [u8; 19],
    codes: [u16; 19],
    /// Lengths of the code itself that are written.
    ordered: usize,
}

impl CodeLengths {
    pub(crate) fn new(literals: &[u8; 288], distances: &[u8; 32]) -> Self {
        let used = |lengths: &[u8], least: usize, most: usize| {
            let lengths = &lengths[..most];
            let last = lengths.iter().rposition(|length| *length > 0);
            last.map_or(least, |last| (last + 1).max(least))
        };
        let (count, distance_count) = (used(literals, 257, 286), used(distances, 1, 30));
        let mut all = [0; 288 + 32];
        all[..count].copy_from_slice(&literals[..count]);
        let end = count + distance_count;
        all[count..end].copy_from_slice(&distances[..distance_count]);
        let runs = runs(&all[..end]);
        let mut counts = [0; 19];
        for (symbol, _) in &runs {
            counts[usize::from(*symbol)] += 1;
        }
        let (mut lengths, mut codes) = ([0; 19], [0; 19]);
        huffman::lengths(&counts, 7, &mut lengths);
        huffman::codes(&lengths, &mut codes);
        let last = CODE_ORDER
            .iter()
            .rposition(|symbol| lengths[usize::from(*symbol)] > 0);
        Self {
            literals: count,
            distances: distance_count,
            runs,
            lengths,
            codes,
            ordered: last.map_or(4, |last| (last + 1).max(4)),
        }
    }

    /// Bits that [`CodeLengths::write`] will write.
    pub(crate) fn bits(&self) -> u64 {
        let runs = self.runs.iter();
        let runs = runs
            .map(|(symbol, _)| u64::from(self.lengths[usize::from(*symbol)]) + extra_bits(*symbol));
        14 + 3 * self.ordered as u64 + runs.sum::<u64>()
    }

    pub(crate) fn write(&self, writer: &mut BitWriter<'_>) {
        let counts = (self.literals - 257) | (self.distances - 1) << 5 | (self.ordered - 4) << 10;
        writer.write(counts as u64, 14);
        for symbol in &CODE_ORDER[..self.ordered] {
            writer.write(u64::from(self.lengths[usize::from(*symbol)]), 3);
        }
        for (symbol, extra) in &self.runs {
            let at = usize::from(*symbol);
            writer.push(u64::from(self.codes[at]), u32::from(self.lengths[at]));
            let bits = u32::try_from(extra_bits(*symbol)).unwrap_or(0);
            writer.write(u64::from(*extra), bits);
        }
    }
}

const fn extra_bits(symbol: u8) -> u64 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}

/// Puts equal lengths together.
fn runs(lengths: &[u8]) -> Vec<(u8, u8)> {
    let mut runs = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let length = run[0];
        let mut left = run.len();
        if length == 0 {
            while left >= 3 {
                let now = left.min(138);
                let (symbol, base) = if now > 10 { (18, 11) } else { (17, 3) };
                runs.push((symbol, u8::try_from(now - base).unwrap_or(0)));
                left -= now;
            }
        } else {
            runs.push((length, 0));
            left -= 1;
            while left >= 3 {
                let now = left.min(6);
                runs.push((16, u8::try_from(now - 3).unwrap_or(0)));
                left -= now;
            }
        }
        runs.extend(std::iter::repeat_n((length, 0), left));
    }
    runs
}
