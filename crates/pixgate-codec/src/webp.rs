//! WebP: facts from the RIFF chunks; pixels and output by pixgate-webp.

mod alpha;
mod animation;
mod container;
mod decode;
mod encode;
mod encode_bytes;
mod encode_lossless;
mod frames;
mod lossless;

use pixgate_options::Format;
use pixgate_raster::{Channels, ChromaSubsampling};
use pixgate_webp::container::{FLAG_ALPHA, FLAG_ANIMATION};

use crate::bytes::{array, le16, le24, le32};
use crate::row::{AnimationWriting, Reading, Row, Writing};
use crate::signature::pattern;
use crate::{Animation, DecodeRequest, Decoder, Error, ErrorKind, Header, Limits, Metadata, exif};
use container::Chunks;

/// What this build does with WebP.
pub(crate) const FORMAT: Row = Row {
    format: Format::Webp,
    signatures: &[&pattern(b"RIFF????WEBP")],
    reading: Some(Reading {
        header,
        pages: None,
        decode_bytes,
        open,
        frames: Some(frames::frames),
        is_sound: Some(is_sound),
        replace_metadata: Some(container::replace_metadata),
    }),
    writing: Some(Writing {
        encode: encode::encode,
        encode_bytes: encode_bytes::encode_bytes,
        stream: None,
        animation: Some(AnimationWriting {
            open: animation::animation,
            bytes: animation::encode_bytes,
        }),
    }),
};

/// Starts to decode; of an animation, its first frame or the one asked for.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    match header.animation {
        Some(_) => frames::open(bytes, header, request, limits),
        None => decode::open(bytes, header, request, limits),
    }
}

pub(super) fn metadata(bytes: &[u8], limits: &Limits) -> Metadata {
    let limit = usize::try_from(limits.max_metadata_bytes).unwrap_or(usize::MAX);
    let mut metadata = Metadata::default();
    for chunk in Chunks::new(bytes).filter(|chunk| chunk.payload.len() <= limit) {
        let (slot, block) = match chunk.name {
            b"ICCP" => (&mut metadata.icc, chunk.payload),
            b"EXIF" => (&mut metadata.exif, exif::without_prefix(chunk.payload)),
            b"XMP " => (&mut metadata.xmp, chunk.payload),
            _ => continue,
        };
        slot.get_or_insert_with(|| block.to_vec());
    }
    metadata
}

/// Its decoders refuse whatever is cut or broken.
fn is_sound(bytes: &[u8], header: &Header, limits: &Limits) -> bool {
    let Ok(mut decoder) = open(bytes, header, &DecodeRequest::default(), limits) else {
        return false;
    };
    loop {
        match decoder.next_band() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// Reads the chunks; those of an animation to the end, for its frames.
pub(crate) fn header(bytes: &[u8], _: &Limits) -> Result<Header, Error> {
    let mut chunks = Chunks::new(bytes);
    let first = chunks.next().ok_or_else(|| broken("no chunk"))?;
    match first.name {
        b"VP8 " => lossy(first.payload),
        b"VP8L" => lossless(first.payload),
        b"VP8X" => extended(first.payload, chunks),
        _ => Err(broken("unknown first chunk")),
    }
}

/// The frame header of VP8 (RFC 6386, section 9.1).
fn lossy(payload: &[u8]) -> Result<Header, Error> {
    if payload.get(3..6) != Some(b"\x9D\x01\x2A") {
        return Err(broken("VP8 start code"));
    }
    let side = |at| le16(payload, at).map(|side| u32::from(side & 0x3FFF));
    let mut header = still(side(6), side(8), Channels::Rgb)?;
    header.subsampling = Some(ChromaSubsampling::Both);
    Ok(header)
}

/// The header of VP8L (WebP lossless bitstream, section 3).
fn lossless(payload: &[u8]) -> Result<Header, Error> {
    let bits = le32(payload, 1).filter(|_| payload.first() == Some(&0x2F));
    let bits = bits.ok_or_else(|| broken("VP8L signature"))?;
    let channels = if bits >> 28 & 1 == 1 {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    still(
        Some((bits & 0x3FFF) + 1),
        Some((bits >> 14 & 0x3FFF) + 1),
        channels,
    )
}

/// The VP8X chunk and those behind it (WebP container specification, "Extended File Format").
fn extended(payload: &[u8], chunks: Chunks<'_>) -> Result<Header, Error> {
    let flags = payload.first().copied().unwrap_or_default();
    let side = |at| side_of(payload, at);
    let has_alpha = flags & FLAG_ALPHA != 0;
    let channels = if has_alpha {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let mut header = still(side(4), side(7), channels)?;
    let mut animation = Animation {
        delays_ms: Vec::new(),
        loop_count: 1,
        fills_canvas: true,
    };
    let is_animated = flags & FLAG_ANIMATION != 0;
    for chunk in chunks {
        match chunk.name {
            b"ICCP" => header.has_color_profile = true,
            b"EXIF" => {
                header.orientation = exif::orientation(exif::without_prefix(chunk.payload));
            }
            b"VP8 " if !is_animated && !has_alpha => {
                header.subsampling = Some(ChromaSubsampling::Both);
            }
            b"ANIM" => animation.loop_count = le16(chunk.payload, 4).unwrap_or(1).into(),
            b"ANMF" => {
                animation.delays_ms.push(delay(chunk.payload));
                let size = (side_of(chunk.payload, 6), side_of(chunk.payload, 9));
                animation.fills_canvas &= size == (Some(header.width), Some(header.height));
            }
            _ => {}
        }
    }
    if is_animated && !animation.delays_ms.is_empty() {
        header.frames = u32::try_from(animation.delays_ms.len()).unwrap_or(u32::MAX);
        header.animation = Some(animation);
    }
    Ok(header)
}

/// Sides are stored less one.
fn side_of(payload: &[u8], at: usize) -> Option<u32> {
    le24(payload, at).map(|side| side + 1)
}

/// Milliseconds; delays that are too short to be meant are as long as in browsers.
fn delay(frame: &[u8]) -> u32 {
    match array(frame, 12).map(|[a, b, c]: [u8; 3]| u32::from_le_bytes([a, b, c, 0])) {
        None | Some(0..=10) => 100,
        Some(delay) => delay,
    }
}

fn still(width: Option<u32>, height: Option<u32>, channels: Channels) -> Result<Header, Error> {
    match (width, height) {
        (Some(width @ 1..), Some(height @ 1..)) => {
            Ok(Header::still(Format::Webp, width, height, channels))
        }
        _ => Err(broken("a side of zero or a cut header")),
    }
}

/// Lossy: rows of macroblocks, and all planes where RGB is wanted, with those of alpha, which are
/// coded as lossless pictures are; animations: the canvas, a frame with what decoding that takes, and
/// what comes out.
pub(crate) fn decode_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    let pixels = u64::from(header.width) * u64::from(header.height);
    let lossless = pixgate_webp::lossless::decode_bytes(header.width, header.height);
    let bytes = match (&header.animation, header.subsampling) {
        (Some(_), _) => 15 * pixels + lossless,
        (None, Some(_)) if request.planar => 64 * u64::from(header.width),
        (None, Some(_)) => 2 * pixels,
        (None, None) if header.channels.has_alpha() => 3 * pixels + lossless,
        (None, None) => lossless,
    };
    bytes + (2 << 20)
}

/// An error of the format's crate as one of this.
fn of_webp(error: pixgate_webp::Error) -> Error {
    let format = Format::Webp;
    match error {
        pixgate_webp::Error::OutOfMemory { bytes } => ErrorKind::OutOfMemory { bytes }.into(),
        pixgate_webp::Error::Broken { what } => ErrorKind::Broken { format, what }.into(),
        _ => Error::with_source(ErrorKind::Encoder { format }, error),
    }
}

fn unsupported(what: &'static str) -> Error {
    let format = Format::Webp;
    ErrorKind::Unsupported { format, what }.into()
}

fn broken(what: &'static str) -> Error {
    let format = Format::Webp;
    ErrorKind::Broken { format, what }.into()
}
