//! The adapter around pixgate-jpeg's encoder.

use pixgate_jpeg::{EncodeOptions, Entropy, Source};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Planes, View, YuvMatrix, YuvRange};

use super::unsupported;
use crate::{EncodeSettings, Error, ErrorKind, Metadata, Pixels, Resolution};

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
    let source = match pixels {
        Pixels::Interleaved(image) => interleaved(image)?,
        Pixels::Planar(planes) => planar(planes)?,
    };
    pixgate_jpeg::encode(source, &options(settings, metadata)).map_err(error)
}

fn options<'a>(settings: &EncodeSettings, metadata: &'a Metadata) -> EncodeOptions<'a> {
    let mut options = EncodeOptions::default();
    options.quality = settings.quality;
    options.quant_table = settings.jpeg_quant_table;
    options.trellis = settings.jpeg_trellis;
    options.subsampling = settings.chroma_subsampling();
    options.entropy = if settings.jpeg_progressive {
        Entropy::Progressive
    } else {
        Entropy::Optimized
    };
    options.exif = fitting(&metadata.exif, SEGMENT_BYTES);
    options.xmp = fitting(&metadata.xmp, SEGMENT_BYTES);
    options.photoshop = fitting(&metadata.iptc, SEGMENT_BYTES);
    options.icc = fitting(&metadata.icc, PROFILE_BYTES);
    options.density_per_inch = metadata.resolution.map(Resolution::in_whole_inches);
    options
}

/// A block that does not fit is left out.
fn fitting(block: &Option<Vec<u8>>, most: usize) -> Option<&[u8]> {
    block.as_deref().filter(|block| block.len() <= most)
}

fn interleaved(image: &Image) -> Result<Source<'_>, Error> {
    let view = view(image)?;
    match image.layout().channels {
        Channels::Grey => Ok(Source::Grey(view)),
        Channels::Rgb => Ok(Source::Rgb(view)),
        Channels::Cmyk => Ok(Source::Cmyk(view)),
        Channels::GreyAlpha | Channels::Rgba => Err(unsupported("alpha")),
    }
}

fn planar(planes: &Planes) -> Result<Source<'_>, Error> {
    planes.check()?;
    if (planes.matrix, planes.range) != (YuvMatrix::Bt601, YuvRange::Full) {
        return Err(unsupported("YCbCr other than full-range BT.601"));
    }
    if planes.alpha.is_some() {
        return Err(unsupported("alpha"));
    }
    let y = view(&planes.y)?;
    Ok(match &planes.chroma {
        None => Source::Grey(y),
        Some([cb, cr]) => Source::Planes {
            planes: [y, view(cb)?, view(cr)?],
            subsampling: planes.subsampling,
        },
    })
}

fn view(image: &Image) -> Result<View<'_, u8>, Error> {
    let view = image.view::<u8>();
    view.map_err(|_| unsupported("more than 8 bits"))
}

fn error(error: pixgate_jpeg::Error) -> Error {
    let kind = match error.kind() {
        pixgate_jpeg::ErrorKind::OutOfMemory { bytes } => ErrorKind::OutOfMemory { bytes: *bytes },
        _ => ErrorKind::Encoder {
            format: Format::Jpeg,
        },
    };
    Error::with_source(kind, error)
}

/// The limit of libjpeg, which every reader shares.
const MAX_SIDE: u32 = 65_500;
/// What fits into a segment, whatever its name.
const SEGMENT_BYTES: usize = 65_500;
/// What fits into 255 segments.
const PROFILE_BYTES: usize = 255 * 65_500;
