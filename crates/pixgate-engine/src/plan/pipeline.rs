//! The steps of one pipeline, in their order.

use pixgate_options::{Format, PipelineOptions, ResizingAlgorithm};

use super::draft::Draft;
use crate::Error;
use crate::geometry::Geometry;
use crate::geometry::Size;
use crate::geometry::SizeRequest;
use crate::geometry::Source;
use crate::geometry::Turn;
use crate::geometry::{Entry, Pipeline, State};
use crate::geometry::{Move, Track};
use crate::objects;
use crate::rect::length;
use crate::rounding::{to_float, truncate};
use crate::step::{
    Blur, BlurAreas, BlurDetections, Colorize, Crop, CropObjects, CutOut, Detect, DrawDetections,
    Extend, Flatten, FormatLimit, Gradient, Mask, ObjectCrop, Orient, Pad, Pixelate,
    ProgressiveBlur, Recolor, Resample, Sharpen, SmartCrop, Step, Trim, Underlay, Unsharp,
    Watermark,
};
use crate::work::Place;

/// Adds the steps of one pipeline.
pub(crate) fn plan_pipeline(
    draft: &mut Draft<'_>,
    options: &PipelineOptions,
    entry: &Entry,
    is_last: bool,
) -> Result<(), Error> {
    let pipeline = &begin(draft, options, entry, is_last);
    draft.add(pipeline, Trim::plan, Step::Trim)?;
    draft.add(pipeline, Detect::plan, Step::Detect)?;
    draft.add(pipeline, CropObjects::plan, Step::CropObjects)?;
    draft.add(pipeline, Crop::plan, Step::Crop)?;
    draft.add(pipeline, SmartCrop::plan, Step::SmartCrop)?;
    draft.add(pipeline, ObjectCrop::plan_crop, |step| {
        Step::ObjectCrop(Box::new(step))
    })?;
    draft.add(pipeline, Resample::plan, Step::Resample)?;
    draft.add(pipeline, Orient::plan, Step::Orient)?;
    draft.add(pipeline, Crop::plan_result, Step::ResultCrop)?;
    draft.add(pipeline, SmartCrop::plan_result, Step::SmartResultCrop)?;
    draft.add(pipeline, ObjectCrop::plan_result_crop, |step| {
        Step::ObjectCrop(Box::new(step))
    })?;
    draft.add(pipeline, Unsharp::plan, Step::Unsharp)?;
    draft.add(pipeline, Recolor::plan, Step::Recolor)?;
    draft.add(pipeline, Blur::plan, Step::Blur)?;
    draft.add(pipeline, Sharpen::plan, Step::Sharpen)?;
    draft.add(pipeline, Pixelate::plan, Step::Pixelate)?;
    draft.add(pipeline, BlurAreas::plan, Step::BlurAreas)?;
    draft.add(pipeline, BlurDetections::plan, Step::BlurDetections)?;
    draft.add(pipeline, ProgressiveBlur::plan, Step::ProgressiveBlur)?;
    draft.add(pipeline, DrawDetections::plan, Step::DrawDetections)?;
    draft.add(pipeline, Extend::plan, Step::Extend)?;
    draft.add(pipeline, Extend::plan_ratio, Step::ExtendAspectRatio)?;
    draft.add(pipeline, Pad::plan, Step::Pad)?;
    draft.add(pipeline, FormatLimit::plan, Step::FormatLimit)?;
    draft.add(pipeline, Colorize::plan, Step::Colorize)?;
    draft.add(pipeline, Gradient::plan, Step::Gradient)?;
    draft.add(pipeline, Flatten::plan, Step::Flatten)?;
    draft.add(pipeline, Underlay::plan, Step::Underlay)?;
    draft.add(pipeline, Watermark::plan, |step| {
        Step::Watermark(Box::new(step))
    })?;
    draft.add(pipeline, CutOut::plan_round, Step::CutOut)?;
    draft.add(pipeline, CutOut::plan_ellipse, Step::CutOut)?;
    draft.add(pipeline, Mask::plan, |step| Step::Mask(Box::new(step)))?;
    draft.add(pipeline, Flatten::plan_cut, Step::Flatten)
}

/// Reads the options, computes the sizes and decides how the source is decoded.
fn begin<'a>(
    draft: &mut Draft<'_>,
    options: &'a PipelineOptions,
    entry: &Entry,
    is_last: bool,
) -> Pipeline<'a> {
    let state = &draft.state;
    let turn = Turn::new(
        entry.orientation,
        options,
        state.recipe.settings.auto_rotate,
    );
    let trims = options.trim().is_some() && entry.untrimmed.is_none() && state.frames == 1;
    let cuts_to_objects =
        objects::are_cut_to(options) && entry.has_objects.is_none() && state.frames == 1;
    // A vector image loses its privileges once it is trimmed.
    let is_cut = trims || cuts_to_objects;
    let is_vector = entry.is_source && state.recipe.header.format == Format::Svg && !is_cut;
    let mut request = SizeRequest::new(options, state.recipe.result_limit());
    if entry.has_objects == Some(true) {
        request = request.without_crop();
    }
    let shown = guarded(state, entry).swapped_if(turn.swaps_sides());
    let mut pipeline = Pipeline {
        options,
        turn,
        gravity: options.gravity().into(),
        crop_gravity: options.crop_gravity().into(),
        geometry: Geometry::new(&request, shown, is_vector),
        is_last,
        algorithm: options
            .resizing_algorithm
            .unwrap_or(state.recipe.settings.resizing_algorithm),
        trims,
        shrinks: false,
        is_trimmed: entry.untrimmed.is_some(),
        detects: false,
        cuts_to_objects,
    };
    pipeline.detects = cuts_to_objects || objects::are_sought(options, &pipeline.geometry);
    pipeline.shrinks = !is_vector && pipeline.geometry.shrinks();
    if entry.is_source {
        load(draft, entry, &mut pipeline);
    }
    draft.state.dpr = pipeline.geometry.dpr;
    draft.state.track = track(&draft.state, entry, pipeline.turn);
    pipeline
}

/// Places of the picture that the pipeline begins with, after a trim that is done.
fn track(state: &State<'_>, entry: &Entry, turn: Turn) -> Track {
    let layout = state.layout();
    let kept = (layout.width, layout.height);
    let Some(before) = entry.untrimmed else {
        return Track::begin(kept, turn.upright());
    };
    let sides = (length(before.width), length(before.height));
    let mut track = Track::begin(sides, turn.upright());
    track.push(Move::FoundCut(Place::Trim, kept));
    track
}

/// Decides how the source is decoded: whole if it is trimmed.
fn load(draft: &mut Draft<'_>, entry: &Entry, pipeline: &mut Pipeline<'_>) {
    let state = &mut draft.state;
    let source = Source {
        header: state.recipe.header,
        stored: guarded(state, entry),
        guard: guard(state, entry),
        swaps_sides: pipeline.turn.swaps_sides(),
        // A decoder that averages picks no pixels.
        is_disabled: state.recipe.settings.disable_shrink_on_load
            || pipeline.algorithm == ResizingAlgorithm::Nearest,
    };
    let loaded = if pipeline.trims || pipeline.cuts_to_objects {
        source.unshrunk()
    } else {
        match source.load(&pipeline.geometry) {
            loaded if pipeline.detects && is_too_small_for_objects(loaded.size) => {
                source.unshrunk()
            }
            loaded => loaded,
        }
    };
    let gravity = &mut pipeline.crop_gravity;
    source.correct(&mut pipeline.geometry, gravity, loaded.size);
    state.size = loaded.size;
    draft.shrink = loaded.shrink;
    draft.loaded = loaded.size;
}

/// Whether the detector would see less than it can look at.
fn is_too_small_for_objects(size: Size) -> bool {
    size.width.max(size.height) < i64::from(objects::MOST_SIDE)
}

/// How far a vector image has to be shrunk for the pixel limit, at least 1.
fn guard(state: &State<'_>, entry: &Entry) -> f64 {
    let is_vector = entry.is_source && state.recipe.header.format == Format::Svg;
    #[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
    let limit = state.recipe.pixel_limit().max(1) as f64;
    let pixels = to_float(entry.stored.width) * to_float(entry.stored.height);
    if is_vector && pixels > limit {
        (pixels / limit).sqrt()
    } else {
        1.0
    }
}

fn guarded(state: &State<'_>, entry: &Entry) -> Size {
    let guard = guard(state, entry);
    if guard <= 1.0 {
        return entry.stored;
    }
    let side = |length: i64| truncate((to_float(length) / guard + 0.5).floor()).max(1);
    Size::new(side(entry.stored.width), side(entry.stored.height))
}
