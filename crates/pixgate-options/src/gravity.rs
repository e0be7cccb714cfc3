//! Where content sits in a larger or smaller frame.

use std::collections::BTreeMap;

use crate::vocabulary::vocabulary;

vocabulary! {
    /// The kinds of gravity and of watermark position, one name space in URLs.
    ///
    /// Not every kind is allowed everywhere: [`FocusPoint`](Self::FocusPoint) not for watermarks,
    /// [`Smart`](Self::Smart) and the object kinds only for `gravity` and `crop`,
    /// [`Replicate`](Self::Replicate) and [`Chessboard`](Self::Chessboard) only for watermarks,
    /// [`Proportional`](Self::Proportional) only for `objects_position`.
    GravityKind {
        /// The middle.
        Center = "ce",
        /// Top edge.
        North = "no",
        /// Bottom edge.
        South = "so",
        /// Right edge.
        East = "ea",
        /// Left edge.
        West = "we",
        /// Top right corner.
        NorthEast = "noea",
        /// Top left corner.
        NorthWest = "nowe",
        /// Bottom right corner.
        SouthEast = "soea",
        /// Bottom left corner.
        SouthWest = "sowe",
        /// A point given by two fractions of the image.
        FocusPoint = "fp",
        /// The most interesting part.
        Smart = "sm",
        /// Detected objects; imgproxy Pro.
        Objects = "obj",
        /// Detected objects with weights; imgproxy Pro.
        WeightedObjects = "objw",
        /// Keeps the objects' relative place; imgproxy Pro.
        Proportional = "prop",
        /// Watermark tiles over the whole image.
        Replicate = "re",
        /// Watermark tiles like the black fields of a chessboard; imgproxy Pro.
        Chessboard = "ch",
    }
}

impl GravityKind {
    /// Whether this is the middle, an edge or a corner: the nine kinds that take offsets.
    #[must_use]
    pub const fn is_compass(self) -> bool {
        matches!(
            self,
            Self::Center
                | Self::North
                | Self::South
                | Self::East
                | Self::West
                | Self::NorthEast
                | Self::NorthWest
                | Self::SouthEast
                | Self::SouthWest
        )
    }
}

/// The keys `<prefix>.type`, `.x_offset`, `.y_offset`, `.classes`, `.class_weights`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct GravityOptions {
    /// `type`.
    pub kind: Option<GravityKind>,
    /// Pixels if 1 or more away from 0, else a fraction; for `fp` a fraction from the left.
    pub x_offset: Option<f64>,
    /// Pixels if 1 or more away from 0, else a fraction; for `fp` a fraction from the top.
    pub y_offset: Option<f64>,
    /// Classes of `obj`; empty or containing `all`: every class.
    pub classes: Option<Vec<String>>,
    /// Weights of `objw`; `all` is the weight of classes not named.
    pub class_weights: Option<BTreeMap<String, f64>>,
}

impl GravityOptions {
    /// The kind and offsets in effect, `default` being the kind if none was set.
    #[must_use]
    pub fn resolve(&self, default: GravityKind) -> Gravity {
        Gravity {
            kind: self.kind.unwrap_or(default),
            x: self.x_offset.unwrap_or(0.0),
            y: self.y_offset.unwrap_or(0.0),
        }
    }
}

/// A gravity with its offsets, nothing left open.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Gravity {
    /// The kind.
    pub kind: GravityKind,
    /// Pixels if 1 or more away from 0, else a fraction; for `fp` a fraction from the left.
    pub x: f64,
    /// Pixels if 1 or more away from 0, else a fraction; for `fp` a fraction from the top.
    pub y: f64,
}

impl Gravity {
    /// The middle, without offsets.
    pub const CENTER: Self = Self {
        kind: GravityKind::Center,
        x: 0.0,
        y: 0.0,
    };
}
