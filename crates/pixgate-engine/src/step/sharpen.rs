//! Sharpening lightness.

use std::fmt;

use pixgate_raster::filter::{sharpen_bytes, sharpen_until};
use pixgate_raster::{Image, Layout};

use super::blur::Blur;
use super::color_filter;
use super::operation::Operation;
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::work::Work;

/// Sharpening lightness.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Sharpen {
    /// Standard deviation in pixels.
    pub sigma: f64,
    /// Whether alpha is multiplied in already.
    comes_premultiplied: bool,
}

impl Sharpen {
    pub(crate) fn plan(_: &mut State<'_>, pipeline: &Pipeline<'_>) -> Result<Option<Self>, Error> {
        let sigma = pipeline.options.sharpen();
        Ok((sigma > 0.0).then_some(Self {
            sigma,
            comes_premultiplied: false,
        }))
    }

    /// Alpha stays multiplied in between a blur and a sharpening.
    pub(super) const fn follow(&mut self, blur: &mut Blur) {
        blur.leaves_premultiplied = true;
        self.comes_premultiplied = true;
    }
}

impl Operation for Sharpen {
    fn layout_after(&self, layout: Layout) -> Layout {
        color_filter::colored(layout)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        color_filter::bytes(layout, sharpen_bytes)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        color_filter::premultiplied(image, (self.comes_premultiplied, false), |mut image| {
            let sharpened = sharpen_until(&mut image, self.sigma, &work.stop());
            work.cancel.explain(sharpened)?;
            Ok(image)
        })
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sharpen, sigma {}", self.sigma)
    }
}
