//! AVIF output: planes, alpha, code points and metadata of one still picture.

use pixgate_raster::convert::{YuvFormat, image_to_planes};
use pixgate_raster::{ChromaSubsampling, Image, Layout, Planes, Samples, YuvMatrix, YuvRange};

use super::av1_encode::{Coded, Job};
use super::mux::File;
use super::unsupported;
use crate::{EncodeSettings, Error, ErrorKind, Metadata, Pixels};

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
    let is_half_wide = planes.subsampling == ChromaSubsampling::Horizontal;
    let halved = planes.chroma.iter().flatten().filter(|_| is_half_wide);
    let halved = halved.map(halve_height).collect::<Result<Vec<_>, _>>()?;
    let chroma = planes.chroma.iter().flatten().filter(|_| !is_half_wide);
    let subsampling = if is_half_wide {
        ChromaSubsampling::Both
    } else {
        planes.subsampling
    };
    let color = Job {
        planes: std::iter::once(&planes.y)
            .chain(chroma)
            .chain(&halved)
            .collect(),
        subsampling: planes.chroma.as_ref().map(|_| subsampling),
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

/// Chroma of 4:2:0 from that of 4:2:2, which the encoder does not write: rows are averaged in pairs.
fn halve_height(plane: &Image) -> Result<Image, Error> {
    let layout = Layout {
        height: plane.height().div_ceil(2),
        ..plane.layout()
    };
    let width = plane.width() as usize;
    let samples = match plane.samples() {
        Samples::U8(samples) => Samples::U8(average_rows(samples, width)?),
        Samples::U16(samples) => Samples::U16(average_rows(samples, width)?),
        _ => return Err(unsupported("float samples")),
    };
    Ok(Image::from_samples(layout, samples)?)
}

/// The rounded mean of each two rows; a last one alone stays.
fn average_rows<T>(samples: &[T], width: usize) -> Result<Vec<T>, Error>
where
    T: Copy + Into<u32> + TryFrom<u32>,
{
    let mut averages = Vec::new();
    let count = samples.len().div_ceil(2) + width;
    let bytes = (count * size_of::<T>()) as u64;
    let reserved = averages.try_reserve_exact(count);
    reserved.map_err(|_| ErrorKind::OutOfMemory { bytes })?;
    for pair in samples.chunks(2 * width) {
        let (upper, lower) = pair.split_at(width.min(pair.len()));
        if lower.is_empty() {
            averages.extend_from_slice(upper);
        }
        averages.extend(upper.iter().zip(lower).map(|(&upper, &lower)| {
            let mean = (upper.into() + lower.into()).div_ceil(2);
            T::try_from(mean).unwrap_or(upper)
        }));
    }
    Ok(averages)
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
