//! WebP output: opaque lossy pictures by pixgate-webp.

use pixgate_options::{WebpCompression, WebpPreset};
use pixgate_raster::convert::{YuvFormat, image_to_planes};
use pixgate_raster::{ChromaSubsampling, Depth, Image, Planes, Samples, YuvMatrix, YuvRange};
use pixgate_webp::vp8::{self, Preset};

use super::container::{push, with_metadata, with_riff};
use super::{of_webp, unsupported};
use crate::{EncodeSettings, Error, Metadata, Pixels};

/// Encodes a whole image; lossy chroma is at half resolution.
pub(crate) fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let (width, height) = pixels.size();
    if width.max(height) > MAX_SIDE {
        return Err(unsupported("a side of more than 16383 pixels"));
    }
    if settings.webp_compression != WebpCompression::Lossy {
        return super::encode_lossless::encode(pixels, settings, metadata);
    }
    let is_sharp = settings.webp_smart_subsample && matches!(pixels, Pixels::Interleaved(_));
    if is_sharp || has_alpha(pixels) {
        return super::libwebp::encode(pixels, settings, metadata);
    }
    let payload = match pixels {
        Pixels::Planar(planes) => lossy(planes, settings)?,
        Pixels::Interleaved(image) => {
            if image.layout().depth != Depth::U8 {
                return Err(unsupported("more than 8 bits"));
            }
            lossy(&image_to_planes(image, YuvFormat::webp())?, settings)?
        }
    };
    let mut body = Vec::new();
    push(&mut body, b"VP8 ", &payload)?;
    drop(payload);
    with_metadata(with_riff(&body)?, (width, height), metadata)
}

fn has_alpha(pixels: &Pixels) -> bool {
    match pixels {
        Pixels::Interleaved(image) => image.layout().channels.has_alpha(),
        Pixels::Planar(planes) => planes.alpha.is_some(),
    }
}

/// The content of a `VP8 ` chunk.
pub(super) fn lossy(planes: &Planes, settings: &EncodeSettings) -> Result<Vec<u8>, Error> {
    planes.check()?;
    let is_webp = planes.matrix == YuvMatrix::Bt601
        && planes.range == YuvRange::Limited
        && (planes.subsampling == ChromaSubsampling::Both || planes.chroma.is_none())
        && planes.y.layout().depth == Depth::U8;
    if !is_webp {
        return Err(unsupported("YCbCr other than 4:2:0 limited-range BT.601"));
    }
    let (width, height) = (planes.y.width(), planes.y.height());
    let mut encoder = vp8::Encoder::new(width, height, settings_of(settings)).map_err(of_webp)?;
    let luma = samples(&planes.y)?;
    match &planes.chroma {
        Some([cb, cr]) => encoder.push_planes(luma, [samples(cb)?, samples(cr)?]),
        None => encoder.push_grey(luma),
    }
    .map_err(of_webp)?;
    encoder.finish().map_err(of_webp)
}

fn samples(plane: &Image) -> Result<&[u8], Error> {
    match plane.samples() {
        Samples::U8(samples) => Ok(samples),
        _ => Err(unsupported("more than 8 bits")),
    }
}

pub(super) fn settings_of(settings: &EncodeSettings) -> vp8::Settings {
    let mut of_crate = vp8::Settings::new(settings.quality);
    of_crate.effort = settings.webp_effort;
    of_crate.preset = match settings.webp_preset {
        WebpPreset::Default => Preset::Default,
        WebpPreset::Photo => Preset::Photo,
        WebpPreset::Picture => Preset::Picture,
        WebpPreset::Drawing => Preset::Drawing,
        WebpPreset::Icon => Preset::Icon,
        WebpPreset::Text => Preset::Text,
    };
    of_crate
}

/// The longest side that the format can have.
pub(super) const MAX_SIDE: u32 = 16_383;
