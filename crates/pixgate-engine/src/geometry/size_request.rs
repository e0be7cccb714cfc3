//! The numbers of a pipeline that sizes depend on.

use pixgate_options::{Padding, PipelineOptions, ResizingType};

use crate::rect::Sides;

/// What the options ask for, as far as sizes are concerned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SizeRequest {
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
    /// Padding as asked for, before the effective DPR.
    pub(crate) padding: Sides<i64>,
    /// Longest side of the result; zero is no limit.
    pub(crate) max_result_dimension: i64,
}

impl SizeRequest {
    /// What one pipeline asks for.
    pub(crate) fn new(options: &PipelineOptions, max_result_dimension: i64) -> Self {
        let zoom = options.zoom();
        Self {
            resizing: options.resizing_type(),
            width: options.width().into(),
            height: options.height().into(),
            min_width: options.min_width().into(),
            min_height: options.min_height().into(),
            zoom_x: zoom.width,
            zoom_y: zoom.height,
            dpr: options.dpr(),
            enlarge: options.enlarge(),
            extend: options.extend().is_some(),
            extend_aspect_ratio: options.extend_aspect_ratio().is_some(),
            crop_width: options.crop.width.unwrap_or(0.0),
            crop_height: options.crop.height.unwrap_or(0.0),
            crop_ratio: options.crop_aspect_ratio.aspect_ratio.unwrap_or(0.0),
            enlarge_crop: options.crop_aspect_ratio.enlarge.unwrap_or(false),
            padding: options.padding().into(),
            max_result_dimension,
        }
    }
}

impl SizeRequest {
    /// The same of the whole picture.
    pub(crate) const fn without_crop(self) -> Self {
        Self {
            crop_width: 0.0,
            crop_height: 0.0,
            crop_ratio: 0.0,
            ..self
        }
    }
}

/// Nothing: what options that ask for nothing come to.
impl Default for SizeRequest {
    fn default() -> Self {
        Self::new(&PipelineOptions::default(), 0)
    }
}

impl From<Padding> for Sides<i64> {
    fn from(padding: Padding) -> Self {
        Self {
            top: padding.top.into(),
            right: padding.right.into(),
            bottom: padding.bottom.into(),
            left: padding.left.into(),
        }
    }
}
