//! Shapes that are cut out of the result; pixgate's own.

use std::fmt;

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What of a mask counts.
    MaskReading {
        /// Alpha if anything in it is transparent, else luminance.
        Auto = "auto",
        /// What is opaque is kept.
        Alpha = "alpha",
        /// What is light is kept.
        Luminance = "luminance",
    }
}

vocabulary! {
    /// How a mask gets the size of the picture.
    MaskFit {
        /// Stretched in both directions.
        Stretch = "stretch",
        /// As small as covers everything, cut around its middle.
        Cover = "cover",
        /// As large as fits inside; around it nothing is kept.
        Contain = "contain",
    }
}

/// The keys `px_mask_mode.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct MaskModeOptions {
    /// What of the mask counts; unset is `auto`.
    pub reading: Option<MaskReading>,
    /// How it gets the size of the picture; unset is `stretch`.
    pub fit: Option<MaskFit>,
    /// Whether it hides what it would keep.
    pub invert: Option<bool>,
}

/// The radius of a corner.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Radius {
    /// Pixels before `dpr` if 1 or more, below that a fraction of the shorter side; not negative.
    Length(f64),
    /// Half of the shorter side.
    Max,
}

impl Radius {
    /// A square corner.
    pub const ZERO: Self = Self::Length(0.0);

    /// The radius in pixels.
    ///
    /// - `shorter`: the shorter side of the image, in pixels.
    #[must_use]
    pub fn pixels(self, shorter: f64, dpr: f64) -> f64 {
        match self {
            Self::Length(length) if length < 1.0 => length * shorter,
            Self::Length(length) => length * dpr,
            Self::Max => shorter / 2.0,
        }
    }
}

impl fmt::Display for Radius {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => length.fmt(f),
            Self::Max => f.write_str("max"),
        }
    }
}

/// The keys `px_round.*`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct RoundOptions {
    /// The upper left corner.
    pub top_left: Option<Radius>,
    /// The upper right corner.
    pub top_right: Option<Radius>,
    /// The lower right corner.
    pub bottom_right: Option<Radius>,
    /// The lower left corner.
    pub bottom_left: Option<Radius>,
}

impl RoundOptions {
    /// All four radii, clockwise from the upper left corner; none if all corners are square.
    #[must_use]
    pub fn resolve(&self) -> Option<[Radius; 4]> {
        let corners = [
            self.top_left,
            self.top_right,
            self.bottom_right,
            self.bottom_left,
        ];
        let radii = corners.map(|corner| corner.unwrap_or(Radius::ZERO));
        radii
            .iter()
            .any(|radius| *radius != Radius::ZERO)
            .then_some(radii)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_pixels_or_fractions() {
        for (radius, expected) in [
            (Radius::Length(16.0), 32.0),
            (Radius::Length(0.25), 10.0),
            (Radius::Length(1.0), 2.0),
            (Radius::Max, 20.0),
            (Radius::ZERO, 0.0),
        ] {
            let found = radius.pixels(40.0, 2.0);
            assert!((found - expected).abs() < 1e-9, "{radius}: {found}");
        }
    }

    #[test]
    fn square_corners_are_no_rounding() {
        let mut options = RoundOptions::default();
        assert_eq!(options.resolve(), None);
        options.top_left = Some(Radius::ZERO);
        assert_eq!(options.resolve(), None);
        options.bottom_left = Some(Radius::Max);
        let square = Radius::ZERO;
        assert_eq!(
            options.resolve(),
            Some([square, square, square, Radius::Max])
        );
    }
}
