//! What a step has to say.

use std::fmt;

use pixgate_raster::{Image, Layout};

use super::row_filter::RowFilter;
use crate::geometry::Move;
use crate::work::Work;
use crate::{Error, WatermarkImage};

/// Everything that a run, a budget and an explanation have to know of a step.
///
/// What a step must say has no default, so that none can be forgotten. What has one is true of
/// nearly all steps, and cost and execution both ask the same method.
pub(crate) trait Operation {
    /// The layout of what it gives for an image of this layout.
    fn layout_after(&self, layout: Layout) -> Layout;

    /// Bytes that it allocates at a time beside the image it gets.
    fn bytes(&self, layout: Layout) -> u64;

    /// Carries it out.
    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error>;

    /// Writes what it does, for people.
    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// The same as a filter of rows, if what becomes of a pixel depends on it and its place alone.
    fn row_filter(&self) -> Option<&dyn RowFilter> {
        None
    }

    /// What becomes of places in an image of this layout, if it moves any.
    fn movement(&self, _: Layout) -> Option<Move> {
        None
    }

    /// What it draws, the same on every frame of an animation.
    fn overlay(&self) -> Option<&dyn Overlay> {
        None
    }
}

/// Something that is drawn; made ready once, it can be drawn on any number of images.
pub(crate) trait Overlay {
    /// The encoded image that is drawn.
    fn source(&self) -> &WatermarkImage;

    /// The layout of what is drawn when it is ready, at most.
    fn ready_layout(&self) -> Layout;

    /// Makes it ready.
    fn ready(&self, work: &Work<'_>) -> Result<Image, Error>;

    /// Draws what is ready.
    fn draw(&self, ready: &Image, image: Image, work: &Work<'_>) -> Result<Image, Error>;
}
