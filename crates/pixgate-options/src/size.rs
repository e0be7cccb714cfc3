//! How large a result is: the requested box and how it is met.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// How the requested box is met.
    ResizingType {
        /// Largest size inside the box, ratio kept.
        Fit = "fit",
        /// Smallest size that covers the box, ratio kept, surplus cut off.
        Fill = "fill",
        /// Like `fill`, but a smaller image is only cut to the ratio of the box.
        FillDown = "fill-down",
        /// Exactly the box, ratio not kept.
        Force = "force",
        /// `fill` if image and box have the same orientation, else `fit`.
        Auto = "auto",
    }
}

vocabulary! {
    /// The resampling filter; imgproxy Pro.
    ResizingAlgorithm {
        /// Nearest neighbour.
        Nearest = "nearest",
        /// Bilinear, widened when shrinking.
        Linear = "linear",
        /// Catmull-Rom.
        Cubic = "cubic",
        /// Lanczos with two lobes.
        Lanczos2 = "lanczos2",
        /// Lanczos with three lobes.
        Lanczos3 = "lanczos3",
    }
}

/// How many times larger each side becomes; does not scale offsets and paddings.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Zoom {
    /// Factor of the width, above 0.
    pub width: f64,
    /// Factor of the height, above 0.
    pub height: f64,
}
