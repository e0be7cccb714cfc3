//! One way to code a transform block, and what it costs.

use crate::encode::coefficients::{self, BlockContext, Levels};
use crate::encode::model::Model;
use crate::encode::optimize::{Task, farthest};
use crate::encode::parameters::Parameters;
use crate::encode::range_coder::{Cost, ONE_BIT};
use crate::kernels::difference::residual;
use crate::kernels::predict::Mode;
use crate::kernels::quantize::tally;
use crate::kernels::transform::{TransformKind, forward, inverse_add};
use crate::kernels::{Side, Size};
use crate::scan::scan;

/// What a level costs beside one bit for each unit of its size, roughly.
const BITS_PER_LEVEL: f32 = 3.6;

/// Samples of the largest transform block.
const MOST: usize = 32 * 32;

/// Predicted samples and quantised coefficients of a block.
pub(crate) struct Trial {
    pub(crate) prediction: [u16; MOST],
    pub(crate) levels: [i32; MOST],
    /// What the prediction lacks, and its transform.
    difference: [i16; MOST],
    coefficients: [i32; MOST],
    /// One past the last nonzero level in the order of the scan.
    pub(crate) eob: usize,
    /// Nonzero levels lie in the leading `used` rows and columns.
    used: usize,
    /// Plane kind, size and transform.
    made_by: (usize, Size, TransformKind),
    /// Squared error of samples.
    pub(crate) distortion: f32,
    /// In units of [`Cost`].
    pub(crate) rate: u32,
}

/// What a trial needs to know of its block.
#[derive(Clone, Copy)]
pub(crate) struct TrialBlock<'a> {
    /// From the block's first sample on, rows `SOURCE_STRIDE` apart.
    pub(crate) source: &'a [u16],
    pub(crate) size: Size,
    pub(crate) is_chroma: bool,
    pub(crate) context: BlockContext,
}

/// Samples between rows of sources.
pub(crate) const SOURCE_STRIDE: usize = 64;

impl Trial {
    pub(crate) fn new() -> Box<Self> {
        Box::new(Self {
            prediction: [0; MOST],
            levels: [0; MOST],
            difference: [0; MOST],
            coefficients: [0; MOST],
            eob: 0,
            used: 0,
            made_by: (0, Size::square(Side::S4), TransformKind::DctDct),
            distortion: 0.0,
            rate: 0,
        })
    }

    /// Does [`transform`](Self::transform) and gives an estimate of what it costs.
    pub(crate) fn estimate(
        &mut self,
        parameters: &Parameters,
        block: TrialBlock<'_>,
        kind: TransformKind,
    ) -> f32 {
        self.transform(parameters, block, kind);
        let (size, area) = (block.size, block.size.area());
        let plane_kind = usize::from(block.is_chroma);
        let weights = parameters.weights(plane_kind, size, kind);
        let steps = parameters.steps(plane_kind, size);
        let tally = tally(
            &self.coefficients[..area],
            &self.levels[..area],
            weights,
            steps,
        );
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let bits = tally.nonzero as f32 * BITS_PER_LEVEL + tally.sizes as f32;
        tally.error / scale(size) + parameters.lambda * ONE_BIT as f32 * bits
    }

    /// Transforms what the prediction lacks and rounds it to levels.
    pub(crate) fn transform(
        &mut self,
        parameters: &Parameters,
        block: TrialBlock<'_>,
        kind: TransformKind,
    ) {
        let (size, area) = (block.size, block.size.area());
        let difference = &mut self.difference[..area];
        let coefficients = &mut self.coefficients[..area];
        residual(
            block.source,
            SOURCE_STRIDE,
            &self.prediction,
            size,
            difference,
        );
        forward(difference, size, kind, coefficients);
        let levels = &mut self.levels[..area];
        let plane_kind = usize::from(block.is_chroma);
        let weights = parameters.weights(plane_kind, size, kind);
        let quantizer = &parameters.quantizers[plane_kind];
        self.made_by = (plane_kind, size, kind);
        self.used = quantizer.quantize(coefficients, size, weights, levels);
    }

    /// Decides about the levels of [`transform`](Self::transform) and counts what they cost.
    ///
    /// - `mode`: of luma, which has to tell the kind of transform.
    pub(crate) fn refine(
        &mut self,
        parameters: &Parameters,
        model: &mut Model,
        block: TrialBlock<'_>,
        kind: TransformKind,
        mode: Option<Mode>,
    ) {
        let (size, area) = (block.size, block.size.area());
        let kind_cost = mode.map_or(0, |mode| {
            let mut cost = Cost::default();
            coefficients::code_kind(&mut cost, model, size, kind, mode);
            cost.0
        });
        let coefficients = &self.coefficients[..area];
        let plane_kind = usize::from(block.is_chroma);
        let outcome = Task {
            model: &model.coefficients,
            coefficients,
            levels: &mut self.levels[..area],
            used: self.used,
            size,
            is_chroma: block.is_chroma,
            context: block.context,
            steps: parameters.steps(plane_kind, size),
            factors: parameters.weights(plane_kind, size, kind).factors,
            lambda: parameters.level_lambda * scale(size),
            kind_cost,
        }
        .run();
        self.used = outcome.used;
        self.eob = outcome.eob;
        self.rate = outcome.rate;
        self.distortion = (energy(coefficients) + outcome.gain) / scale(size);
    }

    /// Takes the levels of [`transform`](Self::transform) as they are, and counts nothing.
    pub(crate) fn find_end(&mut self, size: Size) {
        let scan = &scan(size)[..farthest(self.used, size.area())];
        let last = scan
            .iter()
            .rposition(|&position| self.levels[usize::from(position)] != 0);
        self.eob = last.map_or(0, |last| last + 1);
        self.rate = 0;
        self.distortion = 0.0;
    }

    pub(crate) fn as_levels(&self, size: Size, is_chroma: bool) -> Levels<'_> {
        Levels {
            levels: &self.levels,
            eob: self.eob,
            size,
            is_chroma,
        }
    }

    /// Squared error and bits in one number.
    pub(crate) fn cost(&self, parameters: &Parameters) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let rate = self.rate as f32;
        self.distortion + parameters.lambda * rate
    }

    /// Writes what a decoder will see.
    pub(crate) fn reconstruct(&mut self, parameters: &Parameters, to: &mut [u16], stride: usize) {
        let (plane_kind, size, kind) = self.made_by;
        let n = size.width.samples();
        for (to, from) in to
            .chunks_mut(stride)
            .zip(self.prediction.chunks_exact(n))
            .take(size.height.samples())
        {
            to[..n].copy_from_slice(from);
        }
        if self.eob > 0 {
            let area = size.area();
            let coefficients = &mut self.coefficients[..area];
            parameters.quantizers[plane_kind].dequantize(
                &self.levels[..area],
                (size, self.used),
                parameters.weights(plane_kind, size, kind),
                parameters.bit_depth,
                coefficients,
            );
            inverse_add(
                coefficients,
                size,
                kind,
                self.used,
                to,
                stride,
                parameters.bit_depth,
            );
        }
    }
}

/// Coefficients are 8 times, those from 32x16 on 4 times, those of an orthonormal transform; squared.
fn scale(size: Size) -> f32 {
    if size.is_large() { 16.0 } else { 64.0 }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn energy(coefficients: &[i32]) -> f32 {
    let mut sums = [0.0; 8];
    for chunk in coefficients.chunks_exact(8) {
        for (sum, &coefficient) in sums.iter_mut().zip(chunk) {
            *sum += (coefficient as f32) * (coefficient as f32);
        }
    }
    sums.iter().sum()
}
