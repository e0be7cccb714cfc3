//! A server that is watched from outside: its memory, threads, descriptors and gauges.

use std::fs;
use std::ops::{Deref, Range};
use std::process::Command;
use std::time::{Duration, Instant};

use pixgate_options::Format;

use crate::client::{Reply, ask, ask_at};
use crate::origin::Origin;
use crate::pictures::picture;
use crate::promised;
use crate::server::{PROGRAM, Server};

/// A server, the origin that it asks, and what it looked like when nothing had happened yet.
pub(crate) struct Watched {
    pub(crate) server: Server,
    pub(crate) origin: Origin,
    metrics: u16,
    calm: Vitals,
    golden: Vec<u8>,
}

/// What the system tells about a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vitals {
    pub(crate) threads: u64,
    pub(crate) descriptors: usize,
    pub(crate) resident_kib: u64,
    pub(crate) peak_kib: u64,
    /// Processor time so far, in hundredths of a second.
    pub(crate) cpu_ticks: u64,
}

impl Deref for Watched {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Watched {
    /// Starts the program with an origin that it may ask.
    pub(crate) fn start(environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.env_clear();
        Self::start_command(&mut command, environment)
    }

    /// The same by a shell that limits something first, such as `ulimit -n 64`.
    pub(crate) fn start_limited(limits: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new("sh");
        command.env_clear();
        command.args(["-c", &format!("{limits}; exec \"{PROGRAM}\"")]);
        Self::start_command(&mut command, environment)
    }

    fn start_command(command: &mut Command, environment: &[(&str, &str)]) -> Self {
        command.envs(DEFAULTS).envs(environment.iter().copied());
        let server = Server::start_command(command);
        let origin = Origin::start();
        let mut watched = Self {
            metrics: metrics_port(&server),
            calm: Vitals::of(server.pid()),
            golden: Vec::new(),
            server,
            origin,
        };
        watched.warm_up();
        watched
    }

    /// The first requests start threads and fill pools.
    fn warm_up(&mut self) {
        for _ in 0..4 {
            self.golden = self.golden_request().body;
            assert_eq!(ask(self, "/health").status, 200);
            self.gauge("workers");
        }
        self.await_calm(|_| true);
        self.calm = Vitals::of(self.pid());
    }

    fn golden_request(&self) -> Reply {
        let source = self.origin.url("/ok");
        let reply = ask(self, &format!("/unsafe/rs:fill:40:30/plain/{source}@png"));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply
    }

    pub(crate) fn vitals(&self) -> Vitals {
        Vitals::of(self.pid())
    }

    /// What it was before the test began.
    pub(crate) const fn calm(&self) -> &Vitals {
        &self.calm
    }

    /// The sum of a metric's samples.
    pub(crate) fn gauge(&self, name: &str) -> f64 {
        let reply = ask_at(("127.0.0.1", self.metrics), "/metrics");
        let text = String::from_utf8(reply.body).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let samples: Vec<f64> = lines
            .filter(|line| line.split(['{', ' ']).next() == Some(name))
            .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
            .collect();
        assert!(!samples.is_empty(), "no {name} in {text}");
        samples.iter().sum()
    }

    /// How long it takes until the gauge has this value.
    pub(crate) fn await_gauge(&self, name: &str, value: f64) -> Duration {
        self.await_range(name, value - 0.5..value + 0.5)
    }

    /// How long it takes until the gauge is in this range.
    pub(crate) fn await_range(&self, name: &str, range: Range<f64>) -> Duration {
        let start = Instant::now();
        while !range.contains(&self.gauge(name)) {
            let now = self.gauge(name);
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "{name} is {now}, not in {range:?}"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
        start.elapsed()
    }

    /// Whether the gauge gets into this range soon.
    pub(crate) fn reaches(&self, name: &str, range: &Range<f64>) -> bool {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3) {
            if range.contains(&self.gauge(name)) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        false
    }

    /// Whether no request is worked on and nothing is held for one.
    fn is_idle(&self) -> bool {
        let idle = ["requests_in_progress", "pixgate_workers_busy"]
            .into_iter()
            .chain(["pixgate_queue_length", "pixgate_memory_used_bytes"]);
        idle.into_iter().all(|name| self.gauge(name).abs() < 0.5)
    }

    /// Threads and descriptors of children that wait for other work: three pipes each, and the
    /// thread that watches them all.
    fn of_children(&self) -> (u64, usize) {
        let children = self.gauge("pixgate_draw_children");
        let pipes = (0..4_u32).find(|count| f64::from(*count) > children - 0.5);
        let pipes = pipes.map_or(0, |count| 3 * count as usize);
        (u64::from(pipes > 0), pipes)
    }

    fn await_calm(&self, is_calm: impl Fn(&Vitals) -> bool) {
        let start = Instant::now();
        while !(self.is_idle() && is_calm(&self.vitals())) {
            assert!(
                start.elapsed() < promised(Duration::from_secs(5)),
                "not calm again: {:?}, {:?} before",
                self.vitals(),
                self.calm
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Threads that read files stay for ten seconds in case there is another one.
    fn await_threads(&self) {
        let start = Instant::now();
        while self.vitals().threads > self.calm.threads + self.of_children().0 {
            assert!(
                start.elapsed() < Duration::from_secs(15),
                "{:?}",
                self.vitals()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Fails unless the server is as it was before: nothing in work, no memory of the budget held,
    /// no descriptor or thread left over, the same picture for the same request, and quick to say
    /// that it is well.
    pub(crate) fn assert_recovered(&self) {
        let calm = self.calm;
        let children = self.of_children();
        let expected = calm.descriptors + children.1;
        self.await_calm(|now| now.descriptors.abs_diff(expected) <= 5);
        self.await_threads();
        assert!(self.golden_request().body == self.golden, "another picture");
        let p99 = self.health_p99();
        assert!(p99 < promised(Duration::from_millis(50)), "{p99:?}");
    }

    /// Health checks one after another, the slowest of a hundred but one.
    pub(crate) fn health_p99(&self) -> Duration {
        let mut times: Vec<_> = (0..100).map(|_| self.health()).collect();
        times.sort_unstable();
        times[98]
    }

    /// How long one health check takes.
    pub(crate) fn health(&self) -> Duration {
        let reply = ask(self, "/health");
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.elapsed
    }

    /// A path for the origin's source, unsigned.
    pub(crate) fn path(&self, options: &str, source: &str) -> String {
        let source = self.origin.url(source).replace('?', "%3F");
        format!("/unsafe/{options}/plain/{source}")
    }
}

impl Vitals {
    pub(crate) fn of(pid: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_ascii_whitespace()
                .nth(1)
                .unwrap()
                .parse()
                .unwrap()
        };
        Self {
            threads: field("Threads:"),
            descriptors: fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count(),
            resident_kib: field("VmRSS:"),
            peak_kib: field("VmHWM:"),
            cpu_ticks: cpu_ticks(pid),
        }
    }
}

/// User and system time: the 14th and 15th field, counted behind the name, which may hold spaces.
fn cpu_ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let times = fields.split_ascii_whitespace().skip(11).take(2);
    times.map(|time| time.parse::<u64>().unwrap()).sum()
}

fn metrics_port(server: &Server) -> u16 {
    let lines = server.log_with(METRICS);
    let line = lines.iter().find(|line| line.contains(METRICS)).unwrap();
    let (_, port) = line.trim_end_matches('"').rsplit_once(':').unwrap();
    port.parse().unwrap()
}

/// The picture that the origin has at `/ok`.
pub(crate) fn photo() -> Vec<u8> {
    picture(Format::Jpeg, 240, 160)
}

const METRICS: &str = "Starting Prometheus server at ";

const DEFAULTS: [(&str, &str); 7] = [
    ("IMGPROXY_BIND", "127.0.0.1:0"),
    ("IMGPROXY_PROMETHEUS_BIND", "0.0.0.0:0"),
    ("IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES", "true"),
    // Idle connections to the origin would look like a leak.
    ("IMGPROXY_CLIENT_KEEP_ALIVE_TIMEOUT", "0"),
    ("IMGPROXY_DOWNLOAD_TIMEOUT", "5"),
    ("IMGPROXY_LOG_FORMAT", "structured"),
    ("IMGPROXY_WORKERS", "2"),
];
