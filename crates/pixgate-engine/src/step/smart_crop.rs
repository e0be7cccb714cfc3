//! Cutting out the part with most to see.

use std::fmt;

use pixgate_raster::geometry::{crop, crop_bytes};
use pixgate_raster::measure::{attention, attention_bytes};
use pixgate_raster::{Image, Layout};

use super::crop::{Cut, after_scaling, before_scaling};
use super::operation::Operation;
use crate::Error;
use crate::geometry::{Move, Pipeline, State};
use crate::work::{Place, Work};

/// Cutting before scaling, in stored orientation; the place is found in the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SmartCrop {
    /// Width kept.
    pub width: u32,
    /// Height kept.
    pub height: u32,
}

/// Cutting after scaling and turning; the place is found in the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SmartResultCrop {
    /// Width kept.
    pub width: u32,
    /// Height kept.
    pub height: u32,
}

impl SmartCrop {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let kept = kept(before_scaling(state, pipeline))?;
        Ok(kept.map(|(width, height)| Self { width, height }))
    }
}

impl SmartResultCrop {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let kept = kept(after_scaling(state, pipeline))?;
        Ok(kept.map(|(width, height)| Self { width, height }))
    }
}

impl Operation for SmartCrop {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.sized(self.width, self.height)
    }

    fn movement(&self, _: Layout) -> Option<Move> {
        Some(Move::FoundCut(Place::Crop, (self.width, self.height)))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        bytes(layout, self.width, self.height)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        cut(&image, (self.width, self.height), (work, Place::Crop))
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height } = self;
        write!(f, "crop {width} x {height} where there is most to see")
    }
}

impl Operation for SmartResultCrop {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.sized(self.width, self.height)
    }

    fn movement(&self, _: Layout) -> Option<Move> {
        Some(Move::FoundCut(Place::ResultCrop, (self.width, self.height)))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        bytes(layout, self.width, self.height)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        cut(&image, (self.width, self.height), (work, Place::ResultCrop))
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height } = self;
        write!(
            f,
            "crop the scaled image {width} x {height} where there is most to see"
        )
    }
}

fn kept(cut: Cut) -> Result<Option<(u32, u32)>, Error> {
    match cut {
        Cut::Smart(size) => size.sides().map(Some),
        Cut::Nothing | Cut::At(_) => Ok(None),
    }
}

fn bytes(layout: Layout, width: u32, height: u32) -> u64 {
    attention_bytes(layout).max(crop_bytes(layout, width, height))
}

fn cut(
    image: &Image,
    (width, height): (u32, u32),
    (work, place): (&Work<'_>, Place),
) -> Result<Image, Error> {
    let (left, top) = attention(image, width, height)?;
    work.found.put(place, (left, top));
    Ok(crop(image, left, top, width, height)?)
}
