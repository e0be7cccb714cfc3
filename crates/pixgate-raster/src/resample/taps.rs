//! Weights in whole numbers, for the kernels of planes.

use super::Axis;
use super::coefficients::Weights;
use crate::resample::ResamplingFilter;
use crate::{Error, zeroed};

/// For each output of one axis: its first source sample, and weights of 14 bits that sum to one.
///
/// Edges are folded in: samples outside are the edge sample again. No weight is further from the
/// exact one than 2^-15, but for the largest of an output, which makes up for the others.
#[derive(Debug)]
pub(crate) struct Taps {
    first: Vec<u32>,
    weights: Vec<i16>,
    count: usize,
    used: usize,
    source: usize,
}

impl Taps {
    /// Computes the weights of all outputs over `source` samples.
    pub(crate) fn new(axis: Axis, source: u32) -> Result<Self, Error> {
        let exact = Weights::new(axis, source, axis.filter);
        let count = padded(exact.taps());
        let outputs = axis.length as usize;
        let mut taps = Self {
            first: zeroed(outputs)?,
            weights: zeroed(outputs.saturating_mul(count))?,
            count,
            used: exact.taps(),
            source: source as usize,
        };
        let mut values = zeroed::<f64>(exact.taps())?;
        let rows = taps.weights.chunks_exact_mut(count);
        for ((x, first), weights) in (0..axis.length).zip(&mut taps.first).zip(rows) {
            *first = exact.write(x, &mut values);
            round(&values, weights);
        }
        Ok(taps)
    }

    /// Whether an axis can be mapped so: made smaller, by no more than the kernels hold rows for.
    pub(crate) fn can_map(axis: Axis, source: u32) -> bool {
        let mixes = axis.filter != ResamplingFilter::Nearest;
        mixes && axis.factor >= 1.0 && axis.shrink == 1 && Self::most(axis, source) <= MAX_TAPS
    }

    /// Weights of an output, padding with them.
    pub(crate) fn most(axis: Axis, source: u32) -> usize {
        padded(Weights::new(axis, source, axis.filter).taps())
    }

    pub(crate) fn bytes(axis: Axis, source: u32) -> u64 {
        u64::from(axis.length) * (Self::most(axis, source) as u64 * 2 + 4)
    }

    /// First source sample and weights of an output; the last weights may be padding.
    #[inline(always)]
    pub(crate) fn get(&self, output: usize) -> (usize, &[i16]) {
        let start = output * self.count;
        let first = self.first.get(output).map_or(0, |first| *first as usize);
        let weights = self.weights.get(start..start + self.count);
        (first, weights.unwrap_or_default())
    }

    /// The first source sample behind those that an output is made of.
    #[inline(always)]
    pub(crate) fn end(&self, output: usize) -> usize {
        let (first, weights) = self.get(output);
        let used = weights.iter().rposition(|&weight| weight != 0);
        first + used.map_or(1, |at| at + 1)
    }

    /// First source samples and weights of all outputs.
    pub(crate) fn all(&self) -> (&[u32], &[i16]) {
        (&self.first, &self.weights)
    }

    /// Weights of each output, a multiple of [`STEP`].
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// Weights of each output without padding.
    pub(crate) const fn used(&self) -> usize {
        self.used
    }

    pub(crate) const fn outputs(&self) -> usize {
        self.first.len()
    }

    /// Length of a row that pixels of `channels` numbers are taken from, with room behind it that weights
    /// of nothing may reach.
    pub(crate) const fn middle_samples(&self, channels: usize) -> usize {
        (self.source + self.count) * channels + 8
    }

    /// Source samples.
    pub(crate) const fn source(&self) -> usize {
        self.source
    }
}

const fn padded(taps: usize) -> usize {
    taps.next_multiple_of(STEP)
}

/// Rounds weights so that they sum to one.
#[expect(clippy::cast_possible_truncation, reason = "weights are about 1")]
fn round(exact: &[f64], weights: &mut [i16]) {
    let one = f64::from(ONE);
    let mut rest = ONE;
    let mut largest = 0;
    for (index, exact) in exact.iter().enumerate() {
        let weight = (exact * one).round() as i16;
        rest -= i32::from(weight);
        weights[index] = weight;
        if weight > weights[largest] {
            largest = index;
        }
    }
    weights[largest] += rest as i16;
}

/// Weights come in groups of this many.
pub(crate) const STEP: usize = 16;

/// Most weights of an output.
pub(crate) const MAX_TAPS: usize = 64;

/// Bits of a weight behind the point.
pub(crate) const WEIGHT_BITS: u32 = 14;

/// Bits behind the point that 8-bit samples have between both passes.
pub(crate) const MIDDLE_BITS: u32 = 6;

/// White between both passes.
pub(crate) const MIDDLE_MOST: i16 = (u8::MAX as i16) << MIDDLE_BITS;

const ONE: i32 = 1 << WEIGHT_BITS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_near_and_sum_to_one() {
        for (source, length) in [
            (1020, 512),
            (680, 341),
            (7, 3),
            (1, 1),
            (510, 256),
            (2040, 1000),
        ] {
            let axis = Axis::resized(source, length);
            let taps = Taps::new(axis, source).unwrap();
            let exact = Weights::new(axis, source, ResamplingFilter::Lanczos3);
            let mut values = vec![0.0; exact.taps()];
            for x in 0..length {
                let first = exact.write(x, &mut values);
                let (start, weights) = taps.get(x as usize);
                assert_eq!(start, first as usize);
                let sum: i32 = weights.iter().map(|&w| i32::from(w)).sum();
                assert_eq!(sum, ONE);
                let largest = weights.iter().max();
                for (value, weight) in values.iter().zip(weights) {
                    let error = (value - f64::from(*weight) / f64::from(ONE)).abs();
                    let limit = if Some(weight) == largest { 32.0 } else { 1.0 };
                    assert!(error <= limit / 32768.0 + 1e-12, "{source} {length}");
                }
            }
        }
    }
}
