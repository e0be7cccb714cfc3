//! WebP output, by pixgate-webp.

use pixgate_options::{WebpCompression, WebpPreset};
use pixgate_raster::convert::{YuvFormat, image_to_planes};
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Layout, Planes, Samples, YuvMatrix, YuvRange, zeroed,
};
use pixgate_webp::container::{FLAG_ALPHA, extended};
use pixgate_webp::lossless::{AlphaOptions, encode_alpha};
use pixgate_webp::vp8::{self, Preset};
use pixgate_webp::yuv::{Chroma, Yuv};

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
    let body = match pixels {
        Pixels::Planar(planes) => lossy(planes, settings)?,
        Pixels::Interleaved(image) => lossy(&planes_of(image, settings)?, settings)?,
    };
    with_metadata(with_riff(&body)?, (width, height), metadata)
}

/// Planes as the format has them.
fn planes_of(image: &Image, settings: &EncodeSettings) -> Result<Planes, Error> {
    let layout = image.layout();
    let Samples::U8(samples) = image.samples() else {
        return Err(unsupported("more than 8 bits"));
    };
    let size = (layout.width, layout.height);
    let chroma = chroma_of(settings);
    match layout.channels {
        Channels::Rgb if chroma == Chroma::Sharp => {
            let pixels = samples.as_chunks::<3>().0;
            from_yuv(Yuv::new(pixels, size, chroma), None)
        }
        Channels::Rgba => {
            let pixels = samples.as_chunks::<4>().0;
            let mut alpha = zeroed::<u8>(pixels.len())?;
            for (to, pixel) in alpha.iter_mut().zip(pixels) {
                *to = pixel[3];
            }
            from_yuv(Yuv::new(pixels, size, chroma), Some(alpha))
        }
        _ => Ok(image_to_planes(image, YuvFormat::webp())?),
    }
}

fn from_yuv(
    yuv: Result<Yuv, pixgate_webp::Error>,
    alpha: Option<Vec<u8>>,
) -> Result<Planes, Error> {
    let yuv = yuv.map_err(of_webp)?;
    let (width, height) = yuv.size;
    let half = ChromaSubsampling::Both.chroma_size(width, height);
    let plane = |(width, height), samples| {
        Image::from_u8(Layout::u8(width, height, Channels::Grey), samples)
    };
    let [cb, cr] = yuv.chroma;
    Ok(Planes {
        y: plane(yuv.size, yuv.luma)?,
        chroma: Some([plane(half, cb)?, plane(half, cr)?]),
        alpha: alpha.map(|alpha| plane(yuv.size, alpha)).transpose()?,
        subsampling: ChromaSubsampling::Both,
        matrix: YuvMatrix::Bt601,
        range: YuvRange::Limited,
    })
}

/// The chunks of a picture.
fn lossy(planes: &Planes, settings: &EncodeSettings) -> Result<Vec<u8>, Error> {
    planes.check()?;
    let is_webp = planes.matrix == YuvMatrix::Bt601
        && planes.range == YuvRange::Limited
        && (planes.subsampling == ChromaSubsampling::Both || planes.chroma.is_none())
        && planes.y.layout().depth == Depth::U8;
    if !is_webp {
        return Err(unsupported("YCbCr other than 4:2:0 limited-range BT.601"));
    }
    let size = (planes.y.width(), planes.y.height());
    let alpha = planes.alpha.as_ref().map(samples).transpose()?;
    let alpha = alpha.filter(|alpha| alpha.iter().any(|value| *value != u8::MAX));
    let mut body = Vec::new();
    if let Some(alpha) = alpha {
        push(&mut body, b"VP8X", &extended(FLAG_ALPHA, size))?;
        let options = AlphaOptions::new(settings.webp_effort, 100);
        let content = encode_alpha(alpha, size, options).map_err(of_webp)?;
        push(&mut body, b"ALPH", &content)?;
    }
    let mut encoder = vp8::Encoder::new(size.0, size.1, settings_of(settings)).map_err(of_webp)?;
    let luma = samples(&planes.y)?;
    match &planes.chroma {
        Some([cb, cr]) => encoder.push_planes(luma, [samples(cb)?, samples(cr)?]),
        None => encoder.push_grey(luma),
    }
    .map_err(of_webp)?;
    if let Some(alpha) = alpha {
        encoder.hide(alpha).map_err(of_webp)?;
    }
    let payload = encoder.finish().map_err(of_webp)?;
    push(&mut body, b"VP8 ", &payload)?;
    Ok(body)
}

fn samples(plane: &Image) -> Result<&[u8], Error> {
    match plane.samples() {
        Samples::U8(samples) => Ok(samples),
        _ => Err(unsupported("more than 8 bits")),
    }
}

pub(super) const fn chroma_of(settings: &EncodeSettings) -> Chroma {
    match settings.webp_smart_subsample {
        true => Chroma::Sharp,
        false => Chroma::Averaged,
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
