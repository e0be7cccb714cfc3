//! Blur that grows along a direction.

use std::fmt;

use pixgate_raster::filter::{Ramp, progressive_blur, progressive_blur_bytes};
use pixgate_raster::{Image, Layout};

use super::blur::check_sigma;
use super::color_filter;
use super::operation::Operation;
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::work::Work;

/// Blurring more and more along a direction.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ProgressiveBlur {
    /// Standard deviation at full effect, in pixels.
    pub sigma: f64,
    /// Clockwise degrees; at 0 it grows from the top to the bottom.
    pub degrees: f64,
    /// Where along the direction it begins.
    pub start: f64,
    /// Where it is full.
    pub stop: f64,
}

impl ProgressiveBlur {
    pub(crate) fn plan(_: &mut State<'_>, pipeline: &Pipeline<'_>) -> Result<Option<Self>, Error> {
        let asked = &pipeline.options.progressive_blur;
        let step = Self {
            sigma: check_sigma("progressive_blur", asked.sigma.unwrap_or(0.0))?,
            degrees: asked.direction.unwrap_or(0.0),
            start: asked.start.unwrap_or(0.0),
            stop: asked.stop.unwrap_or(1.0),
        };
        Ok((step.sigma > 0.0).then_some(step))
    }
}

impl Operation for ProgressiveBlur {
    fn layout_after(&self, layout: Layout) -> Layout {
        color_filter::colored(layout)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        color_filter::bytes(layout, |seen| progressive_blur_bytes(seen, self.sigma))
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let image = color_filter::converted(image)?;
        let ramp = Ramp {
            degrees: self.degrees,
            start: self.start,
            stop: self.stop,
        };
        let blurred = progressive_blur(image, self.sigma, ramp, &work.stop());
        work.cancel.explain(blurred)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sigma,
            degrees,
            start,
            stop,
        } = self;
        write!(
            f,
            "blur up to sigma {sigma}, {degrees} degrees, from {start} to {stop}"
        )
    }
}
