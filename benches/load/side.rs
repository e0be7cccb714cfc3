//! A server under load, and what was measured of it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::client::{Client, Outcome, percentile};
use crate::process::Process;
use crate::targets::Targets;

/// A server and what was measured of it.
pub(crate) struct Side {
    address: String,
    process: Option<Process>,
    outcomes: Vec<(usize, Outcome)>,
    busy: Duration,
    cpu: Duration,
    /// The most memory of a round, in MiB.
    pub(crate) peak_mib: f64,
}

impl Side {
    pub(crate) fn new(address: &str, process: Option<Process>) -> Self {
        Self {
            address: address.to_owned(),
            process,
            outcomes: Vec::new(),
            busy: Duration::ZERO,
            cpu: Duration::ZERO,
            peak_mib: 0.0,
        }
    }

    /// What the first requests of a process take is not measured.
    pub(crate) fn warm_up(&mut self, targets: &Targets, clients: usize) {
        self.round(targets, clients, Duration::from_secs(1));
        let fresh = Self::new(&self.address, self.process);
        *self = fresh;
    }

    /// So many clients ask for so long, each as soon as it has its answer.
    pub(crate) fn round(&mut self, targets: &Targets, clients: usize, duration: Duration) {
        if let Some(process) = self.process {
            process.reset_peak();
        }
        let cpu = self.process.map(Process::cpu);
        let start = Instant::now();
        let outcomes = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..clients {
                scope.spawn(|| {
                    let mut client = Client::new(&self.address);
                    let mut own = Vec::new();
                    while start.elapsed() < duration {
                        let (file, target) = targets.next();
                        own.push((file, client.get(&target)));
                    }
                    outcomes.lock().unwrap().extend(own);
                });
            }
        });
        self.busy += start.elapsed();
        self.outcomes.extend(outcomes.into_inner().unwrap());
        if let (Some(process), Some(cpu)) = (self.process, cpu) {
            self.cpu += process.cpu().saturating_sub(cpu);
            self.peak_mib = self.peak_mib.max(process.memory().1);
        }
    }

    fn good(&self) -> impl Iterator<Item = &(usize, Outcome)> {
        self.outcomes
            .iter()
            .filter(|(_, outcome)| outcome.status == 200)
    }

    /// Answers with a picture.
    pub(crate) fn count(&self) -> usize {
        self.good().count()
    }

    /// Answers without one.
    pub(crate) fn failed(&self) -> usize {
        self.outcomes.len() - self.count()
    }

    /// Pictures a second.
    pub(crate) fn rate(&self) -> f64 {
        self.count() as f64 / self.busy.as_secs_f64()
    }

    /// Milliseconds of processor time for a picture.
    pub(crate) fn cpu_ms(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e3 / self.count().max(1) as f64
    }

    /// Milliseconds under which this part of all answers came.
    pub(crate) fn latency_ms(&self, part: f64) -> f64 {
        let mut times: Vec<_> = self.good().map(|(_, outcome)| outcome.elapsed).collect();
        times.sort_unstable();
        percentile(&times, part)
    }

    /// Mean bytes of a picture, every file counted the same.
    pub(crate) fn mean_bytes(&self) -> f64 {
        let mut files = std::collections::BTreeMap::<usize, (f64, f64)>::new();
        for (file, outcome) in self.good() {
            let (bytes, count) = files.entry(*file).or_default();
            *bytes += outcome.bytes as f64;
            *count += 1.0;
        }
        let sum: f64 = files.values().map(|(bytes, count)| bytes / count).sum();
        sum / files.len().max(1) as f64
    }
}
