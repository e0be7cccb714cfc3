//! Cutting a shape out of the image.

use std::fmt;

use pixgate_raster::compose::{RoundedRect, cut_out, cut_out_bytes};
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use super::row_filter::{RowFilter, RowPlace};
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::rounding::to_float;
use crate::work::Work;

/// Cutting a shape out of the image: what is outside becomes transparent.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CutOut {
    /// What stays.
    pub shape: Shape,
}

/// What stays of an image.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// All but what is outside of round corners, of these radii in pixels, clockwise from the
    /// upper left one; those that do not fit beside each other are made smaller by one factor.
    Rounded([f64; 4]),
    /// The ellipse that touches all sides.
    Ellipse,
}

impl CutOut {
    /// The step, if corners are rounded.
    pub(crate) fn plan_round(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let shorter = to_float(state.size.width.min(state.size.height));
        let radii = pipeline.options.px_round.resolve();
        let radii = radii.map(|radii| radii.map(|radius| radius.pixels(shorter, state.dpr)));
        Ok(radii.map(|radii| Self {
            shape: Shape::Rounded(radii),
        }))
    }

    /// The step, if an ellipse is asked for.
    pub(crate) fn plan_ellipse(
        _: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let shape = Shape::Ellipse;
        Ok(pipeline.options.px_ellipse().then_some(Self { shape }))
    }

    /// The shape on an image of this size.
    fn outline(&self, image: Layout) -> RoundedRect {
        match self.shape {
            Shape::Rounded(radii) => RoundedRect::new(image.width, image.height, radii),
            Shape::Ellipse => RoundedRect::ellipse(image.width, image.height),
        }
    }
}

impl Operation for CutOut {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.with_channels(layout.channels.with_alpha())
    }

    fn bytes(&self, layout: Layout) -> u64 {
        cut_out_bytes(layout)
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        let all = RowPlace::whole(image.layout());
        self.filter(image, all)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shape {
            Shape::Rounded([a, b, c, d]) => {
                write!(f, "round the corners by {a}, {b}, {c} and {d} pixels")
            }
            Shape::Ellipse => f.write_str("cut out an ellipse"),
        }
    }

    fn row_filter(&self) -> Option<&dyn RowFilter> {
        Some(self)
    }
}

impl RowFilter for CutOut {
    fn filter(&self, rows: Image, place: RowPlace) -> Result<Image, Error> {
        Ok(cut_out(rows, &self.outline(place.image), place.first)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_the_shape() {
        let says = |shape| crate::Step::CutOut(CutOut { shape }).to_string();
        assert_eq!(says(Shape::Ellipse), "cut out an ellipse");
        let rounded = Shape::Rounded([20.0, 0.0, 2.5, 0.0]);
        assert_eq!(
            says(rounded),
            "round the corners by 20, 0, 2.5 and 0 pixels"
        );
    }
}
