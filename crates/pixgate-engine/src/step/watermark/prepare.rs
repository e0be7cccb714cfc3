//! How large a watermark is, and how it gets there.

use pixgate_codec::{Header, Shrink};
use pixgate_options::{Format, PipelineOptions, Watermark as WatermarkOptions};
use pixgate_raster::{Channels, Layout};

use super::Watermark;
use crate::geometry::{Geometry, Gravity, Loaded, Size, SizeRequest, Source, Turn};
use crate::rounding::{scale_even, truncate};
use crate::step::{Orient, Resample, Step, Tilt};
use crate::{Error, ErrorKind, Settings};

/// Longest side of a text as it is drawn, and most pixels of it.
const TEXT_SIDE: f64 = 8192.0;
const TEXT_PIXELS: f64 = 16e6;
/// Longest side of a watermark whose size is asked for.
const SIDE_LIMIT: u32 = 16_383;

/// Shrink on load, scale and turn; gives the size after that.
pub(super) fn plan_scaling(
    step: &mut Watermark,
    settings: &Settings,
    target: Size,
) -> Result<Size, Error> {
    let header = &step.image.header.clone();
    let options = PipelineOptions::default();
    let turn = Turn::new(header.orientation, &options, settings.auto_rotate);
    let swaps_sides = turn.swaps_sides();
    let source = Source {
        header,
        stored: Size::of(header.width, header.height),
        guard: 1.0,
        swaps_sides,
        is_disabled: settings.disable_shrink_on_load,
    };
    let shown = source.stored.swapped_if(swaps_sides);
    let mut geometry = Geometry::new(&request(target), shown, is_vector(header));
    let mut loaded = source.load(&geometry);
    if step.is_text {
        loaded = bounded(loaded)?;
    }
    let mut unused = Gravity::from(pixgate_options::Gravity::CENTER);
    source.correct(&mut geometry, &mut unused, loaded.size);
    step.decode.shrink = loaded.shrink;
    step.loaded = loaded.size.sides()?;
    let mut size = loaded.size;
    let factors = geometry.factors.swapped_if(swaps_sides);
    if let Some(resample) = Resample::by(size, factors)? {
        size = Size::of(resample.width, resample.height);
        step.steps.push(Step::Resample(resample.of_watermark()));
    }
    step.steps.extend(Orient::by(turn).map(Step::Orient));
    Ok(size.swapped_if(swaps_sides))
}

/// Text is not drawn larger than this; what it lacks is scaled up.
fn bounded(loaded: Loaded) -> Result<Loaded, Error> {
    let (width, height) = loaded.size.sides()?;
    let (width, height) = (f64::from(width), f64::from(height));
    let factor = (TEXT_PIXELS / (width * height)).sqrt();
    let factor = factor.min(TEXT_SIDE / width.max(height));
    if factor >= 1.0 {
        return Ok(loaded);
    }
    let size = Size::new(
        truncate(width * factor).max(1),
        truncate(height * factor).max(1),
    );
    let (width, height) = size.sides()?;
    let shrink = Shrink::Size { width, height };
    Ok(Loaded { shrink, size })
}

fn is_vector(header: &Header) -> bool {
    header.format == Format::Svg
}

fn request(target: Size) -> SizeRequest {
    SizeRequest {
        width: target.width,
        height: target.height,
        enlarge: true,
        ..SizeRequest::default()
    }
}

/// The box that the watermark is fitted to; unset keeps its own size.
pub(super) fn target(image: Size, asked: WatermarkOptions, options: &PipelineOptions) -> Size {
    match asked.scale.filter(|scale| *scale > 0.0) {
        Some(scale) => Size::new(
            scale_even(image.width, scale).max(1),
            scale_even(image.height, scale).max(1),
        ),
        None => {
            let size = &options.watermark_size;
            Size::of(size.width.unwrap_or(0), size.height.unwrap_or(0))
        }
    }
}

/// Turns by an angle; gives the size after that.
pub(super) fn plan_tilt(
    step: &mut Watermark,
    degrees: Option<f64>,
    size: Size,
) -> Result<Size, Error> {
    let Some(tilt) = Tilt::by(degrees) else {
        return Ok(size);
    };
    let (width, height) = size.sides()?;
    let tilt = Step::Tilt(tilt);
    let layout = tilt.layout_after(Layout::u8(width, height, Channels::Rgba));
    step.steps.push(tilt);
    Ok(Size::of(layout.width, layout.height))
}

/// Refuses sizes that are asked for and larger than any use.
pub(super) fn check_size(size: Size, options: &PipelineOptions) -> Result<(), Error> {
    let limit = SIDE_LIMIT;
    let is_too_large = size.width.max(size.height) > i64::from(limit);
    let sides = &options.watermark_size;
    let is_sized = sides.width.unwrap_or(0) > 0 || sides.height.unwrap_or(0) > 0;
    let option = match options.watermark_rotate {
        _ if !is_too_large => return Ok(()),
        _ if is_sized => "watermark_size",
        Some(degrees) if degrees.abs() > 0.0 => "watermark_rotate",
        _ => return Ok(()),
    };
    Err(ErrorKind::OptionOutOfRange { option, limit }.into())
}
