//! What a quantiser means for steps, for the weight of bits and for the filters of the decoder.
//!
//! The numbers are fitted on photographs: fewest bytes at equal SSIMULACRA2.

use crate::encode::drawing::Nature;
use crate::encode::header::{Filters, QUANTIZER_UNIT};
use crate::encode::matrices::{self, Matrices};
use crate::encode::range_coder::ONE_BIT;
use crate::encode::settings::Effort;
use crate::kernels::Size;
use crate::kernels::quantize::{Quantizer, Weights};
use crate::kernels::transform::TransformKind;
use crate::picture::BitDepth;
use crate::tables::steps::{AC_STEP, DC_STEP};

/// Constants of a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// 1 to 255.
    pub(crate) quantizer: u8,
    pub(crate) bit_depth: BitDepth,
    pub(crate) effort: Effort,
    pub(crate) nature: Nature,
}

/// Constants of a superblock.
#[derive(Clone, Copy)]
pub(crate) struct Parameters {
    /// Of luma and of chroma, as all arrays here: steps of the first and of the other coefficients.
    pub(crate) steps: [[i32; 2]; 2],
    pub(crate) bit_depth: u32,
    pub(crate) quantizers: [Quantizer; 2],
    pub(crate) matrices: [&'static Matrices; 2],
    /// Squared error that one unit of [`Cost`](crate::encode::range_coder::Cost) is worth.
    pub(crate) lambda: f32,
    /// The same where only levels are decided about.
    pub(crate) level_lambda: f32,
    /// Transformed difference that one unit of cost is worth.
    pub(crate) satd_lambda: f32,
    pub(crate) effort: Effort,
}

impl Parameters {
    /// - `quantizer`: of the superblock, 1 to 255.
    pub(crate) fn new(frame: &Frame, quantizer: u8) -> Self {
        let Frame {
            quantizer: base,
            bit_depth,
            effort,
            nature,
        } = *frame;
        let row = row_of(bit_depth);
        let delta = chroma_delta(base);
        let steps = [0, delta].map(|delta| {
            let index = (i32::from(quantizer) + delta).clamp(0, 255).unsigned_abs() as usize;
            [DC_STEP[row][index], AC_STEP[row][index]].map(i32::from)
        });
        // Coefficients are 8 times those of an orthonormal transform.
        let step = f32::from(AC_STEP[row][usize::from(quantizer)]) / 8.0;
        #[expect(clippy::cast_precision_loss, reason = "256")]
        let one_bit = ONE_BIT as f32;
        let lambda = LAMBDA * step * step / one_bit;
        let is_direct = effort == Effort::Quick && !nature.has_palettes;
        let [dc, ac] = if is_direct { DEAD_ZONE } else { [NEAREST; 2] };
        Self {
            steps,
            bit_depth: bit_depth.bits(),
            quantizers: steps.map(|step| Quantizer::new(step[0], step[1], dc, ac)),
            matrices: Matrices::of_levels(matrices::levels(base, nature.is_sharp)),
            lambda,
            level_lambda: lambda * LEVEL_WEIGHT,
            satd_lambda: SATD_LAMBDA * step / one_bit,
            effort,
        }
    }

    /// What a block is weighted with.
    pub(crate) fn weights(
        &self,
        plane_kind: usize,
        size: Size,
        kind: TransformKind,
    ) -> Weights<'static> {
        self.matrices[plane_kind].get(plane_kind, size, kind)
    }

    /// Steps of the first and of the other coefficients, in units of coefficients.
    #[expect(clippy::cast_precision_loss, reason = "at most 15 bits")]
    pub(crate) fn steps(&self, plane_kind: usize, size: Size) -> [f32; 2] {
        let scale = if size.is_large() { 0.5 } else { 1.0 };
        self.steps[plane_kind].map(|step| step as f32 * scale)
    }
}

/// The quantiser of a superblock, in steps of [`QUANTIZER_UNIT`] from `base`: finer where little
/// happens, as errors are seen there first.
///
/// - `variances`: of the blocks of 8x8 of luma, of samples of 8 bits; sorted here.
pub(crate) fn adapted(base: u8, bit_depth: BitDepth, variances: &mut [f32]) -> u8 {
    variances.sort_unstable_by(f32::total_cmp);
    let Some(&variance) = variances.get(variances.len() * 3 / 5) else {
        return base;
    };
    let activity = (1.0 + variance).log2();
    let ratio = 1.0 + FINER_PER_HALVING * (USUAL_ACTIVITY - activity);
    let ratio = ratio.clamp(COARSEST, FINEST);
    let steps = &AC_STEP[row_of(bit_depth)];
    let wanted = f32::from(steps[usize::from(base)]) / ratio;
    let nearest = steps.partition_point(|&step| f32::from(step) < wanted);
    let base = i32::from(base);
    let difference = i32::try_from(nearest).unwrap_or(255) - base;
    let units = (difference + (QUANTIZER_UNIT / 2) * difference.signum()) / QUANTIZER_UNIT;
    let adapted = base + units * QUANTIZER_UNIT;
    if (1..=255).contains(&adapted) {
        u8::try_from(adapted).unwrap_or(u8::MAX)
    } else {
        // Only multiples of the unit can be said.
        let adapted = base + (units - units.signum()) * QUANTIZER_UNIT;
        u8::try_from(adapted.clamp(1, 255)).unwrap_or(u8::MAX)
    }
}

const fn row_of(bit_depth: BitDepth) -> usize {
    match bit_depth {
        BitDepth::Eight => 0,
        BitDepth::Ten => 1,
        BitDepth::Twelve => 2,
    }
}

/// The quantiser of a frame that is asked to look as one with `quantizer` does: sharp ones have weaker
/// matrices and so coarser steps.
pub(crate) const fn frame_quantizer(quantizer: u8, nature: Nature) -> u8 {
    if nature.is_sharp {
        quantizer.saturating_add(quantizer / 11)
    } else {
        quantizer
    }
}

/// How much finer the quantiser of chroma is (`DeltaQUAc` and the like), at most zero.
pub(crate) fn chroma_delta(base: u8) -> i32 {
    -i32::from(base / 5)
}

/// Strengths by the quantiser, as blocking and ringing grow with it.
pub(crate) fn filters(quantizer: u8) -> Filters {
    let luma = u8::try_from(u32::from(quantizer) * 7 / 100).unwrap_or(0);
    let chroma = quantizer / 25;
    Filters {
        deblock: [luma, luma, chroma, chroma],
        cdef: [1, 0, 1, 0],
        cdef_damping: 3,
    }
}

/// Squared steps that a bit is worth.
const LAMBDA: f32 = 0.09;
/// Levels are kept at half the price, as the metric misses fine detail more than squares do.
const LEVEL_WEIGHT: f32 = 0.5;
/// Steps of transformed difference that a bit is worth.
const SATD_LAMBDA: f32 = 0.4;
/// Half a step, in 1/128.
const NEAREST: i32 = 64;
/// The same where nobody asks whether a level is worth its bits: of the first and of other coefficients.
const DEAD_ZONE: [i32; 2] = [60, 50];

/// How much finer steps become each time that the variance is halved.
const FINER_PER_HALVING: f32 = 0.1;
/// Binary logarithm of the variance whose steps stay as they are.
const USUAL_ACTIVITY: f32 = 8.0;
/// Bounds of the ratio between steps.
const COARSEST: f32 = 0.7;
const FINEST: f32 = 3.0;
