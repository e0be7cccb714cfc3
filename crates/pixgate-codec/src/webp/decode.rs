//! The adapter around image-webp, the only file that knows it.

use std::io::Cursor;

use image_webp::vp8::Vp8Decoder;
use image_webp::{DecodingError, WebPDecoder};
use pixgate_options::Format;
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Layout, Planes, YuvMatrix, YuvRange, zeroed,
};

use super::container::Chunks;
use super::{broken, frames};
use crate::whole::WholeDecoder;
use crate::{
    DecodeRequest, Decoder, Error, ErrorKind, Header, Limits, Metadata, OutputLayout, Pixels, exif,
};

/// Opens a WebP file. Pixels come at the stored size, whatever size is asked for.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let metadata = metadata(bytes, limits);
    let (width, height) = (header.width, header.height);
    if request.planar && header.subsampling == Some(ChromaSubsampling::Both) {
        let layout = OutputLayout::Planar {
            width,
            height,
            depth: Depth::U8,
            subsampling: Some(ChromaSubsampling::Both),
            alpha: false,
            matrix: YuvMatrix::Bt601,
            range: YuvRange::Limited,
        };
        let work = move || planes(bytes, width, height).map(Pixels::Planar);
        return Ok(WholeDecoder::boxed(layout, metadata, work));
    }
    if header.animation.is_some() {
        return frames::open(bytes, header, request, limits);
    }
    let mut library = library(bytes, limits.max_decode_bytes)?;
    if library.dimensions() != (width, height) {
        return Err(broken("two different sizes"));
    }
    let channels = if library.has_alpha() {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let layout = Layout::u8(width, height, channels);
    let work = move || interleaved(&mut library, layout).map(Pixels::Interleaved);
    let layout = OutputLayout::Interleaved(layout);
    Ok(WholeDecoder::boxed(layout, metadata, work))
}

/// Decodes a still image that an animation has as a frame.
///
/// - `room`: most bytes that the library may take.
pub(super) fn still(bytes: &[u8], (width, height): (u32, u32), room: u64) -> Result<Image, Error> {
    let mut library = library(bytes, room)?;
    if library.dimensions() != (width, height) {
        return Err(broken("two different sizes"));
    }
    let channels = if library.has_alpha() {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    interleaved(&mut library, Layout::u8(width, height, channels))
}

fn library(bytes: &[u8], room: u64) -> Result<WebPDecoder<Cursor<&[u8]>>, Error> {
    let mut library = WebPDecoder::new(Cursor::new(bytes)).map_err(error)?;
    library.set_memory_limit(usize::try_from(room).unwrap_or(usize::MAX));
    Ok(library)
}

fn interleaved(library: &mut WebPDecoder<Cursor<&[u8]>>, layout: Layout) -> Result<Image, Error> {
    let mut samples = zeroed::<u8>(layout.samples()?)?;
    library.read_image(&mut samples).map_err(error)?;
    Ok(Image::from_u8(layout, samples)?)
}

/// Takes the planes as VP8 has them, cropped from whole macroblocks.
fn planes(bytes: &[u8], width: u32, height: u32) -> Result<Planes, Error> {
    let payload = Chunks::new(bytes)
        .content(b"VP8 ")
        .ok_or_else(|| broken("no VP8 chunk"))?;
    let frame = Vp8Decoder::decode_frame(Cursor::new(payload)).map_err(error)?;
    if (u32::from(frame.width), u32::from(frame.height)) != (width, height) {
        return Err(broken("two different sizes"));
    }
    let (chroma_width, chroma_height) = ChromaSubsampling::Both.chroma_size(width, height);
    let stride = (width as usize).next_multiple_of(16);
    Ok(Planes {
        y: cropped(&frame.ybuf, stride, width, height)?,
        chroma: Some([
            cropped(&frame.ubuf, stride / 2, chroma_width, chroma_height)?,
            cropped(&frame.vbuf, stride / 2, chroma_width, chroma_height)?,
        ]),
        alpha: None,
        subsampling: ChromaSubsampling::Both,
        matrix: YuvMatrix::Bt601,
        range: YuvRange::Limited,
    })
}

fn cropped(samples: &[u8], stride: usize, width: u32, height: u32) -> Result<Image, Error> {
    let layout = Layout::u8(width, height, Channels::Grey);
    if samples.len() < stride * height as usize {
        return Err(ErrorKind::Internal.into());
    }
    let mut image = Image::zeroed(layout)?;
    let rows = image.slice_mut::<u8>()?.chunks_exact_mut(width as usize);
    for (to, from) in rows.zip(samples.chunks(stride)) {
        to.copy_from_slice(&from[..width as usize]);
    }
    Ok(image)
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

fn error(error: DecodingError) -> Error {
    let format = Format::Webp;
    let kind = match &error {
        DecodingError::MemoryLimitExceeded => ErrorKind::OutOfMemory { bytes: 0 },
        DecodingError::UnsupportedFeature(_) => ErrorKind::Unsupported {
            format,
            what: "a feature that the library does not have",
        },
        _ => ErrorKind::Broken {
            format,
            what: "chunks or compressed data",
        },
    };
    Error::with_source(kind, error)
}
