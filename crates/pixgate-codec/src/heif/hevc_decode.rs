//! One HEVC picture through heic-decoder: the only file that calls it.
//!
//! The library would read whole HEIF files, but copies what items share, however often they do. So
//! it gets files of a single item, made here of what own code found and measured.

use heic_decoder::{DecodeOptions, DecodedImage, HeifError};
use pixgate_options::Format;
use pixgate_raster::{Channels, ChromaSubsampling, Depth, Image, Layout, Samples, zeroed};

use super::hevc_config::Config;
use super::item::CodePoints;
use super::picture::Picture;
use super::{broken, unsupported};
use crate::{Error, ErrorKind};

/// Decodes the picture of an item.
///
/// - `config`: content of its `hvcC` property.
/// - `limit`: refuses larger pictures; sides are coded in blocks of up to 64 pixels.
pub(super) fn decode(config: Option<&[u8]>, data: &[u8], limit: u64) -> Result<Picture, Error> {
    let config = config.and_then(Config::read);
    let config = config.ok_or_else(|| broken("HEVC configuration"))?;
    let (width, height) = config.size().ok_or_else(|| broken("HEVC size"))?;
    if u64::from(width) * u64::from(height) > limit {
        return Err(broken("boxes and HEVC data disagree"));
    }
    let file = config
        .file_with(data)
        .ok_or_else(|| broken("so much data"))?;
    let options = DecodeOptions {
        apply_transforms: false,
    };
    let decoded = heic_decoder::decode_with(&file, &options).map_err(error)?;
    drop(file);
    read(&decoded)
}

fn read(decoded: &DecodedImage) -> Result<Picture, Error> {
    let bits = u8::try_from(decoded.bit_depth_luma).unwrap_or_default();
    let subsampling = match decoded.chroma_format_idc {
        0 => None,
        1 => Some(ChromaSubsampling::Both),
        2 => Some(ChromaSubsampling::Horizontal),
        _ => Some(ChromaSubsampling::Full),
    };
    if subsampling.is_some() && decoded.bit_depth_chroma != decoded.bit_depth_luma {
        return Err(unsupported("chroma of another depth"));
    }
    let size = (decoded.width, decoded.height);
    let chroma_size = (decoded.cb_width, decoded.cb_height);
    let mut planes = vec![plane(&decoded.y, size, bits)?];
    if subsampling.is_some() {
        planes.push(plane(&decoded.cb, chroma_size, bits)?);
        planes.push(plane(&decoded.cr, chroma_size, bits)?);
    }
    // Without a word about it the range is limited (ITU-T H.265, section E.3.1).
    let color = decoded.color_info;
    Ok(Picture {
        planes,
        subsampling,
        bits,
        code_points: CodePoints {
            primaries: 2,
            transfer: 2,
            matrix: color.map_or(2, |color| color.matrix_coefficients),
            is_full_range: color.is_some_and(|color| color.full_range),
        },
    })
}

fn plane(samples: &[i32], (width, height): (usize, usize), bits: u8) -> Result<Image, Error> {
    let side = |side| u32::try_from(side).map_err(|_| broken("size"));
    let layout = Layout {
        width: side(width)?,
        height: side(height)?,
        channels: Channels::Grey,
        depth: match bits {
            8 => Depth::U8,
            _ => Depth::U16,
        },
    };
    let samples = match layout.depth {
        Depth::U8 => Samples::U8(narrow(samples)?),
        _ => Samples::U16(narrow(samples)?),
    };
    Ok(Image::from_samples(layout, samples)?)
}

fn narrow<T>(samples: &[i32]) -> Result<Vec<T>, Error>
where
    T: pixgate_raster::Sample + TryFrom<i32>,
{
    let mut narrow = zeroed::<T>(samples.len())?;
    for (to, from) in narrow.iter_mut().zip(samples) {
        *to = T::try_from(*from).map_err(|_| broken("a sample out of range"))?;
    }
    Ok(narrow)
}

fn error(error: HeifError) -> Error {
    let format = Format::Heic;
    let kind = match &error {
        HeifError::Unsupported(what) => ErrorKind::Unsupported { format, what },
        HeifError::MalformedHevc(what) | HeifError::CabacDesync(what) => {
            ErrorKind::Broken { format, what }
        }
        _ => ErrorKind::Broken {
            format,
            what: "HEVC data",
        },
    };
    Error::with_source(kind, error)
}
