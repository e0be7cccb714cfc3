//! From a source's bytes to a picture: probe, plan, admit, run.

use std::sync::Arc;

use bytes::Bytes;
use pixgate_codec::Header;
use pixgate_engine::{Cancel, Encoded, Plan, Warning};
use pixgate_options::ProcessingOptions;

use crate::clock;
use crate::fetch::Held;
use crate::job::{Job, Picture};
use crate::respond::Answered;
use crate::trace::StageClock;
use crate::{Error, ErrorKind, MemoryPermit, Proxy, Section};

impl Proxy {
    /// Makes the picture that was asked for out of what the source answered.
    pub(crate) async fn transform(&self, job: &Job, answered: Answered) -> Result<Picture, Error> {
        let (held, headers, fallback_status) = match answered {
            Answered::Image(image) => (image.held, image.headers, None),
            Answered::Fallback(image, status) => (held(image.bytes), image.headers, Some(status)),
            Answered::NotModified(_) => return Err(Error::new(ErrorKind::Cancelled)),
        };
        let source_bytes = held.bytes.len();
        let Processed {
            encoded,
            memory,
            origin_size,
            warnings,
        } = self.processed(job, held).await?;
        Ok(Picture {
            format: encoded.format,
            size: (encoded.width, encoded.height),
            bytes: Bytes::from_owner(Kept {
                bytes: encoded.bytes,
                _memory: memory,
            }),
            source_bytes,
            origin_size,
            headers,
            fallback_status,
            warnings,
        })
    }

    /// Carries the work out on a worker's thread. As long as the memory that it turns out to need
    /// is free, it stays there; otherwise the thread is left while memory is waited for.
    async fn processed(&self, job: &Job, held: Held) -> Result<Processed, Error> {
        let mut next = Progress::Begun(Begun {
            held,
            memory: None,
            planned: None,
        });
        loop {
            match next {
                Progress::Begun(begun) => next = self.advance(job, begun).await?,
                Progress::Waits(mut begun, bytes) => {
                    let _queue = job.trace.enter(Section::Queue);
                    let max_wait = clock::until(job.deadline);
                    let memory = self.parts.admission.memory(bytes, max_wait).await?;
                    begun.memory = Some(memory);
                    next = Progress::Begun(begun);
                }
                Progress::Done(processed) => return Ok(*processed),
            }
        }
    }

    /// Waits for a thread, and goes on there as far as possible.
    async fn advance(&self, job: &Job, begun: Begun) -> Result<Progress, Error> {
        let (proxy, job, deadline) = (self.clone(), job.clone(), job.deadline);
        let queue = job.trace.enter(Section::Queue);
        let cancel = Cancel::at(deadline);
        let seen = cancel.clone();
        let task = self.parts.pool.submit(cancel, move || {
            drop(queue);
            let _processing = job.trace.enter(Section::Processing);
            proxy.work(&job, begun, &seen)
        });
        match tokio::time::timeout_at(deadline.into(), task).await {
            Ok(outcome) => outcome?,
            Err(_) => Err(Error::new(ErrorKind::TimedOut)),
        }
    }

    /// Probes, plans and runs, each with the memory that it takes.
    fn work(&self, job: &Job, mut begun: Begun, cancel: &Cancel) -> Result<Progress, Error> {
        let source = &begun.held.bytes;
        let (header, plan) = match begun.planned.take() {
            Some(planned) => planned,
            None => {
                let bytes = pixgate_engine::probe_bytes(source, &self.parts.engine);
                let Some(memory) = self.share(begun.memory.take(), bytes) else {
                    return Ok(Progress::Waits(begun, bytes));
                };
                let (header, plan) = self.plan_within(source, &job.asked.options, cancel)?;
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
        let encoded = pixgate_engine::run_watched(&plan, source, cancel, &watch)?;
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
        waited.or_else(|| self.parts.admission.try_memory(bytes))
    }

    /// Reads the header of a source and plans; nothing is decoded.
    ///
    /// # Errors
    ///
    /// What the codec says of the header, or the engine of the plan.
    pub fn plan(&self, bytes: &[u8], options: &ProcessingOptions) -> Result<(Header, Plan), Error> {
        self.plan_within(bytes, options, &Cancel::never())
    }

    fn plan_within(
        &self,
        bytes: &[u8],
        options: &ProcessingOptions,
        cancel: &Cancel,
    ) -> Result<(Header, Plan), Error> {
        let (engine, limits) = (&self.parts.engine, self.probe_limits(options));
        let header = pixgate_engine::probe(bytes, &limits, engine, cancel)?;
        let negotiation = &options.global.negotiation;
        let plan = pixgate_engine::plan(options, &header, engine, negotiation)?;
        Ok((header, plan))
    }

    /// The engine checks the resolution, which options may change; here only what no option can.
    fn probe_limits(&self, options: &ProcessingOptions) -> pixgate_codec::Limits {
        let mut limits = pixgate_codec::Limits::default();
        if self.parts.config.limits.svg_unlimited {
            limits.max_svg_bytes = u64::MAX;
        }
        limits.max_decode_bytes = self.parts.admission.budget_bytes();
        limits.max_frame_pixels = options
            .first()
            .max_src_resolution
            .unwrap_or(self.parts.config.limits.max_source_pixels)
            .max(self.parts.config.limits.max_frame_pixels);
        limits
    }
}

/// Work on a picture that may go on.
struct Begun {
    held: Held,
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

/// The fallback image is in memory anyway.
fn held(bytes: Bytes) -> Held {
    Held {
        bytes,
        permits: Arc::default(),
    }
}

/// An answer's bytes with their share of the memory budget, given back when the last client has them.
struct Kept {
    bytes: Vec<u8>,
    _memory: MemoryPermit,
}

impl AsRef<[u8]> for Kept {
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
