//! An image or text laid over the result.

use pixgate_options::WatermarkOptions;

use crate::args::numbers::{float, fraction, non_negative, positive, uint};
use crate::args::texts::base64_text;
use crate::args::{Accepted, Args, Argument};
use crate::error::Hint;
use crate::options::gravity::Place;
use crate::table::{OptionRow, parts, row};

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Open Pipeline Watermark ["wm"] "opacity[:position[:x[:y[:scale]]]]" = "0:ce:0:0",
    |options, args| parse(&mut options.watermark, args),
    {
        "watermark.opacity" => watermark.opacity,
        "watermark.position" => watermark.position,
        "watermark.x_offset" => watermark.x_offset,
        "watermark.y_offset" => watermark.y_offset,
        "watermark.scale" => watermark.scale,
    }),
    row!(Pro Pipeline WatermarkUrl ["wmu"] "base64 of a URL | (empty)" = "none",
        |options, args| args.set_or_clear(base64_text, &mut options.watermark_url),
        { "watermark_url" => watermark_url },
        write |options, out| out.base64(options.watermark_url.as_deref())),
    row!(Pro Pipeline WatermarkText ["wmt"] "base64 of a text | (empty)" = "none",
        |options, args| args.set_or_clear(base64_text, &mut options.watermark_text),
        { "watermark_text" => watermark_text },
        write |options, out| out.base64(options.watermark_text.as_deref())),
    parts!(Pro Pipeline WatermarkSize ["wms"] "[width[:height]]" = "0:0", 0, {
        "watermark_size.width" => watermark_size.width: uint,
        "watermark_size.height" => watermark_size.height: uint,
    }),
    parts!(Pro Pipeline WatermarkRotate ["wm_rot", "wmr"] "degrees" = "0",
        1, { "watermark_rotate" => watermark_rotate: float }),
    parts!(Pro Pipeline WatermarkShadow ["wmsh"] "sigma" = "0",
        1, { "watermark_shadow" => watermark_shadow: sigma }),
];

/// 0 to 1000, beyond which nothing can be seen of a shadow.
fn sigma(argument: Argument<'_>) -> Result<f64, Hint> {
    match non_negative(argument)? {
        sigma if sigma <= 1000.0 => Ok(sigma),
        sigma => Err(format!("expected 0 to 1000, found {sigma}").into()),
    }
}

/// Two more arguments are accepted and ignored.
fn parse(watermark: &mut WatermarkOptions, args: &Args<'_>) -> Accepted {
    args.at_most(7)?;
    watermark.opacity = Some(args.required(0, fraction)?);
    if args.has(1) {
        watermark.position = Some(Place::Watermark.parse_kind(args, 1)?);
    }
    args.set(2, float, &mut watermark.x_offset)?;
    args.set(3, float, &mut watermark.y_offset)?;
    args.set(4, positive, &mut watermark.scale)
}
