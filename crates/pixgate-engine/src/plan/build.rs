//! The plan of a source.

use pixgate_codec::DecodeRequest;
use pixgate_options::Format;
use pixgate_raster::{Depth, Layout};

use super::assemble::from;
use super::best;
use super::choice::Choice;
use super::execution::Execution;
use super::output::output;
use super::{Plan, replan};
use crate::Error;
use crate::colour::working_channels;
use crate::geometry::Entry;
use crate::geometry::Size;
use crate::recipe::Recipe;
use crate::style::Style;

/// The plan of a source that is not processed.
pub(crate) fn pass_through(recipe: &Recipe<'_>) -> Plan {
    let header = recipe.header;
    let layout = Layout::u8(header.width, header.height, header.channels);
    let sanitizes = header.format == Format::Svg && recipe.settings.sanitize_svg;
    Plan {
        execution: Execution::PassThrough { sanitizes },
        source_format: header.format,
        frames: header.frames,
        decode: DecodeRequest::default(),
        loaded: (header.width, header.height),
        steps: Vec::new(),
        width: header.width,
        height: header.height,
        effective_dpr: 1.0,
        output: output(recipe, header.format, layout, header.frames),
        alternatives: Vec::new(),
        peak_bytes: 0,
        warnings: Vec::new(),
        depth: Depth::U8,
        box_shrink: 1,
        header: header.clone(),
        sandbox: recipe.settings.sandbox.clone(),
        complexity_threshold: 0.0,
        yields_to_source: Vec::new(),
        replan: None,
        target: None,
        asks_resolution: false,
        stack: None,
        style: Style::of(recipe.options, header.format),
        instead: None,
    }
}

/// The plan of a source from its first step to its last.
pub(crate) fn whole(recipe: &Recipe<'_>, choice: Choice) -> Result<Plan, Error> {
    let frames = choice.frames;
    let plan = chosen(recipe, choice)?;
    match best::guess(recipe, &plan) {
        Some(format) => chosen(
            recipe,
            Choice {
                format,
                frames,
                others: Vec::new(),
            },
        ),
        None => Ok(plan),
    }
}

fn chosen(recipe: &Recipe<'_>, choice: Choice) -> Result<Plan, Error> {
    let header = recipe.header;
    let entry = Entry {
        stored: Size::of(header.width, header.height),
        orientation: header.orientation,
        // Frames and pages are decoded at full size, one by one.
        is_source: choice.frames == 1 && recipe.stack.is_none(),
        untrimmed: None,
        has_objects: None,
    };
    let depth = recipe.working_depth(choice.format);
    let kind = (working_channels(header), depth);
    let (mut plan, trims) = from(recipe, &choice, entry, 0, kind)?;
    plan.peak_bytes = plan
        .peak_bytes
        .max(replan::most_bytes(recipe, &choice, &plan, &trims));
    plan.replan = replan::kept(recipe, choice, trims, None);
    Ok(plan)
}
