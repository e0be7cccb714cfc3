//! Cutting a picture to the objects in it.

use std::fmt;

use pixgate_options::ResizingType;
use pixgate_raster::geometry::crop;
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use crate::geometry::{Pipeline, State, Track};
use crate::rect::Rect;
use crate::rounding::to_float;
use crate::work::{Place, Work};
use crate::{Error, Warning};

/// Cutting to the objects; how much is known only when the pixels are.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CropObjects {
    /// How much larger than the objects the part is, above 0.
    pub scale: f64,
    /// Width / height that the part is widened to, in stored orientation.
    ratio: Option<f64>,
    /// Whether borders have been cut off before.
    is_trimmed: bool,
    /// What has become of places since objects were looked for.
    seen: Track,
}

impl CropObjects {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let scale = pipeline.options.crop_objects.scale_factor.unwrap_or(0.0);
        if scale > 0.0 && state.frames > 1 {
            state.warnings.push(Warning::AnimationNotCutToObjects);
        }
        Ok(pipeline.cuts_to_objects.then(|| Self {
            scale,
            ratio: ratio(pipeline),
            is_trimmed: pipeline.is_trimmed,
            seen: state.seen.clone(),
        }))
    }

    /// The part of an image with all objects; none without any.
    fn part(&self, image: (u32, u32), objects: &[Rect]) -> Option<Rect> {
        let edges = |of: fn(&Rect) -> (u32, u32)| {
            let start = objects.iter().map(|rect| of(rect).0).min()?;
            let end = objects.iter().map(|rect| {
                let (start, length) = of(rect);
                start.saturating_add(length)
            });
            Some((f64::from(start), f64::from(end.max()?)))
        };
        let (left, right) = edges(|rect| (rect.left, rect.width))?;
        let (top, bottom) = edges(|rect| (rect.top, rect.height))?;
        let (mut width, mut height) = ((right - left) * self.scale, (bottom - top) * self.scale);
        if let Some(ratio) = self.ratio {
            (width, height) = (width.max(height * ratio), height.max(width / ratio));
        }
        let (left, width) = within(image.0, f64::midpoint(left, right), width);
        let (top, height) = within(image.1, f64::midpoint(top, bottom), height);
        Some(Rect {
            left,
            top,
            width,
            height,
        })
    }
}

/// The ratio of what the result fills.
fn ratio(pipeline: &Pipeline<'_>) -> Option<f64> {
    let resizing = pipeline.options.resizing_type();
    let fills = matches!(resizing, ResizingType::Fill | ResizingType::FillDown);
    let target = pipeline.geometry.targets.target;
    let target = target.swapped_if(pipeline.turn.swaps_sides());
    let is_set = target.width > 0 && target.height > 0;
    (fills && is_set).then(|| to_float(target.width) / to_float(target.height))
}

/// Start and length, in whole pixels of an image this long.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within the image"
)]
fn within(image: u32, middle: f64, length: f64) -> (u32, u32) {
    let length = length.round().clamp(1.0, f64::from(image.max(1)));
    let most = (f64::from(image) - length).max(0.0);
    let start = (middle - length / 2.0).round().clamp(0.0, most);
    (start as u32, length as u32)
}

impl Operation for CropObjects {
    /// As if there were no objects.
    fn layout_after(&self, layout: Layout) -> Layout {
        layout
    }

    fn bytes(&self, layout: Layout) -> u64 {
        layout.bytes()
    }

    /// An image without objects stays whole.
    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let before = match self.is_trimmed {
            true => work.found.at(Place::Trim),
            false => (0, 0),
        };
        work.found.put(Place::Trim, before);
        let objects = work.found.objects();
        let objects = objects.iter();
        let rects = objects.filter_map(|object| self.seen.pixels(object.area, work.found));
        let Some(part) = self.part((image.width(), image.height()), &rects.collect::<Vec<_>>())
        else {
            return Ok(image);
        };
        // What was cut off before, and what is cut off now.
        let corner = (
            before.0.saturating_add(part.left),
            before.1.saturating_add(part.top),
        );
        work.found.put(Place::Trim, corner);
        Ok(crop(&image, part.left, part.top, part.width, part.height)?)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "crop to the faces, {} times as large", self.scale)
    }
}

#[cfg(test)]
mod tests {
    use pixgate_raster::Orientation;

    use super::*;

    fn part(scale: f64, ratio: Option<f64>, objects: &[[u32; 4]]) -> Option<[u32; 4]> {
        let step = CropObjects {
            scale,
            ratio,
            is_trimmed: false,
            seen: Track::begin((100, 60), Orientation::UPRIGHT),
        };
        let rects = objects.iter().map(|&[left, top, width, height]| Rect {
            left,
            top,
            width,
            height,
        });
        let part = step.part((100, 60), &rects.collect::<Vec<_>>())?;
        Some([part.left, part.top, part.width, part.height])
    }

    #[test]
    fn the_part_holds_all_objects_and_stays_inside() {
        let one = [[40, 20, 10, 10]];
        let two = [[40, 20, 10, 10], [70, 30, 10, 20]];
        assert_eq!(part(1.0, None, &[]), None);
        assert_eq!(part(1.0, None, &one), Some(one[0]));
        assert_eq!(part(2.0, None, &one), Some([35, 15, 20, 20]));
        assert_eq!(part(1.0, None, &two), Some([40, 20, 40, 30]));
        assert_eq!(part(0.5, None, &one), Some([43, 23, 5, 5]));
        assert_eq!(part(99.0, None, &one), Some([0, 0, 100, 60]));
        assert_eq!(part(2.0, None, &[[0, 0, 10, 10]]), Some([0, 0, 20, 20]));
    }

    #[test]
    fn it_is_widened_to_what_is_filled() {
        let one = [[40, 20, 10, 10]];
        assert_eq!(part(1.0, Some(2.0), &one), Some([35, 20, 20, 10]));
        assert_eq!(part(1.0, Some(0.5), &one), Some([40, 15, 10, 20]));
        assert_eq!(part(2.0, Some(4.0), &one), Some([5, 15, 80, 20]));
    }
}
