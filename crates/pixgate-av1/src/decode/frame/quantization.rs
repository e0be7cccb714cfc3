//! Quantisers (section 5.9.12).

use crate::decode::bits::BitReader;
use crate::decode::sequence::Format;

/// `quantization_params`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) struct Quantization {
    /// `base_q_idx`.
    pub(in crate::decode) base: u8,
    /// Differences of the first coefficient, by plane.
    pub(in crate::decode) dc_delta: [i32; 3],
    /// Differences of the other coefficients, by plane.
    pub(in crate::decode) ac_delta: [i32; 3],
    /// Level of the matrix of each plane; 15 for none.
    pub(in crate::decode) matrices: Option<[u8; 3]>,
}

impl Quantization {
    pub(super) fn read(bits: &mut BitReader<'_>, format: &Format) -> Self {
        let base = bits.small(8);
        let delta = |bits: &mut BitReader<'_>| if bits.flag() { bits.signed(7) } else { 0 };
        let (mut dc_delta, mut ac_delta) = ([delta(bits), 0, 0], [0; 3]);
        if !format.is_monochrome {
            let are_different = format.has_separate_chroma_steps && bits.flag();
            (dc_delta[1], ac_delta[1]) = (delta(bits), delta(bits));
            (dc_delta[2], ac_delta[2]) = (dc_delta[1], ac_delta[1]);
            if are_different {
                (dc_delta[2], ac_delta[2]) = (delta(bits), delta(bits));
            }
        }
        let matrices = bits.flag().then(|| {
            let (luma, blue) = (bits.small(4), bits.small(4));
            let red = if format.has_separate_chroma_steps {
                bits.small(4)
            } else {
                blue
            };
            [luma, blue, red]
        });
        Self {
            base,
            dc_delta,
            ac_delta,
            matrices,
        }
    }

    /// Whether blocks with a quantiser are lossless.
    pub(super) fn is_lossless(&self, quantizer: u8) -> bool {
        quantizer == 0 && self.dc_delta == [0; 3] && self.ac_delta == [0; 3]
    }
}
