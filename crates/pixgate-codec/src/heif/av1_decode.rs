//! One AV1 picture through pixgate-av1.

use pixgate_av1::{
    BitDepth, DecodeError, DecodeSettings, Decoder, Filters, PictureInfo, PlaneRows, Rows,
    Subsampling,
};
use pixgate_raster::{Channels, ChromaSubsampling, Depth, Image, Layout, SamplesMut};

use super::item::CodePoints;
use super::picture::Picture;
use super::{broken, unsupported};
use crate::{Error, ErrorKind};

/// Decodes the first picture of an AV1 stream.
///
/// - `max_pixels`: refuses larger frames.
/// - `is_fine`: whether small details matter, or the picture is going to be scaled down so far that
///   only the edges of blocks need smoothing. Prediction within a frame looks at samples before
///   all filters.
pub(super) fn decode(stream: &[u8], max_pixels: u64, is_fine: bool) -> Result<Picture, Error> {
    match whole(stream, max_pixels, is_fine) {
        #[cfg(feature = "rav1d")]
        Err(Failure::Av1(DecodeError::Unsupported(_))) => {
            super::rav1d_decode::decode(stream, max_pixels, is_fine)
        }
        result => result.map_err(Error::from),
    }
}

/// Why there is no picture.
enum Failure {
    Av1(DecodeError),
    Raster(Error),
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::Av1(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Av1(DecodeError::Unsupported(what)) => unsupported(what),
            Failure::Av1(DecodeError::OutOfMemory) => ErrorKind::OutOfMemory { bytes: 0 }.into(),
            Failure::Av1(_) => broken("AV1 data"),
            Failure::Raster(error) => error,
        }
    }
}

fn whole(stream: &[u8], max_pixels: u64, is_fine: bool) -> Result<Picture, Failure> {
    let mut settings = DecodeSettings::new();
    settings.max_pixels = max_pixels;
    if !is_fine {
        settings.filters = Filters::Deblocking;
    }
    let mut decoder = Decoder::new(stream, settings)?;
    let mut picture = blank(decoder.info()).map_err(Failure::Raster)?;
    let halves_rows = picture.subsampling == Some(ChromaSubsampling::Both);
    let mut show = |rows: Rows<'_>| {
        let first = rows.first_row as usize;
        for (index, (to, from)) in picture.planes.iter_mut().zip(&rows.planes).enumerate() {
            let first = if index > 0 && halves_rows {
                first / 2
            } else {
                first
            };
            paste(to, from, first).ok_or_else(|| Failure::Raster(broken("size")))?;
        }
        Ok::<(), Failure>(())
    };
    while decoder.decode_row(stream, &mut show)? {}
    Ok(picture)
}

/// A picture of which nothing is decoded yet.
fn blank(info: &PictureInfo) -> Result<Picture, Error> {
    let subsampling = match info.subsampling {
        Subsampling::Monochrome => None,
        Subsampling::None => Some(ChromaSubsampling::Full),
        Subsampling::Horizontal => Some(ChromaSubsampling::Horizontal),
        Subsampling::Both => Some(ChromaSubsampling::Both),
    };
    let depth = if info.bit_depth == BitDepth::Eight {
        Depth::U8
    } else {
        Depth::U16
    };
    let plane = |(width, height)| {
        Image::zeroed(Layout {
            width,
            height,
            channels: Channels::Grey,
            depth,
        })
    };
    let mut planes = vec![plane((info.width, info.height))?];
    if let Some(subsampling) = subsampling {
        let size = subsampling.chroma_size(info.width, info.height);
        planes.push(plane(size)?);
        planes.push(plane(size)?);
    }
    let color = info.color;
    Ok(Picture {
        planes,
        subsampling,
        bits: info.bit_depth.bits().to_le_bytes()[0],
        code_points: CodePoints {
            primaries: color.primaries.into(),
            transfer: color.transfer.into(),
            matrix: color.matrix.into(),
            is_full_range: color.is_full_range,
        },
    })
}

/// Copies rows to their place in a plane.
fn paste(to: &mut Image, from: &PlaneRows<'_>, first: usize) -> Option<()> {
    let width = to.width() as usize;
    match (to.samples_mut(), *from) {
        (
            SamplesMut::U8(to),
            PlaneRows::U8 {
                samples,
                stride,
                rows,
                ..
            },
        ) => paste_rows(to.get_mut(first * width..)?, width, (samples, stride, rows)),
        (
            SamplesMut::U16(to),
            PlaneRows::U16 {
                samples,
                stride,
                rows,
                ..
            },
        ) => paste_rows(to.get_mut(first * width..)?, width, (samples, stride, rows)),
        _ => None,
    }
}

fn paste_rows<T: Copy>(
    to: &mut [T],
    width: usize,
    (from, stride, rows): (&[T], usize, usize),
) -> Option<()> {
    let from = from.chunks(stride.max(1)).take(rows);
    for (to, from) in to.chunks_exact_mut(width).zip(from) {
        to.copy_from_slice(from.get(..width)?);
    }
    Some(())
}
