//! Filters and overlays.

use pixgate_options::{Area, BlurAreasOptions, BlurDetectionsOptions, DrawDetectionsOptions};

use crate::args::numbers::{direction, float, fraction, non_negative, positive, uint};
use crate::args::texts::{color, name};
use crate::args::{Accepted, Args, Refusal, flag};
use crate::table::{OptionRow, parts, row};
use crate::value::float_text;
use crate::writer::Writer;

pub(crate) static OPTIONS: &[OptionRow] = &[
    parts!(Open Pipeline Blur ["bl"] "sigma" = "0",
        1, { "blur" => blur: non_negative }),
    parts!(Open Pipeline Sharpen ["sh"] "sigma" = "0",
        1, { "sharpen" => sharpen: non_negative }),
    parts!(Open Pipeline Pixelate ["pix"] "size" = "0",
        1, { "pixelate" => pixelate: uint }),
    parts!(Pro Pipeline UnsharpMasking ["ush"] "[mode[:weight[:divider]]]"
    = "configuration: none:1:24", 0, {
        "unsharp_masking.mode" => unsharp_masking.mode: name,
        "unsharp_masking.weight" => unsharp_masking.weight: positive,
        "unsharp_masking.divider" => unsharp_masking.divider: positive,
    }),
    row!(Pro Pipeline BlurAreas ["ba"] "sigma[:left:top:width:height]*" = "off",
        |options, args| parse_areas(&mut options.blur_areas, args),
        {
            "blur_areas.sigma" => blur_areas.sigma,
            "blur_areas.areas" => blur_areas.areas,
        },
        write |options, out| write_areas(&options.blur_areas, out)),
    parts!(Pro Pipeline ProgressiveBlur ["pbl"] "sigma[:direction[:start[:stop]]]"
    = "0:down:0:1", 1, {
        "progressive_blur.sigma" => progressive_blur.sigma: non_negative,
        "progressive_blur.direction" => progressive_blur.direction: direction,
        "progressive_blur.start" => progressive_blur.start: float,
        "progressive_blur.stop" => progressive_blur.stop: float,
    }),
    row!(Pro Pipeline BlurDetections ["bd"] "sigma[:class]*" = "off",
    |options, args| parse_blurred(&mut options.blur_detections, args),
    {
        "blur_detections.sigma" => blur_detections.sigma,
        "blur_detections.classes" => blur_detections.classes,
    }),
    row!(Pro Pipeline DrawDetections ["dd"] "draw[:class]*" = "0",
    |options, args| parse_drawn(&mut options.draw_detections, args),
    {
        "draw_detections.enabled" => draw_detections.enabled,
        "draw_detections.classes" => draw_detections.classes,
    }),
    parts!(Pro Pipeline Colorize ["col"] "opacity[:color[:keep_alpha]]" = "0:000000:0", 1, {
        "colorize.opacity" => colorize.opacity: fraction,
        "colorize.color" => colorize.color: color,
        "colorize.keep_alpha" => colorize.keep_alpha: flag,
    }),
    parts!(Pro Pipeline Gradient ["gr"] "opacity[:color[:direction[:start[:stop]]]]"
    = "0:000000:down:0:1", 1, {
        "gradient.opacity" => gradient.opacity: fraction,
        "gradient.color" => gradient.color: color,
        "gradient.direction" => gradient.direction: direction,
        "gradient.start" => gradient.start: float,
        "gradient.stop" => gradient.stop: float,
    }),
];

fn parse_areas(blur: &mut BlurAreasOptions, args: &Args<'_>) -> Accepted {
    blur.sigma = Some(args.required(0, non_negative)?);
    if !args.rest(1).len().is_multiple_of(4) {
        let last = args.len().saturating_sub(1);
        return Err(Refusal::new(last, "an area is left, top, width and height"));
    }
    let starts = (1..args.len()).step_by(4);
    let areas: Result<_, _> = starts.map(|start| parse_area(args, start)).collect();
    blur.areas = Some(areas?);
    Ok(())
}

fn parse_area(args: &Args<'_>, start: usize) -> Result<Area, Refusal> {
    let side = |part: usize| args.required(start.saturating_add(part), fraction);
    Ok(Area {
        left: side(0)?,
        top: side(1)?,
        width: side(2)?,
        height: side(3)?,
    })
}

fn write_areas(blur: &BlurAreasOptions, out: &mut Writer<'_>) {
    let Some(sigma) = blur.sigma else { return };
    let areas = blur.areas.iter().flatten();
    let sides = areas.flat_map(|area| [area.left, area.top, area.width, area.height]);
    let numbers = std::iter::once(sigma).chain(sides);
    out.option(&numbers.map(float_text).collect::<Vec<_>>());
}

fn parse_blurred(blur: &mut BlurDetectionsOptions, args: &Args<'_>) -> Accepted {
    blur.sigma = Some(args.required(0, non_negative)?);
    blur.classes = Some(args.names(1)?);
    Ok(())
}

fn parse_drawn(draw: &mut DrawDetectionsOptions, args: &Args<'_>) -> Accepted {
    draw.enabled = Some(args.required(0, flag)?);
    draw.classes = Some(args.names(1)?);
    Ok(())
}
