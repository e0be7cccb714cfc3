//! Scaling down to what the result format can hold.

use std::fmt;

use pixgate_options::Format;
use pixgate_raster::resample::Scaling;
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use super::resample::{resample, resample_bytes, resampled};
use crate::Error;
use crate::geometry::{Factors, Pipeline, Size, State};
use crate::rounding::to_float;
use crate::work::Work;

/// Scaling down to what the result format can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormatLimit {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Whether it is done in linear light.
    pub is_linear: bool,
}

impl FormatLimit {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let limited = format_limit(state.format, state.size).filter(|_| pipeline.is_last);
        let Some((width, height)) = limited.map(Size::sides).transpose()? else {
            return Ok(None);
        };
        Ok(Some(Self {
            width,
            height,
            is_linear: state.recipe.settings.use_linear_colorspace,
        }))
    }

    fn scaling(&self, layout: Layout) -> Scaling {
        Scaling::resized(layout, self.width, self.height)
    }
}

impl Operation for FormatLimit {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.sized(self.width, self.height)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        resample_bytes(layout, self.scaling(layout), self.is_linear)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let scaling = self.scaling(image.layout());
        resample(&image, scaling, self.is_linear, work)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height, .. } = self;
        write!(f, "scale to {width} x {height}, which the format can hold")
    }
}

/// The size an image has to be brought down to for a format; none if it fits.
///
/// GIF's factor is a square root even where a side is the cause, so very long results stay too
/// long for the encoder; that is the reference's behaviour.
pub(crate) fn format_limit(format: Format, image: Size) -> Option<Size> {
    let factor = match format {
        Format::Webp => side_factor(image, 16_383),
        Format::Avif | Format::Heic => side_factor(image, 16_384),
        Format::Ico => side_factor(image, 256),
        Format::Gif => gif_factor(image),
        _ => 1.0,
    };
    (factor < 1.0).then(|| {
        resampled(
            image,
            Factors {
                x: factor,
                y: factor,
            },
        )
    })
}

fn side_factor(image: Size, limit: i64) -> f64 {
    to_float(limit) / to_float(image.longest())
}

fn gif_factor(image: Size) -> f64 {
    let pixels = to_float(image.width) * to_float(image.height) / 536_870_911.0;
    let side = to_float(image.longest()) / 65_535.0;
    (1.0 / pixels.max(side)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_own_limit() {
        for (format, image, expected) in [
            (Format::Webp, (20_000, 1000), Some((16_383, 819))),
            (Format::Webp, (16_383, 16_383), None),
            (Format::Avif, (17_000, 40), Some((16_384, 39))),
            (Format::Ico, (1000, 500), Some((256, 128))),
            (Format::Gif, (66_000, 10), Some((65_767, 10))),
            (Format::Gif, (40_000, 20_000), Some((32_768, 16_384))),
            (Format::Png, (70_000, 70_000), None),
        ] {
            let limited = format_limit(format, Size::new(image.0, image.1));
            let expected = expected.map(|(w, h)| Size::new(w, h));
            assert_eq!(limited, expected, "{format} {image:?}");
        }
    }
}
