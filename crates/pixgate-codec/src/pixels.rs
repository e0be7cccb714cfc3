//! Pixels on their way between a codec and the rest: whole images, planes, or bands of rows.

use pixgate_raster::{Channels, ChromaSubsampling, Image, Layout, Planes, Samples, SamplesMut};

use crate::{Error, ErrorKind, OutputLayout};

/// What [`Decoder`](crate::Decoder) hands over and [`Encoder`](crate::Encoder) takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Pixels {
    /// Interleaved channels.
    Interleaved(Image),
    /// YCbCr planes.
    Planar(Planes),
}

/// Consecutive rows of an image, top to bottom without gaps between bands.
///
/// For planes, `first_row` and the rows of the luma plane are counted; chroma planes hold the
/// rows that go with them, so all but the last band of 4:2:0 have an even number of luma rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Index of the first row in the whole image.
    pub first_row: u32,
    /// The rows; `height` is the number of rows in this band.
    pub pixels: Pixels,
}

impl Pixels {
    /// Width and height in pixels.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        let layout = match self {
            Self::Interleaved(image) => image.layout(),
            Self::Planar(planes) => planes.y.layout(),
        };
        (layout.width, layout.height)
    }

    /// The layout, if the pixels are interleaved.
    #[must_use]
    pub const fn layout(&self) -> Option<Layout> {
        match self {
            Self::Interleaved(image) => Some(image.layout()),
            Self::Planar(_) => None,
        }
    }

    /// How a decoder that hands these pixels over, or an encoder that takes them, describes them.
    #[must_use]
    pub const fn output_layout(&self) -> OutputLayout {
        match self {
            Self::Interleaved(image) => OutputLayout::Interleaved(image.layout()),
            Self::Planar(planes) => OutputLayout::Planar {
                width: planes.y.width(),
                height: planes.y.height(),
                depth: planes.y.layout().depth,
                subsampling: if planes.chroma.is_some() {
                    Some(planes.subsampling)
                } else {
                    None
                },
                alpha: planes.alpha.is_some(),
                matrix: planes.matrix,
                range: planes.range,
            },
        }
    }

    /// Allocates pixels of a layout, all samples zero.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`], and [`ErrorKind::Internal`] for an impossible size.
    pub fn zeroed(layout: OutputLayout) -> Result<Self, Error> {
        match layout {
            OutputLayout::Interleaved(layout) => Ok(Self::Interleaved(Image::zeroed(layout)?)),
            OutputLayout::Planar {
                width,
                height,
                depth,
                subsampling,
                alpha,
                matrix,
                range,
            } => {
                let channels = Channels::Grey;
                let plane = |width, height| {
                    Image::zeroed(Layout {
                        width,
                        height,
                        channels,
                        depth,
                    })
                };
                let chroma = match subsampling {
                    None => None,
                    Some(subsampling) => {
                        let (width, height) = subsampling.chroma_size(width, height);
                        Some([plane(width, height)?, plane(width, height)?])
                    }
                };
                let alpha = if alpha {
                    Some(plane(width, height)?)
                } else {
                    None
                };
                Ok(Self::Planar(Planes {
                    y: plane(width, height)?,
                    chroma,
                    alpha,
                    subsampling: subsampling.unwrap_or(ChromaSubsampling::Full),
                    matrix,
                    range,
                }))
            }
        }
    }
}

/// Puts bands together to a whole image; a single band is taken over without a copy.
pub(crate) struct Collector {
    layout: OutputLayout,
    pixels: Option<Pixels>,
    rows: u32,
}

impl Collector {
    pub(crate) const fn new(layout: OutputLayout) -> Self {
        Self {
            layout,
            pixels: None,
            rows: 0,
        }
    }

    pub(crate) fn push(&mut self, band: Band) -> Result<(), Error> {
        let (width, rows) = band.pixels.size();
        let (full_width, full_height) = self.layout.size();
        if band.first_row != self.rows || width != full_width || rows > full_height - self.rows {
            return Err(ErrorKind::Internal.into());
        }
        if rows == full_height && self.layout == band.pixels.output_layout() {
            self.pixels = Some(band.pixels);
        } else {
            let whole = match &mut self.pixels {
                Some(whole) => whole,
                none => none.insert(Pixels::zeroed(self.layout)?),
            };
            copy_rows(whole, &band)?;
        }
        self.rows += rows;
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<Pixels, Error> {
        match self.pixels {
            Some(pixels) if self.rows == self.layout.size().1 => Ok(pixels),
            _ => Err(ErrorKind::Internal.into()),
        }
    }
}

fn copy_rows(whole: &mut Pixels, band: &Band) -> Result<(), Error> {
    match (whole, &band.pixels) {
        (Pixels::Interleaved(whole), Pixels::Interleaved(rows)) => {
            copy_plane(whole, band.first_row, rows)
        }
        (Pixels::Planar(whole), Pixels::Planar(rows)) => {
            copy_plane(&mut whole.y, band.first_row, &rows.y)?;
            if let (Some(whole), Some(rows)) = (&mut whole.alpha, &rows.alpha) {
                copy_plane(whole, band.first_row, rows)?;
            }
            let first = whole.subsampling.chroma_size(1, band.first_row).1;
            let chroma = whole.chroma.iter_mut().flatten();
            for (whole, rows) in chroma.zip(rows.chroma.iter().flatten()) {
                copy_plane(whole, first, rows)?;
            }
            Ok(())
        }
        _ => Err(ErrorKind::Internal.into()),
    }
}

fn copy_plane(whole: &mut Image, first_row: u32, rows: &Image) -> Result<(), Error> {
    let row = whole.layout().row_samples();
    if row != rows.layout().row_samples() {
        return Err(ErrorKind::Internal.into());
    }
    let start = first_row as usize * row;
    let end = start + rows.height() as usize * row;
    let copied = match (whole.samples_mut(), rows.samples()) {
        (SamplesMut::U8(to), Samples::U8(from)) => copy_slice(to.get_mut(start..end), from),
        (SamplesMut::U16(to), Samples::U16(from)) => copy_slice(to.get_mut(start..end), from),
        (SamplesMut::F32(to), Samples::F32(from)) => copy_slice(to.get_mut(start..end), from),
        _ => None,
    };
    copied.ok_or_else(|| ErrorKind::Internal.into())
}

fn copy_slice<T: Copy>(to: Option<&mut [T]>, from: &[T]) -> Option<()> {
    to.map(|to| to.copy_from_slice(from))
}
