//! A plan while steps are being added to it.

use pixgate_codec::Shrink;
use pixgate_options::Format;

use crate::Error;
use crate::geometry::Size;
use crate::geometry::{Pipeline, State};
use crate::step::Step;

/// A plan while steps are being added to it.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) state: State<'a>,
    pub(crate) steps: Vec<Step>,
    /// Formats that are tried as well.
    pub(crate) others: Vec<Format>,
    pub(crate) shrink: Shrink,
    pub(crate) loaded: Size,
    /// Each trim's index among the steps, and the index of its pipeline.
    pub(crate) trims: Vec<(usize, usize)>,
}

impl<'a> Draft<'a> {
    /// Adds the step that `plan` finds necessary, if it does.
    pub(crate) fn add<S>(
        &mut self,
        pipeline: &Pipeline<'_>,
        plan: impl Fn(&mut State<'a>, &Pipeline<'_>) -> Result<Option<S>, Error>,
        step: impl Fn(S) -> Step,
    ) -> Result<(), Error> {
        if let Some(planned) = plan(&mut self.state, pipeline)? {
            let mut step = step(planned);
            if let Some(last) = self.steps.last_mut() {
                step.follow(last);
            }
            let before = self.state.layout();
            if let Some(movement) = step.movement(before) {
                self.state.track.push(movement);
                self.state.seen.push(movement);
            }
            let layout = step.layout_after(before);
            self.state.set_layout(layout);
            self.steps.push(step);
        }
        Ok(())
    }
}
