//! What the parts of processing take: rows go back and forth between them, so times add up.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Duration;

use pixgate_engine::Stage;
use tokio::time::Instant;

use super::Trace;

/// Time by stage.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stages {
    decode: Duration,
    transform: Duration,
    encode: Duration,
}

impl Stages {
    fn add(&mut self, stage: Stage, duration: Duration) {
        let sum = match stage {
            Stage::Decode => &mut self.decode,
            Stage::Encode => &mut self.encode,
            // Whatever the engine may do besides is done to pixels.
            _ => &mut self.transform,
        };
        *sum = sum.saturating_add(duration);
    }

    /// Names and times for `Server-Timing`, without stages that took no time at all.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'static str, Duration)> {
        let all = [
            ("decode", self.decode),
            ("transform", self.transform),
            ("encode", self.encode),
        ];
        all.into_iter().filter(|(_, duration)| !duration.is_zero())
    }
}

/// Runs while a picture is made, and notes in the trace what it counted when it is dropped.
#[derive(Debug)]
pub(crate) struct StageClock {
    trace: Arc<Trace>,
    stages: RefCell<Stages>,
    current: Cell<Option<(Stage, Instant)>>,
}

impl StageClock {
    pub(crate) fn new(trace: &Arc<Trace>) -> Self {
        Self {
            trace: Arc::clone(trace),
            stages: RefCell::default(),
            current: Cell::default(),
        }
    }

    /// Counts for this stage from now on.
    pub(crate) fn begin(&self, stage: Stage) {
        let now = Instant::now();
        if let Some((last, begin)) = self.current.replace(Some((stage, now))) {
            let duration = now.saturating_duration_since(begin);
            self.stages.borrow_mut().add(last, duration);
        }
    }
}

impl Drop for StageClock {
    fn drop(&mut self) {
        if let Some((last, _)) = self.current.get() {
            self.begin(last);
        }
        self.trace.noted().stages = *self.stages.borrow();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn stages_that_come_back_add_up() {
        let trace = Trace::begin();
        let clock = StageClock::new(&trace);
        let pause = Duration::from_millis(2);
        for stage in [Stage::Decode, Stage::Transform, Stage::Decode] {
            clock.begin(stage);
            tokio::time::advance(pause).await;
        }
        drop(clock);
        let entries: Vec<_> = trace.noted().stages.entries().collect();
        assert_eq!(entries, [("decode", pause * 2), ("transform", pause)]);
    }

    #[test]
    fn a_clock_that_never_began_notes_nothing() {
        let trace = Trace::begin();
        drop(StageClock::new(&trace));
        assert_eq!(trace.noted().stages.entries().count(), 0);
    }
}
