//! Blurring with a Gaussian.

use std::fmt;

use pixgate_raster::filter::{blur_bytes, blur_until};
use pixgate_raster::{Image, Layout};

use super::color_filter;
use super::operation::Operation;
use crate::geometry::{Pipeline, State};
use crate::work::Work;
use crate::{Error, ErrorKind};

/// Largest standard deviation, as in the reference's library.
const LIMIT: u32 = 1000;

/// Blurring with a Gaussian.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Blur {
    /// Standard deviation in pixels.
    pub sigma: f64,
    /// Whether alpha stays multiplied in for the step that follows.
    pub(super) leaves_premultiplied: bool,
}

impl Blur {
    pub(crate) fn plan(_: &mut State<'_>, pipeline: &Pipeline<'_>) -> Result<Option<Self>, Error> {
        let sigma = check_sigma("blur", pipeline.options.blur())?;
        Ok((sigma > 0.0).then_some(Self {
            sigma,
            leaves_premultiplied: false,
        }))
    }
}

/// A standard deviation that an option asks for, unless it is too large.
pub(super) fn check_sigma(option: &'static str, sigma: f64) -> Result<f64, Error> {
    if sigma > f64::from(LIMIT) {
        let limit = LIMIT;
        return Err(ErrorKind::OptionOutOfRange { option, limit }.into());
    }
    Ok(sigma)
}

impl Operation for Blur {
    fn layout_after(&self, layout: Layout) -> Layout {
        color_filter::colored(layout)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        color_filter::bytes(layout, |seen| blur_bytes(seen, self.sigma))
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        color_filter::premultiplied(image, (false, self.leaves_premultiplied), |image| {
            work.cancel
                .explain(blur_until(image, self.sigma, &work.stop()))
        })
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blur, sigma {}", self.sigma)
    }
}
