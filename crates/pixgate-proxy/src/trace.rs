//! Where the time of a request goes: one list that metrics, traces and `Server-Timing` read.

mod stages;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderMap;
use pixgate_codec::Header;
use pixgate_engine::Plan;

use crate::{Category, Error, Facts};
use stages::Stages;

pub(crate) use stages::StageClock;

/// A part of the work on a request that is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Section {
    /// Waiting for memory and a thread.
    Queue,
    /// From asking the source to the end of its body.
    Downloading,
    /// Decoding, transforming and encoding, whose rows stream through each other.
    Processing,
    /// Handing a source on as it is.
    Streaming,
}

impl Section {
    /// The name in traces, as imgproxy has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queue => "Queue",
            Self::Downloading => "Downloading source image",
            Self::Processing => "Processing image",
            Self::Streaming => "Streaming image",
        }
    }

    /// The name as a label of metrics.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Downloading => "downloading_source_image",
            Self::Processing => "processing_image",
            Self::Streaming => "streaming_image",
        }
    }

    /// The name in `Server-Timing`; processing is there by its stages.
    const fn metric(self) -> Option<&'static str> {
        match self {
            Self::Queue => Some("queue"),
            Self::Downloading => Some("fetch"),
            Self::Processing => None,
            Self::Streaming => Some("stream"),
        }
    }
}

/// A section that took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// Which.
    pub section: Section,
    /// When it began, after the beginning of the request.
    pub start: Duration,
    /// How long it took.
    pub duration: Duration,
}

/// An error that the client does not get to see, because the fallback image stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Masked {
    /// Category in metrics.
    pub category: Category,
    /// The identifier in logs.
    pub name: &'static str,
    /// What went wrong.
    pub message: String,
}

/// The sections of one request.
///
/// Sections are noted when they end, also when the request is given up in the middle of one.
#[derive(Debug)]
pub struct Trace {
    begin: Instant,
    source_headers: HeaderMap,
    keeps_plan: bool,
    noted: Mutex<Noted>,
}

#[derive(Debug, Default)]
struct Noted {
    spans: Vec<Span>,
    stages: Stages,
    masked: Option<Masked>,
    facts: Facts,
    plan: Option<Box<(Header, Plan)>>,
}

impl Default for Trace {
    fn default() -> Self {
        Self {
            begin: Instant::now(),
            source_headers: HeaderMap::new(),
            keeps_plan: false,
            noted: Mutex::default(),
        }
    }
}

impl Trace {
    /// Begins now.
    #[must_use]
    pub fn begin() -> Arc<Self> {
        Arc::default()
    }

    /// Begins now, with headers that tell the source of it.
    #[must_use]
    pub fn with_source_headers(source_headers: HeaderMap) -> Arc<Self> {
        Arc::new(Self {
            source_headers,
            ..Self::default()
        })
    }

    /// Begins now, and keeps the header of the source and the plan, for whoever wants to explain
    /// an answer.
    #[must_use]
    pub fn with_plan() -> Arc<Self> {
        Arc::new(Self {
            keeps_plan: true,
            ..Self::default()
        })
    }

    /// The header of the source and the plan, if they are kept and the request got so far.
    #[must_use]
    pub fn plan(&self) -> Option<(Header, Plan)> {
        self.noted().plan.as_deref().cloned()
    }

    pub(crate) fn planned(&self, header: &Header, plan: &Plan) {
        if self.keeps_plan {
            self.noted().plan = Some(Box::new((header.clone(), plan.clone())));
        }
    }

    /// Headers for the source.
    pub(crate) fn source_headers(&self) -> &HeaderMap {
        &self.source_headers
    }

    /// How long ago the request began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    /// The sections that have ended, in the order in which they ended.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        self.noted().spans.clone()
    }

    /// The error behind the fallback image, if it stands in.
    #[must_use]
    pub fn masked(&self) -> Option<Masked> {
        self.noted().masked.clone()
    }

    /// The value of `Server-Timing`: sections of the same kind together, and the stages of
    /// processing, in milliseconds.
    ///
    /// W3C "Server Timing", section 3.
    #[must_use]
    pub fn server_timing(&self) -> String {
        let (spans, stages) = {
            let noted = self.noted();
            (noted.spans.clone(), noted.stages)
        };
        let total = |section: Section| {
            let own = spans.iter().filter(|span| span.section == section);
            own.map(|span| span.duration).reduce(|sum, more| sum + more)
        };
        let sections = SECTIONS.into_iter();
        let sections = sections.filter_map(|section| Some((section.metric()?, total(section)?)));
        let entries = sections.chain(stages.entries()).map(|(name, duration)| {
            let milliseconds = duration.as_secs_f64() * 1e3;
            format!("{name};dur={milliseconds:.3}")
        });
        entries.collect::<Vec<_>>().join(", ")
    }

    /// Times a section until the guard is dropped.
    pub(crate) fn enter(self: &Arc<Self>, section: Section) -> Timer {
        Timer {
            trace: Arc::clone(self),
            section,
            begin: Instant::now(),
        }
    }

    /// Notes what is asked for, so that errors can tell it too.
    pub(crate) fn asked(&self, request: &Arc<pixgate_url::Request>) {
        self.noted().facts = Facts::of(request);
    }

    pub(crate) fn facts(&self) -> Facts {
        self.noted().facts.clone()
    }

    pub(crate) fn mask(&self, error: &Error) {
        let verdict = error.verdict();
        self.noted().masked = Some(Masked {
            category: verdict.category,
            name: verdict.name,
            message: error.to_string(),
        });
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A section that goes on.
#[derive(Debug)]
pub(crate) struct Timer {
    trace: Arc<Trace>,
    section: Section,
    begin: Instant,
}

impl Drop for Timer {
    fn drop(&mut self) {
        let span = Span {
            section: self.section,
            start: self.begin.saturating_duration_since(self.trace.begin),
            duration: self.begin.elapsed(),
        };
        self.trace.noted().spans.push(span);
    }
}

const SECTIONS: [Section; 3] = [Section::Queue, Section::Downloading, Section::Streaming];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_noted_when_it_ends() {
        let trace = Trace::begin();
        let timer = trace.enter(Section::Queue);
        assert!(trace.spans().is_empty());
        drop(timer);
        let spans = trace.spans();
        assert_eq!(spans.first().map(|span| span.section), Some(Section::Queue));
    }

    #[test]
    fn server_timing_adds_up_sections_of_a_kind() {
        let trace = Trace::default();
        let span = |section, milliseconds| Span {
            section,
            start: Duration::ZERO,
            duration: Duration::from_millis(milliseconds),
        };
        trace.noted().spans = vec![
            span(Section::Queue, 1),
            span(Section::Downloading, 20),
            span(Section::Queue, 2),
        ];
        assert_eq!(trace.server_timing(), "queue;dur=3.000, fetch;dur=20.000");
        assert_eq!(Trace::default().server_timing(), "");
    }
}
