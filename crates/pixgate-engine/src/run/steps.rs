//! One step after the other.

use pixgate_raster::{
    Image, Layout, Resampler, Scaling, crop, embed, flatten, from_linear, orient, to_linear,
};

use crate::plan::{channels_of, padded};
use crate::{Cancel, Error, Plan, Rect, Step};

/// Carries out one step.
pub(crate) fn carry_out(
    plan: &Plan,
    step: &Step,
    image: Image,
    cancel: &Cancel,
) -> Result<Image, Error> {
    match step {
        Step::Crop(rect) | Step::ResultCrop(rect) => cut(&image, *rect),
        Step::Resample { width, height } | Step::FormatLimit { width, height } => {
            resample(plan, image, *width, *height)
        }
        Step::Orient(turn) => Ok(orient(&image, *turn)?),
        Step::Extend(canvas) | Step::ExtendAspectRatio(canvas) => Ok(embed(&image, *canvas)?),
        Step::Pad(sides) => Ok(embed(&image, padded(image.layout(), *sides))?),
        Step::Flatten { background } => Ok(flatten(image, channels_of(*background))?),
        _ => {
            cancel.check()?;
            Ok(image)
        }
    }
}

fn cut(image: &Image, rect: Rect) -> Result<Image, Error> {
    Ok(crop(image, rect.left, rect.top, rect.width, rect.height)?)
}

/// Scales to exactly this size, in linear light if the plan says so.
fn resample(plan: &Plan, image: Image, width: u32, height: u32) -> Result<Image, Error> {
    let depth = image.layout().depth;
    let scaling = |layout: Layout| Scaling::resized(layout, width, height);
    if !plan.linear_light {
        return Ok(Resampler::new().resize(&image, scaling(image.layout()))?);
    }
    let linear = to_linear(&image)?;
    drop(image);
    let scaled = Resampler::new().resize(&linear, scaling(linear.layout()))?;
    drop(linear);
    Ok(from_linear(&scaled, depth)?)
}
