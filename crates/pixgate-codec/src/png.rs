//! PNG: facts from the chunks in front of the pixels; pixels through the png crate.

mod decode;
mod effort;
mod encode;
mod interlaced;

use pixgate_options::Format;
use pixgate_raster::Channels;

use crate::bytes::{be32, slice};
use crate::{DecodeRequest, Error, ErrorKind, Header, Limits, exif};

pub(crate) use decode::open;
pub(crate) use encode::{encode, stream};

/// Reads the facts in front of the pixels.
pub(crate) fn header(bytes: &[u8], _: &Limits) -> Result<Header, Error> {
    let mut chunks = Chunks { bytes, at: 8 };
    let ihdr = match chunks.next() {
        Some((b"IHDR", ihdr)) if ihdr.len() >= 13 => ihdr,
        _ => return Err(broken("no image header")),
    };
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
    for (name, payload) in chunks.take_while(|(name, _)| *name != b"IDAT") {
        match name {
            b"tRNS" => header.channels = header.channels.with_alpha(),
            b"iCCP" => header.has_color_profile = true,
            b"eXIf" => header.orientation = exif::orientation(exif::without_prefix(payload)),
            _ => {}
        }
    }
    Ok(header)
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

/// Two rows before and after filtering, the deflate window and the input buffer; 16-bit bands are
/// held twice while their byte order changes.
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
    4 * row + swapped + (768 << 10)
}

struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = (&'a [u8; 4], &'a [u8]);

    /// Name and content of the next chunk; a cut chunk shows what is there of it.
    fn next(&mut self) -> Option<Self::Item> {
        let length = usize::try_from(be32(self.bytes, self.at)?).ok()?;
        let name = self.bytes.get(self.at + 4..)?.first_chunk()?;
        let start = self.at + 8;
        let payload = slice(self.bytes, start, length)
            .or_else(|| self.bytes.get(start..))
            .unwrap_or_default();
        self.at = start.checked_add(length)?.checked_add(4)?;
        Some((name, payload))
    }
}

fn broken(what: &'static str) -> Error {
    let format = Format::Png;
    ErrorKind::Broken { format, what }.into()
}

const PALETTE: u8 = 3;
/// Keyword of the iTXt chunk that holds XMP.
const XMP_KEYWORD: &str = "XML:com.adobe.xmp";
