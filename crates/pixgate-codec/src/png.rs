//! PNG: facts from the chunks in front of the pixels; pixels through pixgate-png.

mod chunks;
mod decode;
mod encode;
mod metadata;
mod sound;
mod strip;

use pixgate_options::Format;
use pixgate_raster::Channels;

use crate::bytes::be32;
use crate::row::{Reading, Row, Writing, collected_bytes, pixels};
use crate::signature::pattern;
use crate::{
    DecodeRequest, EncodeSettings, Error, ErrorKind, Header, Limits, OutputLayout, Resolution, exif,
};

use chunks::{Chunks, HEADER_BYTES, Kept};

pub(crate) use decode::open;
pub(crate) use encode::{encode, encode_for_icon};

/// What this build does with PNG.
pub(crate) const FORMAT: Row = Row {
    format: Format::Png,
    signatures: &[&pattern(b"\x89PNG\r\n\x1A\n")],
    reading: Some(Reading {
        header,
        pages: None,
        decode_bytes,
        open,
        frames: None,
        is_sound: Some(sound::is_sound),
        replace_metadata: Some(strip::replace_metadata),
    }),
    writing: Some(Writing {
        encode,
        encode_bytes,
        stream: Some(encode::stream),
        animation: None,
    }),
};

/// Reads the facts in front of the pixels.
pub(crate) fn header(bytes: &[u8], _: &Limits) -> Result<Header, Error> {
    let ihdr = image_header(bytes)?;
    let side = |at| {
        be32(ihdr, at)
            .filter(|side| *side > 0 && *side <= 0x7FFF_FFFF)
            .ok_or_else(|| broken("a side of zero or beyond 2147483647"))
    };
    let (depth, color) = (ihdr[8], ihdr[9]);
    let mut header = Header::still(Format::Png, side(0)?, side(4)?, channels(color, depth)?);
    header.bits = if color == PALETTE { 8 } else { depth };
    header.palette_bits = (color == PALETTE).then_some(depth);
    header.is_multi_pass = ihdr[12] == 1;
    if has_unknown(bytes) {
        return Err(broken("an unknown chunk that must be known"));
    }
    for chunk in Kept::new(bytes, color).take_while(|chunk| chunk.name != b"IDAT") {
        match chunk.name {
            b"tRNS" => header.channels = header.channels.with_alpha(),
            b"iCCP" => header.has_color_profile = true,
            b"eXIf" => header.orientation = exif::orientation(exif::without_prefix(chunk.payload)),
            b"PLTE" if !matches!(chunk.payload.len(), 3..=768) || chunk.payload.len() % 3 != 0 => {
                return Err(broken("length of the palette"));
            }
            _ => {}
        }
    }
    Ok(header)
}

/// Whether a chunk in front of the pixels says that they cannot be shown without knowing it (PNG 3,
/// section 5.4).
fn has_unknown(bytes: &[u8]) -> bool {
    let mut front = Chunks::new(bytes).take_while(|chunk| chunk.name != b"IDAT");
    front.any(|chunk| {
        chunk.name[0].is_ascii_uppercase() && !matches!(chunk.name, b"IHDR" | b"PLTE" | b"IEND")
    })
}

/// The transparency that counts, as it lies in the file.
pub(crate) fn transparency(bytes: &[u8]) -> Option<&[u8]> {
    let color = image_header(bytes).ok()?[9];
    let mut front = Kept::new(bytes, color).take_while(|chunk| chunk.name != b"IDAT");
    let found = front.find(|chunk| chunk.name == b"tRNS");
    found.map(|chunk| chunk.payload)
}

/// The resolution, if it is one of metres (PNG 3, section 11.3.4.3).
fn resolution(bytes: &[u8]) -> Option<Resolution> {
    let mut front = Chunks::new(bytes).take_while(|chunk| chunk.name != b"IDAT");
    let found = front.find(|chunk| chunk.name == b"pHYs")?;
    let payload: &[u8; 9] = found.payload.try_into().ok()?;
    let is_metres = payload[8] == 1;
    let metres = (be32(payload, 0)?, be32(payload, 4)?);
    Resolution::per_metre(metres.0, metres.1).filter(|_| is_metres)
}

/// Whether there is a palette in front of the pixels.
fn has_palette(bytes: &[u8]) -> bool {
    let mut front = Kept::new(bytes, PALETTE).take_while(|chunk| chunk.name != b"IDAT");
    front.any(|chunk| chunk.name == b"PLTE")
}

/// The content of the first chunk.
fn image_header(bytes: &[u8]) -> Result<&[u8; HEADER_BYTES], Error> {
    let first = Chunks::new(bytes).next();
    let first = first.filter(|chunk| chunk.name == b"IHDR");
    let content = first.and_then(|chunk| <&[u8; HEADER_BYTES]>::try_from(chunk.payload).ok());
    content.ok_or_else(|| broken("no image header"))
}

/// Channels after expansion, for combinations that PNG allows (PNG 3, section 11.2.1).
fn channels(color: u8, depth: u8) -> Result<Channels, Error> {
    match (color, depth) {
        (0, 1 | 2 | 4 | 8 | 16) => Ok(Channels::Grey),
        (2, 8 | 16) | (PALETTE, 1 | 2 | 4 | 8) => Ok(Channels::Rgb),
        (4, 8 | 16) => Ok(Channels::GreyAlpha),
        (6, 8 | 16) => Ok(Channels::Rgba),
        _ => Err(broken("colour type and bit depth")),
    }
}

/// What the decoder holds; 16-bit bands are held twice while their byte order changes.
pub(crate) fn decode_bytes(header: &Header, _: &DecodeRequest) -> u64 {
    let sample = if header.bits > 8 { 2 } else { 1 };
    let row = u64::from(header.width) * header.channels.count() as u64 * sample;
    let rows = if header.is_multi_pass {
        header.height
    } else {
        16
    };
    let swapped = if sample == 2 {
        row * u64::from(rows)
    } else {
        0
    };
    // Windows of stored rows, rows of a group, tables.
    20 * row + swapped + (768 << 10)
}

/// The result, and what the encoder holds; palettes need the whole picture beside it.
fn encode_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let collected = layout.bytes();
    let work = match layout {
        OutputLayout::Interleaved(layout) => encode::work_bytes(layout, settings),
        OutputLayout::Planar { .. } => 0,
    };
    let result = collected.saturating_add(collected / 8).saturating_add(work);
    match settings.palette_bits {
        None => result,
        // Indices too.
        Some(_) => collected_bytes(layout, pixels(layout).saturating_mul(2)).saturating_add(result),
    }
}

fn unsupported(what: &'static str) -> Error {
    let format = Format::Png;
    ErrorKind::Unsupported { format, what }.into()
}

fn broken(what: &'static str) -> Error {
    let format = Format::Png;
    ErrorKind::Broken { format, what }.into()
}

const PALETTE: u8 = 3;
/// Keyword of the iTXt chunk that holds XMP.
const XMP_KEYWORD: &str = "XML:com.adobe.xmp";
