//! What works in progress share: children that wait, the watch, counts.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use pixgate_codec::Killed;

use crate::process::Process;
use crate::settings::Settings;
use crate::watch::Watch;

/// What works in progress share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    idle: Mutex<Vec<Idle>>,
    pub(crate) watch: OnceLock<Arc<Watch>>,
    /// Children that exist.
    pub(crate) count: AtomicU64,
    pub(crate) killed: [AtomicU64; REASONS.len()],
    pub(crate) has_failed: AtomicBool,
}

#[derive(Debug)]
struct Idle {
    process: Process,
    since: Instant,
}

impl Shared {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            idle: Mutex::default(),
            watch: OnceLock::new(),
            count: AtomicU64::new(0),
            killed: Default::default(),
            has_failed: AtomicBool::new(false),
        }
    }

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
    pub(crate) fn end_idle(&self, age: Duration, kept: usize) {
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
pub(crate) const REASONS: [&str; 5] = ["stopped", "memory", "stack", "cpu_time", "crash"];
/// How long more than one child may wait for work.
const IDLE_TIME: Duration = Duration::from_secs(60);
