//! Output without loss, or nearly so, by pixgate-webp.

use pixgate_options::WebpCompression;
use pixgate_raster::convert::planes_to_image;
use pixgate_raster::{Channels, Image, Samples, zeroed};
use pixgate_webp::lossless::{self, EncodeOptions};

use super::container::{push, with_metadata, with_riff};
use super::{of_webp, unsupported};
use crate::{EncodeSettings, Error, ErrorKind, Metadata, Pixels};

/// Encodes a whole image without loss, or nearly so.
pub(super) fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let size = pixels.size();
    let argb = match pixels {
        Pixels::Interleaved(image) => argb(image)?,
        Pixels::Planar(planes) => argb(&planes_to_image(planes)?)?,
    };
    let stream = lossless::encode(argb, size, options_of(settings)).map_err(of_webp)?;
    let mut body = Vec::new();
    push(&mut body, b"VP8L", &stream)?;
    with_metadata(with_riff(&body)?, size, metadata)
}

pub(super) fn options_of(settings: &EncodeSettings) -> EncodeOptions {
    let mut options = EncodeOptions::new(settings.webp_effort.min(6));
    if settings.webp_compression == WebpCompression::NearLossless {
        // As libvips does it: the quality says how near.
        options.near_lossless = settings.quality.clamp(1, 100);
    }
    options
}

/// Pixels as the library takes them.
fn argb(image: &Image) -> Result<Vec<u32>, Error> {
    let Samples::U8(samples) = image.samples() else {
        return Err(unsupported("more than 8 bits"));
    };
    let layout = image.layout();
    let mut pixels = zeroed::<u32>(samples.len() / layout.channels.count())?;
    let from = samples.chunks_exact(layout.channels.count());
    for (to, from) in pixels.iter_mut().zip(from) {
        let [alpha, red, green, blue] = match *from {
            [grey] => [0xFF, grey, grey, grey],
            [grey, alpha] => [alpha, grey, grey, grey],
            [red, green, blue] => [0xFF, red, green, blue],
            [red, green, blue, alpha] => [alpha, red, green, blue],
            _ => return Err(ErrorKind::Internal.into()),
        };
        *to = u32::from_be_bytes([alpha, red, green, blue]);
    }
    if layout.channels == Channels::Cmyk {
        return Err(unsupported("CMYK"));
    }
    Ok(pixels)
}
