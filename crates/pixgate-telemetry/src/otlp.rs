//! Traces, metrics and logs over OTLP, the protocol of OpenTelemetry.
//!
//! Messages are put together here rather than by an SDK, whose queues have no bound and whose
//! threads are its own: there are three, of which this needs few fields.

mod logs;
mod metrics;
mod proto;
mod settings;
mod traces;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use crate::clock;
use crate::family::Family;
use crate::finished::Finished;
use crate::log::{self, Level, Record};
use proto::{InstrumentationScope, KeyValue, Resource};
use transport::Collector;

pub use crate::trace_context::{Context, TraceId};
pub use settings::{OtlpSettings, Signal};

/// Sends what happens to a collector, in batches, from a task of its own.
#[derive(Debug, Clone)]
pub struct Otlp {
    items: mpsc::Sender<Item>,
}

/// Gives all metrics as they are now.
pub type Scrape = Box<dyn Fn() -> Vec<Family> + Send + Sync>;

enum Item {
    Request(Arc<Finished>),
    Log(Record, u64),
    Flush(oneshot::Sender<()>),
}

impl Otlp {
    /// Starts the task; nothing is sent before there is something to tell.
    ///
    /// # Errors
    ///
    /// [`pixgate_source::Error`] if certificates cannot be used.
    pub fn start(settings: &OtlpSettings, scrape: Scrape) -> Result<Self, pixgate_source::Error> {
        let (items, waiting) = mpsc::channel(MAX_WAITING);
        let exporter = Exporter::new(settings, scrape)?;
        tokio::spawn(exporter.run(waiting));
        let otlp = Self { items };
        if settings.logs.is_some() {
            otlp.follow_log(settings.log_level);
        }
        Ok(otlp)
    }

    fn follow_log(&self, level: Level) {
        let items = self.items.clone();
        log::add_tap(move |record| {
            let is_own = record.fields.iter().any(|(_, value)| value == SOURCE);
            if record.level >= level && !is_own {
                // A full queue loses records rather than time.
                drop(items.try_send(Item::Log(record.clone(), clock::nanoseconds())));
            }
        });
    }

    /// Queues a request; it is lost if the collector does not keep up.
    pub fn finish(&self, request: &Arc<Finished>) {
        drop(self.items.try_send(Item::Request(Arc::clone(request))));
    }

    /// Sends what is queued, for at most five seconds.
    pub async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.items.send(Item::Flush(done)).await.is_ok() {
            // Whether it was sent or not, the process ends now.
            drop(timeout(FLUSH_TIMEOUT, flushed).await);
        }
    }
}

struct Exporter {
    settings: OtlpSettings,
    traces: Collector,
    metrics: Option<Collector>,
    logs: Option<Collector>,
    scrape: Scrape,
    start_nanoseconds: u64,
    requests: Vec<Arc<Finished>>,
    records: Vec<(Record, u64)>,
}

impl Exporter {
    fn new(settings: &OtlpSettings, scrape: Scrape) -> Result<Self, pixgate_source::Error> {
        let collector = |signal: &Signal, service| Collector::new(settings, signal, service);
        let optional = |signal: &Option<Signal>, service| {
            let signal = signal.as_ref();
            signal.map(|signal| collector(signal, service)).transpose()
        };
        Ok(Self {
            traces: collector(&settings.traces, "trace.v1.TraceService")?,
            metrics: optional(&settings.metrics, "metrics.v1.MetricsService")?,
            logs: optional(&settings.logs, "logs.v1.LogsService")?,
            settings: settings.clone(),
            scrape,
            start_nanoseconds: clock::nanoseconds(),
            requests: Vec::new(),
            records: Vec::new(),
        })
    }

    async fn run(mut self, mut items: mpsc::Receiver<Item>) {
        let mut batches = ticks(BATCH_PERIOD);
        let mut readings = ticks(METRICS_PERIOD);
        loop {
            tokio::select! {
                item = items.recv() => match item {
                    Some(item) => self.take(item).await,
                    None => return,
                },
                _ = batches.tick() => self.send_batch().await,
                _ = readings.tick() => self.send_metrics().await,
            }
        }
    }

    async fn take(&mut self, item: Item) {
        let is_urgent = match item {
            Item::Request(request) => {
                self.requests.push(request);
                false
            }
            Item::Log(record, time) => {
                let is_urgent = record.level == Level::Critical;
                self.records.push((record, time));
                is_urgent
            }
            Item::Flush(done) => {
                self.send_batch().await;
                self.send_metrics().await;
                // Nobody waits any more if the five seconds are over.
                let _ = done.send(());
                return;
            }
        };
        if is_urgent || self.requests.len() + self.records.len() >= MAX_BATCH {
            self.send_batch().await;
        }
    }

    async fn send_batch(&mut self) {
        let requests = std::mem::take(&mut self.requests);
        if !requests.is_empty() {
            let message = traces::message(&self.settings, &requests);
            warn(self.traces.send(&message).await);
        }
        let records = std::mem::take(&mut self.records);
        if let (Some(collector), false) = (&self.logs, records.is_empty()) {
            let message = logs::message(&self.settings, &records);
            warn(collector.send(&message).await);
        }
    }

    async fn send_metrics(&mut self) {
        if let Some(collector) = &self.metrics {
            let times = (self.start_nanoseconds, clock::nanoseconds());
            let message = metrics::message(&self.settings, &(self.scrape)(), times);
            warn(collector.send(&message).await);
        }
    }
}

fn ticks(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

fn warn(sent: Result<(), String>) {
    if let Err(why) = sent {
        Record::new(Level::Warning, "OpenTelemetry export failed")
            .with("error", why)
            .with("source", SOURCE)
            .emit();
    }
}

/// Who tells.
fn resource(settings: &OtlpSettings) -> Resource {
    let own = [
        ("service.name", settings.service_name.as_str()),
        ("service.version", VERSION),
        ("telemetry.sdk.name", "pixgate"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.version", VERSION),
    ];
    let given = settings.resource.iter();
    let given = given.map(|(name, value)| (name.as_str(), value.as_str()));
    let attributes = own.into_iter().chain(given);
    Resource {
        attributes: attributes
            .map(|(name, value)| KeyValue::new(name, value))
            .collect(),
    }
}

fn scope(name: &str) -> InstrumentationScope {
    InstrumentationScope {
        name: name.to_owned(),
        version: VERSION.to_owned(),
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");
const SOURCE: &str = "opentelemetry";
const MAX_WAITING: usize = 2_048;
const MAX_BATCH: usize = 512;
const BATCH_PERIOD: Duration = Duration::from_secs(5);
const METRICS_PERIOD: Duration = Duration::from_secs(10);
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);
