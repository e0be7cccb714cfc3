//! Drawing the watermark.

use pixgate_raster::{Depth, Image, composite, embed, orient};

use super::load::Request;
use super::steps::resample;
use crate::plan::padded;
use crate::{Cancel, Error, ErrorKind, Plan, Step, WatermarkPlacement, WatermarkStep};

/// Draws a watermark that is ready.
pub(crate) fn draw(
    mark: &Image,
    step: &WatermarkStep,
    image: Image,
    cancel: &Cancel,
) -> Result<Image, Error> {
    match step.placement {
        WatermarkPlacement::At { left, top } => {
            Ok(composite(image, mark, (left, top), step.opacity)?)
        }
        WatermarkPlacement::Tiled { left, top } => {
            tile(image, mark, (left, top), step.opacity, cancel)
        }
    }
}

/// Makes the configured watermark ready.
pub(crate) fn prepare(plan: &Plan, step: &WatermarkStep, cancel: &Cancel) -> Result<Image, Error> {
    let configured = plan.recipe.settings.watermark.as_ref();
    let configured = configured.ok_or(ErrorKind::Internal)?;
    let request = Request {
        header: &configured.header,
        decode: &step.decode,
        size: step.loaded,
        depth: Depth::U8,
        averaged: 1,
        max_bytes: plan.peak_bytes,
    };
    let (mut mark, _) = request.load(&configured.bytes, cancel)?;
    for step in &step.steps {
        mark = match step {
            Step::Resample { .. } => {
                let scaling = step.scaling(mark.layout()).ok_or(ErrorKind::Internal)?;
                resample(&mark, scaling, false, cancel)?
            }
            Step::Orient(turn) => orient(&mark, *turn)?,
            Step::Pad(sides) => embed(&mark, padded(mark.layout(), *sides))?,
            _ => return Err(ErrorKind::Internal.into()),
        };
    }
    Ok(mark)
}

/// Draws copies side by side, the first beginning outside.
fn tile(
    image: Image,
    mark: &Image,
    (left, top): (u32, u32),
    opacity: f64,
    cancel: &Cancel,
) -> Result<Image, Error> {
    let (width, height) = (i64::from(image.width()), i64::from(image.height()));
    let mut image = image;
    let mut y = -i64::from(top);
    while y < height {
        cancel.check()?;
        let mut x = -i64::from(left);
        while x < width {
            image = composite(image, mark, (x, y), opacity)?;
            x += i64::from(mark.width());
        }
        y += i64::from(mark.height());
    }
    Ok(image)
}
