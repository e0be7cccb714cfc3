//! What is decoded.

use super::tile::FrameContext;
use crate::{BitDepth, ColorDescription};

/// How to decode.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct DecodeSettings {
    /// Frames with more samples of luma are refused.
    pub max_pixels: u64,
    /// Which filters are applied.
    pub filters: Filters,
}

impl DecodeSettings {
    /// With all filters and without a limit.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_pixels: u64::MAX,
            filters: Filters::All,
        }
    }
}

impl Default for DecodeSettings {
    fn default() -> Self {
        Self::new()
    }
}

/// Which filters are applied after reconstruction.
///
/// Prediction within a frame looks at samples before all filters, so that those which are left out change
/// nothing but details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Filters {
    /// Those that the stream asks for.
    #[default]
    All,
    /// Only deblocking, superres and film grain: for pictures that are going to be scaled down.
    Deblocking,
    /// Only superres and film grain.
    None,
}

/// Resolution of the chroma planes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subsampling {
    /// There are none: 4:0:0.
    Monochrome,
    /// As luma: 4:4:4.
    None,
    /// Half of luma's columns, rounded up: 4:2:2.
    Horizontal,
    /// Half of luma's columns and rows, rounded up: 4:2:0.
    Both,
}

/// What is known of a picture before it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PictureInfo {
    /// In samples of luma.
    pub width: u32,
    /// In samples of luma.
    pub height: u32,
    /// Of all planes.
    pub bit_depth: BitDepth,
    /// How large the second and the third plane are.
    pub subsampling: Subsampling,
    /// What the samples mean; 2 where the stream does not say.
    pub color: ColorDescription,
    /// Columns of tiles, which do not depend on each other.
    pub tile_columns: usize,
}

impl PictureInfo {
    pub(super) fn of(frame: &FrameContext) -> Self {
        let format = &frame.sequence.format;
        let size = &frame.header.size;
        Self {
            width: size.upscaled_width,
            height: size.height,
            bit_depth: format.bit_depth,
            subsampling: match (format.is_monochrome, format.subsampling) {
                (true, _) => Subsampling::Monochrome,
                (false, (true, true)) => Subsampling::Both,
                (false, (true, false)) => Subsampling::Horizontal,
                (false, _) => Subsampling::None,
            },
            color: format.color,
            tile_columns: frame.header.tiles.columns.len() - 1,
        }
    }
}

/// Rows of all planes, as they are shown.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The first row of luma; even.
    pub first_row: u32,
    /// Rows of luma; even but for the last of the picture.
    pub rows: u32,
    /// Y, Cb and Cr; the latter are empty in monochrome pictures.
    pub planes: [PlaneRows<'a>; 3],
}

/// Rows of a plane.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum PlaneRows<'a> {
    /// Samples of [`BitDepth::Eight`].
    U8 {
        /// From the first of the first row on.
        samples: &'a [u8],
        /// From one row to the next.
        stride: usize,
        /// Samples in a row.
        width: usize,
        /// How many there are.
        rows: usize,
    },
    /// Samples of larger depths, in the lower bits.
    U16 {
        /// From the first of the first row on.
        samples: &'a [u16],
        /// From one row to the next.
        stride: usize,
        /// Samples in a row.
        width: usize,
        /// How many there are.
        rows: usize,
    },
}
