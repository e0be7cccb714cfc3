//! Cutting out the part with the objects that were found.

use std::fmt;

use pixgate_options::GravityOptions;
use pixgate_raster::geometry::{crop, crop_bytes};
use pixgate_raster::measure::{attention, attention_bytes};
use pixgate_raster::{Image, Layout};

use super::crop::{Cut, after_scaling, before_scaling, of};
use super::operation::Operation;
use crate::geometry::{Gravity, Move, Pipeline, Size, State, Toward, Track, offset, position};
use crate::objects::weight;
use crate::rounding::to_float;
use crate::window::{Aim, Boxed, Middle, Window};
use crate::work::{Found, Place, Work};
use crate::{Error, ObjectGravity};

/// Cutting, before scaling or after it; the place is found by the objects in the picture.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ObjectCrop {
    /// Width kept.
    pub width: u32,
    /// Height kept.
    pub height: u32,
    /// Whether a picture without objects is cut where there is most to see, else in the middle.
    pub falls_back_to_smart: bool,
    place: Place,
    /// What has become of places since objects were looked for.
    seen: Track,
    weight: f64,
    mode: ObjectGravity,
    /// Where in the result the objects' middle comes to.
    middle: Option<Middle>,
}

impl ObjectCrop {
    /// The crop that was asked for, in stored orientation.
    pub(crate) fn plan_crop(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let own = &pipeline.options.crop.gravity;
        let asked = match own.kind {
            Some(_) => own,
            None => &pipeline.options.gravity,
        };
        let cut = before_scaling(state, pipeline);
        Self::plan(state, pipeline, (cut, asked), Place::Crop)
    }

    /// What the scaled image is larger than the target.
    pub(crate) fn plan_result_crop(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let cut = after_scaling(state, pipeline);
        let asked = &pipeline.options.gravity;
        Self::plan(state, pipeline, (cut, asked), Place::ResultCrop)
    }

    fn plan(
        state: &State<'_>,
        pipeline: &Pipeline<'_>,
        (cut, asked): (Cut, &GravityOptions),
        place: Place,
    ) -> Result<Option<Self>, Error> {
        let Cut::Objects(part) = cut else {
            return Ok(None);
        };
        let (width, height) = part.sides()?;
        let settings = &state.recipe.settings.objects;
        Ok(Some(Self {
            width,
            height,
            falls_back_to_smart: settings.falls_back_to_smart,
            place,
            seen: state.seen.clone(),
            // Rounding can leave a pixel to cut where none was foreseen.
            weight: if pipeline.detects { weight(asked) } else { 0.0 },
            mode: settings.gravity,
            middle: middle(pipeline, part, place),
        }))
    }

    /// The corner of what is kept.
    fn corner(&self, image: &Image, found: &Found) -> Result<(u32, u32), Error> {
        let boxes = found.objects();
        let boxes = boxes.iter().filter_map(|object| {
            let rect = self.seen.pixels(object.area, found)?;
            Some(Boxed::new(rect, object.confidence * self.weight))
        });
        let window = Window {
            outer: (image.width(), image.height()),
            inner: (self.width, self.height),
        };
        let aim = Aim {
            mode: self.mode,
            middle: self.middle,
        };
        if let Some(corner) = window.around(&boxes.collect::<Vec<_>>(), aim) {
            return Ok(corner);
        }
        if self.falls_back_to_smart {
            return Ok(attention(image, self.width, self.height)?);
        }
        let sizes = |width, height| Size::of(width, height);
        let outer = sizes(image.width(), image.height());
        let (left, top) = position(outer, sizes(self.width, self.height), Gravity::CENTER, 1.0);
        Ok((crate::rect::length(left), crate::rect::length(top)))
    }
}

/// Where `objects_position` wants the objects, in a part of this size.
fn middle(pipeline: &Pipeline<'_>, part: Size, place: Place) -> Option<Middle> {
    use pixgate_options::GravityKind as Kind;
    let asked = &pipeline.options.objects_position;
    let kind = asked.kind?;
    if kind == Kind::Proportional {
        return Some(Middle::Proportional);
    }
    let shown = Gravity::from(asked.resolve(kind));
    let gravity = match place {
        Place::Crop => pipeline.turn.stored_gravity(shown),
        _ => shown,
    };
    let (x, y) = match gravity.toward {
        Toward::FocusPoint => {
            return Some(Middle::At(
                gravity.x * to_float(part.width),
                gravity.y * to_float(part.height),
            ));
        }
        Toward::Compass { east, south } => (east, south),
        Toward::Smart | Toward::Objects => (0, 0),
    };
    let along = |toward: i8, value: f64, length: i64| {
        let inward = to_float(offset(value, pipeline.geometry.dpr, length));
        match toward {
            -1 => inward,
            0 => to_float(length) / 2.0 + inward,
            _ => to_float(length) - inward,
        }
    };
    Some(Middle::At(
        along(x, gravity.x, part.width),
        along(y, gravity.y, part.height),
    ))
}

impl Operation for ObjectCrop {
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
        let (left, top) = self.corner(&image, work.found)?;
        work.found.put(self.place, (left, top));
        Ok(crop(&image, left, top, self.width, self.height)?)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height, .. } = self;
        let what = of(self.place == Place::ResultCrop);
        let otherwise = match self.falls_back_to_smart {
            true => "where there is most to see",
            false => "in the middle",
        };
        write!(
            f,
            "crop {what}{width} x {height} around faces, without any {otherwise}"
        )
    }
}
