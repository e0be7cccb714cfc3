//! Quantisation of four blocks side by side.

use super::Coefficients;
use super::lanes::Lanes;

/// How coefficients of one kind of block are quantised, by place in the rows of four blocks.
#[derive(Clone, Debug)]
pub(crate) struct Quantizer {
    /// Size of a level.
    pub(crate) step: Coefficients,
    /// 65,536 through the step, without a sign.
    reciprocal: Coefficients,
    /// What is added before levels are cut to whole numbers.
    bias: Coefficients,
}

impl Quantizer {
    /// - `dc`, `ac`: steps of 4 to 284 and more, and how much of one rounds up, in 256ths.
    pub(crate) fn new(dc: (u16, u16), ac: (u16, u16)) -> Self {
        let of = |f: &dyn Fn((u16, u16)) -> u32| -> Coefficients {
            std::array::from_fn(|y| {
                std::array::from_fn(|x| {
                    let value = f(if y == 0 && x % 4 == 0 { dc } else { ac });
                    u16::try_from(value).unwrap_or(u16::MAX).cast_signed()
                })
            })
        };
        Self {
            step: of(&|(step, _)| u32::from(step)),
            reciprocal: of(&|(step, _)| (65_536 + u32::from(step) / 2) / u32::from(step)),
            bias: of(&|(step, bias)| (u32::from(step) * u32::from(bias) + 128) >> 8),
        }
    }
}

/// Levels of four blocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels {
    /// In the order in which they are coded.
    pub(crate) blocks: [[i16; 16]; 4],
    /// Which of them are not zero: a bit for each place.
    pub(crate) used: [u16; 4],
}

/// Quantises, and says what decoders make of it.
#[inline(always)]
pub(super) fn quantize_body<L: Lanes>(
    coefficients: &Coefficients,
    quantizer: &Quantizer,
    levels: &mut Levels,
    decoded: &mut Coefficients,
) {
    let [a, b, c, d] = decoded;
    let rows = [
        quantize_row::<L>(coefficients, quantizer, 0, a),
        quantize_row::<L>(coefficients, quantizer, 1, b),
        quantize_row::<L>(coefficients, quantizer, 2, c),
        quantize_row::<L>(coefficients, quantizer, 3, d),
    ];
    levels.used = L::zigzag(rows, &mut levels.blocks);
}

#[inline(always)]
fn quantize_row<L: Lanes>(
    coefficients: &Coefficients,
    quantizer: &Quantizer,
    y: usize,
    decoded: &mut [i16; 16],
) -> L {
    let value = L::load(&coefficients[y]);
    let level = value
        .abs()
        .plus(L::load(&quantizer.bias[y]))
        .high_product_unsigned(L::load(&quantizer.reciprocal[y]))
        .min(L::splat(MOST))
        .with_sign_of(value);
    level.product(L::load(&quantizer.step[y])).store(decoded);
    level
}

/// The largest level that is written; the format has room for a few more.
pub(crate) const MOST: i16 = 2047;
