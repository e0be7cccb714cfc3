//! Cutting out the part with most to see.

use std::fmt;

use pixgate_raster::geometry::{crop, crop_bytes};
use pixgate_raster::measure::{attention, attention_bytes};
use pixgate_raster::{Image, Layout};

use super::crop::{Cut, after_scaling, before_scaling, of};
use super::operation::Operation;
use crate::Error;
use crate::geometry::{Move, Pipeline, State};
use crate::work::{Place, Work};

/// Cutting a part out whose place is found in the pixels: before scaling, in stored orientation, or what is scaled
/// and turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SmartCrop {
    /// Width kept.
    pub width: u32,
    /// Height kept.
    pub height: u32,
    /// Which of the two it is.
    place: Place,
}

impl SmartCrop {
    /// Before scaling.
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        Self::of(before_scaling(state, pipeline), Place::Crop)
    }

    /// After scaling and turning.
    pub(crate) fn plan_result(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        Self::of(after_scaling(state, pipeline), Place::ResultCrop)
    }

    fn of(cut: Cut, place: Place) -> Result<Option<Self>, Error> {
        let Cut::Smart(size) = cut else {
            return Ok(None);
        };
        let (width, height) = size.sides()?;
        Ok(Some(Self {
            width,
            height,
            place,
        }))
    }
}

impl Operation for SmartCrop {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.sized(self.width, self.height)
    }

    fn movement(&self, _: Layout) -> Option<Move> {
        Some(Move::FoundCut(self.place, (self.width, self.height)))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        attention_bytes(layout).max(crop_bytes(layout, self.width, self.height))
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let (left, top) = attention(&image, self.width, self.height)?;
        work.found.put(self.place, (left, top));
        Ok(crop(&image, left, top, self.width, self.height)?)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = of(self.place == Place::ResultCrop);
        let Self { width, height, .. } = self;
        write!(
            f,
            "crop {what}{width} x {height} where there is most to see"
        )
    }
}
