//! Colour adjustments and filters.

use crate::{Rgb, vocabulary::vocabulary};

vocabulary! {
    /// When unsharp masking is applied; imgproxy Pro.
    UnsharpMode {
        /// After shrinking, unless `sharpen` is set.
        Auto = "auto",
        /// Never.
        None = "none",
        /// Always.
        Always = "always",
    }
}

/// The keys `unsharp_masking.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct UnsharpMaskingOptions {
    /// When it is applied.
    pub mode: Option<UnsharpMode>,
    /// Strength, above 0.
    pub weight: Option<f64>,
    /// Divides the strength, above 0.
    pub divider: Option<f64>,
}

/// The keys `monochrome.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct MonochromeOptions {
    /// 0 is off, 1 the full effect.
    pub intensity: Option<f64>,
    /// The base colour; unset is `b3b3b3`.
    pub color: Option<Rgb>,
}

impl MonochromeOptions {
    /// The base colour unless set.
    pub const DEFAULT_COLOR: Rgb = Rgb::new(0xb3, 0xb3, 0xb3);
}

/// The keys `duotone.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct DuotoneOptions {
    /// 0 is off, 1 the full effect.
    pub intensity: Option<f64>,
    /// Colour of the dark areas; unset is black.
    pub color1: Option<Rgb>,
    /// Colour of the light areas; unset is white.
    pub color2: Option<Rgb>,
}

/// A rectangle in fractions of the picture, upright if its EXIF orientation is heeded.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Area {
    /// Distance from the left edge, 0 to 1.
    pub left: f64,
    /// Distance from the top edge, 0 to 1.
    pub top: f64,
    /// Width, 0 to 1.
    pub width: f64,
    /// Height, 0 to 1.
    pub height: f64,
}

/// The keys `blur_areas.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct BlurAreasOptions {
    /// Standard deviation in pixels; 0 is off.
    pub sigma: Option<f64>,
    /// What to blur.
    pub areas: Option<Vec<Area>>,
}

/// The keys `blur_detections.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct BlurDetectionsOptions {
    /// Standard deviation in pixels; 0 is off.
    pub sigma: Option<f64>,
    /// Classes to blur; empty: every class.
    pub classes: Option<Vec<String>>,
}

/// The keys `draw_detections.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct DrawDetectionsOptions {
    /// Whether boxes are drawn.
    pub enabled: Option<bool>,
    /// Classes to draw; empty: every class.
    pub classes: Option<Vec<String>>,
}

/// The keys `progressive_blur.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct ProgressiveBlurOptions {
    /// Standard deviation at full effect, in pixels; 0 is off.
    pub sigma: Option<f64>,
    /// Clockwise degrees; at 0 the effect grows from the top to the bottom.
    pub direction: Option<f64>,
    /// Where along the direction the effect starts; unset is 0.
    pub start: Option<f64>,
    /// Where along the direction the effect is full; unset is 1.
    pub stop: Option<f64>,
}

/// The keys `colorize.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct ColorizeOptions {
    /// 0 is off, 1 covers the image.
    pub opacity: Option<f64>,
    /// The overlay; unset is black.
    pub color: Option<Rgb>,
    /// Whether transparent areas stay transparent.
    pub keep_alpha: Option<bool>,
}

/// The keys `gradient.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct GradientOptions {
    /// Opacity at full effect; 0 is off.
    pub opacity: Option<f64>,
    /// The overlay; unset is black.
    pub color: Option<Rgb>,
    /// Clockwise degrees; at 0 the effect grows from the top to the bottom.
    pub direction: Option<f64>,
    /// Where along the direction the effect starts; unset is 0.
    pub start: Option<f64>,
    /// Where along the direction the effect is full; unset is 1.
    pub stop: Option<f64>,
}
