//! A larger canvas around the image.

use std::fmt;

use pixgate_raster::geometry::{Canvas, embed, embed_bytes};
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use crate::Error;
use crate::geometry::{Gravity, Pipeline, Size, State, position};
use crate::rect::Rect;
use crate::work::Work;

/// Placing on a transparent canvas, of the requested size or of the requested ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extend {
    /// The canvas and where the image lies on it.
    pub canvas: Canvas,
    is_ratio: bool,
}

impl Extend {
    /// To the requested size.
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let wanted = pipeline.geometry.targets.target;
        let canvas = canvas(state, pipeline, wanted, pipeline.options.extend())?;
        Ok(canvas.map(Self::onto))
    }

    /// To the requested ratio.
    pub(crate) fn plan_ratio(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let wanted = pipeline.geometry.targets.aspect_canvas;
        let asked = pipeline.options.extend_aspect_ratio();
        let canvas = canvas(state, pipeline, wanted, asked)?;
        let is_ratio = true;
        Ok(canvas.map(|canvas| Self { canvas, is_ratio }))
    }

    /// Onto a canvas of a certain size.
    pub(super) const fn onto(canvas: Canvas) -> Self {
        Self {
            canvas,
            is_ratio: false,
        }
    }
}

impl Operation for Extend {
    fn layout_after(&self, layout: Layout) -> Layout {
        placed(layout, self.canvas)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        embed_bytes(layout, self.canvas)
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        Ok(embed(&image, self.canvas)?)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_ratio { "to a ratio " } else { "" };
        let Canvas {
            width,
            height,
            left,
            top,
        } = self.canvas;
        write!(
            f,
            "extend {what}to {width} x {height}, the image at {left}, {top}"
        )
    }
}

/// The layout of an image on a canvas.
pub(super) fn placed(layout: Layout, canvas: Canvas) -> Layout {
    let channels = layout.channels.with_alpha();
    layout
        .sized(canvas.width, canvas.height)
        .with_channels(channels)
}

/// The canvas of the `wanted` size, if it is asked for and the image does not cover it.
fn canvas(
    state: &State<'_>,
    pipeline: &Pipeline<'_>,
    wanted: Size,
    asked: Option<impl Into<Gravity>>,
) -> Result<Option<Canvas>, Error> {
    let dpr = pipeline.geometry.dpr;
    let place = asked.and_then(|gravity| place(state.size, wanted, gravity.into(), dpr));
    let Some(place) = place else {
        return Ok(None);
    };
    let (width, height) = Size::new(place.width, place.height).sides()?;
    Ok(Some(Canvas {
        width,
        height,
        left: place.left,
        top: place.top,
    }))
}

/// Where an image lies on a canvas of the `wanted` size; none if the image covers it.
///
/// A side of the canvas that is not set is that of the image. One side can be smaller than the
/// image by a pixel of rounding; the image is clipped there.
fn place(image: Size, wanted: Size, gravity: Gravity, ratio: f64) -> Option<Rect<i64>> {
    if wanted.fits_in(image) {
        return None;
    }
    let or = |side: i64, other: i64| if side <= 0 { other } else { side };
    let canvas = Size::new(
        or(wanted.width, image.width),
        or(wanted.height, image.height),
    );
    let (left, top) = position(canvas, image, gravity, ratio);
    Some(Rect {
        left,
        top,
        width: canvas.width,
        height: canvas.height,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Toward;

    const NORTH_WEST: Gravity = Gravity {
        toward: Toward::Compass {
            east: -1,
            south: -1,
        },
        x: 3.0,
        y: 0.0,
    };

    fn placed(wanted: (i64, i64)) -> Option<(i64, i64, i64, i64)> {
        let wanted = Size::new(wanted.0, wanted.1);
        place(Size::new(20, 10), wanted, NORTH_WEST, 1.0)
            .map(|c| (c.left, c.top, c.width, c.height))
    }

    #[test]
    fn a_covered_canvas_is_none() {
        assert_eq!(placed((20, 10)), None);
        assert_eq!(placed((0, 0)), None);
        assert_eq!(placed((5, 10)), None);
    }

    #[test]
    fn an_unset_side_is_that_of_the_image() {
        assert_eq!(placed((30, 0)), Some((3, 0, 30, 10)));
    }

    #[test]
    fn the_smaller_side_clips() {
        assert_eq!(placed((30, 9)), Some((3, 0, 30, 9)));
    }
}
