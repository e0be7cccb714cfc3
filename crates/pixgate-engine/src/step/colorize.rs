//! One colour over the whole image.

use std::fmt;

use pixgate_options::Rgb;
use pixgate_raster::filter::{Tint, tint_bytes};
use pixgate_raster::{Image, Layout};

use super::flatten::hex;
use super::operation::Operation;
use super::row_filter::{RowFilter, RowPlace};
use super::samples_of;
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::work::Work;

/// Laying one colour over the whole image.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Colorize {
    /// The colour.
    pub color: Rgb,
    /// Above 0, at most 1.
    pub opacity: f64,
    /// Whether what is transparent stays so.
    pub keeps_alpha: bool,
}

impl Colorize {
    pub(crate) fn plan(_: &mut State<'_>, pipeline: &Pipeline<'_>) -> Result<Option<Self>, Error> {
        let asked = &pipeline.options.colorize;
        let step = Self {
            color: asked.color.unwrap_or(Rgb::BLACK),
            opacity: asked.opacity.unwrap_or(0.0),
            keeps_alpha: asked.keep_alpha.unwrap_or(false),
        };
        Ok((step.opacity > 0.0).then_some(step))
    }

    const fn tint(self) -> Tint {
        Tint {
            color: samples_of(self.color),
            opacity: self.opacity,
            keeps_alpha: self.keeps_alpha,
            ramp: None,
        }
    }
}

impl Operation for Colorize {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.with_channels(self.tint().channels(layout.channels))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        tint_bytes(&self.tint(), layout)
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        let all = RowPlace::whole(image.layout());
        self.filter(image, all)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "colorize with {} of opacity {}",
            hex(self.color),
            self.opacity
        )?;
        if self.keeps_alpha {
            f.write_str(", alpha kept")?;
        }
        Ok(())
    }

    fn row_filter(&self) -> Option<&dyn RowFilter> {
        Some(self)
    }
}

impl RowFilter for Colorize {
    fn filter(&self, rows: Image, place: RowPlace) -> Result<Image, Error> {
        Ok(self.tint().draw(rows, place.first)?)
    }
}
