//! From a source's bytes to a picture: probe, plan, admit, run.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use pixgate_codec::Header;
use pixgate_engine::{Cancel, Encoded, Plan};
use pixgate_options::{Format, ProcessingOptions};

use crate::fetch::Held;
use crate::job::{Job, Picture};
use crate::negotiate::negotiation;
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
        let planned = self.plan_aside(held, &job.asked.options, job.deadline);
        let (held, planned) = planned.await?;
        let (header, plan) = planned?;
        job.trace.planned(&header, &plan);
        let origin_size = displayed_size(&header);
        let warnings = plan.warnings.clone();
        let (encoded, memory) = self.run(plan, held, job).await?;
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

    /// Reads the header of a source and plans; nothing is decoded.
    ///
    /// # Errors
    ///
    /// What the codec says of the header, or the engine of the plan.
    pub fn plan(&self, bytes: &[u8], options: &ProcessingOptions) -> Result<(Header, Plan), Error> {
        let header = pixgate_codec::probe(bytes, &self.probe_limits(options))?;
        let negotiation = negotiation(&options.global);
        let plan = pixgate_engine::plan(options, &header, &self.parts.engine, &negotiation)?;
        Ok((header, plan))
    }

    /// Plans on a CPU thread if that means to read more than a header: the frames of an animation
    /// are counted, and a drawing is parsed.
    async fn plan_aside(
        &self,
        held: Held,
        options: &ProcessingOptions,
        deadline: Instant,
    ) -> Result<(Held, Result<(Header, Plan), Error>), Error> {
        if held.bytes.len() <= QUICKLY_READ_BYTES || has_header(&held.bytes) {
            let planned = self.plan(&held.bytes, options);
            return Ok((held, planned));
        }
        let (proxy, options) = (self.clone(), options.clone());
        let task = self.parts.pool.submit(Cancel::at(deadline), move || {
            let planned = proxy.plan(&held.bytes, &options);
            (held, planned)
        });
        match tokio::time::timeout_at(deadline.into(), task).await {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(Error::new(ErrorKind::TimedOut)),
        }
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

    /// Waits for memory, then for a thread, and works.
    async fn run(
        &self,
        plan: Plan,
        held: Held,
        job: &Job,
    ) -> Result<(Encoded, MemoryPermit), Error> {
        let (deadline, trace) = (job.deadline, &job.trace);
        let queue = trace.enter(Section::Queue);
        let patience = deadline.saturating_duration_since(Instant::now());
        let mut memory = self
            .parts
            .admission
            .memory(plan.peak_bytes, patience)
            .await?;
        let cancel = Cancel::at(deadline);
        let seen = cancel.clone();
        let trace = Arc::clone(trace);
        let task = self.parts.pool.submit(cancel, move || {
            drop(queue);
            let _processing = trace.enter(Section::Processing);
            let clock = StageClock::new(&trace);
            let watch = |stage| clock.begin(stage);
            let outcome = pixgate_engine::run_watched(&plan, &held.bytes, &seen, &watch);
            drop((clock, held));
            outcome.map(|encoded| {
                memory.shrink(encoded.bytes.len() as u64);
                (encoded, memory)
            })
        });
        match tokio::time::timeout_at(deadline.into(), task).await {
            Ok(outcome) => Ok(outcome??),
            Err(_) => Err(Error::new(ErrorKind::TimedOut)),
        }
    }
}

/// Whether the first bytes say everything that a plan needs.
fn has_header(bytes: &[u8]) -> bool {
    matches!(
        pixgate_codec::sniff(bytes),
        Some(Format::Jpeg | Format::Png | Format::Webp | Format::Bmp)
    )
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

/// Reading all of so many bytes takes less than a change of threads is worth.
const QUICKLY_READ_BYTES: usize = 64 << 10;
