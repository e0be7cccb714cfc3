//! JPEG XL output, without loss: pixels through zune-jpegxl, metadata in own boxes.

use ::zune_core::bit_depth::BitDepth;
use ::zune_core::colorspace::ColorSpace;
use ::zune_core::options::EncoderOptions;
use ::zune_jpegxl::JxlSimpleEncoder;
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Samples, zeroed};

use super::container;
use crate::{EncodeSettings, Error, ErrorKind, Metadata, Pixels};

/// Encodes a whole image of sRGB or grey; the quality has no effect, and a profile has no place.
pub(crate) fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let Pixels::Interleaved(image) = pixels else {
        return Err(unsupported("YCbCr planes"));
    };
    if image.width() < SHORTEST_SIDE || image.height() < SHORTEST_SIDE {
        return Err(unsupported("a side of one pixel"));
    }
    if metadata.icc.is_some() {
        return Err(unsupported("colour profiles"));
    }
    let codestream = codestream(image, effort(settings))?;
    container::wrap(codestream, metadata)
}

/// Rows that the library samples, in 128ths of the picture.
fn effort(settings: &EncodeSettings) -> u8 {
    const SAMPLED: [u8; 9] = [1, 2, 3, 4, 8, 16, 32, 64, 127];
    SAMPLED[usize::from(settings.jxl_effort.clamp(1, 9)) - 1]
}

fn codestream(image: &Image, effort: u8) -> Result<Vec<u8>, Error> {
    match image.samples() {
        Samples::U8(samples) => compressed(image, samples, (BitDepth::Eight, effort)),
        Samples::U16(samples) => {
            let mut bytes = zeroed::<u8>(2 * samples.len())?;
            for (to, sample) in bytes.chunks_exact_mut(2).zip(samples) {
                to.copy_from_slice(&sample.to_ne_bytes());
            }
            compressed(image, &bytes, (BitDepth::Sixteen, effort))
        }
        Samples::F32(_) => Err(unsupported("float samples")),
    }
}

fn compressed(
    image: &Image,
    samples: &[u8],
    (depth, effort): (BitDepth, u8),
) -> Result<Vec<u8>, Error> {
    let channels = match image.layout().channels {
        Channels::Grey => ColorSpace::Luma,
        Channels::GreyAlpha => ColorSpace::LumaA,
        Channels::Rgb => ColorSpace::RGB,
        Channels::Rgba => ColorSpace::RGBA,
        Channels::Cmyk => return Err(unsupported("CMYK")),
    };
    let (width, height) = (image.width() as usize, image.height() as usize);
    let options = EncoderOptions::new(width, height, channels, depth)
        .set_num_threads(1)
        .set_effort(effort);
    let mut codestream = Vec::new();
    let library = JxlSimpleEncoder::new(samples, options);
    match library.encode(&mut codestream) {
        Ok(_) => Ok(codestream),
        Err(error) => {
            let format = Format::Jxl;
            Err(Error::with_source(
                ErrorKind::Encoder { format },
                format!("{error:?}"),
            ))
        }
    }
}

fn unsupported(what: &'static str) -> Error {
    let format = Format::Jxl;
    ErrorKind::Unsupported { format, what }.into()
}

/// What the library can write.
const SHORTEST_SIDE: u32 = 2;
