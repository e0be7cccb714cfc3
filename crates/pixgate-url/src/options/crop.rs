//! What is cut off before anything is resized.

use pixgate_options::{CropObjectsOptions, CropOptions, TrimOptions};

use crate::args::numbers::{float, non_negative, positive};
use crate::args::texts::color;
use crate::args::{Accepted, Args, flag};
use crate::options::gravity::{self, Place};
use crate::table::{OptionRow, parts, row};
use crate::value::float_text;
use crate::writer::Writer;

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Open Pipeline Crop ["c"] "width[:height[:gravity]]" = "0:0",
        |options, args| parse(&mut options.crop, args),
        {
            "crop.width" => crop.width,
            "crop.height" => crop.height,
            "crop.gravity.type" => crop.gravity.kind,
            "crop.gravity.x_offset" => crop.gravity.x_offset,
            "crop.gravity.y_offset" => crop.gravity.y_offset,
            "crop.gravity.classes" => crop.gravity.classes,
            "crop.gravity.class_weights" => crop.gravity.class_weights,
        },
        write |options, out| write(&options.crop, out)),
    parts!(Pro Pipeline CropAspectRatio ["crop_ar", "car"] "ratio[:enlarge]" = "0:0", 1, {
        "crop_aspect_ratio.aspect_ratio" => crop_aspect_ratio.aspect_ratio: non_negative,
        "crop_aspect_ratio.enlarge" => crop_aspect_ratio.enlarge: flag,
    }),
    row!(Pro Pipeline CropObjects [] "scale[:class]*, also `co` with two arguments or more"
    = "off",
    |options, args| parse_objects(&mut options.crop_objects, args),
    {
        "crop_objects.scale_factor" => crop_objects.scale_factor,
        "crop_objects.classes" => crop_objects.classes,
    }),
    row!(Open Pipeline Trim ["t"] "[threshold[:color[:equal_hor[:equal_ver]]]]" = "off",
    |options, args| parse_trim(&mut options.trim, args),
    {
        "trim.threshold" => trim.threshold,
        "trim.color" => trim.color,
        "trim.equal_horizontal" => trim.equal_horizontal,
        "trim.equal_vertical" => trim.equal_vertical,
    }),
];

/// Reads width, height and gravity, none of which may be empty.
pub(crate) fn parse(crop: &mut CropOptions, args: &Args<'_>) -> Accepted {
    crop.width = Some(args.required(0, non_negative)?);
    if args.len() > 1 {
        crop.height = Some(args.required(1, non_negative)?);
    }
    if args.len() > 2 {
        gravity::parse_from(&mut crop.gravity, args, 2, Place::Cut)?;
    }
    Ok(())
}

pub(crate) fn write(crop: &CropOptions, out: &mut Writer<'_>) {
    let [width, height] =
        [crop.width, crop.height].map(|side| float_text(side.unwrap_or_default()));
    if crop.gravity.kind.is_some() {
        gravity::write_after(&crop.gravity, &[width, height], out);
    } else if crop.height.is_some() {
        out.option(&[width, height]);
    } else if crop.width.is_some() {
        out.option(&[width]);
    }
}

fn parse_objects(objects: &mut CropObjectsOptions, args: &Args<'_>) -> Accepted {
    objects.scale_factor = Some(args.required(0, positive)?);
    objects.classes = Some(args.names(1)?);
    Ok(())
}

/// An empty or missing threshold turns trimming off; the colour never outlives the option.
fn parse_trim(trim: &mut TrimOptions, args: &Args<'_>) -> Accepted {
    args.at_most(4)?;
    trim.threshold = None;
    trim.color = None;
    args.set(0, float, &mut trim.threshold)?;
    args.set(1, color, &mut trim.color)?;
    args.set(2, flag, &mut trim.equal_horizontal)?;
    args.set(3, flag, &mut trim.equal_vertical)
}
