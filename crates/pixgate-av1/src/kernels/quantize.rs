//! From coefficients to levels and back.

#[cfg(test)]
mod tests;

use super::{Kernels, Size};

/// Steps between levels, and where a level begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantizer {
    dc: Step,
    ac: Step,
}

/// The distance between two levels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    size: i32,
    reciprocal: f32,
    /// What is added to a quotient before it is rounded to the nearest: below zero for a dead zone.
    shift: f32,
}

impl Step {
    /// `rounding` in 1/128 is what is added to a quotient before its fraction is cut off: at most 64.
    #[expect(clippy::cast_precision_loss, reason = "steps have fifteen bits")]
    pub(super) fn new(size: i32, rounding: i32) -> Self {
        Self {
            size,
            reciprocal: 1.0 / size as f32,
            shift: rounding as f32 / 128.0 - 0.5,
        }
    }

    /// Twice as fine, as large blocks are.
    fn halved(self) -> Self {
        Self {
            reciprocal: 2.0 * self.reciprocal,
            ..self
        }
    }
}

/// How much coarser steps are in each place of a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weights<'a> {
    /// In 1/32, as matrices of streams have them.
    pub(crate) numerators: &'a [i32],
    /// The same.
    pub(crate) factors: &'a [f32],
    /// One by each of them.
    pub(crate) inverses: &'a [f32],
}

impl Weights<'static> {
    /// The same step everywhere.
    pub(crate) const FLAT: Self = Self {
        numerators: &[32; 1024],
        factors: &[1.0; 1024],
        inverses: &[1.0; 1024],
    };
}

impl Quantizer {
    /// - `dc_step`, `ac_step`: distances of levels, of the first coefficient and of the others.
    /// - `dc_rounding`, `ac_rounding`: what is added to a quotient before its fraction is cut off, in 1/128.
    pub(crate) fn new(dc_step: i32, ac_step: i32, dc_rounding: i32, ac_rounding: i32) -> Self {
        Self {
            dc: Step::new(dc_step, dc_rounding),
            ac: Step::new(ac_step, ac_rounding),
        }
    }

    /// Levels of a block, and the side of the smallest leading square that has all which are not zero.
    pub(crate) fn quantize(
        &self,
        coefficients: &[i32],
        size: impl Into<Size>,
        weights: Weights<'_>,
        levels: &mut [i32],
    ) -> usize {
        let size = size.into();
        let (dc, ac) = if size.is_large() {
            (self.dc.halved(), self.ac.halved())
        } else {
            (self.dc, self.ac)
        };
        let kernels = Kernels::detect();
        let quantize = match size.as_square() {
            Some(side) => kernels.quantize[side.of_transform()],
            None => kernels.quantize_oblong[size.as_half()],
        };
        quantize(coefficients, weights.inverses, dc, ac, levels)
    }

    /// Coefficients as decoders make them of the levels; those beyond `used` rows are zero.
    pub(crate) fn dequantize(
        &self,
        levels: &[i32],
        (size, used): (impl Into<Size>, usize),
        weights: Weights<'_>,
        bit_depth: u32,
        coefficients: &mut [i32],
    ) {
        let size = size.into();
        let (width, height) = (size.width.samples(), size.height.samples());
        let (used, all) = (used.min(height) * width, width * height);
        let limit = 1 << (7 + bit_depth);
        let shift = u32::from(size.is_large());
        let coefficients = &mut coefficients[..all];
        (Kernels::detect().scale)(
            &levels[..used],
            &weights.numerators[..used],
            self.ac.size,
            shift,
            limit,
            &mut coefficients[..used],
        );
        coefficients[used..].fill(0);
        if used > 0 {
            let step = weighted(self.dc.size, weights.numerators[0]);
            coefficients[0] = coefficient(levels[0], step, shift, limit);
        }
    }
}

/// What levels leave behind and how many they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tally {
    /// Sum of the squares of what `level * step` misses, in units of coefficients.
    pub(crate) error: f32,
    /// Levels that are not zero.
    pub(crate) nonzero: i32,
    /// Sum of the sizes of levels up to 15.
    pub(crate) sizes: i32,
}

/// Tallies up the levels of a block whose number of coefficients is a multiple of 8.
///
/// - `steps`: of the first and of the other coefficients.
pub(crate) fn tally(
    coefficients: &[i32],
    levels: &[i32],
    weights: Weights<'_>,
    steps: [f32; 2],
) -> Tally {
    let factors = weights.factors;
    let mut tally = (Kernels::detect().tally)(coefficients, levels, factors, steps[1]);
    if let (Some(&coefficient), Some(&level)) = (coefficients.first(), levels.first()) {
        let missed = |step: f32| missed(coefficient, level, step * factors[0]);
        tally.error += missed(steps[0]) - missed(steps[1]);
    }
    tally
}

#[inline(always)]
pub(super) fn tally_body(
    coefficients: &[i32],
    levels: &[i32],
    factors: &[f32],
    step: f32,
) -> Tally {
    let (mut errors, mut nonzero, mut sizes) = ([0.0; 8], [0; 8], [0; 8]);
    let coefficients = coefficients.as_chunks::<8>().0;
    let others = levels
        .as_chunks::<8>()
        .0
        .iter()
        .zip(factors.as_chunks::<8>().0);
    for (coefficients, (levels, factors)) in coefficients.iter().zip(others) {
        for x in 0..8 {
            errors[x] += missed(coefficients[x], levels[x], step * factors[x]);
            nonzero[x] += i32::from(levels[x] != 0);
            sizes[x] += levels[x].abs().min(15);
        }
    }
    Tally {
        error: errors.iter().sum(),
        nonzero: nonzero.iter().sum(),
        sizes: sizes.iter().sum(),
    }
}

#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn missed(coefficient: i32, level: i32, step: f32) -> f32 {
    let error = coefficient as f32 - level as f32 * step;
    error * error
}

#[inline(always)]
pub(super) fn quantize_body<const W: usize, const H: usize>(
    coefficients: &[i32],
    inverses: &[f32],
    dc: Step,
    ac: Step,
    levels: &mut [i32],
) -> usize {
    let inverses = inverses[..W * H].as_chunks::<W>().0;
    let rows = coefficients[..W * H].as_chunks::<W>().0;
    let levels = levels[..W * H].as_chunks_mut::<W>().0;
    // For each column the last row that is not zero, from one on.
    let mut last = [0; W];
    let others = levels.iter_mut().zip(inverses);
    for ((row, (levels, inverses)), below) in rows.iter().zip(others).zip(1..) {
        for x in 0..W {
            levels[x] = level(row[x], inverses[x], ac);
            last[x] = if levels[x] == 0 { last[x] } else { below };
        }
    }
    levels[0][0] = level(rows[0][0], inverses[0][0], dc);
    last[0] = last[0].max(i32::from(levels[0][0] != 0));
    let mut used = 0;
    for (value, right) in last.iter().zip(1..) {
        used = used.max(if *value == 0 { 0 } else { right.max(*value) });
    }
    usize::try_from(used).unwrap_or(W.max(H))
}

/// A real number whose last bit of the fraction counts ones.
const WHOLE: f32 = 12_582_912.0;

#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "at most twenty bits")]
fn level(coefficient: i32, inverse: f32, step: Step) -> i32 {
    let quotient = coefficient.abs() as f32 * (step.reciprocal * inverse) + step.shift;
    let size = (quotient + WHOLE).to_bits().wrapping_sub(WHOLE.to_bits());
    let sign = coefficient >> 31;
    (size.cast_signed() ^ sign) - sign
}

#[inline(always)]
pub(super) fn scale_body(
    levels: &[i32],
    numerators: &[i32],
    step: i32,
    shift: u32,
    limit: i32,
    coefficients: &mut [i32],
) {
    let others = levels.iter().zip(numerators);
    for (to, (&level, &numerator)) in coefficients.iter_mut().zip(others) {
        *to = coefficient(level, weighted(step, numerator), shift, limit);
    }
}

/// A step that is `numerator` / 32 as large.
#[inline(always)]
const fn weighted(step: i32, numerator: i32) -> i32 {
    (step * numerator + 16) >> 5
}

#[inline(always)]
fn coefficient(level: i32, step: i32, shift: u32, limit: i32) -> i32 {
    let sign = level >> 31;
    let size = (level.abs().wrapping_mul(step) & 0xff_ffff) >> shift;
    ((size ^ sign) - sign).max(-limit).min(limit - 1)
}
