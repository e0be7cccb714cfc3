//! JPEG through pixgate-jpeg.

mod decode;
mod encode;
mod sound;
mod strip;
mod thumbnail;

use pixgate_jpeg::ColorModel;
use pixgate_options::Format;
use pixgate_raster::{Channels, ChromaSubsampling};

use crate::row::{Reading, Row, Writing, collected_bytes};
use crate::signature::pattern;
use crate::{
    DecodeRequest, EncodeSettings, Error, ErrorKind, Header, Limits, Metadata, Orientation,
    OutputLayout, Resolution, Shrink,
};

/// What this build does with JPEG.
pub(crate) const FORMAT: Row = Row {
    format: Format::Jpeg,
    signatures: &[&pattern(b"\xFF\xD8")],
    reading: Some(Reading {
        header,
        pages: None,
        decode_bytes,
        open: decode::open,
        frames: None,
        is_sound: Some(sound::is_sound),
        replace_metadata: Some(strip::replace_metadata),
    }),
    writing: Some(Writing {
        encode: encode::encode,
        encode_bytes,
        stream: None,
        animation: None,
    }),
};

/// Reads the facts in front of the first scan, and those of the small picture among them.
pub(crate) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let mut header = plain_header(bytes)?;
    let thumbnail = thumbnail::header(bytes, &header, limits);
    header.parts.thumbnail = thumbnail.map(Box::new);
    Ok(header)
}

fn plain_header(bytes: &[u8]) -> Result<Header, Error> {
    let read = pixgate_jpeg::Header::read(bytes).map_err(error)?;
    let channels = match read.color_model {
        ColorModel::Grey => Channels::Grey,
        ColorModel::YCbCr | ColorModel::Rgb => Channels::Rgb,
        ColorModel::Cmyk | ColorModel::Ycck => Channels::Cmyk,
        _ => return Err(unsupported("this number of components")),
    };
    Ok(Header {
        orientation: Orientation::from_exif(read.orientation().into()),
        bits: read.precision.clamp(1, 16),
        has_color_profile: read.metadata.icc.is_some(),
        subsampling: subsampling(&read),
        is_multi_pass: read.is_multi_pass(),
        ..Header::still(Format::Jpeg, read.width, read.height, channels)
    })
}

/// Chroma resolution, if the image is YCbCr with a usual one.
fn subsampling(header: &pixgate_jpeg::Header) -> Option<ChromaSubsampling> {
    let factors = header.components.iter().map(|c| (c.horizontal, c.vertical));
    let factors: Vec<_> = factors.collect();
    match (header.color_model, factors.as_slice()) {
        (ColorModel::YCbCr, [(1, 1), (1, 1), (1, 1)]) => Some(ChromaSubsampling::Full),
        (ColorModel::YCbCr, [(2, 1), (1, 1), (1, 1)]) => Some(ChromaSubsampling::Horizontal),
        (ColorModel::YCbCr, [(2, 2), (1, 1), (1, 1)]) => Some(ChromaSubsampling::Both),
        _ => None,
    }
}

fn metadata(header: &pixgate_jpeg::Header, limits: &Limits) -> Metadata {
    let keep = |block: &Option<Vec<u8>>| {
        let block = block.as_ref();
        block
            .filter(|block| block.len() as u64 <= limits.max_metadata_bytes)
            .cloned()
    };
    Metadata {
        icc: keep(&header.metadata.icc),
        exif: keep(&header.metadata.exif),
        xmp: keep(&header.metadata.xmp),
        iptc: keep(&header.metadata.photoshop),
        resolution: header
            .density_per_inch()
            .and_then(|(across, down)| Resolution::per_inch(across, down)),
    }
}

/// Rows of all components and what is read ahead for files in one pass; for others all coefficients.
pub(crate) fn decode_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    let pad = |side: u32| u64::from(side).next_multiple_of(32);
    let per_pixel = |pixels: u64| match header.subsampling {
        Some(ChromaSubsampling::Both) => pixels.saturating_mul(3) / 2,
        Some(ChromaSubsampling::Horizontal) => pixels.saturating_mul(2),
        _ => pixels.saturating_mul(header.channels.count() as u64),
    };
    let rows = per_pixel(pad(header.width) * 32) * 8;
    let samples = per_pixel(pad(header.width) * pad(header.height));
    if !header.is_multi_pass {
        let ahead = samples.saturating_mul(3).min(pixgate_jpeg::AHEAD_BYTES);
        return rows + ahead + (1 << 20);
    }
    // Chroma that is not reduced keeps all of its coefficients.
    let factor = if request.planar {
        u64::from(factor(request))
    } else {
        1
    };
    let history = samples / 8;
    rows + history + (2 * samples).div_ceil(factor * factor) + (1 << 20)
}

fn factor(request: &DecodeRequest) -> u8 {
    match request.shrink {
        Shrink::Factor(factor @ (2 | 4 | 8)) => factor,
        _ => 1,
    }
}

/// For each sample its coefficient, at most one symbol, and the result.
fn encode_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    collected_bytes(layout, samples(layout, settings).saturating_mul(31) / 4)
}

/// Samples of all components, chroma as it is written.
fn samples(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let (width, height) = layout.size();
    let pixels = u64::from(width.next_multiple_of(16)) * u64::from(height.next_multiple_of(16));
    let subsampling = match layout {
        OutputLayout::Interleaved(layout) => match layout.channels.count() {
            1 | 2 => return pixels,
            3 => settings.chroma_subsampling(),
            _ => return pixels.saturating_mul(4),
        },
        OutputLayout::Planar { subsampling, .. } => match subsampling {
            Some(subsampling) => subsampling,
            None => return pixels,
        },
    };
    match subsampling {
        ChromaSubsampling::Both => pixels.saturating_mul(3) / 2,
        ChromaSubsampling::Horizontal => pixels.saturating_mul(2),
        ChromaSubsampling::Full => pixels.saturating_mul(3),
    }
}

fn error(error: pixgate_jpeg::Error) -> Error {
    use pixgate_jpeg::ErrorKind as Kind;
    let format = Format::Jpeg;
    let kind = match error.kind() {
        Kind::OutOfMemory { bytes } => ErrorKind::OutOfMemory { bytes: *bytes },
        Kind::Unsupported { .. } => ErrorKind::Unsupported {
            format,
            what: "an unusual process or precision",
        },
        _ => ErrorKind::Broken {
            format,
            what: "segments or tables",
        },
    };
    Error::with_source(kind, error)
}

fn unsupported(what: &'static str) -> Error {
    let format = Format::Jpeg;
    ErrorKind::Unsupported { format, what }.into()
}
