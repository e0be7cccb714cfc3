//! Component planes: Y, Cb, Cr and perhaps alpha, each an image of its own.

use crate::{Channels, Error, ErrorKind, Image};

/// Chroma resolution of YCbCr planes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ChromaSubsampling {
    /// 4:4:4: chroma at full resolution.
    Full,
    /// 4:2:2: chroma at half the width, rounded up.
    Horizontal,
    /// 4:2:0: chroma at half the width and half the height, rounded up.
    Both,
}

impl ChromaSubsampling {
    /// Luma pixels per chroma sample, horizontally and vertically.
    #[must_use]
    pub const fn steps(self) -> (u32, u32) {
        match self {
            Self::Full => (1, 1),
            Self::Horizontal => (2, 1),
            Self::Both => (2, 2),
        }
    }

    /// Size of a chroma plane beside a luma plane of this size.
    #[must_use]
    pub const fn chroma_size(self, width: u32, height: u32) -> (u32, u32) {
        match self {
            Self::Full => (width, height),
            Self::Horizontal => (width.div_ceil(2), height),
            Self::Both => (width.div_ceil(2), height.div_ceil(2)),
        }
    }
}

/// Coefficients between YCbCr and RGB (ITU-T H.273 matrix coefficients).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum YuvMatrix {
    /// BT.601: JPEG (JFIF) and lossy WebP.
    Bt601,
    /// BT.709.
    Bt709,
    /// BT.2020, non-constant luminance.
    Bt2020,
}

/// Value range of Y, Cb and Cr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum YuvRange {
    /// All values of the depth, as JPEG has it.
    Full,
    /// "Studio" range, 16 to 235 for 8-bit luma, as lossy WebP has it.
    Limited,
}

/// An image as planes: Y, Cb, Cr, and alpha if `alpha` is there; greyscale has Y only.
#[derive(Debug, Clone, PartialEq)]
pub struct Planes {
    /// Luma, at full resolution.
    pub y: Image,
    /// Cb and Cr, both of the size that `subsampling` gives; none for greyscale.
    pub chroma: Option<[Image; 2]>,
    /// Alpha at full resolution, straight.
    pub alpha: Option<Image>,
    /// Resolution of the chroma planes.
    pub subsampling: ChromaSubsampling,
    /// Conversion coefficients.
    pub matrix: YuvMatrix,
    /// Value range of Y, Cb and Cr; alpha is always full range.
    pub range: YuvRange,
}

impl Planes {
    /// Checks that all planes are one-channel images of one depth and of fitting sizes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedLayout`] if they are not.
    pub fn check(&self) -> Result<(), Error> {
        let luma = self.y.layout();
        let chroma = self.subsampling.chroma_size(luma.width, luma.height);
        let fits = |image: &Image, (width, height): (u32, u32)| {
            let layout = image.layout();
            layout == luma.sized(width, height) && layout.channels == Channels::Grey
        };
        let full = (luma.width, luma.height);
        let ok = fits(&self.y, full)
            && self
                .chroma
                .iter()
                .flatten()
                .all(|plane| fits(plane, chroma))
            && self.alpha.iter().all(|plane| fits(plane, full));
        if ok {
            Ok(())
        } else {
            Err(ErrorKind::UnsupportedLayout.into())
        }
    }
}
