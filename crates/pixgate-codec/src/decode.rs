//! From bytes to pixels: what to ask for and what comes back.

use pixgate_raster::Image;

use crate::{Band, Error, Metadata, OutputLayout};

/// What the caller wants of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Shrink {
    /// The stored size.
    #[default]
    None,
    /// JPEG: one half, quarter or eighth of each side (factor 2, 4 or 8), rounded down, the
    /// remainder at the right and bottom dropped.
    Factor(u8),
    /// AVIF: the stored size comes, but without filters that would not show at this size.
    /// SVG: drawn at this size. WebP: this size, if the decoder of this build can scale; otherwise the stored size comes.
    /// [`Decoder::layout`] says which.
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

impl Shrink {
    /// Whether an image of `width` times `height` becomes so small that filters which the
    /// decoder could leave out do not show.
    ///
    /// At half the size and below the edges of blocks lie too close to each other.
    pub(crate) const fn hides_blocks(self, (width, height): (u32, u32)) -> bool {
        match self {
            Self::Size {
                width: to_width,
                height: to_height,
            } => width / 2 >= to_width && height / 2 >= to_height,
            Self::None | Self::Factor(_) => false,
        }
    }
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

    /// The part of the work that another thread may do while bands are asked for, if there is one.
    ///
    /// Bands do not depend on whether it is done. Asked before the first band.
    fn ahead(&mut self) -> Option<Box<dyn Ahead>> {
        None
    }

    /// Hands over the alpha of a picture in inks, as grey of its size and depth.
    ///
    /// There is one behind the last band if [`Header::has_ink_alpha`](crate::Header::has_ink_alpha) says so; no layout has inks
    /// and alpha together.
    fn alpha(&mut self) -> Option<Image> {
        None
    }
}

/// Work ahead of a [`Decoder`], on another thread.
pub trait Ahead: Send {
    /// Does it, until `stop` says that it is not wanted any more or the decoder is gone.
    ///
    /// - `source`: the bytes that the decoder was opened with.
    fn work(self: Box<Self>, source: &[u8], stop: &dyn Fn() -> bool);
}
