//! The numbers of a pipeline that sizes depend on.

use pixgate_options::ResizingType;

/// What the options ask for, as far as sizes are concerned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) resizing: ResizingType,
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) min_width: i64,
    pub(crate) min_height: i64,
    pub(crate) zoom_x: f64,
    pub(crate) zoom_y: f64,
    pub(crate) dpr: f64,
    pub(crate) enlarge: bool,
    pub(crate) extend: bool,
    pub(crate) extend_aspect_ratio: bool,
    pub(crate) crop_width: f64,
    pub(crate) crop_height: f64,
    /// Width / height that the crop is corrected to; zero leaves it.
    pub(crate) crop_ratio: f64,
    /// Whether the correction lengthens the short side instead of shortening the long one.
    pub(crate) enlarge_crop: bool,
    pub(crate) padding: Padding,
    /// Longest side of the result; zero is no limit.
    pub(crate) max_result_dimension: i64,
}

/// Padding as asked for, before the effective DPR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Padding {
    pub(crate) top: i64,
    pub(crate) right: i64,
    pub(crate) bottom: i64,
    pub(crate) left: i64,
}
