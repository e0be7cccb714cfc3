//! The parent's side: a few children that wait, and work for them.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use pixgate_codec::{
    Allowance, DecodeRequest, Error, ErrorKind, Frames, Header, Killed, Limits, Metadata, Pixels,
    Sandbox, SandboxCounts,
};
use pixgate_options::Format;

use crate::frames::PipedFrames;
use crate::message::{Reply, Request, Task, read_bytes};
use crate::pixels::{ReadFailure, read_pixels};
use crate::process::{Process, Program};
use crate::watch::Watch;
use crate::work::Work;

/// How children are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// What is started.
    pub program: Program,
    /// The formats that are read in children; SVG, JPEG XL, AVIF and HEIC.
    pub formats: Vec<Format>,
    /// Most children that are kept while they have no work; 1.
    pub most_idle: usize,
    /// Seconds of processor time that one piece of work may take, should nobody stop it before; 60.
    pub cpu_seconds: u64,
}

impl Settings {
    /// The defaults, for a program.
    #[must_use]
    pub fn new(program: Program) -> Self {
        Self {
            program,
            formats: vec![Format::Svg, Format::Jxl, Format::Avif, Format::Heic],
            most_idle: 1,
            cpu_seconds: 60,
        }
    }

    /// Sets the formats that are read in children.
    #[must_use]
    pub fn with_formats(mut self, formats: impl Into<Vec<Format>>) -> Self {
        self.formats = formats.into();
        self
    }

    /// Sets how many children are kept while they have no work.
    #[must_use]
    pub fn with_most_idle(mut self, children: usize) -> Self {
        self.most_idle = children;
        self
    }

    /// Sets the processor time of one piece of work.
    #[must_use]
    pub fn with_cpu_seconds(mut self, seconds: u64) -> Self {
        self.cpu_seconds = seconds;
        self
    }
}

/// A [`Sandbox`] of child processes.
///
/// A child works on one thing at a time and is used again if that went well; whatever goes wrong in
/// it costs that work alone. Children are started when they are needed, and end with this value, or
/// with the process that holds it.
#[derive(Debug)]
pub struct Children(Arc<Shared>);

/// What works in progress share.
#[derive(Debug)]
pub(crate) struct Shared {
    settings: Settings,
    idle: Mutex<Vec<Idle>>,
    watch: OnceLock<Arc<Watch>>,
    /// Children that exist.
    count: AtomicU64,
    killed: [AtomicU64; REASONS.len()],
    has_failed: AtomicBool,
}

#[derive(Debug)]
struct Idle {
    process: Process,
    since: Instant,
}

impl Children {
    /// Children of a program; none is started yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Shared {
            settings,
            idle: Mutex::default(),
            watch: OnceLock::new(),
            count: AtomicU64::new(0),
            killed: Default::default(),
            has_failed: AtomicBool::new(false),
        }))
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

impl Shared {
    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A child that waits, the latest first; none if all work.
    pub(crate) fn waiting(&self) -> Option<Process> {
        self.idle().pop().map(|idle| idle.process)
    }

    /// Starts a child, which is not ready yet.
    pub(crate) fn start(&self) -> io::Result<Process> {
        let started = Process::start(&self.settings.program);
        match &started {
            Ok(_) => drop(self.count.fetch_add(1, Ordering::Relaxed)),
            Err(_) => self.note_start(false),
        }
        started
    }

    /// Keeps in mind whether a child became ready.
    pub(crate) fn note_start(&self, is_ready: bool) {
        self.has_failed.store(!is_ready, Ordering::Relaxed);
    }

    pub(crate) fn watch(self: &Arc<Self>) -> io::Result<&Arc<Watch>> {
        if let Some(watch) = self.watch.get() {
            return Ok(watch);
        }
        let shared = Arc::downgrade(self);
        let watch = Watch::start(move || {
            if let Some(shared) = shared.upgrade() {
                shared.end_idle(IDLE_TIME, 1);
            }
        })?;
        let first = self.watch.get_or_init(|| Arc::clone(&watch));
        if !Arc::ptr_eq(first, &watch) {
            watch.close();
        }
        Ok(first)
    }

    /// Watches a child no more.
    pub(crate) fn forget(&self, process: &Process) {
        if let Some(watch) = self.watch.get() {
            watch.forget(&process.handle);
        }
    }

    pub(crate) fn give_back(&self, process: Process) {
        let mut idle = self.idle();
        if idle.len() < self.settings.most_idle {
            let since = Instant::now();
            idle.push(Idle { process, since });
        } else {
            drop(idle);
            self.end(&process);
        }
    }

    pub(crate) fn end(&self, process: &Process) {
        process.handle.end();
        self.count.fetch_sub(1, Ordering::Relaxed);
    }

    /// Ends children that have waited for so long, but for the `kept` latest.
    fn end_idle(&self, age: Duration, kept: usize) {
        let mut idle = self.idle();
        let surplus = idle.len().saturating_sub(kept);
        let old = idle
            .iter()
            .take(surplus)
            .take_while(|idle| idle.since.elapsed() >= age)
            .count();
        let ended: Vec<_> = idle.drain(..old).collect();
        drop(idle);
        for idle in &ended {
            self.end(&idle.process);
        }
    }

    /// Counts a child that is gone before its work was done; none if the work was given up.
    pub(crate) fn lost(&self, reason: Option<Killed>) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        let index = match reason {
            None => 0,
            Some(Killed::Memory { .. }) => 1,
            Some(Killed::Stack) => 2,
            Some(Killed::CpuTime) => 3,
            Some(_) => 4,
        };
        if let Some(count) = self.killed.get(index) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Labels of what [`Shared::lost`] counts, in its order.
const REASONS: [&str; 5] = ["stopped", "memory", "stack", "cpu_time", "crash"];
/// How long more than one child may wait for work.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// What a child takes that waits for work.
const IDLE_BYTES: u64 = 4 << 20;
