//! One step after the other.

use pixgate_raster::{
    Channels, Depth, Image, Layout, Resampler, Scaling, blur, convert_channels, convert_depth,
    crop, embed, find_trim, flatten, from_linear, orient, pixelate, premultiply, to_linear,
    unpremultiply,
};

use super::watermark::draw;
use crate::plan::{channels_of, padded};
use crate::{Cancel, Error, ErrorKind, Plan, Rect, Step};

/// Carries out one step.
pub(crate) fn carry_out(
    plan: &Plan,
    step: &Step,
    image: Image,
    cancel: &Cancel,
) -> Result<Image, Error> {
    match step {
        Step::Trim(trim) => cut_borders(image, trim),
        Step::Crop(rect) | Step::ResultCrop(rect) => cut(&image, *rect),
        Step::Resample { width, height } | Step::FormatLimit { width, height } => {
            resample(image, (*width, *height), plan.linear_light)
        }
        Step::Orient(turn) => Ok(orient(&image, *turn)?),
        Step::Blur { sigma } => blurred(image, *sigma),
        Step::Pixelate { size } => pixelated(image, *size),
        Step::Extend(canvas) | Step::ExtendAspectRatio(canvas) => Ok(embed(&image, *canvas)?),
        Step::Pad(sides) => Ok(embed(&image, padded(image.layout(), *sides))?),
        Step::Flatten { background } => Ok(flatten(image, channels_of(*background))?),
        Step::Watermark(mark) => draw(plan, mark, image, cancel),
        // Refused when the plan is made.
        Step::SmartCrop { .. } | Step::SmartResultCrop { .. } | Step::Sharpen { .. } => {
            Err(ErrorKind::Internal.into())
        }
    }
}

fn cut(image: &Image, rect: Rect) -> Result<Image, Error> {
    Ok(crop(image, rect.left, rect.top, rect.width, rect.height)?)
}

/// An image without anything but border stays whole.
fn cut_borders(image: Image, trim: &pixgate_options::Trim) -> Result<Image, Error> {
    let background = trim.color.map(channels_of);
    let Some(mut rect) = find_trim(&image, trim.threshold, background)? else {
        return Ok(image);
    };
    if trim.equal_horizontal {
        rect = rect.equal_horizontal(image.width());
    }
    if trim.equal_vertical {
        rect = rect.equal_vertical(image.height());
    }
    Ok(crop(&image, rect.left, rect.top, rect.width, rect.height)?)
}

/// Scales to exactly this size, in linear light if asked.
pub(crate) fn resample(image: Image, size: (u32, u32), linear: bool) -> Result<Image, Error> {
    let depth = image.layout().depth;
    let scaling = |layout: Layout| Scaling::resized(layout, size.0, size.1);
    if !linear {
        return Ok(Resampler::new().resize(&image, scaling(image.layout()))?);
    }
    let wide = to_linear(&image)?;
    drop(image);
    let scaled = Resampler::new().resize(&wide, scaling(wide.layout()))?;
    drop(wide);
    Ok(from_linear(&scaled, depth)?)
}

/// Alpha is multiplied in, so that transparent pixels do not bleed.
fn blurred(image: Image, sigma: f64) -> Result<Image, Error> {
    let mut image = for_filters(image)?;
    premultiply(&mut image);
    let mut image = blur(image, sigma)?;
    unpremultiply(&mut image);
    Ok(image)
}

fn pixelated(image: Image, size: u32) -> Result<Image, Error> {
    let mut image = for_filters(image)?;
    pixelate(&mut image, size)?;
    Ok(image)
}

/// Filters see 8-bit colour.
fn for_filters(image: Image) -> Result<Image, Error> {
    let image = convert_depth(image, Depth::U8)?;
    let channels = match image.layout().channels {
        Channels::Grey => Channels::Rgb,
        Channels::GreyAlpha => Channels::Rgba,
        other => other,
    };
    Ok(convert_channels(image, channels)?)
}
