//! Scaling.

use std::fmt;

use pixgate_options::ResizingAlgorithm;
use pixgate_raster::resample::{
    Axis, Resampler, ResamplingFilter, Scaling, resize_bytes, resize_linear_bytes,
};
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use crate::Error;
use crate::geometry::{Factors, Move, Pipeline, Size, State};
use crate::rounding::{to_float, truncate};
use crate::work::Work;

/// Scaling to exactly this size, in stored orientation.
///
/// The scale factor is exact; rounding a side moves its edge by less than a pixel instead of
/// stretching the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Resample {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Result pixels per source pixel, horizontally.
    pub scale_x: f64,
    /// Result pixels per source pixel, vertically.
    pub scale_y: f64,
    /// Whether it is done in linear light.
    pub is_linear: bool,
    /// How pixels are mixed.
    pub algorithm: ResizingAlgorithm,
    /// Whether what is enlarged moves by half a result pixel.
    shifts: bool,
}

impl Resample {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let factors = pipeline.geometry.factors;
        let factors = factors.swapped_if(pipeline.turn.swaps_sides());
        let step = Self::by(state.size, factors)?;
        let is_linear = state.recipe.settings.use_linear_colorspace;
        let changes = |step: &Self| Size::of(step.width, step.height) != state.size;
        let step = step.filter(changes);
        let algorithm = pipeline.algorithm;
        Ok(step.map(|step| Self {
            is_linear,
            algorithm,
            ..step
        }))
    }

    /// Scaling by these factors, if that is scaling.
    pub(super) fn by(size: Size, factors: Factors) -> Result<Option<Self>, Error> {
        if factors == Factors::ONE {
            return Ok(None);
        }
        let (width, height) = resampled(size, factors).sides()?;
        Ok(Some(Self {
            width,
            height,
            scale_x: factors.x,
            scale_y: factors.y,
            is_linear: false,
            algorithm: ResizingAlgorithm::Lanczos3,
            shifts: false,
        }))
    }

    /// The reference enlarges half a result pixel off the centre. Watermarks lie on a picture, where
    /// that is a matter of place; elsewhere it would only be a fault.
    pub(super) const fn of_watermark(self) -> Self {
        Self {
            shifts: true,
            ..self
        }
    }

    /// How an image of this layout is mapped.
    pub(crate) fn scaling(&self, layout: Layout) -> Scaling {
        let axis = |length: u32, scale: f64, result: u32| {
            let axis = Axis::mapped(length, factor(length, scale), result);
            if self.shifts && scale > 1.0 {
                axis.shifted(-0.5 / scale)
            } else {
                axis
            }
        };
        let scaling = Scaling {
            x: axis(layout.width, self.scale_x, self.width),
            y: axis(layout.height, self.scale_y, self.height),
            premultiply: true,
        };
        scaling.with_filter(self.filter())
    }

    /// The kernel.
    pub(crate) const fn filter(&self) -> ResamplingFilter {
        match self.algorithm {
            ResizingAlgorithm::Nearest => ResamplingFilter::Nearest,
            ResizingAlgorithm::Linear => ResamplingFilter::Linear,
            ResizingAlgorithm::Cubic => ResamplingFilter::CatmullRom,
            ResizingAlgorithm::Lanczos2 => ResamplingFilter::Lanczos2,
            ResizingAlgorithm::Lanczos3 => ResamplingFilter::Lanczos3,
        }
    }
}

impl Operation for Resample {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.sized(self.width, self.height)
    }

    fn movement(&self, layout: Layout) -> Option<Move> {
        let scaling = self.scaling(layout);
        Some(Move::Scale {
            start: (scaling.x.start(), scaling.y.start()),
            factor: (scaling.x.factor(), scaling.y.factor()),
            size: (self.width, self.height),
        })
    }

    fn bytes(&self, layout: Layout) -> u64 {
        resample_bytes(layout, self.scaling(layout), self.is_linear)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let scaling = self.scaling(image.layout());
        resample(&image, scaling, self.is_linear, work)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scale to {} x {}", self.width, self.height)?;
        match self.algorithm {
            ResizingAlgorithm::Lanczos3 => Ok(()),
            other => write!(f, ", {other}"),
        }
    }
}

/// Scales, in linear light if asked.
pub(super) fn resample(
    image: &Image,
    scaling: Scaling,
    is_linear: bool,
    work: &Work<'_>,
) -> Result<Image, Error> {
    let mut resampler = Resampler::new();
    work.cancel.explain(if is_linear {
        resampler.resize_linear(image, scaling, &work.stop())
    } else {
        resampler.resize_until(image, scaling, &work.stop())
    })
}

/// Bytes that [`resample`] allocates.
pub(super) fn resample_bytes(layout: Layout, scaling: Scaling, is_linear: bool) -> u64 {
    if is_linear {
        resize_linear_bytes(layout, scaling)
    } else {
        resize_bytes(layout, scaling)
    }
}

/// Source pixels per result pixel, at most all of them.
pub(crate) fn factor(length: u32, scale: f64) -> f64 {
    (1.0 / scale).min(f64::from(length))
}

/// Size of an image scaled by `factors`, as the reference's resampler rounds it.
pub(crate) fn resampled(image: Size, factors: Factors) -> Size {
    Size::new(
        resampled_length(image.width, factors.x),
        resampled_length(image.height, factors.y),
    )
}

fn resampled_length(length: i64, factor: f64) -> i64 {
    let n = to_float(length);
    let k = factor.max(1.0 / n);
    let exact = if k < 1.0 { n / (1.0 / k) } else { k * n };
    truncate((exact + 0.5).floor()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_round_half_up_and_stay_positive() {
        for (length, factor, expected) in [
            (3, 0.5, 2),
            (5, 0.5, 3),
            (1000, 0.0001, 1),
            (10, 1.25, 13),
            (7, 1.0, 7),
        ] {
            assert_eq!(resampled_length(length, factor), expected);
        }
    }
}
