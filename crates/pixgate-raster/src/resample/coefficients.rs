//! Which source pixels make an output pixel, and with what weights.

use std::ops::Range;

use super::Axis;
use crate::resample::ResamplingFilter;
use crate::resample::kernel::KernelSteps;
use crate::{Error, ErrorKind};

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
        let exact = Weights::new(axis, source, filter);
        let mut values = crate::zeroed::<f64>(exact.taps())?;
        let (taps, count) = (exact.taps(), outputs.len());
        let mut coefficients = Self {
            first: reserved(count)?,
            weights: crate::zeroed(count.saturating_mul(taps))?,
            taps,
        };
        let rows = coefficients.weights.chunks_exact_mut(taps);
        for (x, weights) in outputs.zip(rows) {
            coefficients.first.push(exact.write(x, &mut values));
            for (weight, value) in weights.iter_mut().zip(&values) {
                *weight = rounded(*value);
            }
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

/// Weights of one axis in 64 bits, made output by output.
#[derive(Debug)]
pub(crate) struct Weights {
    axis: Axis,
    source: u32,
    scale: f64,
    radius: f64,
    taps: usize,
    kernel: KernelSteps,
}

impl Weights {
    pub(crate) fn new(axis: Axis, source: u32, filter: ResamplingFilter) -> Self {
        let scale = axis.factor.max(1.0);
        Self {
            axis,
            source,
            scale,
            radius: radius(axis, filter),
            taps: taps(axis, filter).min(source as usize),
            kernel: KernelSteps::new(filter, 1.0 / scale),
        }
    }

    /// Weights that an output has.
    pub(crate) const fn taps(&self) -> usize {
        self.taps
    }

    /// Writes the weights of output `x`, which sum to one, and says which source pixel the first
    /// one is for.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the source"
    )]
    pub(crate) fn write(&self, x: u32, weights: &mut [f64]) -> u32 {
        let centre = self.axis.centre(x);
        let low = (centre - self.radius).ceil() as i64;
        let high = (centre + self.radius).floor() as i64;
        let first = low.clamp(0, i64::from(self.source) - self.taps as i64);
        let last = i64::from(self.source) - 1;
        weights.fill(0.0);
        let mut sum = 0.0;
        let values = self.kernel.begin((low as f64 - centre) / self.scale);
        for (j, value) in (low..=high).zip(values) {
            let tap = (j.clamp(0, last) - first).clamp(0, self.taps as i64 - 1);
            weights[tap as usize] += value;
            sum += value;
        }
        weights.iter_mut().for_each(|weight| *weight /= sum);
        first as u32
    }
}

#[expect(clippy::cast_possible_truncation, reason = "weights are about 1")]
const fn rounded(weight: f64) -> f32 {
    weight as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_and_stay_inside() {
        for (source, length) in [(100, 33), (7, 3), (1, 1), (2, 1), (5, 9), (1, 4)] {
            let axis = Axis::resized(source, length);
            for filter in [
                ResamplingFilter::Linear,
                ResamplingFilter::CatmullRom,
                ResamplingFilter::Lanczos2,
                ResamplingFilter::Lanczos3,
            ] {
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
