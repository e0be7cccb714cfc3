//! An image or text laid over the result.

use crate::GravityKind;

/// The keys `watermark.*`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct WatermarkOptions {
    /// 0 is off, 1 as opaque as the watermark is.
    pub opacity: Option<f64>,
    /// The nine places, `re` or `ch`.
    pub position: Option<GravityKind>,
    /// Inwards from the edge; the gap between tiles for `re` and `ch`.
    pub x_offset: Option<f64>,
    /// Inwards from the edge; the gap between tiles for `re` and `ch`.
    pub y_offset: Option<f64>,
    /// Size as a fraction of the image; unset is the watermark's own size.
    pub scale: Option<f64>,
}

/// A watermark in effect.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Watermark {
    /// Above 0, at most 1.
    pub opacity: f64,
    /// The nine places, `re` or `ch`.
    pub position: GravityKind,
    /// Pixels if 1 or more away from 0, else a fraction of the image.
    pub x: f64,
    /// Pixels if 1 or more away from 0, else a fraction of the image.
    pub y: f64,
    /// Size as a fraction of the image; none is the watermark's own size.
    pub scale: Option<f64>,
}

impl WatermarkOptions {
    /// The watermark in effect, none if its opacity is 0 or unset.
    #[must_use]
    pub fn resolve(&self) -> Option<Watermark> {
        let opacity = self.opacity.filter(|opacity| *opacity > 0.0)?;
        Some(Watermark {
            opacity,
            position: self.position.unwrap_or(GravityKind::Center),
            x: self.x_offset.unwrap_or(0.0),
            y: self.y_offset.unwrap_or(0.0),
            scale: self.scale,
        })
    }
}

/// The keys `watermark_size.*`, in pixels, 0 following from the other side; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct WatermarkSizeOptions {
    /// Width of the box the watermark is fitted to.
    pub width: Option<u32>,
    /// Height of the box the watermark is fitted to.
    pub height: Option<u32>,
}
