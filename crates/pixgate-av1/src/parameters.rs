//! What a quantiser means for steps, for the weight of bits and for the filters of the decoder.

use crate::header::{Filters, QUANTIZER_UNIT};
use crate::kernels::quantize::Quantizer;
use crate::picture::BitDepth;
use crate::range_coder::ONE_BIT;
use crate::tables::steps::{AC_STEP, DC_STEP};

/// Constants of a superblock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameters {
    pub(crate) dc_step: i32,
    pub(crate) ac_step: i32,
    pub(crate) bit_depth: u32,
    /// Squared error that one unit of [`Cost`](crate::range_coder::Cost) is worth.
    pub(crate) lambda: f32,
    /// Transformed difference that one unit of cost is worth.
    pub(crate) satd_lambda: f32,
    pub(crate) quantizer: Quantizer,
    /// How much the bits of levels weigh beside those of modes.
    pub(crate) level_weight: f32,
}

impl Parameters {
    /// - `quantizer`: 1 to 255.
    pub(crate) fn new(quantizer: u8, bit_depth: BitDepth) -> Self {
        let row = match bit_depth {
            BitDepth::Eight => 0,
            BitDepth::Ten => 1,
            BitDepth::Twelve => 2,
        };
        let dc_step = i32::from(DC_STEP[row][usize::from(quantizer)]);
        let ac_step = i32::from(AC_STEP[row][usize::from(quantizer)]);
        // Coefficients are 8 times those of an orthonormal transform.
        let step = f32::from(AC_STEP[row][usize::from(quantizer)]) / 8.0;
        #[expect(clippy::cast_precision_loss, reason = "256")]
        let one_bit = ONE_BIT as f32;
        Self {
            dc_step,
            ac_step,
            bit_depth: bit_depth.bits(),
            lambda: knob("LAM",LAMBDA) * step * step / one_bit,
            satd_lambda: knob("SL",SATD_LAMBDA) * step / one_bit,
            level_weight: knob("LW", 0.5),
            quantizer: Quantizer::new(dc_step, ac_step, knob("RD",ROUNDING_DC as f32) as i32, knob("RA",ROUNDING_AC as f32) as i32),
        }
    }
}

/// The quantiser of a superblock, in steps of [`QUANTIZER_UNIT`] from `base`: finer where little
/// happens, as errors are seen there first.
///
/// - `variances`: of the blocks of 8x8 of luma, of samples of 8 bits.
pub(crate) fn adapted(base: u8, bit_depth: BitDepth, variances: &mut [f32]) -> u8 {
    variances.sort_unstable_by(f32::total_cmp);
    let at = (variances.len() as f32 * knob("AQO", 0.6)) as usize;
    let Some(&variance) = variances.get(at.min(variances.len().saturating_sub(1))) else {
        return base;
    };
    let activity = (1.0 + variance).log2();
    let ratio = (1.0 + knob("AQ", 0.1) * (knob("AQR", 8.0) - activity)).clamp(knob("AQL", 0.7), knob("AQM", 3.0));
    let row = match bit_depth { BitDepth::Eight => 0, BitDepth::Ten => 1, BitDepth::Twelve => 2 };
    let wanted = f32::from(AC_STEP[row][usize::from(base)]) / ratio;
    let nearest = AC_STEP[row].iter().position(|&step| f32::from(step) >= wanted).unwrap_or(255) as i32;
    let delta = ((nearest - i32::from(base)) as f32 / QUANTIZER_UNIT as f32).round() as i32 * QUANTIZER_UNIT;
    (i32::from(base) + delta).clamp(1, 255) as u8
}

/// Strengths by the quantiser, as blocking and ringing grow with it.
pub(crate) fn filters(quantizer: u8) -> Filters {
    let level = ((f32::from(quantizer) * knob("DB", 0.07)) as u8).min(63);
    let chroma = ((f32::from(quantizer) * knob("DC", 0.04)) as u8).min(63);
    Filters {
        deblock: [level, level, chroma, chroma],
        cdef: [knob("C0",1.0) as u8,knob("C1",0.0) as u8,knob("C2",1.0) as u8,knob("C3",0.0) as u8],
        cdef_damping: knob("CD",3.0) as u8,
    }
}

const LAMBDA: f32 = 0.09;
const SATD_LAMBDA: f32 = 0.4;
/// How much of a step makes a level, in 1/128.
const ROUNDING_DC: i32 = 64;
const ROUNDING_AC: i32 = 64;
pub(crate) fn knob(name: &str, default: f32) -> f32 {
    #[allow(clippy::all, clippy::disallowed_methods, clippy::pedantic)]
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}
