//! The shadow of a watermark.

use std::fmt;

use pixgate_raster::filter::{shadow, shadow_bytes, shadow_margin};
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use crate::Error;
use crate::work::Work;

/// Putting a black shadow under what is opaque.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Shadow {
    /// Standard deviation of its blur, in pixels.
    pub sigma: f64,
    /// Pixels by which the image grows on all sides, so that the shadow has room.
    pub margin: u32,
}

impl Shadow {
    /// A shadow that is seen as a whole, if there is one.
    pub(super) fn around(sigma: Option<f64>) -> Option<Self> {
        let sigma = sigma.filter(|sigma| *sigma > 0.0)?;
        let margin = shadow_margin(sigma);
        Some(Self { sigma, margin })
    }

    /// The same in the room that there is.
    pub(super) const fn within(self) -> Self {
        Self { margin: 0, ..self }
    }
}

impl Operation for Shadow {
    fn layout_after(&self, layout: Layout) -> Layout {
        let grown = |side: u32| side.saturating_add(self.margin.saturating_mul(2));
        layout
            .with_channels(layout.channels.with_alpha())
            .sized(grown(layout.width), grown(layout.height))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        shadow_bytes(layout, self.sigma, self.margin)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let shaded = shadow(image, self.sigma, self.margin, &work.stop());
        work.cancel.explain(shaded)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shadow, sigma {}", self.sigma)
    }
}
