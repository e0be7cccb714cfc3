//! How the frame grows around the content.

use pixgate_options::{ExtendOptions, PaddingOptions, PipelineOptions};

use crate::args::numbers::uint;
use crate::args::{Accepted, Args, flag};
use crate::options::gravity::{self, Place};
use crate::table::{OptionRow, row};
use crate::writer::Writer;

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Open Pipeline Extend ["ex"] "extend[:gravity]" = "0:ce:0:0",
        |options, args| parse_from(&mut options.extend, args, 0),
        {
            "extend.enabled" => extend.enabled,
            "extend.gravity.type" => extend.gravity.kind,
            "extend.gravity.x_offset" => extend.gravity.x_offset,
            "extend.gravity.y_offset" => extend.gravity.y_offset,
        },
        write |options, out| write(&options.extend, out)),
    row!(Open Pipeline ExtendAspectRatio ["extend_ar", "exar"] "extend[:gravity]"
        = "0:ce:0:0",
        |options, args| parse_from(&mut options.extend_aspect_ratio, args, 0),
        {
            "extend_aspect_ratio.enabled" => extend_aspect_ratio.enabled,
            "extend_aspect_ratio.gravity.type" => extend_aspect_ratio.gravity.kind,
            "extend_aspect_ratio.gravity.x_offset" => extend_aspect_ratio.gravity.x_offset,
            "extend_aspect_ratio.gravity.y_offset" => extend_aspect_ratio.gravity.y_offset,
        },
        write |options, out| write(&options.extend_aspect_ratio, out)),
    row!(Open Pipeline Padding ["pd"] "[top[:right[:bottom[:left]]]]" = "0",
    |options: &mut PipelineOptions, args| parse_padding(&mut options.padding, args),
    {
        "padding.top" => padding.top,
        "padding.right" => padding.right,
        "padding.bottom" => padding.bottom,
        "padding.left" => padding.left,
    }),
];

/// Reads a flag and a gravity from the arguments from `from` on, which are all that are left.
pub(crate) fn parse_from(extend: &mut ExtendOptions, args: &Args<'_>, from: usize) -> Accepted {
    let gravity_at = from.saturating_add(1);
    extend.enabled = Some(args.required(from, flag)?);
    if args.len() > gravity_at {
        gravity::parse_from(&mut extend.gravity, args, gravity_at, Place::Canvas)?;
    }
    Ok(())
}

fn write(extend: &ExtendOptions, out: &mut Writer<'_>) {
    let enabled = extend.enabled.unwrap_or(false);
    let flag = String::from(if enabled { "1" } else { "0" });
    if extend.gravity.kind.is_some() {
        gravity::write_after(&extend.gravity, &[flag], out);
    } else if extend.enabled.is_some() {
        out.option(&[flag]);
    }
}

/// A side that is not given is copied from the side it follows, as in CSS.
fn parse_padding(padding: &mut PaddingOptions, args: &Args<'_>) -> Accepted {
    args.at_most(4)?;
    args.set(0, uint, &mut padding.top)?;
    padding.right = padding.top.filter(|_| !args.has(1)).or(padding.right);
    args.set(1, uint, &mut padding.right)?;
    padding.bottom = padding.top.filter(|_| !args.has(2)).or(padding.bottom);
    args.set(2, uint, &mut padding.bottom)?;
    padding.left = padding.right.filter(|_| !args.has(3)).or(padding.left);
    args.set(3, uint, &mut padding.left)
}
