//! Photographs fitted into a square, every URL another one: two servers take turns.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::Options;
use crate::client::{Client, Outcome, percentile};
use crate::process::Process;

/// A server and what was measured of it.
struct Side {
    name: &'static str,
    server: String,
    process: Option<Process>,
    outcomes: Vec<Outcome>,
    busy: Duration,
    cpu: Duration,
    peak_mib: f64,
}

impl Side {
    fn new(name: &'static str, options: &Options, server: &str, pid: &str) -> Option<Self> {
        Some(Self {
            name,
            server: options.find(server)?.to_owned(),
            process: options.find(pid).map(|pid| Process(pid.parse().unwrap())),
            outcomes: Vec::new(),
            busy: Duration::ZERO,
            cpu: Duration::ZERO,
            peak_mib: 0.0,
        })
    }

    fn round(&mut self, targets: &Targets, clients: usize, duration: Duration) {
        if let Some(process) = self.process {
            process.reset_peak();
        }
        let cpu = self.process.map(Process::cpu);
        let start = Instant::now();
        let outcomes = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..clients {
                scope.spawn(|| {
                    let mut client = Client::new(&self.server);
                    let mut own = Vec::new();
                    while start.elapsed() < duration {
                        own.push(client.get(&targets.next()));
                    }
                    outcomes.lock().unwrap().extend(own);
                });
            }
        });
        self.busy += start.elapsed();
        self.outcomes.extend(outcomes.into_inner().unwrap());
        if let (Some(process), Some(cpu)) = (self.process, cpu) {
            self.cpu += process.cpu() - cpu;
            self.peak_mib = self.peak_mib.max(process.memory().1);
        }
    }

    fn print(&self, clients: usize) {
        let good = self.outcomes.iter().filter(|outcome| outcome.status == 200);
        let mut times: Vec<_> = good.clone().map(|outcome| outcome.elapsed).collect();
        times.sort_unstable();
        let count = times.len();
        let bytes: usize = good.map(|outcome| outcome.bytes).sum();
        println!(
            "{:8} {clients:3} clients {:7.1}/s  {:6.2} ms cpu  p50 {:6.1} p95 {:6.1} p99 {:6.1} ms  \
             {:6.1} kB  peak {:5.0} MiB  {} failed",
            self.name,
            count as f64 / self.busy.as_secs_f64(),
            self.cpu.as_secs_f64() * 1e3 / count.max(1) as f64,
            percentile(&times, 0.5),
            percentile(&times, 0.95),
            percentile(&times, 0.99),
            bytes as f64 / 1e3 / count.max(1) as f64,
            self.peak_mib,
            self.outcomes.len() - count
        );
    }
}

/// Request targets, none of them twice.
struct Targets {
    files: Vec<String>,
    options: String,
    suffix: String,
    count: AtomicUsize,
}

impl Targets {
    fn new(options: &Options) -> Self {
        let root = Path::new(options.text("folder"));
        let under = options.find("under").unwrap_or("photos/jpeg");
        let mut files: Vec<_> = fs::read_dir(root.join(under))
            .unwrap()
            .map(|file| format!("{under}/{}", file.unwrap().file_name().to_string_lossy()))
            .collect();
        files.sort_unstable();
        let format = options.find("format").map(|format| format!("@{format}"));
        Self {
            files,
            options: options
                .find("options")
                .unwrap_or("rs:fit:512:512")
                .to_owned(),
            suffix: format.unwrap_or_default(),
            count: AtomicUsize::new(0),
        }
    }

    fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let file = &self.files[count % self.files.len()];
        let (options, suffix) = (&self.options, &self.suffix);
        format!("/unsafe/{options}/cb:{count}/plain/local:///{file}{suffix}")
    }
}

pub(crate) fn run(options: &Options) {
    let targets = Targets::new(options);
    let clients = options.number("clients", 2);
    let duration = Duration::from_secs(options.number("seconds", 10) as u64);
    let mut sides: Vec<_> = [
        Side::new("server", options, "server", "pid"),
        Side::new("peer", options, "peer", "peer-pid"),
    ]
    .into_iter()
    .flatten()
    .collect();
    for side in &mut sides {
        // Not measured: the first requests of a process.
        side.round(&targets, clients, Duration::from_secs(1));
        (side.busy, side.cpu, side.peak_mib) = (Duration::ZERO, Duration::ZERO, 0.0);
        side.outcomes.clear();
    }
    for _ in 0..options.number("rounds", 3) {
        for side in &mut sides {
            side.round(&targets, clients, duration);
        }
    }
    for side in &sides {
        side.print(clients);
    }
    let rest = options.number("rest", 60) as u64;
    std::thread::sleep(Duration::from_secs(rest));
    for side in &sides {
        if let Some(process) = side.process {
            println!(
                "{:8} {:.0} MiB resident after {rest} s of rest",
                side.name,
                process.memory().0
            );
        }
    }
}
