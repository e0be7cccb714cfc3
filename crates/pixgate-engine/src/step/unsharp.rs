//! Unsharp masking.

use std::fmt;

use pixgate_options::UnsharpMode;
use pixgate_raster::filter::{unsharp, unsharp_bytes};
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::work::Work;

/// Sharpening by the difference of each pixel from its neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Unsharp {
    /// How much neighbours count.
    pub weight: f64,
    /// What that is divided by.
    pub divider: f64,
}

impl Unsharp {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let asked = &pipeline.options.unsharp_masking;
        let configured = &state.recipe.settings.unsharp_masking;
        let is_wanted = match asked.mode.unwrap_or(configured.mode) {
            UnsharpMode::None => false,
            UnsharpMode::Always => true,
            UnsharpMode::Auto => pipeline.shrinks && pipeline.options.sharpen() <= 0.0,
        };
        Ok(is_wanted.then_some(Self {
            weight: asked.weight.unwrap_or(configured.weight),
            divider: asked.divider.unwrap_or(configured.divider),
        }))
    }

    /// Sharpens a plane or an image.
    pub(crate) fn sharpen(&self, image: &mut Image, work: &Work<'_>) -> Result<(), Error> {
        let sharpened = unsharp(image, self.weight / self.divider, &work.stop());
        work.cancel.explain(sharpened)
    }
}

impl Operation for Unsharp {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout
    }

    fn bytes(&self, layout: Layout) -> u64 {
        unsharp_bytes(layout)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let mut image = image;
        self.sharpen(&mut image, work)?;
        Ok(image)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { weight, divider } = self;
        write!(f, "unsharp mask, weight {weight}, divider {divider}")
    }
}
