//! Sequence and frame headers of a still picture (AV1 specification, sections 5.5 and 5.9).

use crate::encode::bits::BitWriter;
use crate::encode::tile_grid::TileGrid;
use crate::picture::{BitDepth, Chroma, Picture};

/// What the frame header says beside the size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameSettings {
    /// 1 to 255.
    pub(crate) quantizer: u8,
    /// How much the quantiser of chroma differs, -63 to 63.
    pub(crate) chroma_delta: i32,
    /// Levels of quantiser matrices of luma and chroma, 0 to 14.
    pub(crate) matrices: [u8; 2],
    pub(crate) filters: Filters,
    /// Whether there are palettes (`allow_screen_content_tools`).
    pub(crate) has_palettes: bool,
}

/// Filters that a decoder applies to the finished picture; the encoder never needs their result.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filters {
    /// Levels of the deblocking filter: luma across vertical and horizontal edges, Cb, Cr; 0 to 63.
    pub(crate) deblock: [u8; 4],
    /// Strengths of the directional filter: luma primary and secondary, chroma likewise.
    pub(crate) cdef: [u8; 4],
    /// 3 to 6.
    pub(crate) cdef_damping: u8,
}

/// The sequence header as an OBU with its size.
pub(crate) fn sequence_header(picture: &Picture<'_>) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.put(profile(picture), 3);
    bits.flag(true); // still_picture
    bits.flag(true); // reduced_still_picture_header
    bits.put(LEVEL, 5);
    let (width, height) = (picture.width - 1, picture.height - 1);
    let (width_bits, height_bits) = (bits_of(width), bits_of(height));
    bits.put(width_bits - 1, 4);
    bits.put(height_bits - 1, 4);
    bits.put(width, width_bits);
    bits.put(height, height_bits);
    bits.flag(false); // use_128x128_superblock
    bits.flag(false); // enable_filter_intra
    bits.flag(true); // enable_intra_edge_filter
    bits.flag(false); // enable_superres
    bits.flag(true); // enable_cdef
    bits.flag(false); // enable_restoration
    color_config(&mut bits, picture);
    bits.flag(false); // film_grain_params_present
    obu(OBU_SEQUENCE_HEADER, &bits.trail())
}

fn color_config(bits: &mut BitWriter, picture: &Picture<'_>) {
    let color = &picture.color;
    bits.flag(picture.bit_depth != BitDepth::Eight);
    if profile(picture) == 2 {
        bits.flag(picture.bit_depth == BitDepth::Twelve);
    }
    if profile(picture) != 1 {
        bits.flag(picture.chroma == Chroma::None);
    }
    bits.flag(true); // color_description_present_flag
    bits.put(u32::from(color.primaries), 8);
    bits.put(u32::from(color.transfer), 8);
    bits.put(u32::from(color.matrix), 8);
    bits.flag(color.is_full_range);
    match picture.chroma {
        Chroma::None => return,
        Chroma::Half if profile(picture) == 2 => {
            bits.flag(true); // subsampling_x
            bits.flag(true); // subsampling_y
        }
        Chroma::Full if profile(picture) == 2 => bits.flag(false),
        _ => {}
    }
    if picture.chroma == Chroma::Half {
        bits.put(0, 2); // chroma_sample_position: unknown
    }
    bits.flag(false); // separate_uv_delta_q
}

fn profile(picture: &Picture<'_>) -> u32 {
    match (picture.bit_depth, picture.chroma) {
        (BitDepth::Twelve, _) => 2,
        (_, Chroma::Full) => 1,
        _ => 0,
    }
}

/// The content of an `av1C` box (AV1-ISOBMFF, section 2.3).
pub(crate) fn configuration(picture: &Picture<'_>, sequence_header: &[u8]) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.put(0x81, 8); // marker and version
    bits.put(profile(picture), 3);
    bits.put(LEVEL, 5);
    bits.flag(false); // seq_tier_0
    bits.flag(picture.bit_depth != BitDepth::Eight);
    bits.flag(picture.bit_depth == BitDepth::Twelve);
    bits.flag(picture.chroma == Chroma::None);
    bits.flag(picture.chroma != Chroma::Full);
    bits.flag(picture.chroma != Chroma::Full);
    bits.put(0, 2); // chroma_sample_position
    bits.put(0, 8); // no initial_presentation_delay
    let mut bytes = bits.align();
    bytes.extend_from_slice(sequence_header);
    bytes
}

/// A whole frame as an OBU with its size.
pub(crate) fn frame(
    picture: &Picture<'_>,
    settings: &FrameSettings,
    grid: &TileGrid,
    tiles: &[Vec<u8>],
) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.flag(false); // disable_cdf_update
    bits.flag(settings.has_palettes); // allow_screen_content_tools
    if settings.has_palettes {
        bits.flag(true); // force_integer_mv
    }
    bits.flag(false); // render_and_frame_size_different
    if settings.has_palettes {
        bits.flag(false); // allow_intrabc
    }
    grid.write(&mut bits);
    quantization(&mut bits, picture, settings);
    bits.flag(false); // segmentation_enabled
    bits.flag(true); // delta_q_present
    bits.put(QUANTIZER_UNIT.ilog2(), 2); // delta_q_res
    bits.flag(false); // delta_lf_present
    filters(&mut bits, picture, &settings.filters);
    bits.flag(false); // tx_mode_select: always the largest
    bits.flag(false); // reduced_tx_set
    let mut bytes = bits.align();
    tile_group(&mut bytes, tiles);
    obu(OBU_FRAME, &bytes)
}

fn quantization(bits: &mut BitWriter, picture: &Picture<'_>, settings: &FrameSettings) {
    bits.put(u32::from(settings.quantizer), 8);
    bits.flag(false); // no delta for DC of luma
    if picture.chroma != Chroma::None {
        let delta = settings.chroma_delta;
        for _ in ["DC of chroma", "AC of chroma"] {
            bits.flag(delta != 0);
            if delta != 0 {
                bits.put((delta & 0x7F).unsigned_abs(), 7);
            }
        }
    }
    bits.flag(true); // using_qmatrix
    let [luma, chroma] = settings.matrices;
    bits.put(u32::from(luma), 4);
    bits.put(u32::from(chroma), 4);
}

fn filters(bits: &mut BitWriter, picture: &Picture<'_>, filters: &Filters) {
    let has_chroma = picture.chroma != Chroma::None;
    let [vertical, horizontal, cb, cr] = filters.deblock;
    bits.put(u32::from(vertical), 6);
    bits.put(u32::from(horizontal), 6);
    if has_chroma && (vertical > 0 || horizontal > 0) {
        bits.put(u32::from(cb), 6);
        bits.put(u32::from(cr), 6);
    }
    bits.put(0, 3); // sharpness
    bits.flag(false); // loop_filter_delta_enabled
    bits.put(u32::from(filters.cdef_damping.clamp(3, 6) - 3), 2);
    bits.put(0, 2); // cdef_bits: one strength for all
    let planes = if has_chroma { 2 } else { 1 };
    for strengths in filters.cdef.chunks_exact(2).take(planes) {
        bits.put(u32::from(strengths[0]), 4);
        bits.put(u32::from(strengths[1]), 2);
    }
}

/// Tiles one after the other, each but the last with its size in four bytes before it.
fn tile_group(bytes: &mut Vec<u8>, tiles: &[Vec<u8>]) {
    if tiles.len() > 1 {
        bytes.push(0); // tile_start_and_end_present_flag
    }
    for (i, tile) in tiles.iter().enumerate() {
        if i + 1 < tiles.len() {
            let size = u32::try_from(tile.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&size.wrapping_sub(1).to_le_bytes());
        }
        bytes.extend_from_slice(tile);
    }
}

fn obu(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind << 3 | HAS_SIZE];
    let mut size = content.len();
    loop {
        let low = (size & 0x7F).to_le_bytes()[0];
        size >>= 7;
        if size == 0 {
            bytes.push(low);
            break;
        }
        bytes.push(low | 0x80);
    }
    bytes.extend_from_slice(content);
    bytes
}

/// Bits that a number needs, at least one.
const fn bits_of(value: u32) -> u32 {
    if value == 0 {
        1
    } else {
        32 - value.leading_zeros()
    }
}

/// Quantisers of superblocks differ by multiples of this.
pub(crate) const QUANTIZER_UNIT: i32 = 4;
const OBU_SEQUENCE_HEADER: u8 = 1;
const OBU_FRAME: u8 = 6;
/// `obu_has_size_field`.
const HAS_SIZE: u8 = 2;
/// No limits (`seq_level_idx` 31), as a still picture needs no decoder of a certain speed.
const LEVEL: u32 = 31;
