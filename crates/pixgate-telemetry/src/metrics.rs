//! Counters of this process, and the gauges that are read when somebody asks.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pixgate_proxy::{Admission, Proxy};

use crate::family::{Family, Histogram, Kind, Sample, Value};
use crate::finished::{Failure, Finished};
use crate::process;

/// Counters of image requests.
#[derive(Debug, Default)]
pub struct Metrics {
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    requests: u64,
    statuses: BTreeMap<u16, u64>,
    errors: BTreeMap<&'static str, u64>,
    durations: Histogram,
    spans: BTreeMap<&'static str, Histogram>,
}

impl Metrics {
    /// Counts a request that begins.
    pub fn begin(&self) {
        self.counted().requests += 1;
    }

    /// Counts a request that is over.
    pub fn finish(&self, request: &Finished) {
        let mut counted = self.counted();
        *counted.statuses.entry(request.status).or_default() += 1;
        if let Some(category) = request.failure.as_ref().and_then(Failure::counted) {
            *counted.errors.entry(category).or_default() += 1;
        }
        counted.durations.observe(request.duration.as_secs_f64());
        for span in &request.spans {
            let histogram = counted.spans.entry(span.section.label()).or_default();
            histogram.observe(span.duration.as_secs_f64());
        }
    }

    /// All metrics, by name.
    #[must_use]
    pub fn families(&self, proxy: &Proxy) -> Vec<Family> {
        let mut families = self.counted().families();
        families.extend(work(proxy));
        families.push(left_out(proxy));
        families.extend(memory(proxy.admission()));
        families.extend(children(proxy));
        families.extend(process::families());
        families.sort_by_key(|family| family.name);
        families
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Failure {
    /// Its category, unless the client went away.
    fn counted(&self) -> Option<&'static str> {
        (self.status != GONE).then_some(self.category.name())
    }
}

impl Counted {
    #[expect(
        clippy::cast_precision_loss,
        reason = "metrics are floating point; counts beyond 2^53 do not occur"
    )]
    fn families(&self) -> Vec<Family> {
        let statuses = self.statuses.iter();
        let errors = self.errors.iter();
        vec![
            counter(
                "requests_total",
                "Image requests.",
                vec![Sample::number(None, self.requests as f64)],
            ),
            counter(
                "status_codes_total",
                "Answers by status.",
                statuses
                    .map(|(status, count)| labelled("status", &status.to_string(), *count as f64))
                    .collect(),
            ),
            counter(
                "errors_total",
                "Errors by category.",
                errors
                    .map(|(category, count)| labelled("type", category, *count as f64))
                    .collect(),
            ),
            self.durations(),
            self.spans(),
        ]
    }

    fn durations(&self) -> Family {
        Family {
            name: "request_duration_seconds",
            help: "Time from a request's arrival to the last byte of its answer.",
            kind: Kind::Histogram,
            is_namespaced: true,
            samples: vec![Sample {
                label: None,
                value: Value::Distribution(self.durations.clone()),
            }],
        }
    }

    fn spans(&self) -> Family {
        let spans = self.spans.iter();
        Family {
            name: "request_span_duration_seconds",
            help: "Time of the sections of a request.",
            kind: Kind::Histogram,
            is_namespaced: true,
            samples: spans
                .map(|(span, histogram)| Sample {
                    label: Some(("span", (*span).to_owned())),
                    value: Value::Distribution(histogram.clone()),
                })
                .collect(),
        }
    }
}

fn counter(name: &'static str, help: &'static str, samples: Vec<Sample>) -> Family {
    Family {
        name,
        help,
        kind: Kind::Counter,
        is_namespaced: true,
        samples,
    }
}

fn labelled(name: &'static str, value: &str, number: f64) -> Sample {
    Sample::number(Some((name, value.to_owned())), number)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "metrics are floating point; counts beyond 2^53 do not occur"
)]
fn left_out(proxy: &Proxy) -> Family {
    let kinds = proxy.left_out().into_iter();
    let samples = kinds.map(|(kind, count)| labelled("kind", kind, count as f64));
    Family {
        is_namespaced: false,
        ..counter(
            "pixgate_left_out_total",
            "Things that URLs asked for and pictures do not have.",
            samples.collect(),
        )
    }
}

/// What is being done.
fn work(proxy: &Proxy) -> Vec<Family> {
    let pool = proxy.pool();
    let requests = proxy.requests_in_progress() as u64;
    let workers = pool.slots() as u64;
    vec![
        Family::gauge("workers", "Images that can be worked on at once.", workers),
        Family::gauge(
            "requests_in_progress",
            "Requests being answered, waiting ones included.",
            requests,
        ),
        Family::gauge(
            "images_in_progress",
            "Images being worked on or streamed.",
            proxy.images_in_progress() as u64,
        ),
        utilization(requests, workers),
        Family::gauge(
            "pixgate_queue_length",
            "Jobs that have memory and wait for a worker.",
            pool.waiting() as u64,
        )
        .own(),
        Family::gauge(
            "pixgate_workers_busy",
            "Workers with a job.",
            pool.busy() as u64,
        )
        .own(),
        Family::gauge(
            "pixgate_stuck_workers",
            "Workers that hang in a job long after its deadline; only a restart frees them.",
            proxy.stuck_workers() as u64,
        )
        .own(),
    ]
}

/// Processes in which formats are read that nothing bounds from inside.
#[expect(
    clippy::cast_precision_loss,
    reason = "metrics are floating point; counts beyond 2^53 do not occur"
)]
fn children(proxy: &Proxy) -> Vec<Family> {
    let counts = proxy.config().sandbox.get().counts();
    let killed = counts.killed.iter();
    vec![
        Family::gauge(
            "pixgate_draw_children",
            "Processes in which drawings, JPEG XL, AVIF and HEIC are read.",
            counts.processes,
        )
        .own(),
        Family {
            is_namespaced: false,
            ..counter(
                "pixgate_draw_children_killed_total",
                "Such processes that ended before their work was done, by reason.",
                killed
                    .map(|(reason, count)| labelled("reason", reason, *count as f64))
                    .collect(),
            )
        },
    ]
}

/// What it holds of the budget.
fn memory(memory: &Admission) -> Vec<Family> {
    let used = memory.budget_bytes().saturating_sub(memory.free_bytes());
    vec![
        Family::gauge(
            "vips_memory_bytes",
            "Memory that plans of running jobs hold; the name is imgproxy's.",
            used,
        ),
        Family::gauge(
            "vips_max_memory_bytes",
            "The most that it ever was; the name is imgproxy's.",
            memory.peak_bytes(),
        ),
        Family::gauge(
            "vips_allocs",
            "Plans that hold memory; the name is imgproxy's.",
            memory.holders() as u64,
        ),
        memory_family(
            "pixgate_memory_budget_bytes",
            "Memory that all requests together may take.",
            memory.budget_bytes(),
            memory.source_budget_bytes(),
        ),
        memory_family(
            "pixgate_memory_used_bytes",
            "Memory of the budget that requests hold.",
            used,
            memory
                .source_budget_bytes()
                .saturating_sub(memory.source_free_bytes()),
        ),
    ]
}

#[expect(
    clippy::cast_precision_loss,
    reason = "metrics are floating point; counts beyond 2^53 do not occur"
)]
fn utilization(requests: u64, workers: u64) -> Family {
    let percent = requests as f64 * 100.0 / workers.max(1) as f64;
    Family {
        samples: vec![Sample::number(None, percent)],
        ..Family::gauge(
            "workers_utilization",
            "Requests in progress by workers, in percent.",
            0,
        )
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "metrics are floating point; bytes beyond 2^53 do not occur"
)]
fn memory_family(name: &'static str, help: &'static str, pixels: u64, sources: u64) -> Family {
    Family {
        samples: vec![
            labelled("part", "pixels", pixels as f64),
            labelled("part", "sources", sources as f64),
        ],
        ..Family::gauge(name, help, 0).own()
    }
}

/// The status of requests whose client is gone.
const GONE: u16 = 499;
