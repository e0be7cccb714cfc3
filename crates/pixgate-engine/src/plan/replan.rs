//! Planning again what follows a trim or a cut to objects, once the size of what it keeps is known.

use pixgate_codec::{Header, Orientation};
use pixgate_options::ProcessingOptions;
use pixgate_raster::Layout;

use super::Plan;
use super::assemble::from;
use super::choice::Choice;
use crate::geometry::{Entry, Size};
use crate::recipe::Recipe;
use crate::step::Step;
use crate::target_profile::TargetProfile;
use crate::texts::Texts;
use crate::{Cancel, Companions, Error, ErrorKind, Negotiation, Settings};

/// Shapes, of each direction, that a trim is tried with.
const SHAPES: u32 = 8;

/// What a plan with a trim is made from, kept for the second time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Replan {
    options: ProcessingOptions,
    header: Header,
    settings: Settings,
    negotiation: Negotiation,
    companions: Companions,
    target: Option<TargetProfile>,
    choice: Choice,
    /// Each trim's index among the steps, and the index of its pipeline; and so of cuts to objects.
    trims: Vec<(usize, usize)>,
    /// The pipeline that the plan begins with, if it is trimmed, and the size before that.
    untrimmed: Option<(usize, Size)>,
}

/// What has to be kept for planning again; nothing where nothing is trimmed.
pub(crate) fn kept(
    recipe: &Recipe<'_>,
    choice: Choice,
    trims: Vec<(usize, usize)>,
    untrimmed: Option<(usize, Size)>,
) -> Option<Box<Replan>> {
    (!trims.is_empty()).then(|| {
        Box::new(Replan {
            options: recipe.options.clone(),
            header: recipe.header.clone(),
            settings: recipe.settings.clone(),
            negotiation: recipe.negotiation,
            companions: recipe.companions.clone(),
            target: recipe.target.cloned(),
            choice,
            trims,
            untrimmed,
        })
    })
}

/// Most bytes of what follows a trim: what is kept can have any shape, and a square that is fitted
/// into a square makes more pixels than the picture it was cut from.
pub(crate) fn most_bytes(
    recipe: &Recipe<'_>,
    choice: &Choice,
    plan: &Plan,
    trims: &[(usize, usize)],
) -> u64 {
    let mut most = 0;
    for (step, pipeline) in trims {
        let layout = plan.layout_before(*step);
        let before = Size::of(layout.width, layout.height);
        for part in 1..=SHAPES {
            let cut = |side: u32| (side / SHAPES).saturating_mul(part).max(1);
            let shapes = [
                (layout.width, cut(layout.height)),
                (cut(layout.width), layout.height),
            ];
            for (width, height) in shapes {
                let kept = layout.sized(width, height);
                let cut = Kept {
                    before,
                    kept,
                    has_objects: plan.found_objects(*step, kept),
                };
                let next = after_trim(recipe, choice, *pipeline, cut);
                most = most.max(next.map_or(0, |(next, _)| next.peak_bytes));
            }
        }
    }
    // Shapes between those that were looked at.
    most.saturating_add(most / u64::from(SHAPES))
}

/// What a step has kept whose size is known only when the pixels are.
#[derive(Debug, Clone, Copy)]
struct Kept {
    /// The size before anything was cut off.
    before: Size,
    kept: Layout,
    /// Whether there were objects to cut to, if that is what it did.
    has_objects: Option<bool>,
}

/// Plans what follows the trim of a pipeline that keeps an image of this layout.
fn after_trim(
    recipe: &Recipe<'_>,
    choice: &Choice,
    pipeline: usize,
    cut: Kept,
) -> Result<(Plan, Vec<(usize, usize)>), Error> {
    let kept = cut.kept;
    let entry = Entry {
        stored: Size::of(kept.width, kept.height),
        orientation: if pipeline == 0 {
            recipe.header.orientation
        } else {
            Orientation::NORMAL
        },
        is_source: false,
        untrimmed: Some(cut.before),
        has_objects: cut.has_objects,
    };
    let choice = Choice {
        frames: 1,
        ..choice.clone()
    };
    let kind = (kept.channels, kept.depth);
    from(recipe, &choice, entry, pipeline, kind)
}

impl Plan {
    /// Plans again what follows a trim, now that the size of what it keeps is known.
    ///
    /// - `step`: index of the [`Step::Trim`](crate::Step::Trim) in [`steps`](Self::steps).
    /// - `width`, `height`: what trimming keeps, in stored orientation.
    /// - `cancel`: when laying out text is given up.
    /// - Returns a plan whose steps begin after the trim.
    ///
    /// # Errors
    ///
    /// As [`plan_with`](crate::plan_with()), and [`ErrorKind::Internal`](crate::ErrorKind) if there
    /// is no trim at `step`.
    pub fn after_trim(
        &self,
        step: usize,
        (width, height): (u32, u32),
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let replan = self.replan.as_ref().ok_or(ErrorKind::Internal)?;
        let trim = replan.trims.iter().find(|(index, _)| *index == step);
        let (_, pipeline) = *trim.ok_or(ErrorKind::Internal)?;
        let recipe = Recipe {
            options: &replan.options,
            header: &replan.header,
            settings: &replan.settings,
            negotiation: replan.negotiation,
            companions: &replan.companions,
            target: replan.target.as_ref(),
            stack: None,
            texts: &Texts::new(cancel),
        };
        let layout = self.layout_before(step);
        // A plan that begins with a trim that is done can have one cut more in the same pipeline.
        let before = match replan.untrimmed {
            Some((first, before)) if first == pipeline => before,
            _ => Size::of(layout.width, layout.height),
        };
        let size = layout.sized(width, height);
        let cut = Kept {
            before,
            kept: size,
            has_objects: self.found_objects(step, size),
        };
        let (mut next, trims) = after_trim(&recipe, &replan.choice, pipeline, cut)?;
        let untrimmed = Some((pipeline, before));
        next.replan = kept(&recipe, replan.choice.clone(), trims, untrimmed);
        Ok(next)
    }

    /// Whether a step has found objects to cut to, if that is what it does.
    fn found_objects(&self, step: usize, kept: Layout) -> Option<bool> {
        let is_cut = matches!(self.steps.get(step), Some(Step::CropObjects(_)));
        is_cut.then(|| kept != self.layout_before(step))
    }

    /// The layout that the step at `index` sees.
    fn layout_before(&self, index: usize) -> Layout {
        let steps = self.steps.iter().take(index);
        let first = self.load().working_layout();
        steps.fold(first, |layout, step| step.layout_after(layout))
    }
}
