//! JPEG output through libjpeg-turbo-rs, metadata in own segments.

use libjpeg_turbo_rs::{
    Encoder as Library, JpegError, PixelFormat, Subsampling, compress_raw, read_coefficients,
    write_coefficients_optimized, write_coefficients_progressive,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, ChromaSubsampling, Image, Planes, Samples, YuvMatrix, YuvRange};

use super::unsupported;
use crate::{EncodeSettings, Error, ErrorKind, Metadata, Pixels, exif};

/// Encodes a whole image: optimised Huffman tables, 4:2:0 below quality 90 unless set.
pub(crate) fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let (width, height) = pixels.size();
    if width.max(height) > MAX_SIDE {
        return Err(unsupported("a side of more than 65500 pixels"));
    }
    let jpeg = match pixels {
        Pixels::Interleaved(image) => encode_interleaved(image, settings)?,
        Pixels::Planar(planes) => encode_planes(planes, settings)?,
    };
    with_metadata(jpeg, metadata)
}

fn encode_interleaved(image: &Image, settings: &EncodeSettings) -> Result<Vec<u8>, Error> {
    let format = match image.layout().channels {
        Channels::Grey => PixelFormat::Grayscale,
        Channels::Rgb => PixelFormat::Rgb,
        Channels::Cmyk => PixelFormat::Cmyk,
        Channels::GreyAlpha | Channels::Rgba => return Err(unsupported("alpha")),
    };
    let inverted;
    let samples = match image.samples() {
        Samples::U8(samples) if format == PixelFormat::Cmyk => {
            inverted = invert(samples)?;
            &inverted
        }
        Samples::U8(samples) => samples,
        _ => return Err(unsupported("more than 8 bits")),
    };
    Library::new(
        samples,
        image.width() as usize,
        image.height() as usize,
        format,
    )
    .quality(settings.quality.clamp(1, 100))
    .subsampling(subsampling(settings))
    .optimize_huffman(true)
    .progressive(settings.jpeg_progressive)
    .encode()
    .map_err(error)
}

/// Adobe's CMYK, which everybody reads, stores 255 for no ink.
fn invert(samples: &[u8]) -> Result<Vec<u8>, Error> {
    let mut inverted = pixgate_raster::zeroed::<u8>(samples.len())?;
    for (to, from) in inverted.iter_mut().zip(samples) {
        *to = 255 - from;
    }
    Ok(inverted)
}

/// The library writes planes with fixed tables only, so its coefficients are coded a second time.
fn encode_planes(planes: &Planes, settings: &EncodeSettings) -> Result<Vec<u8>, Error> {
    planes.check()?;
    if (planes.matrix, planes.range) != (YuvMatrix::Bt601, YuvRange::Full) {
        return Err(unsupported("YCbCr other than full-range BT.601"));
    }
    if planes.alpha.is_some() {
        return Err(unsupported("alpha"));
    }
    let images = std::iter::once(&planes.y).chain(planes.chroma.iter().flatten());
    let mut samples: Vec<&[u8]> = Vec::new();
    let mut widths = Vec::new();
    let mut heights = Vec::new();
    for image in images {
        samples.push(image.view::<u8>().and_then(|_| bytes_of(image))?);
        widths.push(image.width() as usize);
        heights.push(image.height() as usize);
    }
    let jpeg = compress_raw(
        &samples,
        &widths,
        &heights,
        planes.y.width() as usize,
        planes.y.height() as usize,
        settings.quality.clamp(1, 100),
        library_subsampling(planes.subsampling),
    )
    .map_err(error)?;
    let coefficients = read_coefficients(&jpeg).map_err(error)?;
    if settings.jpeg_progressive {
        write_coefficients_progressive(&coefficients, None).map_err(error)
    } else {
        write_coefficients_optimized(&coefficients).map_err(error)
    }
}

fn bytes_of(image: &Image) -> Result<&[u8], pixgate_raster::Error> {
    match image.samples() {
        Samples::U8(samples) => Ok(samples),
        _ => Err(pixgate_raster::ErrorKind::UnsupportedLayout.into()),
    }
}

fn subsampling(settings: &EncodeSettings) -> Subsampling {
    library_subsampling(settings.chroma_subsampling())
}

const fn library_subsampling(subsampling: ChromaSubsampling) -> Subsampling {
    match subsampling {
        ChromaSubsampling::Full => Subsampling::S444,
        ChromaSubsampling::Horizontal => Subsampling::S422,
        ChromaSubsampling::Both => Subsampling::S420,
    }
}

/// Puts metadata segments behind the JFIF segment, or behind the start marker if there is none.
fn with_metadata(jpeg: Vec<u8>, metadata: &Metadata) -> Result<Vec<u8>, Error> {
    let mut segments = Vec::new();
    if let Some(block) = &metadata.exif {
        push_segment(&mut segments, APP1, &[exif::PREFIX, block]);
    }
    if let Some(block) = &metadata.xmp {
        push_segment(&mut segments, APP1, &[XMP_PREFIX, block]);
    }
    if let Some(block) = &metadata.iptc {
        push_segment(&mut segments, APP13, &[IPTC_PREFIX, block]);
    }
    if let Some(profile) = &metadata.icc {
        push_profile(&mut segments, profile);
    }
    if segments.is_empty() {
        return Ok(jpeg);
    }
    let at = match jpeg.get(2..6) {
        Some([0xFF, 0xE0, high, low]) => 4 + usize::from(u16::from_be_bytes([*high, *low])),
        _ => 2,
    };
    let (head, tail) = jpeg.split_at_checked(at).ok_or(ErrorKind::Internal)?;
    let bytes = jpeg.len() + segments.len();
    let mut whole = Vec::new();
    whole
        .try_reserve_exact(bytes)
        .map_err(|_| ErrorKind::OutOfMemory {
            bytes: bytes as u64,
        })?;
    for part in [head, &segments, tail] {
        whole.extend_from_slice(part);
    }
    Ok(whole)
}

/// Appends a segment; a block that does not fit into one is left out.
fn push_segment(to: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    if let Ok(length) = u16::try_from(length + 2) {
        to.extend_from_slice(&[0xFF, marker]);
        to.extend_from_slice(&length.to_be_bytes());
        for part in parts {
            to.extend_from_slice(part);
        }
    }
}

fn push_profile(to: &mut Vec<u8>, profile: &[u8]) {
    let chunks = profile.chunks(ICC_CHUNK);
    let Ok(count) = u8::try_from(chunks.len()) else {
        return;
    };
    for (number, chunk) in (1..=count).zip(chunks) {
        push_segment(to, APP2, &[ICC_PREFIX, &[number, count], chunk]);
    }
}

fn error(error: JpegError) -> Error {
    let kind = match &error {
        JpegError::AllocationFailed { bytes, .. } => ErrorKind::OutOfMemory { bytes: *bytes },
        _ => ErrorKind::Encoder {
            format: Format::Jpeg,
        },
    };
    Error::with_source(kind, error)
}

/// The limit of libjpeg, which every reader shares.
const MAX_SIDE: u32 = 65_500;
/// A segment's 65533 bytes without the profile's own prefix and counters.
const ICC_CHUNK: usize = 65_519;
const XMP_PREFIX: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const IPTC_PREFIX: &[u8] = b"Photoshop 3.0\0";
const ICC_PREFIX: &[u8] = b"ICC_PROFILE\0";
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP13: u8 = 0xED;
