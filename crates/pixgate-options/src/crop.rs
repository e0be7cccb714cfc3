//! What is cut off before anything is resized.

use crate::{GravityOptions, Rgb};

/// The keys `crop.*`: the area to keep, in the orientation of the result.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct CropOptions {
    /// Pixels if 1 or more, a fraction of the side below 1; 0 is the whole side.
    pub width: Option<f64>,
    /// Pixels if 1 or more, a fraction of the side below 1; 0 is the whole side.
    pub height: Option<f64>,
    /// Where the area sits; without a kind, the `gravity` option counts.
    pub gravity: GravityOptions,
}

/// The keys `crop_aspect_ratio.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct CropAspectRatioOptions {
    /// Width / height that the cropped area is corrected to; 0 is off.
    pub aspect_ratio: Option<f64>,
    /// Whether the area may grow.
    pub enlarge: Option<bool>,
}

/// The keys `crop_objects.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct CropObjectsOptions {
    /// How much larger than the objects the area is, above 0.
    pub scale_factor: Option<f64>,
    /// Classes to look for; empty: every class.
    pub classes: Option<Vec<String>>,
}

/// The keys `trim.*`: uniform borders are cut off.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct TrimOptions {
    /// How far a border pixel may be from the colour; unset is off.
    pub threshold: Option<f64>,
    /// The colour of the border; unset is that of the top left pixel.
    pub color: Option<Rgb>,
    /// Cut equal amounts left and right.
    pub equal_horizontal: Option<bool>,
    /// Cut equal amounts at top and bottom.
    pub equal_vertical: Option<bool>,
}

/// A trim in effect.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trim {
    /// How far a border pixel may be from the colour.
    pub threshold: f64,
    /// The colour of the border; none is that of the top left pixel.
    pub color: Option<Rgb>,
    /// Cut equal amounts left and right.
    pub equal_horizontal: bool,
    /// Cut equal amounts at top and bottom.
    pub equal_vertical: bool,
}

impl TrimOptions {
    /// The trim in effect, none if no threshold is set.
    #[must_use]
    pub fn resolve(&self) -> Option<Trim> {
        Some(Trim {
            threshold: self.threshold?,
            color: self.color,
            equal_horizontal: self.equal_horizontal.unwrap_or(false),
            equal_vertical: self.equal_vertical.unwrap_or(false),
        })
    }
}
