//! Whether the source itself may come out in place of a result that is larger.

use pixgate_options::Format;
use pixgate_raster::Depth;

use super::Plan;
use super::output::ProfileAction;
use crate::SmallerSource;
use crate::recipe::Recipe;

/// The formats of results in place of which the source may come out if it is smaller.
pub(crate) fn formats_that_may_yield(recipe: &Recipe<'_>, plan: &Plan) -> Vec<Format> {
    if !is_unchanged(plan) {
        return Vec::new();
    }
    let formats = plan.outputs().map(|output| output.format);
    formats
        .filter(|format| is_allowed(recipe, plan, *format))
        .collect()
}

/// Whether the settings and the request leave the choice.
fn is_allowed(recipe: &Recipe<'_>, plan: &Plan, format: Format) -> bool {
    let settings = recipe.settings;
    let global = &recipe.options.global;
    // Not every file has a place for a resolution.
    let names_coding = global.dpi.is_some_and(|dpi| dpi > 0.0)
        || global.jpeg_options != Default::default()
        || global.png_options != Default::default()
        || global.webp_options != Default::default();
    // Where the best is wanted, the source's own bytes are one more result to choose from.
    let is_tried = recipe.wants_best()
        && plan
            .outputs()
            .any(|tried| tried.format == plan.source_format);
    let may_change_format = settings.smaller_source == SmallerSource::AnyFormat
        && global.format.is_none()
        && !recipe.negotiation.enforces(format)
        && settings.preferred_formats.contains(&plan.source_format);
    settings.smaller_source != SmallerSource::Never
        && !names_coding
        && (format == plan.source_format || is_tried || may_change_format)
}

/// Whether the result has every sample of the source where it was.
fn is_unchanged(plan: &Plan) -> bool {
    let header = &plan.header;
    let keeps_depth = header.bits <= 8 || plan.depth == Depth::U16;
    let keeps_colors = matches!(
        plan.output.profile,
        ProfileAction::None | ProfileAction::Keep
    );
    plan.steps.is_empty()
        && plan.stack.is_none()
        && !header.parts.is_thumbnail
        && plan.loaded == (header.width, header.height)
        && plan.frames == header.frames
        && keeps_depth
        && keeps_colors
}
