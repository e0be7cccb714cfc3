//! Room around the image.

use std::fmt;

use pixgate_raster::geometry::{Canvas, embed, embed_bytes};
use pixgate_raster::{Image, Layout};

use super::extend::placed;
use super::operation::Operation;
use crate::Error;
use crate::geometry::{Pipeline, Size, State};
use crate::rect::Sides;
use crate::rounding::scale_even;
use crate::work::Work;

/// Adding transparent room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pad {
    /// How much on which side.
    pub sides: Sides,
}

impl Pad {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let Some(sides) = padding(pipeline.options.padding().into(), state.dpr) else {
            return Ok(None);
        };
        let Size { width, height } = state.size;
        let across = sides.left.saturating_add(sides.right);
        let down = sides.top.saturating_add(sides.bottom);
        Size::new(width.saturating_add(across), height.saturating_add(down)).sides()?;
        Ok(Some(Self {
            sides: sides.finished(),
        }))
    }

    /// The tile of a watermark with room of its own around it.
    pub(super) fn around(sides: Sides<i64>) -> Self {
        Self {
            sides: sides.finished(),
        }
    }

    fn canvas(&self, layout: Layout) -> Canvas {
        let Sides {
            top,
            right,
            bottom,
            left,
        } = self.sides;
        Canvas {
            width: layout.width.saturating_add(left.saturating_add(right)),
            height: layout.height.saturating_add(top.saturating_add(bottom)),
            left: left.into(),
            top: top.into(),
        }
    }
}

impl Operation for Pad {
    fn layout_after(&self, layout: Layout) -> Layout {
        placed(layout, self.canvas(layout))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        embed_bytes(layout, self.canvas(layout))
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        Ok(embed(&image, self.canvas(image.layout()))?)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sides {
            top,
            right,
            bottom,
            left,
        } = self.sides;
        write!(
            f,
            "padding of {top} above, {right} right, {bottom} below, {left} left"
        )
    }
}

/// Padding in pixels of the result, or none if every side is zero.
fn padding(wanted: Sides<i64>, dpr: f64) -> Option<Sides<i64>> {
    let sides = Sides {
        top: scale_even(wanted.top, dpr),
        right: scale_even(wanted.right, dpr),
        bottom: scale_even(wanted.bottom, dpr),
        left: scale_even(wanted.left, dpr),
    };
    (sides != Sides::default()).then_some(sides)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Sides<i64> = Sides {
        top: 10,
        right: 11,
        bottom: 12,
        left: 13,
    };

    #[test]
    fn sides_follow_the_dpr_and_round_to_even() {
        let sides = padding(TEN, 0.5).unwrap();
        assert_eq!(
            (sides.top, sides.right, sides.bottom, sides.left),
            (5, 6, 6, 6)
        );
    }

    #[test]
    fn padding_that_rounds_to_nothing_is_none() {
        assert_eq!(padding(TEN, 0.001), None);
        assert_eq!(padding(Sides::default(), 3.0), None);
    }
}
