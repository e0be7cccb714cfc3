//! One AV1 picture through pixgate-av1.

use std::collections::VecDeque;

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
    let mut decoder = Decoder::new(stream, settings(max_pixels, is_fine))?;
    let mut picture = blank(decoder.info(), decoder.info().height).map_err(Failure::Raster)?;
    let mut show = |rows: Rows<'_>| paste_all(&mut picture, &rows, rows.first_row);
    while decoder.decode_row(stream, &mut show)? {}
    Ok(picture)
}

fn settings(max_pixels: u64, is_fine: bool) -> DecodeSettings {
    let mut settings = DecodeSettings::new();
    settings.max_pixels = max_pixels;
    if !is_fine {
        settings.filters = Filters::Deblocking;
    }
    settings
}

/// A picture whose rows are handed over as they are final.
pub(super) struct Stream<'a> {
    data: &'a [u8],
    decoder: Decoder,
    /// Rows that were not handed over.
    ready: VecDeque<Picture>,
}

impl<'a> Stream<'a> {
    /// Reads headers; see [`decode`].
    pub(super) fn new(data: &'a [u8], max_pixels: u64, is_fine: bool) -> Result<Self, Error> {
        let decoder = Decoder::new(data, settings(max_pixels, is_fine)).map_err(Failure::Av1)?;
        Ok(Self {
            data,
            decoder,
            ready: VecDeque::new(),
        })
    }

    /// Columns and rows.
    pub(super) const fn size(&self) -> (u32, u32) {
        let info = self.decoder.info();
        (info.width, info.height)
    }

    /// The next rows, up to 64; none behind the last.
    pub(super) fn next_rows(&mut self) -> Result<Option<Picture>, Error> {
        let Self {
            data,
            decoder,
            ready,
        } = self;
        let info = *decoder.info();
        let mut has_more = true;
        while ready.is_empty() && has_more {
            let mut show = |rows: Rows<'_>| {
                let mut picture = blank(&info, rows.rows).map_err(Failure::Raster)?;
                paste_all(&mut picture, &rows, 0)?;
                ready.push_back(picture);
                Ok::<(), Failure>(())
            };
            has_more = decoder.decode_row(data, &mut show)?;
        }
        Ok(ready.pop_front())
    }
}

/// Copies rows to their place in a picture.
fn paste_all(picture: &mut Picture, rows: &Rows<'_>, first: u32) -> Result<(), Failure> {
    let halves_rows = picture.subsampling == Some(ChromaSubsampling::Both);
    for (index, (to, from)) in picture.planes.iter_mut().zip(&rows.planes).enumerate() {
        let first = if index > 0 && halves_rows {
            first / 2
        } else {
            first
        };
        paste(to, from, first as usize).ok_or_else(|| Failure::Raster(broken("size")))?;
    }
    Ok(())
}

/// A picture of so many rows of which nothing is decoded yet.
fn blank(info: &PictureInfo, height: u32) -> Result<Picture, Error> {
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
    let mut planes = vec![plane((info.width, height))?];
    if let Some(subsampling) = subsampling {
        let size = subsampling.chroma_size(info.width, height);
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
