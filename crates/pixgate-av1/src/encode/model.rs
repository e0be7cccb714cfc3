//! Probabilities of symbols and how they adapt.

use crate::encode::cdf::Cdf;
use crate::tables::{coefficients, modes, oblong, tools};

/// Probabilities of a tile that are only those of coefficients, named as the symbols of the
/// specification (section 5.11.39).
#[derive(Clone, Debug)]
pub(crate) struct CoefficientModel {
    /// Class of the end of the block, by plane kind: 0 luma, 1 chroma.
    pub(crate) eob_pt_16: [Cdf<5>; 2],
    pub(crate) eob_pt_32: [Cdf<6>; 2],
    pub(crate) eob_pt_64: [Cdf<7>; 2],
    pub(crate) eob_pt_128: [Cdf<8>; 2],
    pub(crate) eob_pt_256: [Cdf<9>; 2],
    pub(crate) eob_pt_512: [Cdf<10>; 2],
    pub(crate) eob_pt_1024: [Cdf<11>; 2],
    /// First bit of the end below its class, by class of the size, plane kind and class.
    pub(crate) eob_extra: [[[Cdf<2>; 11]; 2]; 4],
    /// By class of the size, plane kind and context, as all below.
    pub(crate) coeff_base_eob: [[[Cdf<3>; 4]; 2]; 4],
    pub(crate) coeff_base: [[[Cdf<4>; 26]; 2]; 4],
    pub(crate) coeff_br: [[[Cdf<4>; 21]; 2]; 4],
    /// By class of the size and context.
    pub(crate) all_zero: [[Cdf<2>; 13]; 4],
    /// By plane kind and context.
    pub(crate) dc_sign: [[Cdf<2>; 3]; 2],
}

/// All probabilities of a tile.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// By context.
    pub(crate) partition_8: [Cdf<4>; 4],
    /// By side (16, 32, 64) and context.
    pub(crate) partition: [[Cdf<10>; 4]; 3],
    /// By the kinds of the modes above and on the left.
    pub(crate) luma_mode: [[Cdf<13>; 5]; 5],
    /// By the mode of luma, as the next.
    pub(crate) chroma_mode: [Cdf<13>; 13],
    pub(crate) chroma_mode_or_cfl: [Cdf<14>; 13],
    /// By directional mode.
    pub(crate) angle_delta: [Cdf<7>; 8],
    pub(crate) cfl_signs: Cdf<8>,
    /// By context.
    pub(crate) cfl_factor: [Cdf<16>; 6],
    /// By the shorter side (4, 8) and mode of luma.
    pub(crate) transform_7: [[Cdf<7>; 13]; 2],
    /// By the mode of luma.
    pub(crate) transform_5: [Cdf<5>; 13],
    /// By context.
    pub(crate) skip: [Cdf<2>; 3],
    /// Units between the quantisers of superblocks, up to 3.
    pub(crate) quantizer_delta: Cdf<4>,
    pub(crate) palettes: PaletteModel,
    pub(crate) coefficients: CoefficientModel,
}

/// Probabilities of palettes.
#[derive(Clone, Debug)]
pub(crate) struct PaletteModel {
    /// By size of the block and context.
    pub(crate) has_luma: [[Cdf<2>; 3]; 7],
    /// By whether luma has one.
    pub(crate) has_chroma: [Cdf<2>; 2],
    /// By plane kind and size of the block.
    pub(crate) size: [[Cdf<7>; 7]; 2],
    /// Of colours out of 2 to 8, by plane kind and context.
    pub(crate) index_2: [[Cdf<2>; 5]; 2],
    pub(crate) index_3: [[Cdf<3>; 5]; 2],
    pub(crate) index_4: [[Cdf<4>; 5]; 2],
    pub(crate) index_5: [[Cdf<5>; 5]; 2],
    pub(crate) index_6: [[Cdf<6>; 5]; 2],
    pub(crate) index_7: [[Cdf<7>; 5]; 2],
    pub(crate) index_8: [[Cdf<8>; 5]; 2],
}

impl Model {
    /// The probabilities at the start of a tile.
    pub(crate) fn new(quantizer: u8) -> Self {
        Self {
            partition_8: one(&modes::PARTITION_8),
            partition: two(&modes::PARTITION),
            luma_mode: two(&modes::LUMA_MODE),
            chroma_mode: one(&modes::CHROMA_MODE),
            chroma_mode_or_cfl: one(&modes::CHROMA_MODE_OR_CFL),
            angle_delta: one(&modes::ANGLE_DELTA),
            cfl_signs: Cdf::new(&modes::CFL_SIGNS),
            cfl_factor: one(&modes::CFL_FACTOR),
            transform_7: two(&modes::TRANSFORM_7),
            transform_5: one(&modes::TRANSFORM_5),
            skip: one(&modes::SKIP),
            quantizer_delta: Cdf::new(&modes::QUANTIZER_DELTA),
            palettes: PaletteModel::new(),
            coefficients: CoefficientModel::new(quantizer),
        }
    }
}

impl PaletteModel {
    fn new() -> Self {
        Self {
            has_luma: two(&tools::HAS_PALETTE_LUMA),
            has_chroma: one(&tools::HAS_PALETTE_CHROMA),
            size: [
                one(&tools::PALETTE_SIZE_LUMA),
                one(&tools::PALETTE_SIZE_CHROMA),
            ],
            index_2: two(&tools::COLOR_INDEX_2),
            index_3: two(&tools::COLOR_INDEX_3),
            index_4: two(&tools::COLOR_INDEX_4),
            index_5: two(&tools::COLOR_INDEX_5),
            index_6: two(&tools::COLOR_INDEX_6),
            index_7: two(&tools::COLOR_INDEX_7),
            index_8: two(&tools::COLOR_INDEX_8),
        }
    }
}

impl CoefficientModel {
    /// The set of tables goes by the quantiser.
    fn new(quantizer: u8) -> Self {
        let set = coefficients::set_of(quantizer);
        Self {
            eob_pt_16: one(&coefficients::EOB_PT_16[set]),
            eob_pt_32: oblong::EOB_PT_32[set].map(|kind| Cdf::new(&kind[0])),
            eob_pt_64: one(&coefficients::EOB_PT_64[set]),
            eob_pt_128: oblong::EOB_PT_128[set].map(|kind| Cdf::new(&kind[0])),
            eob_pt_256: one(&coefficients::EOB_PT_256[set]),
            eob_pt_512: one(&oblong::EOB_PT_512[set]),
            eob_pt_1024: one(&coefficients::EOB_PT_1024[set]),
            eob_extra: three(&coefficients::EOB_EXTRA[set]),
            coeff_base_eob: three(&coefficients::COEFF_BASE_EOB[set]),
            coeff_base: three(&coefficients::COEFF_BASE[set]),
            coeff_br: three(&coefficients::COEFF_BR[set]),
            all_zero: two(&coefficients::ALL_ZERO[set]),
            dc_sign: two(&coefficients::DC_SIGN[set]),
        }
    }
}

fn one<const P: usize, const N: usize, const A: usize>(table: &[[u16; P]; A]) -> [Cdf<N>; A] {
    std::array::from_fn(|a| Cdf::new(&table[a]))
}

fn two<const P: usize, const N: usize, const A: usize, const B: usize>(
    table: &[[[u16; P]; A]; B],
) -> [[Cdf<N>; A]; B] {
    std::array::from_fn(|b| one(&table[b]))
}

fn three<const P: usize, const N: usize, const A: usize, const B: usize, const C: usize>(
    table: &[[[[u16; P]; A]; B]; C],
) -> [[[Cdf<N>; A]; B]; C] {
    std::array::from_fn(|c| two(&table[c]))
}
