//! Pictures without loss, by image-webp, of which only this file knows.

use std::io::Cursor;

use image_webp::{DecodingError, WebPDecoder};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout, zeroed};

use super::broken;
use crate::{Error, ErrorKind};

/// Decodes a picture without loss: RGBA, or RGB if it says that it is opaque.
pub(super) fn lossless(bytes: &[u8], size: (u32, u32), room: u64) -> Result<Image, Error> {
    let mut library = library(bytes, room)?;
    let (width, height) = size;
    if library.dimensions() != size {
        return Err(broken("two different sizes"));
    }
    let channels = if library.has_alpha() {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    interleaved(&mut library, Layout::u8(width, height, channels))
}

pub(super) fn library(bytes: &[u8], room: u64) -> Result<WebPDecoder<Cursor<&[u8]>>, Error> {
    let mut library = WebPDecoder::new(Cursor::new(bytes)).map_err(error)?;
    library.set_memory_limit(usize::try_from(room).unwrap_or(usize::MAX));
    Ok(library)
}

pub(super) fn interleaved(
    library: &mut WebPDecoder<Cursor<&[u8]>>,
    layout: Layout,
) -> Result<Image, Error> {
    let mut samples = zeroed::<u8>(layout.samples()?)?;
    library.read_image(&mut samples).map_err(error)?;
    Ok(Image::from_u8(layout, samples)?)
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
