//! Turning by any angle.

use std::fmt;

use pixgate_raster::geometry::{tilt, tilt_bytes, tilted};
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use crate::Error;
use crate::work::Work;

/// Turning clockwise about the middle; the corners that come free are transparent.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Tilt {
    /// Any angle.
    pub degrees: f64,
}

impl Tilt {
    /// The turn by an angle, if it is one.
    pub(super) fn by(degrees: Option<f64>) -> Option<Self> {
        let degrees = degrees.unwrap_or(0.0) % 360.0;
        (degrees.abs() > 0.0).then_some(Self { degrees })
    }
}

impl Operation for Tilt {
    fn layout_after(&self, layout: Layout) -> Layout {
        tilted(layout, self.degrees)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        tilt_bytes(layout, self.degrees)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        work.cancel
            .explain(tilt(&image, self.degrees, &work.stop()))
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "turn by {} degrees", self.degrees)
    }
}
