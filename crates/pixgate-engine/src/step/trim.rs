//! Cutting off uniform borders.

use std::fmt;

use pixgate_options::Trim as TrimOptions;
use pixgate_raster::geometry::crop;
use pixgate_raster::measure::{find_trim, find_trim_bytes};
use pixgate_raster::{Channels, Depth, Image, Layout};

use super::operation::Operation;
use super::samples_of;
use crate::geometry::{Pipeline, State};
use crate::work::{Place, Work};
use crate::{Error, Warning};

/// Cutting off uniform borders; how much is known only when the pixels are.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Trim {
    /// What is a border.
    pub options: TrimOptions,
}

impl Trim {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let trim = pipeline.options.trim();
        if trim.is_some() && state.frames > 1 {
            state.warnings.push(Warning::AnimationNotTrimmed);
        }
        Ok(trim
            .filter(|_| pipeline.trims)
            .map(|options| Self { options }))
    }
}

impl Operation for Trim {
    /// As if there were no borders.
    fn layout_after(&self, layout: Layout) -> Layout {
        layout
    }

    /// 8-bit RGB is looked at in one copy; everything else is converted on the way.
    fn bytes(&self, layout: Layout) -> u64 {
        if layout.channels == Channels::Rgb && layout.depth == Depth::U8 {
            layout.bytes()
        } else {
            find_trim_bytes(layout).max(layout.bytes())
        }
    }

    /// An image without anything but border stays whole.
    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        work.found.put(Place::Trim, (0, 0));
        let trim = &self.options;
        let background = trim.color.map(samples_of);
        let Some(mut rect) = find_trim(&image, trim.threshold, background)? else {
            return Ok(image);
        };
        if trim.equal_horizontal {
            rect = rect.equal_horizontal(image.width());
        }
        if trim.equal_vertical {
            rect = rect.equal_vertical(image.height());
        }
        work.found.put(Place::Trim, (rect.left, rect.top));
        Ok(crop(&image, rect.left, rect.top, rect.width, rect.height)?)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trim borders, threshold {}", self.options.threshold)
    }
}
