//! Drawing the watermark.

use pixgate_raster::{Axis, Depth, Image, composite, embed, orient};

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
        sandbox: &plan.recipe.settings.sandbox,
    };
    let (mut mark, _) = request.load(&configured.bytes, cancel)?;
    for step in &step.steps {
        mark = match step {
            Step::Resample {
                scale_x, scale_y, ..
            } => {
                let mut scaling = step.scaling(mark.layout()).ok_or(ErrorKind::Internal)?;
                scaling.x = aligned(scaling.x, *scale_x);
                scaling.y = aligned(scaling.y, *scale_y);
                resample(&mark, scaling, false, cancel)?
            }
            Step::Orient(turn) => orient(&mark, *turn)?,
            Step::Pad(sides) => embed(&mark, padded(mark.layout(), *sides))?,
            _ => return Err(ErrorKind::Internal.into()),
        };
    }
    Ok(mark)
}

/// The reference enlarges half a result pixel off the centre. Watermarks lie on a picture, where
/// that is a matter of place; elsewhere it would only be a fault.
fn aligned(axis: Axis, scale: f64) -> Axis {
    if scale > 1.0 {
        axis.shifted(-0.5 / scale)
    } else {
        axis
    }
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
