//! Which source pixels make an output pixel, and with what weights.

use std::ops::Range;

use super::Axis;
use crate::{Error, ErrorKind, ResamplingFilter};

/// Weights of one axis, edges folded in: pixels outside are the edge pixel again.
#[derive(Debug)]
pub(crate) struct Coefficients {
    first: Vec<u32>,
    weights: Vec<f32>,
    taps: usize,
}

impl Coefficients {
    /// Computes the weights of `outputs` over `source` pixels.
    pub(crate) fn new(
        axis: Axis,
        source: u32,
        filter: ResamplingFilter,
        outputs: impl ExactSizeIterator<Item = u32>,
    ) -> Result<Self, Error> {
        let taps = taps(axis, filter).min(source as usize);
        let count = outputs.len();
        let mut coefficients = Self {
            first: reserved(count)?,
            weights: crate::zeroed(count.saturating_mul(taps))?,
            taps,
        };
        let rows = coefficients.weights.chunks_exact_mut(taps);
        for (x, weights) in outputs.zip(rows) {
            coefficients
                .first
                .push(fill(axis, source, filter, x, weights));
        }
        Ok(coefficients)
    }

    /// For each output: its first source pixel, and the weights from there on.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (usize, &[f32])> {
        let firsts = self.first.iter().map(|f| *f as usize);
        firsts.zip(self.weights.chunks_exact(self.taps))
    }
}

/// The outputs whose whole kernel lies inside the source.
pub(crate) fn interior(axis: Axis, source: u32, filter: ResamplingFilter) -> Range<u32> {
    let radius = radius(axis, filter);
    let inside = |x: u32| {
        let centre = axis.centre(x);
        centre - radius >= 0.0 && centre + radius <= f64::from(source) - 1.0
    };
    let first = (0..axis.length).find(|x| inside(*x)).unwrap_or(axis.length);
    let last = (first..axis.length).rev().find(|x| inside(*x));
    first..last.map_or(first, |x| x + 1)
}

/// The source pixels, at most `source`, that some outputs are made of.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the source"
)]
pub(crate) fn needed(axis: Axis, source: u32, outputs: &Range<u32>) -> Range<u32> {
    let radius = radius(axis, ResamplingFilter::Lanczos3);
    let end = f64::from(source);
    let first = (axis.centre(outputs.start) - radius)
        .floor()
        .clamp(0.0, end - 1.0);
    let last = (axis.centre(outputs.end.saturating_sub(1)) + radius).ceil();
    first as u32..(last + 1.0).clamp(first + 1.0, end) as u32
}

/// Most source pixels that [`needed`] gives for this many outputs.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
pub(crate) fn most_needed(axis: Axis, outputs: u32) -> u32 {
    let between = f64::from(outputs.saturating_sub(1)) * axis.factor;
    let ends = 2.0 * radius(axis, ResamplingFilter::Lanczos3);
    (between + ends + 3.0).ceil() as u32
}

/// Bytes of the weights of `outputs` pixels.
pub(crate) fn coefficient_bytes(axis: Axis, filter: ResamplingFilter, outputs: u32) -> u64 {
    u64::from(outputs).saturating_mul(taps(axis, filter) as u64 * 4 + 4)
}

fn radius(axis: Axis, filter: ResamplingFilter) -> f64 {
    filter.support() * axis.factor.max(1.0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate; the caller takes the minimum with the source's length"
)]
fn taps(axis: Axis, filter: ResamplingFilter) -> usize {
    (radius(axis, filter) * 2.0).floor() as usize + 1
}

fn reserved<T>(count: usize) -> Result<Vec<T>, Error> {
    let mut list = Vec::new();
    list.try_reserve_exact(count)
        .map_err(|_| ErrorKind::OutOfMemory {
            bytes: (count as u64).saturating_mul(size_of::<T>() as u64),
        })?;
    Ok(list)
}

/// Writes the weights of output `x` and says which source pixel the first one is for.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the source; weights are about 1"
)]
fn fill(axis: Axis, source: u32, filter: ResamplingFilter, x: u32, weights: &mut [f32]) -> u32 {
    let (centre, scale) = (axis.centre(x), axis.factor.max(1.0));
    let radius = filter.support() * scale;
    let low = (centre - radius).ceil() as i64;
    let high = (centre + radius).floor() as i64;
    let first = low.clamp(0, i64::from(source) - weights.len() as i64);
    let last = i64::from(source) - 1;
    let weight = |j: i64| filter.weight((j as f64 - centre) / scale);
    let sum: f64 = (low..=high).map(weight).sum();
    for j in low..=high {
        let tap = (j.clamp(0, last) - first).clamp(0, weights.len() as i64 - 1);
        weights[tap as usize] += (weight(j) / sum) as f32;
    }
    first as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_and_stay_inside() {
        for (source, length) in [(100, 33), (7, 3), (1, 1), (2, 1), (5, 9), (1, 4)] {
            let axis = Axis::resized(source, length);
            for filter in [ResamplingFilter::Lanczos3, ResamplingFilter::CatmullRom] {
                let all = Coefficients::new(axis, source, filter, 0..length).unwrap();
                for (first, weights) in all.iter() {
                    assert!(first + weights.len() <= source as usize);
                    assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn interior_reads_no_edge_twice() {
        let axis = Axis::resized(100, 30);
        let inner = interior(axis, 100, ResamplingFilter::Lanczos3);
        assert_eq!(inner, 3..27);
        assert!(interior(Axis::resized(6, 3), 6, ResamplingFilter::Lanczos3).is_empty());
    }
}
