//! From bytes to pixels: what to ask for and what comes back.

use pixgate_raster::{ChromaSubsampling, Depth, Layout, YuvMatrix, YuvRange};

use crate::{Band, Error, Metadata};

/// What the caller wants of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DecodeRequest {
    /// Smaller than stored, where the format can do that while decoding.
    pub shrink: Shrink,
    /// Planes instead of interleaved channels, if [`Header::subsampling`](crate::Header) says
    /// that the image can be had so; otherwise interleaved all the same.
    pub planar: bool,
    /// Which frame, counted from 0; frames are composed onto the canvas.
    pub frame: u32,
}

/// How much smaller than stored to decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shrink {
    /// The stored size.
    #[default]
    None,
    /// JPEG: one half, quarter or eighth of each side (factor 2, 4 or 8), rounded down, the
    /// remainder at the right and bottom dropped.
    Factor(u8),
    /// WebP: exactly this size.
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

/// The arrangement of the pixels that a decoder will hand over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputLayout {
    /// Interleaved channels.
    Interleaved(Layout),
    /// YCbCr planes.
    Planar {
        /// Width of the luma plane.
        width: u32,
        /// Height of the luma plane.
        height: u32,
        /// Depth of all planes.
        depth: Depth,
        /// Resolution of the chroma planes; none for greyscale.
        subsampling: Option<ChromaSubsampling>,
        /// Whether there is an alpha plane.
        alpha: bool,
        /// Conversion coefficients.
        matrix: YuvMatrix,
        /// Value range.
        range: YuvRange,
    },
}

/// One image being decoded, band after band.
pub trait Decoder: Send {
    /// What the bands look like together: the size after any shrinking, channels, depth.
    fn layout(&self) -> OutputLayout;

    /// Metadata found in the file. Complete before the first band for every format but PNG, where
    /// blocks behind the pixels appear once the last band was read.
    fn metadata(&self) -> &Metadata;

    /// Decodes the next rows; `None` when all were handed over.
    ///
    /// Data that ends early gives what was decoded and grey or transparent rows for the rest,
    /// as long as the format's reader in the reference does so (PNG, JPEG, GIF); otherwise an
    /// error.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Broken`](crate::ErrorKind) for data that makes no sense, and
    /// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
    fn next_band(&mut self) -> Result<Option<Band>, Error>;
}
