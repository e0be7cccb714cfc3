//! Blurring and framing objects that were found.

use std::fmt;

use pixgate_raster::compose::outline;
use pixgate_raster::filter::blur_area_bytes;
use pixgate_raster::{Image, Layout};

use super::blur::check_sigma;
use super::blur_areas::blur_rects;
use super::color_filter;
use super::operation::Operation;
use crate::Error;
use crate::geometry::{Pipeline, State, Track};
use crate::rect::Rect;
use crate::work::Work;

/// Blurring objects.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BlurDetections {
    /// Standard deviation in pixels.
    pub sigma: f64,
    /// What has become of places since objects were looked for.
    seen: Track,
}

/// Framing objects.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DrawDetections {
    /// What has become of places since objects were looked for.
    seen: Track,
}

impl BlurDetections {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let asked = &pipeline.options.blur_detections;
        let sigma = check_sigma("blur_detections", asked.sigma.unwrap_or(0.0))?;
        let is_seen = pipeline.detects && sigma > 0.0;
        Ok(is_seen.then(|| Self {
            sigma,
            seen: state.seen.clone(),
        }))
    }
}

impl DrawDetections {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let is_asked = pipeline.options.draw_detections.enabled.unwrap_or(false);
        Ok((pipeline.detects && is_asked).then(|| Self {
            seen: state.seen.clone(),
        }))
    }
}

impl Operation for BlurDetections {
    fn layout_after(&self, layout: Layout) -> Layout {
        color_filter::colored(layout)
    }

    /// An object may be as large as the picture.
    fn bytes(&self, layout: Layout) -> u64 {
        let seen = color_filter::colored(layout);
        let blurring = blur_area_bytes(seen, self.sigma, layout.width, layout.height);
        let converted = color_filter::converting_bytes(layout);
        converted.max(blurring.saturating_add(seen.bytes()))
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let image = color_filter::converted(image)?;
        blur_rects(image, rects(&self.seen, work), self.sigma, work)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blur the faces, sigma {}", self.sigma)
    }
}

impl Operation for DrawDetections {
    fn layout_after(&self, layout: Layout) -> Layout {
        color_filter::colored(layout)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        color_filter::converting_bytes(layout)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let mut image = color_filter::converted(image)?;
        let thickness = (image.width().min(image.height()) / LINES).max(1);
        for rect in rects(&self.seen, work) {
            outline(&mut image, rect.of_raster(), thickness, COLOR)?;
        }
        Ok(image)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("draw frames around the faces")
    }
}

/// Where the objects that were found have come to.
fn rects(seen: &Track, work: &Work<'_>) -> Vec<Rect> {
    let objects = work.found.objects();
    let rects = objects.iter();
    let rects = rects.filter_map(|object| seen.pixels(object.area, work.found));
    rects.collect()
}

/// The shorter side of the picture is so many lines of a frame.
const LINES: u32 = 200;
/// Of frames: no skin has it.
const COLOR: [u8; 3] = [0, 255, 0];
