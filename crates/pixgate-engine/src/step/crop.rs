//! Cutting a part out of an image.

use std::fmt;

use pixgate_raster::geometry::{crop, crop_bytes};
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use crate::Error;
use crate::geometry::{Gravity, Move, Pipeline, Size, State, Toward, position};
use crate::rect::Rect;
use crate::work::Work;

/// Cutting a part out whose place is known: before scaling, in stored orientation, or what is scaled and turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Crop {
    /// What is kept.
    pub rect: Rect,
    is_scaled: bool,
}

impl Crop {
    /// Before scaling.
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let rect = known(before_scaling(state, pipeline))?;
        let is_scaled = false;
        Ok(rect.map(|rect| Self { rect, is_scaled }))
    }

    /// After scaling and turning.
    pub(crate) fn plan_result(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let rect = known(after_scaling(state, pipeline))?;
        Ok(rect.map(Self::of_result))
    }

    /// Of an image that is scaled.
    pub(super) const fn of_result(rect: Rect) -> Self {
        Self {
            rect,
            is_scaled: true,
        }
    }
}

impl Operation for Crop {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.sized(self.rect.width, self.rect.height)
    }

    fn movement(&self, _: Layout) -> Option<Move> {
        Some(Move::Cut(self.rect))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        crop_bytes(layout, self.rect.width, self.rect.height)
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        let Rect {
            left,
            top,
            width,
            height,
        } = self.rect;
        Ok(crop(&image, left, top, width, height)?)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rect {
            left,
            top,
            width,
            height,
        } = self.rect;
        let what = of(self.is_scaled);
        write!(f, "crop {what}{width} x {height} at {left}, {top}")
    }
}

/// What is cut, in an explanation.
pub(super) const fn of(is_scaled: bool) -> &'static str {
    if is_scaled { "the scaled image " } else { "" }
}

fn known(cut: Cut) -> Result<Option<Rect>, Error> {
    match cut {
        Cut::At(rect) => rect.finished().map(Some),
        Cut::Nothing | Cut::Smart(_) | Cut::Objects(_) => Ok(None),
    }
}

/// The crop that was asked for, as it lies in the stored image.
pub(super) fn before_scaling(state: &State<'_>, pipeline: &Pipeline<'_>) -> Cut {
    let gravity = pipeline.turn.stored_gravity(pipeline.crop_gravity);
    let crop = pipeline.geometry.crop;
    let wanted = crop.swapped_if(pipeline.turn.swaps_sides());
    cut(state.size, wanted, gravity, 1.0)
}

/// What the scaled image is larger than the target.
pub(super) fn after_scaling(state: &State<'_>, pipeline: &Pipeline<'_>) -> Cut {
    let geometry = &pipeline.geometry;
    let wanted = geometry.targets.result_crop;
    cut(state.size, wanted, pipeline.gravity, geometry.dpr)
}

/// What cutting comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cut {
    /// The part is the whole image.
    Nothing,
    /// A part whose place is known.
    At(Rect<i64>),
    /// A part whose place is found in the pixels.
    Smart(Size),
    /// A part whose place is found by objects.
    Objects(Size),
}

/// Cuts `wanted` out of an image of size `image`; a zero side is the whole side.
fn cut(image: Size, wanted: Size, gravity: Gravity, ratio: f64) -> Cut {
    if wanted.is_unset() {
        return Cut::Nothing;
    }
    let part = wanted.min_set(image);
    if image.fits_in(part) {
        return Cut::Nothing;
    }
    match gravity.toward {
        Toward::Smart => return Cut::Smart(part),
        Toward::Objects => return Cut::Objects(part),
        Toward::Compass { .. } | Toward::FocusPoint => {}
    }
    let (left, top) = position(image, part, gravity, ratio);
    Cut::At(Rect {
        left,
        top,
        width: part.width,
        height: part.height,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_size_and_place() {
        let rect = Rect {
            left: 1,
            top: 2,
            width: 30,
            height: 40,
        };
        let is_scaled = false;
        let step = crate::Step::Crop(Crop { rect, is_scaled });
        assert_eq!(step.to_string(), "crop 30 x 40 at 1, 2");
        let step = crate::Step::ResultCrop(Crop::of_result(rect));
        let said = "crop the scaled image 30 x 40 at 1, 2";
        assert_eq!(step.to_string(), said);
    }

    const CENTRE: Gravity = Gravity {
        toward: Toward::Compass { east: 0, south: 0 },
        x: 0.0,
        y: 0.0,
    };

    #[test]
    fn larger_or_unset_parts_cut_nothing() {
        let image = Size::new(30, 20);
        for wanted in [(0, 0), (30, 20), (31, 0), (0, 99)] {
            let wanted = Size::new(wanted.0, wanted.1);
            assert_eq!(cut(image, wanted, CENTRE, 1.0), Cut::Nothing, "{wanted:?}");
        }
    }

    #[test]
    fn one_smaller_side_is_enough() {
        let expected = Rect {
            left: 10,
            top: 0,
            width: 10,
            height: 20,
        };
        let found = cut(Size::new(30, 20), Size::new(10, 50), CENTRE, 1.0);
        assert_eq!(found, Cut::At(expected));
    }
}
