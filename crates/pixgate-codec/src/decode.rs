//! From bytes to pixels: what to ask for and what comes back.

use pixgate_options::Format;
use pixgate_raster::{ChromaSubsampling, Depth, Image, Layout, YuvMatrix, YuvRange};

use crate::boundary::{Contained, contain};
use crate::pixels::Collector;
use crate::{Band, Error, ErrorKind, Header, Limits, Metadata, Pixels, formats};

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

/// The arrangement of the pixels that a decoder will hand over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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

impl OutputLayout {
    /// Width and height in pixels.
    #[must_use]
    pub const fn size(self) -> (u32, u32) {
        match self {
            Self::Interleaved(layout) => (layout.width, layout.height),
            Self::Planar { width, height, .. } => (width, height),
        }
    }

    /// Bytes of all samples together.
    #[must_use]
    pub fn bytes(self) -> u64 {
        match self {
            Self::Interleaved(layout) => layout.bytes(),
            Self::Planar {
                width,
                height,
                depth,
                subsampling,
                alpha,
                ..
            } => {
                let luma = u64::from(width) * u64::from(height);
                let (chroma_width, chroma_height) =
                    subsampling.map_or((0, 0), |s| s.chroma_size(width, height));
                let chroma = u64::from(chroma_width) * u64::from(chroma_height);
                let samples = luma
                    .saturating_mul(1 + u64::from(alpha))
                    .saturating_add(chroma.saturating_mul(2));
                samples.saturating_mul(depth.bytes() as u64)
            }
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

    /// Hands over the alpha of a picture in inks, as grey of its size and depth.
    ///
    /// There is one behind the last band if [`Header::has_ink_alpha`] says so; no layout has inks
    /// and alpha together.
    fn alpha(&mut self) -> Option<Image> {
        None
    }
}

/// Whether this build can decode a format.
///
/// HEIC counts as readable with the feature `avif`, for files that are called so but hold AV1;
/// those that hold HEVC are refused by [`probe`](crate::probe) without the feature `heic`.
#[must_use]
pub const fn can_read(format: Format) -> bool {
    formats::reading(format).is_some()
}

/// Bytes that a decoder takes for itself, on top of the bands it hands over.
///
/// An upper estimate made from the header alone, for the memory budget of a plan: coefficient
/// stores, canvases, frames of a codec library. Bands of a decoder that hands over the whole
/// image at once are not counted.
#[must_use]
pub fn decode_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    formats::reading(header.format).map_or(0, |reading| (reading.decode_bytes)(header, request))
}

/// Starts to decode an image whose header was probed.
///
/// # Errors
///
/// [`ErrorKind::CannotRead`] for formats that this build has no decoder for, the kinds for
/// limits if header or decoder exceed them, and those of [`Decoder::next_band`].
pub fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    limits.check(header, request)?;
    let format = header.format;
    let reading = formats::reading(format).ok_or(ErrorKind::CannotRead { format })?;
    limits.check_room(format, decode_bytes(header, request))?;
    let decoder = contain(format, || (reading.open)(bytes, header, request, limits))?;
    limits.check_layout(decoder.layout())?;
    Ok(Box::new(Contained::new(format, decoder)))
}

/// Decodes a whole image.
///
/// # Errors
///
/// As [`open`] and [`Decoder::next_band`].
pub fn decode(
    bytes: &[u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<(Pixels, Metadata), Error> {
    let mut decoder = open(bytes, header, request, limits)?;
    let mut collector = Collector::new(decoder.layout());
    while let Some(band) = decoder.next_band()? {
        collector.push(band)?;
    }
    Ok((collector.finish()?, decoder.metadata().clone()))
}
