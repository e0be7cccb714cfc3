//! From a source's bytes to a picture: probe, plan, admit, run.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use pixgate_codec::Header;
use pixgate_engine::{Cancel, Companions, Encoded, Plan, Settings, Warning};
use pixgate_options::ProcessingOptions;

use super::expected::expected_work;
use super::{Job, Loaded, Picture};
use crate::budgeted::BudgetedBytes;
use crate::config::Limits;
use crate::parts::Parts;
use crate::trace::StageClock;
use crate::{Admission, Error, ErrorKind, MemoryPermit, Pool, Section, clock};

/// Makes pictures on the workers' threads.
#[derive(Clone)]
pub(crate) struct Transformer {
    engine: Arc<Settings>,
    bounds: ProbeBounds,
    admission: Arc<Admission>,
    pool: Arc<Pool>,
}

impl Transformer {
    pub(crate) fn new(parts: &Parts) -> Self {
        Self {
            engine: Arc::clone(&parts.engine),
            bounds: ProbeBounds::new(&parts.config.limits),
            admission: Arc::clone(&parts.admission),
            pool: Arc::clone(&parts.pool),
        }
    }

    /// Makes the picture that was asked for out of a source's bytes.
    pub(crate) async fn transform(
        &self,
        job: &Job,
        (source, headers): (BudgetedBytes, HeaderMap),
        beside: Loaded,
    ) -> Result<Picture, Error> {
        let source_bytes = source.bytes.len();
        let Processed {
            encoded,
            memory,
            origin_size,
            warnings,
        } = self.processed(job, source, beside).await?;
        Ok(Picture {
            format: encoded.format,
            size: (encoded.width, encoded.height),
            bytes: Bytes::from_owner(BudgetedAnswer {
                bytes: encoded.bytes,
                _memory: memory,
            }),
            source_bytes,
            origin_size,
            headers,
            fallback_status: None,
            warnings,
        })
    }

    /// Carries the work out on a worker's thread. As long as the memory that it turns out to need
    /// is free, it stays there; otherwise the thread is left while memory is waited for.
    async fn processed(
        &self,
        job: &Job,
        source: BudgetedBytes,
        beside: Loaded,
    ) -> Result<Processed, Error> {
        let mut next = Progress::Begun(Begun {
            source,
            beside,
            memory: None,
            planned: None,
        });
        loop {
            match next {
                Progress::Begun(begun) => next = self.advance(job, begun).await?,
                Progress::Waits(mut begun, bytes) => {
                    let _queue = job.trace.enter(Section::Queue);
                    let max_wait = clock::until(job.deadline);
                    let memory = self.admission.memory(bytes, max_wait).await?;
                    begun.memory = Some(memory);
                    next = Progress::Begun(begun);
                }
                Progress::Done(processed) => return Ok(*processed),
            }
        }
    }

    /// Waits for a thread, and goes on there as far as possible.
    async fn advance(&self, job: &Job, begun: Begun) -> Result<Progress, Error> {
        let (transformer, job, deadline) = (self.clone(), job.clone(), job.deadline);
        let queue = job.trace.enter(Section::Queue);
        let cancel = Cancel::at(deadline);
        let seen = cancel.clone();
        let source = &begun.source.bytes;
        let format = pixgate_codec::sniff_signature(source);
        let expected = expected_work(format, source.len(), job.asked.options.global.format);
        let task = self.pool.submit_expecting(expected, cancel, move || {
            drop(queue);
            let _processing = job.trace.enter(Section::Processing);
            transformer.work(&job, begun, &seen)
        });
        match tokio::time::timeout_at(deadline.into(), task).await {
            Ok(outcome) => outcome?,
            Err(_) => Err(Error::new(ErrorKind::TimedOut)),
        }
    }

    /// Probes, plans and runs, each with the memory that it takes.
    fn work(&self, job: &Job, mut begun: Begun, cancel: &Cancel) -> Result<Progress, Error> {
        let source = &begun.source.bytes;
        let companions = &begun.beside.companions;
        let (header, plan) = match begun.planned.take() {
            Some(planned) => planned,
            None => {
                let options = &job.asked.options;
                let bytes = pixgate_engine::probe_bytes_for(options, source, &self.engine)
                    .max(pixgate_engine::plan_bytes(options, &self.engine));
                let Some(memory) = self.share(begun.memory.take(), bytes) else {
                    return Ok(Progress::Waits(begun, bytes));
                };
                let (header, plan) = self.plan(source, options, companions, cancel)?;
                drop(memory);
                job.trace.planned(&header, &plan);
                (header, plan)
            }
        };
        let bytes = plan
            .peak_bytes
            .saturating_add(plan.beside_bytes(source.len()));
        let Some(mut memory) = self.share(begun.memory.take(), bytes) else {
            begun.planned = Some((header, plan));
            return Ok(Progress::Waits(begun, bytes));
        };
        let clock = StageClock::new(&job.trace);
        let watch = |stage| clock.begin(stage);
        let encoded = pixgate_engine::run_helped(&plan, source, cancel, &*self.pool, &watch)?;
        memory.shrink(encoded.bytes.len() as u64);
        Ok(Progress::Done(Box::new(Processed {
            encoded,
            memory,
            origin_size: displayed_size(&header),
            warnings: plan.warnings,
        })))
    }

    /// The share that was waited for, or one that is free.
    fn share(&self, waited: Option<MemoryPermit>, bytes: u64) -> Option<MemoryPermit> {
        waited.or_else(|| self.admission.try_memory(bytes))
    }

    /// Reads the header of a source and plans; nothing is decoded.
    pub(crate) fn plan(
        &self,
        bytes: &[u8],
        options: &ProcessingOptions,
        companions: &Companions,
        cancel: &Cancel,
    ) -> Result<(Header, Plan), Error> {
        let limits = self.bounds.of(options, self.admission.budget_bytes());
        let header = pixgate_engine::probe_for(options, bytes, &limits, &self.engine, cancel)?;
        let negotiation = &options.global.negotiation;
        let settings = &self.engine;
        let plan =
            pixgate_engine::plan_with(options, &header, settings, negotiation, companions, cancel)?;
        Ok((header, plan))
    }
}

/// Bounds on headers of sources. The engine checks the resolution, which options may change; here
/// only what no option can.
#[derive(Debug, Clone, Copy)]
struct ProbeBounds {
    svg_unlimited: bool,
    max_source_pixels: u64,
    max_frame_pixels: u64,
}

impl ProbeBounds {
    fn new(limits: &Limits) -> Self {
        Self {
            svg_unlimited: limits.svg_unlimited,
            max_source_pixels: limits.max_source_pixels,
            max_frame_pixels: limits.max_frame_pixels,
        }
    }

    fn of(&self, options: &ProcessingOptions, budget_bytes: u64) -> pixgate_codec::Limits {
        let mut limits = pixgate_codec::Limits::default();
        if self.svg_unlimited {
            limits.max_svg_bytes = u64::MAX;
        }
        limits.max_decode_bytes = budget_bytes;
        limits.max_frame_pixels = options
            .first()
            .max_src_resolution
            .unwrap_or(self.max_source_pixels)
            .max(self.max_frame_pixels);
        limits
    }
}

/// Work on a picture that may go on.
struct Begun {
    source: BudgetedBytes,
    beside: Loaded,
    /// Memory that was waited for.
    memory: Option<MemoryPermit>,
    planned: Option<(Header, Plan)>,
}

/// How far work on a picture is.
enum Progress {
    /// It can go on.
    Begun(Begun),
    /// It can go on once there is so much memory.
    Waits(Begun, u64),
    /// It is done.
    Done(Box<Processed>),
}

/// What came of the work on a picture.
struct Processed {
    encoded: Encoded,
    memory: MemoryPermit,
    /// Displayed size of the source.
    origin_size: (u32, u32),
    warnings: Vec<Warning>,
}

/// An answer's bytes with their share of the memory budget, given back when the last client has them.
struct BudgetedAnswer {
    bytes: Vec<u8>,
    _memory: MemoryPermit,
}

impl AsRef<[u8]> for BudgetedAnswer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

fn displayed_size(header: &Header) -> (u32, u32) {
    if header.orientation.swaps_sides() {
        (header.height, header.width)
    } else {
        (header.width, header.height)
    }
}
