//! The sequence header (section 5.5).

use super::bits::BitReader;
use super::error::DecodeError;
use crate::{BitDepth, ColorDescription};

/// What all frames have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    pub(super) is_reduced: bool,
    /// Whether frames tell when they are shown.
    pub(super) has_presentation_times: bool,
    pub(super) timing: Timing,
    pub(super) operating_points: Vec<OperatingPoint>,
    pub(super) width_bits: u32,
    pub(super) height_bits: u32,
    /// In samples of luma.
    pub(super) max_width: u32,
    pub(super) max_height: u32,
    /// Bits of a frame's number, and of differences of them; no bits if frames have none.
    pub(super) frame_id_bits: u32,
    pub(super) is_128: bool,
    pub(super) has_filter_intra: bool,
    pub(super) has_edge_filter: bool,
    pub(super) order_hint_bits: u32,
    /// None where each frame says.
    pub(super) screen_content_tools: Option<bool>,
    /// None where each frame says.
    pub(super) integer_vectors: Option<bool>,
    pub(super) has_superres: bool,
    pub(super) has_cdef: bool,
    pub(super) has_restoration: bool,
    pub(super) format: Format,
    pub(super) has_film_grain: bool,
}

/// What is needed to skip times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Timing {
    pub(super) has_decoder_model: bool,
    pub(super) is_equal_interval: bool,
    pub(super) removal_time_bits: u32,
    pub(super) presentation_time_bits: u32,
    delay_bits: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OperatingPoint {
    /// `operating_point_idc`: which layers belong to it.
    pub(super) layers: u32,
    pub(super) has_decoder_model: bool,
}

/// How samples are stored and what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) bit_depth: BitDepth,
    pub(super) is_monochrome: bool,
    /// Whether chroma has half the columns, and half the rows.
    pub(super) subsampling: (bool, bool),
    pub(super) color: ColorDescription,
    pub(super) has_separate_chroma_steps: bool,
}

impl Format {
    pub(super) const fn planes(&self) -> usize {
        if self.is_monochrome { 1 } else { 3 }
    }

    /// Binary logarithms of how much smaller a plane is than luma.
    pub(super) fn shifts(&self, plane: usize) -> (usize, usize) {
        if plane == 0 {
            return (0, 0);
        }
        let (x, y) = self.subsampling;
        (usize::from(x), usize::from(y))
    }
}

impl Sequence {
    pub(super) fn read(payload: &[u8]) -> Result<Self, DecodeError> {
        let bits = &mut BitReader::new(payload);
        let profile = bits.bits(3);
        if profile > 2 {
            return Err(DecodeError::Invalid("profile"));
        }
        let is_still = bits.flag();
        let is_reduced = bits.flag();
        if is_reduced && !is_still {
            return Err(DecodeError::Invalid("reduced header of a sequence"));
        }
        let (timing, operating_points) = if is_reduced {
            bits.bits(5);
            let point = OperatingPoint {
                layers: 0,
                has_decoder_model: false,
            };
            (Timing::default(), vec![point])
        } else {
            read_operating_points(bits)
        };
        let (width_bits, height_bits) = (bits.bits(4) + 1, bits.bits(4) + 1);
        let max_width = bits.bits(width_bits) + 1;
        let max_height = bits.bits(height_bits) + 1;
        let mut frame_id_bits = 0;
        if !is_reduced && bits.flag() {
            let delta_bits = bits.bits(4) + 2;
            frame_id_bits = bits.bits(3) + delta_bits + 1;
        }
        let is_128 = bits.flag();
        let has_filter_intra = bits.flag();
        let has_edge_filter = bits.flag();
        let tools = if is_reduced {
            Tools::default()
        } else {
            Tools::read(bits)
        };
        let (has_superres, has_cdef, has_restoration) = (bits.flag(), bits.flag(), bits.flag());
        let format = read_format(bits, profile)?;
        let has_film_grain = bits.flag();
        bits.check()?;
        Ok(Self {
            is_reduced,
            has_presentation_times: timing.has_decoder_model && !timing.is_equal_interval,
            timing,
            operating_points,
            width_bits,
            height_bits,
            max_width,
            max_height,
            frame_id_bits,
            is_128,
            has_filter_intra,
            has_edge_filter,
            order_hint_bits: tools.order_hint_bits,
            screen_content_tools: tools.screen_content_tools,
            integer_vectors: tools.integer_vectors,
            has_superres,
            has_cdef,
            has_restoration,
            format,
            has_film_grain,
        })
    }

    /// Layers of the first operating point.
    pub(super) fn layers(&self) -> u32 {
        self.operating_points
            .first()
            .map_or(0, |point| point.layers)
    }
}

/// Tools of which some matter only to frames that refer to others.
#[derive(Default)]
struct Tools {
    order_hint_bits: u32,
    screen_content_tools: Option<bool>,
    integer_vectors: Option<bool>,
}

impl Tools {
    fn read(bits: &mut BitReader<'_>) -> Self {
        // Inter-intra and masked compounds, warped motion, two filters.
        bits.bits(4);
        let has_order_hint = bits.flag();
        if has_order_hint {
            // Compounds by distance, motion vectors of other frames.
            bits.bits(2);
        }
        let screen_content_tools = if bits.flag() { None } else { Some(bits.flag()) };
        let integer_vectors = if screen_content_tools == Some(false) || bits.flag() {
            None
        } else {
            Some(bits.flag())
        };
        let order_hint_bits = if has_order_hint { bits.bits(3) + 1 } else { 0 };
        Self {
            order_hint_bits,
            screen_content_tools,
            integer_vectors,
        }
    }
}

fn read_operating_points(bits: &mut BitReader<'_>) -> (Timing, Vec<OperatingPoint>) {
    let mut timing = Timing::default();
    if bits.flag() {
        bits.bits(32);
        bits.bits(32);
        timing.is_equal_interval = bits.flag();
        if timing.is_equal_interval {
            bits.skip_uvlc();
        }
        timing.has_decoder_model = bits.flag();
        if timing.has_decoder_model {
            timing.delay_bits = bits.bits(5) + 1;
            bits.bits(32);
            timing.removal_time_bits = bits.bits(5) + 1;
            timing.presentation_time_bits = bits.bits(5) + 1;
        }
    }
    let has_display_delays = bits.flag();
    let count = bits.bits(5) + 1;
    let points = (0..count)
        .map(|_| {
            let layers = bits.bits(12);
            if bits.bits(5) > 7 {
                bits.flag();
            }
            let has_decoder_model = timing.has_decoder_model && bits.flag();
            if has_decoder_model {
                bits.bits(timing.delay_bits);
                bits.bits(timing.delay_bits);
                bits.flag();
            }
            if has_display_delays && bits.flag() {
                bits.bits(4);
            }
            OperatingPoint {
                layers,
                has_decoder_model,
            }
        })
        .collect();
    (timing, points)
}

/// `color_config`.
fn read_format(bits: &mut BitReader<'_>, profile: u32) -> Result<Format, DecodeError> {
    let is_deep = bits.flag();
    let bit_depth = match (is_deep, profile) {
        (false, _) => BitDepth::Eight,
        (true, 2) if bits.flag() => BitDepth::Twelve,
        (true, _) => BitDepth::Ten,
    };
    let is_monochrome = profile != 1 && bits.flag();
    let mut color = ColorDescription {
        primaries: UNSPECIFIED,
        transfer: UNSPECIFIED,
        matrix: UNSPECIFIED,
        is_full_range: false,
    };
    if bits.flag() {
        color.primaries = bits.small(8);
        color.transfer = bits.small(8);
        color.matrix = bits.small(8);
    }
    let mut subsampling = (true, true);
    let mut has_separate_chroma_steps = false;
    if is_monochrome {
        color.is_full_range = bits.flag();
    } else {
        if (color.primaries, color.transfer, color.matrix) == SRGB {
            color.is_full_range = true;
            subsampling = (false, false);
            if profile == 0 || (profile == 2 && bit_depth != BitDepth::Twelve) {
                return Err(DecodeError::Invalid("subsampling of RGB"));
            }
        } else {
            color.is_full_range = bits.flag();
            subsampling = read_subsampling(bits, profile, bit_depth);
            if subsampling == (true, true) {
                bits.bits(2);
            }
        }
        has_separate_chroma_steps = bits.flag();
    }
    Ok(Format {
        bit_depth,
        is_monochrome,
        subsampling,
        color,
        has_separate_chroma_steps,
    })
}

fn read_subsampling(bits: &mut BitReader<'_>, profile: u32, depth: BitDepth) -> (bool, bool) {
    match profile {
        0 => (true, true),
        1 => (false, false),
        _ if depth == BitDepth::Twelve => {
            let x = bits.flag();
            (x, x && bits.flag())
        }
        _ => (true, false),
    }
}

/// Code point of ITU-T H.273.
const UNSPECIFIED: u8 = 2;
/// Primaries of BT.709 with the transfer function of sRGB and no matrix.
const SRGB: (u8, u8, u8) = (1, 13, 0);
