//! A colour that grows along a direction.

use std::fmt;

use pixgate_options::Rgb;
use pixgate_raster::filter::{Ramp, Tint, tint_bytes};
use pixgate_raster::{Image, Layout};

use super::flatten::hex;
use super::operation::Operation;
use super::row_filter::{RowFilter, RowPlace};
use super::samples_of;
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::work::Work;

/// Laying a colour over the image that grows along a direction.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Gradient {
    /// The colour.
    pub color: Rgb,
    /// Opacity at full effect, above 0 and at most 1.
    pub opacity: f64,
    /// Clockwise degrees; at 0 it grows from the top to the bottom.
    pub degrees: f64,
    /// Where along the direction it begins.
    pub start: f64,
    /// Where it is full.
    pub stop: f64,
}

impl Gradient {
    pub(crate) fn plan(_: &mut State<'_>, pipeline: &Pipeline<'_>) -> Result<Option<Self>, Error> {
        let asked = &pipeline.options.gradient;
        let step = Self {
            color: asked.color.unwrap_or(Rgb::BLACK),
            opacity: asked.opacity.unwrap_or(0.0),
            degrees: asked.direction.unwrap_or(0.0),
            start: asked.start.unwrap_or(0.0),
            stop: asked.stop.unwrap_or(1.0),
        };
        Ok((step.opacity > 0.0).then_some(step))
    }

    fn tint(&self, image: Layout) -> Tint {
        let ramp = Ramp {
            degrees: self.degrees,
            start: self.start,
            stop: self.stop,
        };
        Tint {
            color: samples_of(self.color),
            opacity: self.opacity,
            keeps_alpha: false,
            ramp: Some(ramp.over(image.width, image.height)),
        }
    }
}

impl Operation for Gradient {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.with_channels(self.tint(layout).channels(layout.channels))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        tint_bytes(&self.tint(layout), layout)
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        let all = RowPlace::whole(image.layout());
        self.filter(image, all)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let color = hex(self.color);
        let Self {
            opacity,
            degrees,
            start,
            stop,
            ..
        } = self;
        write!(
            f,
            "gradient to {color} of opacity {opacity}, {degrees} degrees, from {start} to {stop}"
        )
    }

    fn row_filter(&self) -> Option<&dyn RowFilter> {
        Some(self)
    }
}

impl RowFilter for Gradient {
    fn filter(&self, rows: Image, place: RowPlace) -> Result<Image, Error> {
        Ok(self.tint(place.image).draw(rows, place.first)?)
    }
}
