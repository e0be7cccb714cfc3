//! The parent's side: a few children that wait, and work for them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use pixgate_codec::{
    Allowance, DecodeRequest, Decoder, Error, ErrorKind, Frames, Header, Limits, Metadata, Pixels,
    Sandbox, SandboxCounts, TextMark, TextRequest,
};
use pixgate_options::Format;

use crate::bands::PipedBands;
use crate::frames::PipedFrames;
use crate::message::{Reply, Request, Task, read_bytes};
use crate::pixels::{ReadFailure, read_pixels};
use crate::settings::Settings;
use crate::shared::{REASONS, Shared};
use crate::work::Work;

/// A [`Sandbox`] of child processes.
///
/// A child works on one thing at a time and is used again if that went well; whatever goes wrong in
/// it costs that work alone. Children are started when they are needed, and end with this value, or
/// with the process that holds it.
#[derive(Debug)]
pub struct Children(Arc<Shared>);

impl Children {
    /// Children of a program; none is started yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Shared::new(settings)))
    }

    fn begin(
        &self,
        format: Format,
        task: Task,
        source: &[u8],
        limits: &Limits,
        allowance: &Allowance,
    ) -> Result<(Work, Reply), Error> {
        let request = Request {
            task,
            limits: *limits,
            memory_bytes: allowance.memory_bytes,
            cpu_seconds: self.0.settings.cpu_seconds,
            source_bytes: source.len() as u64,
        };
        Work::begin(&self.0, format, &request, source, &allowance.stop)
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        if let Some(watch) = self.0.watch.get() {
            watch.close();
        }
        self.0.end_idle(Duration::ZERO, 0);
    }
}

impl Sandbox for Children {
    fn takes(&self, format: Format) -> bool {
        self.0.settings.formats.contains(&format)
    }

    fn probe(&self, bytes: &[u8], limits: &Limits, allowance: &Allowance) -> Result<Header, Error> {
        let format = pixgate_codec::sniff(bytes).ok_or(ErrorKind::UnknownFormat)?;
        let (mut work, reply) = self.begin(format, Task::Probe, bytes, limits, allowance)?;
        match reply {
            Reply::Header(header) => work.done(header),
            reply => Err(work.unexpected(reply)),
        }
    }

    fn decode(
        &self,
        bytes: &[u8],
        header: &Header,
        request: &DecodeRequest,
        limits: &Limits,
        allowance: &Allowance,
    ) -> Result<(Pixels, Metadata), Error> {
        let task = Task::Decode {
            header: header.clone(),
            request: *request,
        };
        let (mut work, reply) = self.begin(header.format, task, bytes, limits, allowance)?;
        match reply {
            Reply::Pixels { layout, metadata } => {
                work.check_room(layout.bytes())?;
                let read = read_pixels(&mut work, layout);
                let pixels = work.read(read)?;
                work.done((pixels, metadata))
            }
            reply => Err(work.unexpected(reply)),
        }
    }

    fn open<'a>(
        &self,
        bytes: &'a [u8],
        header: &Header,
        request: &DecodeRequest,
        limits: &Limits,
        allowance: &Allowance,
    ) -> Result<Box<dyn Decoder + 'a>, Error> {
        let task = Task::Bands {
            header: header.clone(),
            request: *request,
        };
        let (mut work, reply) = self.begin(header.format, task, bytes, limits, allowance)?;
        match reply {
            Reply::Opened { layout, metadata } => {
                Ok(Box::new(PipedBands::new(work, layout, metadata)))
            }
            reply => Err(work.unexpected(reply)),
        }
    }

    fn frames<'a>(
        &self,
        bytes: &'a [u8],
        header: &Header,
        limits: &Limits,
        allowance: &Allowance,
    ) -> Result<(Box<dyn Frames + 'a>, Metadata), Error> {
        let task = Task::Frames {
            header: header.clone(),
        };
        let (mut work, reply) = self.begin(header.format, task, bytes, limits, allowance)?;
        match reply {
            Reply::Metadata(metadata) => Ok((Box::new(PipedFrames::new(work)), metadata)),
            reply => Err(work.unexpected(reply)),
        }
    }

    fn sanitize_svg(&self, bytes: &[u8], allowance: &Allowance) -> Result<Vec<u8>, Error> {
        let limits = Limits::default();
        let task = Task::SanitizeSvg;
        let (mut work, reply) = self.begin(Format::Svg, task, bytes, &limits, allowance)?;
        match reply {
            Reply::Text { bytes } => {
                work.check_room(bytes)?;
                let read = read_bytes(&mut work, bytes, u64::MAX);
                let text = work.read(read.map_err(ReadFailure::from))?;
                work.done(text)
            }
            reply => Err(work.unexpected(reply)),
        }
    }

    fn lay_out_text(
        &self,
        request: &TextRequest,
        allowance: &Allowance,
    ) -> Result<Option<TextMark>, Error> {
        let task = Task::LayOutText(request.clone());
        let limits = Limits::default();
        let (mut work, reply) = self.begin(Format::Svg, task, &[], &limits, allowance)?;
        match reply {
            Reply::Mark(None) => work.done(None),
            Reply::Mark(Some((header, length))) => {
                work.check_room(length)?;
                let read = read_bytes(&mut work, length, u64::MAX);
                let bytes = work.read(read.map_err(ReadFailure::from))?;
                work.done(Some(TextMark { bytes, header }))
            }
            reply => Err(work.unexpected(reply)),
        }
    }

    /// Whether the last child that was needed could be started.
    fn is_healthy(&self) -> bool {
        !self.0.has_failed.load(Ordering::Relaxed)
    }

    fn idle_bytes(&self) -> u64 {
        IDLE_BYTES.saturating_mul(self.0.settings.most_idle as u64)
    }

    fn counts(&self) -> SandboxCounts {
        let killed = REASONS.into_iter().zip(&self.0.killed);
        let mut counts = SandboxCounts::default();
        counts.processes = self.0.count.load(Ordering::Relaxed);
        counts.killed = killed
            .map(|(reason, count)| (reason, count.load(Ordering::Relaxed)))
            .collect();
        counts
    }
}

/// What a child takes that waits for work.
const IDLE_BYTES: u64 = 4 << 20;
