//! The frame header (section 5.9) of frames that need no other frames.

mod filters;
mod grain;
mod quantization;
mod segmentation;
mod size;
mod tiles;

pub(super) use self::filters::{LoopFilter, Restoration, RestorationKind};
pub(super) use self::quantization::Quantization;
pub(super) use self::segmentation::{Feature, Segmentation};
pub(super) use self::size::FrameSize;
pub(super) use self::tiles::TileLayout;

use super::bits::BitReader;
use super::error::DecodeError;
use super::post::{CdefParameters, FilmGrain};
use super::sequence::Sequence;

/// What a frame header tells that a frame's place in the stream depends on.
#[derive(Clone, Debug)]
pub(super) enum FrameStart {
    /// `show_existing_frame`: shows the frame in this slot.
    Existing(usize),
    /// A frame that needs no other frames.
    Intra(Box<FrameHeader>),
    /// Another frame.
    Inter {
        is_shown: bool,
        /// `refresh_frame_flags`.
        slots: u8,
    },
}

/// The header of a frame that needs no other frames.
#[derive(Clone, Debug)]
pub(super) struct FrameHeader {
    pub(super) is_shown: bool,
    /// `refresh_frame_flags`.
    pub(super) slots: u8,
    pub(super) size: FrameSize,
    pub(super) has_cdf_update: bool,
    pub(super) has_screen_content_tools: bool,
    pub(super) has_intrabc: bool,
    pub(super) tiles: TileLayout,
    pub(super) quantization: Quantization,
    pub(super) segmentation: Segmentation,
    pub(super) deltas: Deltas,
    /// `LosslessArray`.
    pub(super) lossless: [bool; 8],
    pub(super) loop_filter: LoopFilter,
    pub(super) cdef: Option<CdefParameters>,
    /// By plane.
    pub(super) restoration: [Restoration; 3],
    /// `TxMode` is `TX_MODE_SELECT`.
    pub(super) selects_transform_sizes: bool,
    /// `reduced_tx_set`.
    pub(super) has_few_transforms: bool,
    pub(super) grain: Option<FilmGrain>,
    /// In bytes, up to the tile group of the same unit.
    pub(super) length: usize,
}

/// `delta_q_params` and `delta_lf_params`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Deltas {
    /// Whether quantisers differ by superblock, and the binary logarithm of the steps.
    pub(super) quantizer: Option<u32>,
    /// The same of levels of the loop filter.
    pub(super) filter: Option<u32>,
    /// Whether each level has its own difference.
    pub(super) has_separate_filters: bool,
}

const KEY_FRAME: u32 = 0;
const INTRA_ONLY_FRAME: u32 = 2;
const SWITCH_FRAME: u32 = 3;

/// Reads `uncompressed_header`.
///
/// - `layer`: temporal and spatial layer of the unit.
pub(super) fn read(
    payload: &[u8],
    sequence: &Sequence,
    layer: Option<(u8, u8)>,
) -> Result<FrameStart, DecodeError> {
    let bits = &mut BitReader::new(payload);
    let mut kind = KEY_FRAME;
    let (mut is_shown, mut is_showable, mut is_resilient) = (true, false, true);
    if !sequence.is_reduced {
        if bits.flag() {
            let slot = bits.bits(3) as usize;
            bits.check()?;
            return Ok(FrameStart::Existing(slot));
        }
        kind = bits.bits(2);
        is_shown = bits.flag();
        if is_shown && sequence.has_presentation_times {
            bits.bits(sequence.timing.presentation_time_bits);
        }
        is_showable = if is_shown {
            kind != KEY_FRAME
        } else {
            bits.flag()
        };
        is_resilient = kind == SWITCH_FRAME || (kind == KEY_FRAME && is_shown) || bits.flag();
    }
    let has_cdf_update = !bits.flag();
    let has_screen_content_tools = match sequence.screen_content_tools {
        Some(value) => value,
        None => bits.flag(),
    };
    if has_screen_content_tools && sequence.integer_vectors.is_none() {
        bits.flag(); // force_integer_mv, which frames of this kind do not need
    }
    bits.bits(sequence.frame_id_bits);
    let has_own_size = kind == SWITCH_FRAME || (!sequence.is_reduced && bits.flag());
    bits.bits(sequence.order_hint_bits);
    let is_intra = kind == KEY_FRAME || kind == INTRA_ONLY_FRAME;
    if !is_intra && !is_resilient {
        bits.bits(3); // primary_ref_frame
    }
    skip_removal_times(bits, sequence, layer);
    let slots = if kind == SWITCH_FRAME || (kind == KEY_FRAME && is_shown) {
        u8::MAX
    } else {
        bits.small(8)
    };
    bits.check()?;
    if !is_intra {
        return Ok(FrameStart::Inter { is_shown, slots });
    }
    if kind == INTRA_ONLY_FRAME && slots == u8::MAX {
        return Err(DecodeError::Invalid("slots of an intra-only frame"));
    }
    if slots != u8::MAX && is_resilient && sequence.order_hint_bits > 0 {
        (0..8).for_each(|_| _ = bits.bits(sequence.order_hint_bits));
    }
    let start = Start {
        is_shown,
        is_showable,
        slots,
        has_cdf_update,
        has_screen_content_tools,
        has_own_size,
    };
    read_intra(bits, sequence, &start).map(|header| FrameStart::Intra(Box::new(header)))
}

/// What comes before the frame size.
struct Start {
    is_shown: bool,
    is_showable: bool,
    slots: u8,
    has_cdf_update: bool,
    has_screen_content_tools: bool,
    has_own_size: bool,
}

fn skip_removal_times(bits: &mut BitReader<'_>, sequence: &Sequence, layer: Option<(u8, u8)>) {
    if !sequence.timing.has_decoder_model || !bits.flag() {
        return;
    }
    let (temporal, spatial) = layer.unwrap_or((0, 0));
    for point in &sequence.operating_points {
        let layers = point.layers;
        let is_in = layers >> temporal & 1 == 1 && layers >> (spatial + 8) & 1 == 1;
        if point.has_decoder_model && (layers == 0 || is_in) {
            bits.bits(sequence.timing.removal_time_bits);
        }
    }
}

fn read_intra(
    bits: &mut BitReader<'_>,
    sequence: &Sequence,
    start: &Start,
) -> Result<FrameHeader, DecodeError> {
    let size = FrameSize::read(bits, sequence, start.has_own_size);
    let is_scaled = size.width != size.upscaled_width;
    let has_intrabc = start.has_screen_content_tools && !is_scaled && bits.flag();
    if !sequence.is_reduced && start.has_cdf_update {
        bits.flag(); // disable_frame_end_update_cdf
    }
    let tiles = TileLayout::read(bits, &size, sequence.is_128)?;
    let quantization = Quantization::read(bits, &sequence.format);
    let segmentation = Segmentation::read(bits);
    let deltas = read_deltas(bits, quantization.base, has_intrabc);
    let lossless: [bool; 8] = std::array::from_fn(|id| {
        quantization.is_lossless(segmentation.quantizer(id, quantization.base))
    });
    let is_lossless = lossless.iter().all(|&is_lossless| is_lossless);
    let without_filters = is_lossless || has_intrabc;
    let format = &sequence.format;
    let loop_filter = if without_filters {
        LoopFilter::default()
    } else {
        LoopFilter::read(bits, format.planes())
    };
    let cdef =
        (!without_filters && sequence.has_cdef).then(|| filters::read_cdef(bits, format.planes()));
    let is_all_lossless = is_lossless && !is_scaled;
    let restoration = if is_all_lossless || has_intrabc || !sequence.has_restoration {
        [Restoration::default(); 3]
    } else {
        filters::read_restoration(bits, format, sequence.is_128)
    };
    let selects_transform_sizes = !is_lossless && bits.flag();
    let has_few_transforms = bits.flag();
    let has_grain = sequence.has_film_grain && (start.is_shown || start.is_showable);
    let grain = (has_grain && bits.flag())
        .then(|| grain::read_grain(bits, format))
        .transpose()?;
    bits.check()?;
    Ok(FrameHeader {
        is_shown: start.is_shown,
        slots: start.slots,
        size,
        has_cdf_update: start.has_cdf_update,
        has_screen_content_tools: start.has_screen_content_tools,
        has_intrabc,
        tiles,
        quantization,
        segmentation,
        deltas,
        lossless,
        loop_filter,
        cdef,
        restoration,
        selects_transform_sizes,
        has_few_transforms,
        grain,
        length: bits.length(),
    })
}

fn read_deltas(bits: &mut BitReader<'_>, base: u8, has_intrabc: bool) -> Deltas {
    let mut deltas = Deltas::default();
    if base == 0 || !bits.flag() {
        return deltas;
    }
    deltas.quantizer = Some(bits.bits(2));
    if !has_intrabc && bits.flag() {
        deltas.filter = Some(bits.bits(2));
        deltas.has_separate_filters = bits.flag();
    }
    deltas
}
