//! What can be done to pixels.

use pixgate_options::{Rgb, Trim};
use pixgate_raster::{Axis, Canvas, Layout, Orientation, Scaling};

use super::watermark::WatermarkStep;

/// One step of a [`Plan`](crate::Plan), with final sizes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// Cut off uniform borders; the steps after it were planned as if there were none.
    Trim(Trim),
    /// Cut before scaling, in stored orientation.
    Crop(Rect),
    /// As [`Crop`](Self::Crop); the place is found in the pixels.
    SmartCrop {
        /// Width kept.
        width: u32,
        /// Height kept.
        height: u32,
    },
    /// Scale to exactly this size, in stored orientation.
    ///
    /// The factors say how: a side that is rounded is not stretched for it, but shows a little
    /// more or less than the whole.
    Resample {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Result pixels per source pixel, horizontally.
        scale_x: f64,
        /// Result pixels per source pixel, vertically.
        scale_y: f64,
    },
    /// Turn and mirror: EXIF orientation, rotation and flips in one.
    Orient(Orientation),
    /// Cut after scaling and turning.
    ResultCrop(Rect),
    /// As [`ResultCrop`](Self::ResultCrop); the place is found in the pixels.
    SmartResultCrop {
        /// Width kept.
        width: u32,
        /// Height kept.
        height: u32,
    },
    /// Blur with a Gaussian.
    Blur {
        /// Standard deviation in pixels.
        sigma: f64,
    },
    /// Sharpen lightness.
    Sharpen {
        /// Standard deviation in pixels.
        sigma: f64,
    },
    /// Average blocks.
    Pixelate {
        /// Side of a block in pixels.
        size: u32,
    },
    /// Place on a transparent canvas of the requested size.
    Extend(Canvas),
    /// Place on a transparent canvas of the requested ratio.
    ExtendAspectRatio(Canvas),
    /// Add transparent room.
    Pad(Sides),
    /// Scale down to what the result format can hold.
    FormatLimit {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Blend transparency onto a colour.
    Flatten {
        /// The colour behind.
        background: Rgb,
    },
    /// Put a translucent colour behind transparency.
    Underlay {
        /// The colour behind.
        background: Rgb,
        /// Its alpha, 0 to 254.
        alpha: u8,
    },
    /// Draw the configured watermark.
    Watermark(Box<WatermarkStep>),
}

impl Step {
    /// How an image of this layout is scaled, if it is.
    pub(crate) fn scaling(&self, layout: Layout) -> Option<Scaling> {
        match *self {
            Self::Resample {
                width,
                height,
                scale_x,
                scale_y,
            } => Some(Scaling {
                x: Axis::mapped(layout.width, factor(layout.width, scale_x), width),
                y: Axis::mapped(layout.height, factor(layout.height, scale_y), height),
                premultiply: true,
            }),
            Self::FormatLimit { width, height } => Some(Scaling::resized(layout, width, height)),
            _ => None,
        }
    }
}

/// Source pixels per result pixel, at most all of them.
pub(crate) fn factor(length: u32, scale: f64) -> f64 {
    (1.0 / scale).min(f64::from(length))
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rect<T = u32> {
    /// Columns left of it.
    pub left: T,
    /// Rows above it.
    pub top: T,
    /// Its width.
    pub width: T,
    /// Its height.
    pub height: T,
}

/// A length for each side, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sides<T = u32> {
    /// Above.
    pub top: T,
    /// Right.
    pub right: T,
    /// Below.
    pub bottom: T,
    /// Left.
    pub left: T,
}
