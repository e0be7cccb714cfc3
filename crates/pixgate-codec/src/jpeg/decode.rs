//! The adapter around pixgate-jpeg: bands of pixels or planes, cropped to the size rounded down.

use pixgate_jpeg::{DecodeOptions, Output, Rounding, Scale};
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Layout, Planes, View, YuvMatrix, YuvRange,
};

use super::thumbnail::thumbnail;
use super::{error, factor, metadata, unsupported};
use crate::{
    Ahead, Band, DecodeRequest, Decoder, Error, ErrorKind, Header, Limits, Metadata, OutputLayout,
    Pixels,
};

/// Opens a JPEG file, or the small picture in it, which has the metadata of the main one.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let facts = pixgate_jpeg::Header::read(bytes).map_err(error)?;
    let metadata = metadata(&facts, limits);
    let bytes = match header.parts.is_thumbnail {
        true => thumbnail(bytes).ok_or_else(|| unsupported("a thumbnail that is missing"))?,
        false => bytes,
    };
    let planar = header.subsampling.filter(|_| request.planar);
    let scale = Scale::from_divisor(factor(request).into()).unwrap_or_default();
    let mut options = DecodeOptions::default();
    options.output = match planar {
        None => Output::Interleaved {
            scale,
            rounding: Rounding::Down,
        },
        Some(_) => Output::Planes { scales: [scale; 4] },
    };
    let inner = pixgate_jpeg::Decoder::new(bytes, options).map_err(error)?;
    let (bytes, limit) = (inner.memory_bytes(), limits.max_decode_bytes);
    if bytes > limit {
        return Err(ErrorKind::TooMuchMemory { bytes, limit }.into());
    }
    Ok(Box::new(Own {
        width: scale.apply(header.width, Rounding::Down),
        height: scale.apply(header.height, Rounding::Down),
        channels: header.channels,
        planar,
        metadata,
        inner,
        row: 0,
        is_thumbnail: header.parts.is_thumbnail,
    }))
}

struct Own<'a> {
    width: u32,
    height: u32,
    channels: Channels,
    planar: Option<ChromaSubsampling>,
    metadata: Metadata,
    inner: pixgate_jpeg::Decoder<'a>,
    /// First row of the next band.
    row: u32,
    is_thumbnail: bool,
}

impl Decoder for Own<'_> {
    fn layout(&self) -> OutputLayout {
        match self.planar {
            None => OutputLayout::Interleaved(Layout::u8(self.width, self.height, self.channels)),
            Some(subsampling) => OutputLayout::Planar {
                width: self.width,
                height: self.height,
                depth: Depth::U8,
                subsampling: Some(subsampling),
                alpha: false,
                matrix: YuvMatrix::Bt601,
                range: YuvRange::Full,
            },
        }
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        while self.row < self.height {
            let Some(band) = self.inner.next_band().map_err(error)? else {
                return Err(ErrorKind::Internal.into());
            };
            let rows = |index| band.part(index).map(|part| part.rows);
            let left = self.height - self.row;
            let pixels = match self.planar {
                None => cut(rows(0), self.width, left)?.map(Pixels::Interleaved),
                Some(subsampling) => {
                    let done = (self.width, self.row, left);
                    planes([rows(0), rows(1), rows(2)], done, subsampling)?.map(Pixels::Planar)
                }
            };
            if let Some(pixels) = pixels {
                let first_row = self.row;
                self.row += pixels.size().1;
                return Ok(Some(Band { first_row, pixels }));
            }
        }
        Ok(None)
    }

    fn ahead(&mut self) -> Option<Box<dyn Ahead>> {
        // A thumbnail is a part of the source.
        if self.is_thumbnail {
            return None;
        }
        Some(Box::new(OwnAhead(self.inner.ahead()?)))
    }
}

struct OwnAhead(pixgate_jpeg::Ahead);

impl Ahead for OwnAhead {
    fn work(self: Box<Self>, source: &[u8], stop: &dyn Fn() -> bool) {
        self.0.read(source, stop);
    }
}

/// - `done`: luma width, luma rows handed over before, luma rows to come.
fn planes(
    [y, cb, cr]: [Option<View<'_, u8>>; 3],
    done: (u32, u32, u32),
    subsampling: ChromaSubsampling,
) -> Result<Option<Planes>, Error> {
    let (width, before, left) = done;
    let Some(y) = cut(y, width, left)? else {
        return Ok(None);
    };
    let chroma_before = subsampling.chroma_size(width, before).1;
    let (width, end) = subsampling.chroma_size(width, before + y.height());
    let left = end - chroma_before;
    match (cut(cb, width, left)?, cut(cr, width, left)?) {
        (Some(cb), Some(cr)) if cb.height() == left && cr.height() == left => Ok(Some(Planes {
            y,
            chroma: Some([cb, cr]),
            alpha: None,
            subsampling,
            matrix: YuvMatrix::Bt601,
            range: YuvRange::Full,
        })),
        _ => Err(ErrorKind::Internal.into()),
    }
}

/// Copies the upper left of a view; none if there is no row.
fn cut(rows: Option<View<'_, u8>>, width: u32, most: u32) -> Result<Option<Image>, Error> {
    let Some(rows) = rows else {
        return Ok(None);
    };
    let height = rows.height().min(most);
    if height == 0 {
        return Ok(None);
    }
    Ok(Some(rows.crop(0, 0, width, height)?.to_image()?))
}
