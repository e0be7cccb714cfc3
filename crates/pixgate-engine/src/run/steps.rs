//! One step after the other.

use pixgate_raster::{
    Channels, Depth, Image, Resampler, Scaling, attention, blur_until, convert_channels,
    convert_depth, crop, embed, find_trim, flatten, orient, pixelate, premultiply, sharpen_until,
    unpremultiply,
};

use super::underlay::underlay;
use super::watermark::{draw, prepare};
use crate::plan::{channels_of, padded};
use crate::{Cancel, Error, ErrorKind, Plan, Rect, Step};

/// Carries out the step at `index`.
pub(crate) fn carry_out(
    plan: &Plan,
    index: usize,
    image: Image,
    cancel: &Cancel,
) -> Result<Image, Error> {
    let step = plan.steps.get(index).ok_or(ErrorKind::Internal)?;
    let stop = || cancel.check().is_err();
    match step {
        Step::Trim(trim) => cut_borders(image, trim),
        Step::Crop(rect) | Step::ResultCrop(rect) => cut(&image, *rect),
        Step::Resample { .. } | Step::FormatLimit { .. } => {
            let scaling = step.scaling(image.layout()).ok_or(ErrorKind::Internal)?;
            resample(&image, scaling, plan.linear_light, cancel)
        }
        Step::Orient(turn) => Ok(orient(&image, *turn)?),
        Step::SmartCrop { width, height } | Step::SmartResultCrop { width, height } => {
            cut_around_attention(&image, *width, *height)
        }
        Step::Blur { sigma } => filtered(plan, index, image, |image| {
            cancel.explain(blur_until(image, *sigma, &stop))
        }),
        Step::Sharpen { sigma } => filtered(plan, index, image, |mut image| {
            cancel.explain(sharpen_until(&mut image, *sigma, &stop))?;
            Ok(image)
        }),
        Step::Pixelate { size } => pixelated(image, *size),
        Step::Extend(canvas) | Step::ExtendAspectRatio(canvas) => Ok(embed(&image, *canvas)?),
        Step::Pad(sides) => Ok(embed(&image, padded(image.layout(), *sides))?),
        Step::Flatten { background } => Ok(flatten(image, channels_of(*background))?),
        Step::Underlay { background, alpha } => underlay(image, channels_of(*background), *alpha),
        Step::Watermark(mark) => draw(&prepare(plan, mark, cancel)?, mark, image, cancel),
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

/// Scales, in linear light if asked.
pub(crate) fn resample(
    image: &Image,
    scaling: Scaling,
    linear: bool,
    cancel: &Cancel,
) -> Result<Image, Error> {
    let stop = || cancel.check().is_err();
    let mut resampler = Resampler::new();
    cancel.explain(if linear {
        resampler.resize_linear(image, scaling, &stop)
    } else {
        resampler.resize_until(image, scaling, &stop)
    })
}

fn cut_around_attention(image: &Image, width: u32, height: u32) -> Result<Image, Error> {
    let (left, top) = attention(image, width, height)?;
    Ok(crop(image, left, top, width, height)?)
}

/// Filters with alpha multiplied in, so that transparent pixels do not bleed; it stays so between
/// a blur and a sharpening.
fn filtered(
    plan: &Plan,
    index: usize,
    image: Image,
    filter: impl FnOnce(Image) -> Result<Image, Error>,
) -> Result<Image, Error> {
    let step = plan.steps.get(index);
    let before = index.checked_sub(1).and_then(|index| plan.steps.get(index));
    let mut image = for_filters(image)?;
    if !is_pair(before, step) {
        premultiply(&mut image);
    }
    let mut image = filter(image)?;
    if !is_pair(step, plan.steps.get(index + 1)) {
        unpremultiply(&mut image);
    }
    Ok(image)
}

const fn is_pair(first: Option<&Step>, second: Option<&Step>) -> bool {
    let pair = (first, second);
    matches!(pair, (Some(Step::Blur { .. }), Some(Step::Sharpen { .. })))
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
