//! Averaging blocks.

use std::fmt;

use pixgate_raster::filter::{pixelate, pixelate_bytes};
use pixgate_raster::{Image, Layout};

use super::color_filter;
use super::operation::Operation;
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::work::Work;

/// Averaging blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pixelate {
    /// Side of a block in pixels.
    pub size: u32,
}

impl Pixelate {
    pub(crate) fn plan(_: &mut State<'_>, pipeline: &Pipeline<'_>) -> Result<Option<Self>, Error> {
        let size = pipeline.options.pixelate();
        Ok((size > 1).then_some(Self { size }))
    }
}

impl Operation for Pixelate {
    fn layout_after(&self, layout: Layout) -> Layout {
        color_filter::colored(layout)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        color_filter::bytes(layout, pixelate_bytes)
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        let mut image = color_filter::converted(image)?;
        pixelate(&mut image, self.size)?;
        Ok(image)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pixelate, blocks of {}", self.size)
    }
}
