//! How large a result is.

use pixgate_options::PipelineOptions;

use crate::args::numbers::{positive, uint};
use crate::args::texts::name;
use crate::args::{Accepted, Args, flag};
use crate::options::extend;
use crate::table::{OptionRow, parts, row};
use crate::value::float_text;
use crate::writer::Writer;

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Open Pipeline Resize ["rs"] "[type[:width[:height[:enlarge[:extend[:gravity]]]]]]"
        = "see its parts", parse_resize, {}),
    row!(Open Pipeline Size ["s"] "[width[:height[:enlarge[:extend[:gravity]]]]]"
        = "see its parts", |options, args| parse_size(options, args, 0), {}),
    parts!(Open Pipeline ResizingType ["rt"] "type" = "fit",
        1, { "resizing_type" => resizing_type: name }),
    parts!(Pro Pipeline ResizingAlgorithm ["ra"] "algorithm" = "configuration: lanczos3",
        1, { "resizing_algorithm" => resizing_algorithm: name }),
    parts!(Open Pipeline Width ["w"] "width" = "0",
        1, { "width" => width: uint }),
    parts!(Open Pipeline Height ["h"] "height" = "0",
        1, { "height" => height: uint }),
    parts!(Open Pipeline MinWidth ["mw"] "width" = "0",
        1, { "min-width" => min_width: uint }),
    parts!(Open Pipeline MinHeight ["mh"] "height" = "0",
        1, { "min-height" => min_height: uint }),
    row!(Open Pipeline Zoom ["z"] "x[:y]" = "1:1", parse_zoom,
        { "zoom_width" => zoom_width, "zoom_height" => zoom_height }, write write_zoom),
    parts!(Open Pipeline Dpr [] "ratio" = "1",
        1, { "dpr" => dpr: positive }),
    parts!(Open Pipeline Enlarge ["el"] "enlarge" = "0",
        1, { "enlarge" => enlarge: flag }),
];

fn parse_resize(options: &mut PipelineOptions, args: &Args<'_>) -> Accepted {
    args.set(0, name, &mut options.resizing_type)?;
    parse_size(options, args, 1)
}

/// Gravity counts only if `extend` before it is not empty.
fn parse_size(options: &mut PipelineOptions, args: &Args<'_>, from: usize) -> Accepted {
    let [width, height, enlarge, extend_at] = [0, 1, 2, 3].map(|part| from.saturating_add(part));
    args.at_most(from.saturating_add(MAX_SIZE_ARGUMENTS))?;
    args.set(width, uint, &mut options.width)?;
    args.set(height, uint, &mut options.height)?;
    args.set(enlarge, flag, &mut options.enlarge)?;
    if args.has(extend_at) {
        extend::parse_from(&mut options.extend, args, extend_at)?;
    }
    Ok(())
}

fn parse_zoom(options: &mut PipelineOptions, args: &Args<'_>) -> Accepted {
    args.at_most(2)?;
    let width = args.required(0, positive)?;
    let height = match args.len() {
        2 => args.required(1, positive)?,
        _ => width,
    };
    options.zoom_width = Some(width);
    options.zoom_height = Some(height);
    Ok(())
}

fn write_zoom(options: &PipelineOptions, out: &mut Writer<'_>) {
    if options.zoom_width.is_some() || options.zoom_height.is_some() {
        let zoom = options.zoom();
        out.option(&[float_text(zoom.width), float_text(zoom.height)]);
    }
}

const MAX_SIZE_ARGUMENTS: usize = 7;
