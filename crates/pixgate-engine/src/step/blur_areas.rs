//! Blurring parts of the picture.

use std::fmt;

use pixgate_options::Area;
use pixgate_raster::filter::{blur_area, blur_area_bytes};
use pixgate_raster::{Image, Layout};

use super::blur::check_sigma;
use super::color_filter;
use super::operation::Operation;
use crate::Error;
use crate::geometry::{Pipeline, State, Track};
use crate::rect::Rect;
use crate::work::{Found, Work};

/// Blurring parts of the picture, wherever they have come to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BlurAreas {
    /// Standard deviation in pixels.
    pub sigma: f64,
    /// The parts, in fractions of the upright picture that the pipeline began with.
    pub areas: Vec<Area>,
    /// What has become of places since then.
    track: Track,
}

impl BlurAreas {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let asked = &pipeline.options.blur_areas;
        let sigma = check_sigma("blur_areas", asked.sigma.unwrap_or(0.0))?;
        let step = Self {
            sigma,
            areas: asked.areas.clone().unwrap_or_default(),
            track: state.track.clone(),
        };
        let is_seen = if step.track.is_known() {
            step.rects(&Found::default()).next().is_some()
        } else {
            !step.areas.is_empty()
        };
        Ok((sigma > 0.0 && is_seen).then_some(step))
    }

    fn rects<'a>(&'a self, found: &'a Found) -> impl Iterator<Item = Rect> + 'a {
        let areas = self.areas.iter();
        areas.filter_map(|area| self.track.pixels(*area, found))
    }
}

impl Operation for BlurAreas {
    fn layout_after(&self, layout: Layout) -> Layout {
        color_filter::colored(layout)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        let seen = color_filter::colored(layout);
        let largest = if self.track.is_known() {
            let found = Found::default();
            let areas = self.rects(&found);
            let bytes =
                areas.map(|area| blur_area_bytes(seen, self.sigma, area.width, area.height));
            bytes.max().unwrap_or(0)
        } else {
            blur_area_bytes(seen, self.sigma, layout.width, layout.height)
        };
        let converted = color_filter::converting_bytes(layout);
        converted.max(largest.saturating_add(seen.bytes()))
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let image = color_filter::converted(image)?;
        blur_rects(image, self.rects(work.found), self.sigma, work)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Found::default();
        let is_known = self.track.is_known();
        let rects = self.rects(&found).filter(|_| is_known);
        let areas = rects.map(|area| {
            let Rect {
                left,
                top,
                width,
                height,
            } = area;
            format!("{width} x {height} at {left}, {top}")
        });
        let areas: Vec<_> = areas.collect();
        let count = self.areas.len();
        match areas.as_slice() {
            [] => write!(f, "blur {count} areas, sigma {}", self.sigma),
            areas => write!(f, "blur {}, sigma {}", areas.join("; "), self.sigma),
        }
    }
}

/// Blurs parts of an image that colour filters can see.
pub(super) fn blur_rects(
    mut image: Image,
    rects: impl IntoIterator<Item = Rect>,
    sigma: f64,
    work: &Work<'_>,
) -> Result<Image, Error> {
    for rect in rects {
        let blurred = blur_area(&mut image, rect.of_raster(), sigma, &work.stop());
        work.cancel.explain(blurred)?;
    }
    Ok(image)
}
