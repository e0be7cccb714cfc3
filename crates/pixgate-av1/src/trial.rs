//! One way to code a transform block, and what it costs.

use crate::coefficients::{self, BlockContext, Levels};
use crate::kernels::difference::residual;
use crate::kernels::predict::Mode;
use crate::kernels::transform::{TransformKind, forward, inverse_add};
use crate::kernels::Side;
use crate::model::Model;
use crate::parameters::Parameters;
use crate::range_coder::Cost;
use crate::scan::scan;

/// Samples of the largest transform block.
const MOST: usize = 32 * 32;

/// Predicted samples and quantised coefficients of a block.
pub(crate) struct Trial {
    pub(crate) prediction: [u16; MOST],
    pub(crate) levels: [i32; MOST],
    /// One past the last nonzero level in the order of the scan.
    pub(crate) end: usize,
    /// Nonzero levels lie in the leading `used` rows and columns.
    used: usize,
    /// Squared error of samples.
    pub(crate) distortion: f32,
    /// In units of [`Cost`].
    pub(crate) rate: u32,
}

/// What a trial needs to know of its block.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a> {
    /// From the block's first sample on, rows `SOURCE_STRIDE` apart.
    pub(crate) source: &'a [u16],
    pub(crate) side: Side,
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
            end: 0,
            used: 0,
            distortion: 0.0,
            rate: 0,
        })
    }

    /// Transforms and quantises what the prediction lacks.
    ///
    /// - `mode`: of luma, which has to tell the kind of transform.
    pub(crate) fn code(
        &mut self,
        parameters: &Parameters,
        model: &mut Model,
        block: Block<'_>,
        kind: TransformKind,
        mode: Option<Mode>,
    ) {
        let side = block.side;
        let size = side.samples() * side.samples();
        let mut difference = [0; MOST];
        let mut coefficients = [0; MOST];
        residual(
            block.source,
            SOURCE_STRIDE,
            &self.prediction,
            side,
            &mut difference,
        );
        forward(&difference[..size], side, kind, &mut coefficients[..size]);
        self.used = parameters.quantizer.quantize(
            &coefficients[..size],
            side,
            &mut self.levels[..size],
        );
        self.end = end_of(&self.levels, side, self.used);
        self.distortion = distortion(
            &coefficients[..size],
            &self.levels[..size],
            parameters,
            side,
        );
        let mut cost = Cost::default();
        let transform = mode.map(|mode| (kind, mode));
        coefficients::code(
            &mut cost,
            model,
            &self.as_levels(side, block.is_chroma),
            block.context,
            transform,
        );
        self.rate = cost.0;
    }

    pub(crate) fn as_levels(&self, side: Side, is_chroma: bool) -> Levels<'_> {
        Levels {
            levels: &self.levels,
            end: self.end,
            side,
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
    pub(crate) fn reconstruct(
        &self,
        parameters: &Parameters,
        side: Side,
        kind: TransformKind,
        to: &mut [u16],
        stride: usize,
    ) {
        let n = side.samples();
        for (to, from) in to.chunks_mut(stride).zip(self.prediction.chunks_exact(n)).take(n) {
            to[..n].copy_from_slice(from);
        }
        if self.end > 0 {
            let mut coefficients = [0; MOST];
            let size = n * n;
            parameters.quantizer.dequantize(
                &self.levels[..size],
                self.used,
                side,
                parameters.bit_depth,
                &mut coefficients[..size],
            );
            inverse_add(
                &coefficients[..size],
                side,
                kind,
                self.used,
                to,
                stride,
                parameters.bit_depth,
            );
        }
    }
}

/// One past the last nonzero level in the order of the scan, all of them in the leading `used` rows
/// and columns.
fn end_of(levels: &[i32], side: Side, used: usize) -> usize {
    if used == 0 {
        return 0;
    }
    let scan = scan(side);
    let n = side.samples();
    // The diagonal through the far corner of what is used has no later one.
    let farthest = ((2 * used - 1) * (2 * used) / 2).min(n * n);
    scan[..farthest]
        .iter()
        .rposition(|&position| levels[position as usize] != 0)
        .map_or(0, |last| last + 1)
}

/// Squared error in samples: transforms keep it up to a factor.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn distortion(
    coefficients: &[i32],
    levels: &[i32],
    parameters: &Parameters,
    side: Side,
) -> f32 {
    let shift = u32::from(side >= Side::S32);
    let mut sum = 0.0;
    for (i, (&coefficient, &level)) in coefficients.iter().zip(levels).enumerate() {
        let step = if i == 0 {
            parameters.dc_step
        } else {
            parameters.ac_step
        };
        let error = coefficient - ((level * step) >> shift);
        sum += (error as f32) * (error as f32);
    }
    let scale = 8 >> shift;
    sum / (scale * scale) as f32
}
