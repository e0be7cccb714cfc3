//! Sizes (sections 5.9.5 to 5.9.9).

use crate::decode::bits::BitReader;
use crate::decode::sequence::Sequence;

/// Sizes of a frame in samples of luma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) struct FrameSize {
    /// As coded.
    pub(in crate::decode) width: u32,
    /// After superres.
    pub(in crate::decode) upscaled_width: u32,
    pub(in crate::decode) height: u32,
    /// `SuperresDenom`: 8 without superres.
    pub(in crate::decode) denominator: u32,
}

impl FrameSize {
    pub(super) fn read(bits: &mut BitReader<'_>, sequence: &Sequence, has_own_size: bool) -> Self {
        let (mut upscaled_width, mut height) = (sequence.max_width, sequence.max_height);
        if has_own_size {
            upscaled_width = bits.bits(sequence.width_bits) + 1;
            height = bits.bits(sequence.height_bits) + 1;
        }
        let mut denominator = SUPERRES_NUMERATOR;
        if sequence.has_superres && bits.flag() {
            denominator = bits.bits(3) + SUPERRES_NUMERATOR + 1;
        }
        let width = (upscaled_width * SUPERRES_NUMERATOR + denominator / 2) / denominator;
        // A frame is not made narrower than this.
        let width = width.max(upscaled_width.min(SUPERRES_LEAST));
        if bits.flag() {
            bits.bits(32); // render size
        }
        Self {
            width,
            upscaled_width,
            height,
            denominator,
        }
    }

    /// `MiCols`: columns in units of 4 samples of luma, in pairs.
    pub(in crate::decode) const fn columns_4(&self) -> usize {
        2 * self.width.div_ceil(8) as usize
    }

    /// `MiRows`: rows in units of 4 samples of luma, in pairs.
    pub(in crate::decode) const fn rows_4(&self) -> usize {
        2 * self.height.div_ceil(8) as usize
    }
}

/// `SUPERRES_NUM`.
const SUPERRES_NUMERATOR: u32 = 8;
/// In samples.
const SUPERRES_LEAST: u32 = 16;
