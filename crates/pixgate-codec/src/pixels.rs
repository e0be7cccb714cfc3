//! Pixels on their way between a codec and the rest: whole images, planes, or bands of rows.

use pixgate_raster::{Image, Layout, Planes};

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
}
