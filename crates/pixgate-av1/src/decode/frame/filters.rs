//! Filters (sections 5.9.11, 5.9.19 and 5.9.20).

use crate::decode::bits::BitReader;
use crate::decode::post::{CdefParameters, CdefStrength};
use crate::decode::sequence::Format;

/// `loop_filter_params`, as far as frames that need no others use them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) struct LoopFilter {
    /// Of vertical edges of luma, horizontal ones, Cb and Cr.
    pub(in crate::decode) levels: [u8; 4],
    pub(in crate::decode) sharpness: u8,
    /// `loop_filter_ref_deltas` of `INTRA_FRAME`, if such differences are enabled.
    pub(in crate::decode) intra_delta: Option<i8>,
}

impl LoopFilter {
    pub(super) fn read(bits: &mut BitReader<'_>, planes: usize) -> Self {
        let mut levels = [bits.small(6), bits.small(6), 0, 0];
        if planes > 1 && (levels[0] > 0 || levels[1] > 0) {
            levels[2] = bits.small(6);
            levels[3] = bits.small(6);
        }
        let sharpness = bits.small(3);
        let mut intra_delta = None;
        if bits.flag() {
            let mut delta = DEFAULT_INTRA_DELTA;
            if bits.flag() {
                // Of eight kinds of reference frames, and of two kinds of modes.
                for index in 0..10 {
                    if bits.flag() {
                        let value = bits.signed(7);
                        if index == 0 {
                            delta = i8::try_from(value).unwrap_or(DEFAULT_INTRA_DELTA);
                        }
                    }
                }
            }
            intra_delta = Some(delta);
        }
        Self {
            levels,
            sharpness,
            intra_delta,
        }
    }
}

/// `cdef_params`.
pub(super) fn read_cdef(bits: &mut BitReader<'_>, planes: usize) -> CdefParameters {
    let damping = bits.small(2) + 3;
    let index_bits = bits.bits(2);
    let mut strengths = [[CdefStrength::default(); 2]; 8];
    let kinds = planes.min(2);
    for of_planes in strengths.iter_mut().take(1 << index_bits) {
        for strength in of_planes.iter_mut().take(kinds) {
            strength.primary = bits.small(4);
            strength.secondary = match bits.small(2) {
                3 => 4,
                value => value,
            };
        }
    }
    CdefParameters {
        damping,
        index_bits,
        strengths,
    }
}

/// `lr_params` of a plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) struct Restoration {
    pub(in crate::decode) kind: RestorationKind,
    /// Binary logarithm of `LoopRestorationSize`.
    pub(in crate::decode) unit_log2: u32,
}

/// `FrameRestorationType`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) enum RestorationKind {
    #[default]
    None,
    Wiener,
    SelfGuided,
    /// Each unit says.
    Switchable,
}

/// Of all planes.
pub(super) fn read_restoration(
    bits: &mut BitReader<'_>,
    format: &Format,
    is_128: bool,
) -> [Restoration; 3] {
    let mut all = [Restoration::default(); 3];
    for restoration in all.iter_mut().take(format.planes()) {
        restoration.kind = match bits.bits(2) {
            0 => RestorationKind::None,
            1 => RestorationKind::Switchable,
            2 => RestorationKind::Wiener,
            _ => RestorationKind::SelfGuided,
        };
    }
    let is_used = |restoration: &Restoration| restoration.kind != RestorationKind::None;
    if !all.iter().any(is_used) {
        return all;
    }
    let mut shift = u32::from(bits.flag());
    if is_128 {
        shift += 1;
    } else if shift == 1 {
        shift += u32::from(bits.flag());
    }
    let uses_chroma = all[1..].iter().any(is_used);
    let is_smaller = format.subsampling == (true, true) && uses_chroma && bits.flag();
    let luma = SMALLEST_UNIT_LOG2 + shift;
    all[0].unit_log2 = luma;
    for chroma in &mut all[1..] {
        chroma.unit_log2 = luma - u32::from(is_smaller);
    }
    all
}

/// `loop_filter_ref_deltas` of `INTRA_FRAME`, unless they are set.
const DEFAULT_INTRA_DELTA: i8 = 1;
/// Units of 64 samples.
const SMALLEST_UNIT_LOG2: u32 = 6;
