//! What a quantiser means for steps, for the weight of bits and for the filters of the decoder.

use crate::header::Filters;
use crate::kernels::quantize::Quantizer;
use crate::picture::BitDepth;
use crate::range_coder::ONE_BIT;
use crate::tables::steps::{AC_STEP, DC_STEP};

/// Constants of a picture.
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
            level_weight: knob("LW", 0.6),
            quantizer: Quantizer::new(dc_step, ac_step, knob("RD",ROUNDING_DC as f32) as i32, knob("RA",ROUNDING_AC as f32) as i32),
        }
    }
}

/// Strengths by the quantiser, as blocking and ringing grow with it.
pub(crate) fn filters(quantizer: u8) -> Filters {
    let level = ((f32::from(quantizer) * knob("DB", 0.07)) as u8).min(63);
    let chroma = ((f32::from(quantizer) * knob("DC", 0.04)) as u8).min(63);
    Filters {
        deblock: [level, level, chroma, chroma],
        cdef: [knob("C0",0.0) as u8,knob("C1",0.0) as u8,knob("C2",0.0) as u8,knob("C3",0.0) as u8],
        cdef_damping: knob("CD",3.0) as u8,
    }
}

const LAMBDA: f32 = 0.1;
const SATD_LAMBDA: f32 = 0.4;
/// How much of a step makes a level, in 1/128.
const ROUNDING_DC: i32 = 64;
const ROUNDING_AC: i32 = 64;
pub(crate) fn knob(name: &str, default: f32) -> f32 {
    #[allow(clippy::all, clippy::disallowed_methods, clippy::pedantic)]
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}
