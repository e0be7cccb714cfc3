//! How the filter of each row is chosen.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bits of a row"
)]

use crate::Error;
use crate::error::filled;
use crate::filter::{Filter, Rows};
use crate::kernels::Kernels;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// The same filter for all rows.
    Fixed(Filter),
    /// The smallest sum of differences: for photographs.
    Sum,
    /// The fewest bits by the frequencies of bytes.
    Entropy,
    /// The fewest different pairs of bytes.
    Pairs,
}

impl Strategy {
    /// All, likely ones first.
    pub(crate) const ALL: [Self; 8] = [
        Self::Fixed(Filter::None),
        Self::Sum,
        Self::Fixed(Filter::Up),
        Self::Fixed(Filter::Sub),
        Self::Entropy,
        Self::Pairs,
        Self::Fixed(Filter::Paeth),
        Self::Fixed(Filter::Average),
    ];
}

/// Filters row after row.
pub(crate) struct Filters {
    kernels: Kernels,
    pixel: usize,
    /// The row filtered in each way.
    candidates: [Vec<u8>; 5],
}

impl Filters {
    /// - `row`: bytes of the longest row.
    /// - `pixel`: bytes of a pixel.
    pub(crate) fn new(row: usize, pixel: usize) -> Result<Self, Error> {
        Ok(Self {
            kernels: Kernels::detect(true),
            pixel,
            candidates: [
                filled(row)?,
                filled(row)?,
                filled(row)?,
                filled(row)?,
                filled(row)?,
            ],
        })
    }

    /// Appends filtered rows, each with its filter in front.
    ///
    /// - `rows`: whole rows of `stride` bytes.
    /// - `above`: the row in front of them, zeros for the first of an image.
    pub(crate) fn append(
        &mut self,
        rows: &[u8],
        stride: usize,
        above: &[u8],
        strategy: Strategy,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let count = rows.len() / stride.max(1);
        crate::error::grow(out, rows.len() + count)?;
        let mut above = above;
        for row in rows.chunks_exact(stride) {
            let pixel = self.pixel;
            self.append_row(Rows { row, above, pixel }, strategy, out);
            above = row;
        }
        Ok(())
    }

    fn append_row(&mut self, rows: Rows<'_>, strategy: Strategy, out: &mut Vec<u8>) {
        let length = rows.row.len();
        if let Strategy::Fixed(filter) = strategy {
            out.push(filter as u8);
            let start = out.len();
            out.resize(start + length, 0);
            (self.kernels.filter)(filter, rows, &mut out[start..]);
            return;
        }
        let mut best = (u64::MAX, 0);
        for (i, filter) in Filter::ALL.into_iter().enumerate() {
            let candidate = &mut self.candidates[i][..length];
            (self.kernels.filter)(filter, rows, candidate);
            let cost = match strategy {
                Strategy::Entropy => entropy(candidate),
                Strategy::Pairs => pairs(candidate),
                _ => (self.kernels.sum)(candidate),
            };
            if cost < best.0 {
                best = (cost, i);
            }
        }
        out.push(Filter::ALL[best.1] as u8);
        out.extend_from_slice(&self.candidates[best.1][..length]);
    }
}

/// Bits of bytes by their frequencies, in sixteenths.
fn entropy(bytes: &[u8]) -> u64 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let total = bytes.len() as f32;
    let counts = counts.iter().filter(|count| **count > 0);
    let bits = counts.map(|count| *count as f32 * (total / *count as f32).log2());
    (bits.sum::<f32>() * 16.0) as u64
}

/// Different pairs of neighbouring bytes.
fn pairs(bytes: &[u8]) -> u64 {
    let pairs = bytes
        .windows(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let mut seen = Box::new([0_u64; 1024]);
    for pair in pairs {
        seen[usize::from(pair >> 6)] |= 1 << (pair & 63);
    }
    seen.iter().map(|word| u64::from(word.count_ones())).sum()
}
