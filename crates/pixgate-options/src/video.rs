//! Which frames of a video are used.

/// The keys `video_thumbnail_tile.*` and `video_thumbnail_animation.*`; imgproxy Pro.
///
/// A tile sheet uses `columns` and `rows`, an animation `delay` and `frames`; the rest is shared.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct VideoFramesOptions {
    /// Seconds between frames; 0 is off, below 0 spreads the frames over the whole video.
    pub step: Option<f64>,
    /// Tiles per row of the sheet.
    pub columns: Option<u32>,
    /// Rows of the sheet.
    pub rows: Option<u32>,
    /// Milliseconds that a frame of the animation is shown.
    pub delay: Option<u32>,
    /// Frames of the animation.
    pub frames: Option<u32>,
    /// Width of a tile or frame, in pixels.
    pub width: Option<u32>,
    /// Height of a tile or frame, in pixels.
    pub height: Option<u32>,
    /// Whether small frames are extended to that size.
    pub extend: Option<bool>,
    /// Whether unused space is cut off.
    pub trim: Option<bool>,
    /// Whether frames cover that size and are cut to it.
    pub fill: Option<bool>,
    /// What is kept when cutting, a fraction from the left; unset is 0.5.
    pub focus_x: Option<f64>,
    /// What is kept when cutting, a fraction from the top; unset is 0.5.
    pub focus_y: Option<f64>,
}
