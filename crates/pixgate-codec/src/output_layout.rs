//! How pixels are arranged between decoder, engine and encoder.

use pixgate_raster::{ChromaSubsampling, Depth, Layout, YuvMatrix, YuvRange};

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
