//! From the steps of all pipelines to a plan, and how it is carried out.

use pixgate_codec::{DecodeRequest, Header, Shrink};
use pixgate_raster::{Channels, Depth, Orientation};

use super::Plan;
use super::best;
use super::choice::Choice;
use super::draft::Draft;
use super::execution::Execution;
use super::keep_source::formats_that_may_yield;
use super::left_out::left_out;
use super::output::output;
use super::pipeline::plan_pipeline;
use super::planar::has_planes;
use super::sketch::Sketch;
use crate::Error;
use crate::geometry::Track;
use crate::geometry::{Entry, State};
use crate::recipe::Recipe;
use crate::style::Style;

/// Sources up to this size are decoded whole.
const SMALL_PIXELS: u64 = 1 << 20;

/// Plans from the beginning of a pipeline to the end; gives the index of each trim and of its
/// pipeline as well.
pub(crate) fn from(
    recipe: &Recipe<'_>,
    choice: &Choice,
    entry: Entry,
    first: usize,
    (channels, depth): (Channels, Depth),
) -> Result<(Plan, Vec<(usize, usize)>), Error> {
    let mut draft = Draft {
        state: State {
            recipe: *recipe,
            format: choice.format,
            frames: choice.frames,
            size: entry.stored,
            channels,
            depth,
            dpr: 1.0,
            track: Track::begin((1, 1), Orientation::UPRIGHT),
            seen: Track::begin((1, 1), Orientation::UPRIGHT),
            warnings: Vec::new(),
        },
        steps: Vec::new(),
        others: choice.others.clone(),
        shrink: Shrink::None,
        loaded: entry.stored,
        trims: Vec::new(),
    };
    let pipelines = &recipe.options.pipelines;
    let last = pipelines.len().saturating_sub(1);
    let begins = entry.is_source;
    let mut entry = entry;
    for (index, options) in pipelines.iter().enumerate().skip(first) {
        let before = draft.steps.len();
        plan_pipeline(&mut draft, options, &entry, index == last)?;
        let steps = draft.steps.iter().enumerate().skip(before);
        let finding = steps.filter(|(_, step)| step.has_size_to_find());
        draft.trims.extend(finding.map(|(step, _)| (step, index)));
        entry = Entry::between(draft.state.size);
    }
    let trims = std::mem::take(&mut draft.trims);
    Ok((finish(draft, begins, depth)?, trims))
}

fn finish(draft: Draft<'_>, begins: bool, depth: Depth) -> Result<Plan, Error> {
    let recipe = &draft.state.recipe;
    let (header, settings) = (recipe.header, recipe.settings);
    let loaded = draft.loaded.sides()?;
    let (width, height) = draft.state.size.sides()?;
    let layout = draft.state.layout();
    let output = output(recipe, draft.state.format, layout, draft.state.frames);
    let alternatives = best::alternatives(&draft, layout, &output);
    let mut warnings = left_out(recipe, &output, draft.state.frames);
    warnings.extend(draft.state.warnings.iter().copied());
    let mut plan = Plan {
        execution: Execution::Whole,
        source_format: header.format,
        frames: draft.state.frames,
        decode: DecodeRequest::default(),
        loaded,
        steps: draft.steps,
        width,
        height,
        effective_dpr: draft.state.dpr,
        output,
        alternatives,
        peak_bytes: 0,
        warnings,
        depth,
        box_shrink: 1,
        header: header.clone(),
        sandbox: settings.sandbox.clone(),
        complexity_threshold: settings.best_format.complexity_threshold,
        yields_to_source: Vec::new(),
        replan: None,
        target: recipe.target.cloned(),
        asks_resolution: recipe.options.global.dpi.is_some_and(|dpi| dpi > 0.0),
        stack: recipe.stack.cloned(),
        style: Style::of(recipe.options, header.format),
        instead: None,
    };
    plan.decode.shrink = draft.shrink;
    plan.decode.frame = recipe.page();
    decide(&mut plan, begins, settings.use_linear_colorspace);
    plan.yields_to_source = formats_that_may_yield(recipe, &plan);
    Ok(plan)
}

/// Decides how the plan is carried out, and with that what is asked of the decoder.
pub(crate) fn decide(plan: &mut Plan, begins: bool, is_linear: bool) {
    if let Some(planar) = Execution::planar(&sketch(plan, begins, is_linear)) {
        plan.execution = planar;
        plan.decode.planar = true;
    } else {
        decode_small_ones_whole(plan);
        plan.execution = Execution::interleaved(&sketch(plan, begins, is_linear));
    }
    plan.peak_bytes = plan.execution.peak_bytes(&sketch(plan, begins, is_linear));
}

fn sketch(plan: &Plan, begins: bool, is_linear: bool) -> Sketch<'_> {
    Sketch {
        load: plan.load(),
        frames: plan.frames,
        begins,
        is_linear,
        steps: &plan.steps,
        output: &plan.output,
        alternatives: &plan.alternatives,
    }
}

/// The reference's JPEG decoder shrinks by averaging, ours by leaving out high frequencies. That is
/// nearer to what a long filter gives, but in small pictures the difference can be seen, and there
/// averaging all pixels costs next to nothing.
fn decode_small_ones_whole(plan: &mut Plan) {
    let header: &Header = &plan.header;
    let pixels = u64::from(header.width) * u64::from(header.height);
    if let Shrink::Factor(factor) = plan.decode.shrink
        && pixels <= SMALL_PIXELS
    {
        plan.box_shrink = factor.into();
        plan.decode.shrink = Shrink::None;
        plan.decode.planar = has_planes(header);
    }
}
