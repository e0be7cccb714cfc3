//! HEIF: own boxes; AV1 through pixgate-av1, HEVC through heic-decoder.

mod assemble;
mod av1_decode;
mod av1_encode;
mod bands;
mod boxes;
mod coded;
mod container;
mod decode;
mod encode;
mod encode_bytes;
#[cfg(feature = "heic")]
mod hevc_config;
#[cfg(feature = "heic")]
mod hevc_decode;
mod item;
mod matrix;
mod mux;
mod picture;
mod planes;
mod primaries;
mod profile;
#[cfg(feature = "rav1d")]
mod rav1d_decode;
mod sequence;
mod write;

use pixgate_options::Format;
use pixgate_raster::Channels;

use crate::row::{Reading, Row, Writing};
use crate::{DecodeRequest, Error, ErrorKind, Header, Limits, signature};
use container::Container;

/// What this build does with AVIF.
pub(crate) const AVIF: Row = Row {
    format: Format::Avif,
    signatures: signature::AVIF,
    reading: Some(reading(|bytes, limits| header(Format::Avif, bytes, limits))),
    writing: Some(Writing {
        encode: encode::encode,
        encode_bytes: encode_bytes::encode_bytes,
        stream: None,
        animation: None,
    }),
};

/// What this build does with HEIC, and with AV1 pictures in files that are called so.
pub(crate) const HEIC: Row = Row {
    format: Format::Heic,
    signatures: signature::HEIC,
    reading: Some(reading(|bytes, limits| header(Format::Heic, bytes, limits))),
    writing: None,
};

const fn reading(header: fn(&[u8], &Limits) -> Result<Header, Error>) -> Reading {
    Reading {
        header,
        pages: None,
        decode_bytes,
        open: decode::open,
        frames: None,
        is_sound: None,
        replace_metadata: None,
    }
}

/// Reads the boxes; the size is that after the transformations that the decoder applies.
///
/// - `format`: as sniffed; HEIF files with AV1 pictures may be called HEIC.
fn header(format: Format, bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let read = || {
        let container = Container::read(format, bytes)?;
        let mut header = described(format, &container, limits)?;
        let small = container.into_thumbnail(format);
        let small = small.and_then(|small| described(format, &small, limits).ok());
        header.parts.thumbnail = small.map(|mut small| {
            small.parts.is_thumbnail = true;
            Box::new(small)
        });
        Ok(header)
    };
    read().map_err(|error: Error| error.of(format))
}

fn described(format: Format, container: &Container<'_>, limits: &Limits) -> Result<Header, Error> {
    let primary = container.primary();
    let (coded_width, coded_height) = primary.size().ok_or_else(|| broken("size"))?;
    limits.check_size(coded_width, coded_height)?;
    let (width, height) = primary.displayed_size().ok_or_else(|| broken("size"))?;
    let channels = match (primary.is_monochrome(), container.alpha()) {
        (true, None) => Channels::Grey,
        (true, Some(_)) => Channels::GreyAlpha,
        (false, None) => Channels::Rgb,
        (false, Some(_)) => Channels::Rgba,
    };
    if let Some(points) = primary.code_points() {
        matrix::Matrix::of(points.matrix, points.primaries)?;
    }
    if let Some(coded) = container.coded(primary)
        && (coded.bits, coded.is_monochrome) != (primary.bits(), primary.is_monochrome())
    {
        return Err(broken("boxes and coded data disagree"));
    }
    let items = [Some(primary), container.alpha()];
    let parts = items.into_iter().flatten();
    let mut part_bytes = parts.map(|item| container.decoder_bytes(item));
    let part_bytes = part_bytes.try_fold(0, |most, bytes| Some(bytes?.max(most)));
    Ok(Header {
        bits: primary.bits(),
        has_color_profile: decode::profile(container).is_some(),
        subsampling: decode::planar_subsampling(container),
        band_bytes: container.band_bytes(),
        part_bytes: Some(part_bytes.ok_or_else(|| broken("size of a tile"))?),
        ..Header::still(format, width, height, channels)
    })
}

/// Rows of planes with the decoder that they come from, where they come in bands. Else the planes, and either the
/// decoder that they come from or what turns them to pixels; and those pixels once more, since a child has them
/// all before the first is handed over.
fn decode_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    if let (Some(rows), true) = (
        header.band_bytes,
        request.planar && header.subsampling.is_some(),
    ) {
        let decoder = header.part_bytes.unwrap_or(0);
        return decoder.saturating_add(rows).saturating_add(2 << 20);
    }
    let pixels = u64::from(header.width) * u64::from(header.height);
    let sample = if header.bits > 8 { 2 } else { 1 };
    let chroma = match (header.channels, header.subsampling) {
        (Channels::Grey | Channels::GreyAlpha, _) => 0,
        (_, Some(subsampling)) => {
            let (width, height) = subsampling.chroma_size(header.width, header.height);
            u64::from(width) * u64::from(height)
        }
        (_, None) => pixels,
    };
    let samples = pixels.saturating_add(2 * chroma);
    let planes = samples.saturating_mul(sample);
    let parts = header.part_bytes.unwrap_or(planes);
    let alpha = if header.channels.has_alpha() {
        2 * pixels * sample
    } else {
        0
    };
    let (conversion, result) = if request.planar {
        (0, 0)
    } else {
        let channels = header.channels.count() as u64;
        (pixels * sample, pixels * sample * channels)
    };
    planes
        .saturating_add(parts.max(conversion))
        .saturating_add(result)
        .saturating_add(alpha + (8 << 20))
}

fn broken(what: &'static str) -> Error {
    let format = Format::Avif;
    ErrorKind::Broken { format, what }.into()
}

fn unsupported(what: &'static str) -> Error {
    let format = Format::Avif;
    ErrorKind::Unsupported { format, what }.into()
}
