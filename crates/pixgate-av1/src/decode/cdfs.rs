//! All probabilities of a tile, named as the symbols of the specification (section 5.11), and what they
//! are at its start (section 9.3).

use super::symbol::Cdf;
use crate::tables::{coefficients, modes, oblong, tools};

/// Probabilities of a tile.
#[derive(Clone, Debug)]
pub(super) struct Cdfs {
    pub(super) modes: ModeCdfs,
    pub(super) coefficients: CoefficientCdfs,
    pub(super) screen: ScreenCdfs,
}

/// What is coded of blocks and superblocks of all pictures.
#[derive(Clone, Debug)]
pub(super) struct ModeCdfs {
    /// By context.
    pub(super) partition_8: [Cdf<4>; 4],
    /// By side (16, 32, 64) and context.
    pub(super) partition: [[Cdf<10>; 4]; 3],
    /// By context.
    pub(super) partition_128: [Cdf<8>; 4],
    /// By the kinds of the modes above and on the left.
    pub(super) luma_mode: [[Cdf<13>; 5]; 5],
    /// By the mode of luma, as the next.
    pub(super) chroma_mode: [Cdf<13>; 13],
    pub(super) chroma_mode_or_cfl: [Cdf<14>; 13],
    /// By directional mode.
    pub(super) angle_delta: [Cdf<7>; 8],
    pub(super) cfl_signs: Cdf<8>,
    /// By context.
    pub(super) cfl_factor: [Cdf<16>; 6],
    /// By height and width.
    pub(super) use_filter_intra: [[Cdf<2>; 4]; 4],
    pub(super) filter_intra_mode: Cdf<5>,
    /// By side (4, 8) and mode of luma.
    pub(super) transform_7: [[Cdf<7>; 13]; 2],
    /// By side (4, 8, 16) and mode of luma.
    pub(super) transform_5: [[Cdf<5>; 13]; 3],
    /// By context.
    pub(super) transform_depth_8: [Cdf<2>; 3],
    /// By side (16, 32, 64) and context.
    pub(super) transform_depth: [[Cdf<3>; 3]; 3],
    /// By context.
    pub(super) skip: [Cdf<2>; 3],
    /// By context.
    pub(super) segment_id: [Cdf<8>; 3],
    pub(super) quantizer_delta: Cdf<4>,
    /// Of all levels, and of each.
    pub(super) filter_delta: [Cdf<4>; 5],
    pub(super) restoration_type: Cdf<3>,
    pub(super) use_wiener: Cdf<2>,
    pub(super) use_self_guided: Cdf<2>,
}

/// What is coded of palettes and of blocks that are copied.
#[derive(Clone, Debug)]
pub(super) struct ScreenCdfs {
    /// By size of the block and context.
    pub(super) has_palette_luma: [[Cdf<2>; 3]; 7],
    /// By whether luma has a palette.
    pub(super) has_palette_chroma: [Cdf<2>; 2],
    /// By plane kind and size of the block.
    pub(super) palette_size: [[Cdf<7>; 7]; 2],
    /// By plane kind and context, as those that follow.
    pub(super) color_index_2: [[Cdf<2>; 5]; 2],
    pub(super) color_index_3: [[Cdf<3>; 5]; 2],
    pub(super) color_index_4: [[Cdf<4>; 5]; 2],
    pub(super) color_index_5: [[Cdf<5>; 5]; 2],
    pub(super) color_index_6: [[Cdf<6>; 5]; 2],
    pub(super) color_index_7: [[Cdf<7>; 5]; 2],
    pub(super) color_index_8: [[Cdf<8>; 5]; 2],
    pub(super) use_intrabc: Cdf<2>,
    pub(super) vector_joint: Cdf<4>,
    /// Down and across.
    pub(super) vectors: [VectorCdfs; 2],
    /// By kind and context.
    pub(super) transform_split: [[Cdf<2>; 3]; 7],
    /// By side (4, 8).
    pub(super) transform_16: [Cdf<16>; 2],
    pub(super) transform_12: Cdf<12>,
    /// By the shorter side.
    pub(super) transform_2: [Cdf<2>; 4],
}

/// What is coded of a component of a vector.
#[derive(Clone, Debug)]
pub(super) struct VectorCdfs {
    pub(super) sign: Cdf<2>,
    pub(super) class: Cdf<11>,
    pub(super) class_0: Cdf<2>,
    pub(super) bits: [Cdf<2>; 10],
}

/// What is coded of coefficients. The plane kind is 0 for luma and 1 for chroma, the class 0 for
/// transforms in both directions and 1 for others, the size that of the context (`txSzCtx`).
#[derive(Clone, Debug)]
pub(crate) struct CoefficientCdfs {
    /// By plane kind and class.
    pub(super) eob_pt_16: [[Cdf<5>; 2]; 2],
    pub(super) eob_pt_32: [[Cdf<6>; 2]; 2],
    pub(super) eob_pt_64: [[Cdf<7>; 2]; 2],
    pub(super) eob_pt_128: [[Cdf<8>; 2]; 2],
    pub(super) eob_pt_256: [[Cdf<9>; 2]; 2],
    /// By plane kind.
    pub(super) eob_pt_512: [Cdf<10>; 2],
    pub(super) eob_pt_1024: [Cdf<11>; 2],
    /// By size, plane kind and class.
    pub(super) eob_extra: [[[Cdf<2>; 11]; 2]; 5],
    /// By size, plane kind and context, as all below.
    pub(super) coeff_base_eob: [[[Cdf<3>; 4]; 2]; 5],
    pub(super) coeff_base: [[[Cdf<4>; 41]; 2]; 5],
    pub(super) coeff_br: [[[Cdf<4>; 21]; 2]; 4],
    /// By size and context.
    pub(super) all_zero: [[Cdf<2>; 13]; 5],
    /// By plane kind and context.
    pub(super) dc_sign: [[Cdf<2>; 3]; 2],
}

impl Cdfs {
    /// At the start of a tile.
    ///
    /// - `quantizer`: `base_q_idx`.
    pub(super) fn new(quantizer: u8) -> Self {
        Self {
            modes: ModeCdfs::new(),
            coefficients: CoefficientCdfs::new(quantizer),
            screen: ScreenCdfs::new(),
        }
    }
}

impl ModeCdfs {
    fn new() -> Self {
        let [small_4, small_8] = two(&tools::TRANSFORM_5_SMALL);
        Self {
            partition_8: one(&modes::PARTITION_8),
            partition: two(&modes::PARTITION),
            partition_128: one(&tools::PARTITION_128),
            luma_mode: two(&modes::LUMA_MODE),
            chroma_mode: one(&modes::CHROMA_MODE),
            chroma_mode_or_cfl: one(&modes::CHROMA_MODE_OR_CFL),
            angle_delta: one(&modes::ANGLE_DELTA),
            cfl_signs: cdf(&modes::CFL_SIGNS),
            cfl_factor: one(&modes::CFL_FACTOR),
            use_filter_intra: two(&tools::USE_FILTER_INTRA),
            filter_intra_mode: cdf(&tools::FILTER_INTRA_MODE),
            transform_7: two(&modes::TRANSFORM_7),
            transform_5: [small_4, small_8, one(&modes::TRANSFORM_5)],
            transform_depth_8: one(&tools::TRANSFORM_DEPTH_8),
            transform_depth: two(&tools::TRANSFORM_DEPTH),
            skip: one(&modes::SKIP),
            segment_id: one(&tools::SEGMENT_ID),
            quantizer_delta: cdf(&modes::QUANTIZER_DELTA),
            filter_delta: one(&tools::FILTER_DELTA),
            restoration_type: cdf(&tools::RESTORATION_TYPE),
            use_wiener: cdf(&tools::USE_WIENER),
            use_self_guided: cdf(&tools::USE_SELF_GUIDED),
        }
    }
}

impl ScreenCdfs {
    fn new() -> Self {
        let vector = VectorCdfs {
            sign: cdf(&tools::VECTOR_SIGN),
            class: cdf(&tools::VECTOR_CLASS),
            class_0: cdf(&tools::VECTOR_CLASS_0),
            bits: one(&tools::VECTOR_BIT),
        };
        Self {
            has_palette_luma: two(&tools::HAS_PALETTE_LUMA),
            has_palette_chroma: one(&tools::HAS_PALETTE_CHROMA),
            palette_size: [
                one(&tools::PALETTE_SIZE_LUMA),
                one(&tools::PALETTE_SIZE_CHROMA),
            ],
            color_index_2: two(&tools::COLOR_INDEX_2),
            color_index_3: two(&tools::COLOR_INDEX_3),
            color_index_4: two(&tools::COLOR_INDEX_4),
            color_index_5: two(&tools::COLOR_INDEX_5),
            color_index_6: two(&tools::COLOR_INDEX_6),
            color_index_7: two(&tools::COLOR_INDEX_7),
            color_index_8: two(&tools::COLOR_INDEX_8),
            use_intrabc: cdf(&tools::USE_INTRABC),
            vector_joint: cdf(&tools::VECTOR_JOINT),
            vectors: [vector.clone(), vector],
            transform_split: two(&tools::TRANSFORM_SPLIT),
            transform_16: one(&tools::TRANSFORM_16),
            transform_12: cdf(&tools::TRANSFORM_12),
            transform_2: one(&tools::TRANSFORM_2),
        }
    }
}

impl CoefficientCdfs {
    /// The set of tables goes by the quantiser.
    fn new(quantizer: u8) -> Self {
        let set = coefficients::set_of(quantizer);
        Self {
            eob_pt_16: classes(&coefficients::EOB_PT_16[set], &oblong::EOB_PT_16_LINE[set]),
            eob_pt_32: two(&oblong::EOB_PT_32[set]),
            eob_pt_64: classes(&coefficients::EOB_PT_64[set], &oblong::EOB_PT_64_LINE[set]),
            eob_pt_128: two(&oblong::EOB_PT_128[set]),
            eob_pt_256: classes(
                &coefficients::EOB_PT_256[set],
                &oblong::EOB_PT_256_LINE[set],
            ),
            eob_pt_512: one(&oblong::EOB_PT_512[set]),
            eob_pt_1024: one(&coefficients::EOB_PT_1024[set]),
            eob_extra: sizes(
                &coefficients::EOB_EXTRA[set],
                two,
                two(&oblong::EOB_EXTRA_64[set]),
            ),
            coeff_base_eob: sizes(
                &coefficients::COEFF_BASE_EOB[set],
                two,
                two(&oblong::COEFF_BASE_EOB_64[set]),
            ),
            coeff_base: coeff_base(set),
            coeff_br: std::array::from_fn(|side| two(&coefficients::COEFF_BR[set][side])),
            all_zero: sizes(
                &coefficients::ALL_ZERO[set],
                one,
                one(&oblong::ALL_ZERO_64[set]),
            ),
            dc_sign: two(&coefficients::DC_SIGN[set]),
        }
    }
}

/// Tables of four sides, and of the fifth.
fn sizes<T, U>(four: &[T; 4], convert: impl Fn(&T) -> U, last: U) -> [U; 5] {
    let [a, b, c, d] = four.each_ref().map(convert);
    [a, b, c, d, last]
}

/// Of transforms in both directions, and in one.
fn classes<const P: usize, const N: usize>(
    both: &[[u16; P]; 2],
    line: &[[u16; P]; 2],
) -> [[Cdf<N>; 2]; 2] {
    std::array::from_fn(|plane| [cdf(&both[plane]), cdf(&line[plane])])
}

/// The contexts of transforms in both directions, and after them those of others.
fn coeff_base(set: usize) -> [[[Cdf<4>; 41]; 2]; 5] {
    let mut all = [[[[0; 4]; 41]; 2]; 5];
    for (size, planes) in all.iter_mut().enumerate() {
        for (plane, contexts) in planes.iter_mut().enumerate() {
            let both = match coefficients::COEFF_BASE[set].get(size) {
                Some(planes) => &planes[plane],
                None => &oblong::COEFF_BASE_64[set][plane],
            };
            let line = oblong::COEFF_BASE_LINE[set]
                .get(size)
                .map_or(&[][..], |planes| &planes[plane]);
            for (to, from) in contexts.iter_mut().zip(both.iter().chain(line)) {
                *to = cdf(from);
            }
        }
    }
    all
}

/// From the specification's probabilities of values up to `i`.
fn cdf<const N: usize>(cumulative: &[u16]) -> Cdf<N> {
    let mut above = [0; N];
    for (to, &from) in above.iter_mut().zip(cumulative).take(N - 1) {
        *to = (1 << 15) - from;
    }
    above
}

fn one<const P: usize, const N: usize, const A: usize>(table: &[[u16; P]; A]) -> [Cdf<N>; A] {
    std::array::from_fn(|a| cdf(&table[a]))
}

fn two<const P: usize, const N: usize, const A: usize, const B: usize>(
    table: &[[[u16; P]; A]; B],
) -> [[Cdf<N>; A]; B] {
    std::array::from_fn(|b| one(&table[b]))
}
