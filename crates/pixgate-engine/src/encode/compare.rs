//! How much a result differs from the pixels that were encoded.

use pixgate_codec::{DecodeRequest, Limits, Pixels, decode, probe};
use pixgate_raster::convert::convert_depth;
use pixgate_raster::measure::{dssim, luma};
use pixgate_raster::{Depth, Image};

use crate::colour::full_range;
use crate::{Error, ErrorKind};

/// Luma of pixels as encoders take them.
pub(crate) fn luma_of(pixels: &Pixels) -> Result<Image, Error> {
    match pixels {
        Pixels::Planar(planes) => Ok(full_range(&planes.y, planes.range)),
        Pixels::Interleaved(image) if image.layout().depth == Depth::U8 => Ok(luma(image)?),
        Pixels::Interleaved(image) => Ok(luma(&convert_depth(image.clone(), Depth::U8)?)?),
    }
}

/// Decodes a result and compares it.
pub(crate) fn dissimilarity(original: &Image, file: &[u8]) -> Result<f64, Error> {
    let mut limits = Limits::default();
    limits.max_frame_pixels = u64::MAX;
    let header = probe(file, &limits)?;
    let (pixels, _) = decode(file, &header, &DecodeRequest::default(), &limits)?;
    let copy = luma_of(&pixels)?;
    drop(pixels);
    if copy.layout() != original.layout() {
        return Err(ErrorKind::Internal.into());
    }
    Ok(dssim(original, &copy)?)
}
