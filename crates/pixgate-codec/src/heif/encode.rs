//! AVIF output: planes, alpha, code points and metadata of one still picture.

use pixgate_raster::{Image, Planes, YuvFormat, YuvMatrix, YuvRange, image_to_planes};

use super::av1_encode::{Coded, Job};
use super::mux::File;
use super::unsupported;
use crate::{EncodeSettings, Error, Metadata, Pixels};

/// Encodes a whole image: 8 bits, or 12 if the samples have 16; 4:2:0 below quality 90 unless set.
pub(crate) fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let (width, height) = pixels.size();
    if width.max(height) > MAX_SIDE {
        return Err(unsupported("a side of more than 65536 pixels"));
    }
    match pixels {
        Pixels::Planar(planes) => encode_planes(planes, settings, metadata),
        Pixels::Interleaved(image) => {
            let format = YuvFormat {
                subsampling: settings.chroma_subsampling(),
                matrix: YuvMatrix::Bt601,
                range: YuvRange::Full,
            };
            let planes =
                image_to_planes(image, format).map_err(|_| unsupported("CMYK or float samples"))?;
            encode_planes(&planes, settings, metadata)
        }
    }
}

fn encode_planes(
    planes: &Planes,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    planes.check()?;
    let color = Job {
        planes: std::iter::once(&planes.y)
            .chain(planes.chroma.iter().flatten())
            .collect(),
        subsampling: planes.chroma.as_ref().map(|_| planes.subsampling),
        matrix: planes.matrix,
        range: planes.range,
        quality: settings.quality,
        speed: settings.avif_speed,
    };
    let color = color.encode()?;
    let alpha = planes.alpha.as_ref();
    let alpha = alpha
        .map(|plane| encode_alpha(plane, settings))
        .transpose()?;
    let luma = planes.y.layout();
    File {
        size: (luma.width, luma.height),
        bits: if luma.depth.bytes() == 1 { 8 } else { 12 },
        is_monochrome: planes.chroma.is_none(),
        matrix: planes.matrix,
        range: planes.range,
        color,
        alpha,
        metadata,
    }
    .write()
}

fn encode_alpha(plane: &Image, settings: &EncodeSettings) -> Result<Coded, Error> {
    Job {
        planes: vec![plane],
        subsampling: None,
        matrix: YuvMatrix::Bt601,
        range: YuvRange::Full,
        quality: settings.quality,
        speed: settings.avif_speed,
    }
    .encode()
}

/// Sides of AV1 frames have 16 bits.
const MAX_SIDE: u32 = 65_536;
