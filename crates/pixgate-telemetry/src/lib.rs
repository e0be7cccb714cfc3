//! What operators see of a pixgate server: log lines, metrics, traces, reports of errors.
//!
//! [`Telemetry`] is started with plain [`Settings`] and told of every request: when it begins, and,
//! with a [`Finished`], when it is over. It counts ([`Metrics`], written for Prometheus by
//! [`prometheus::text`]), sends traces, metrics and logs to a collector ([`Otlp`]), and reports
//! failures to Sentry, Bugsnag, Honeybadger or Airbrake ([`Reports`]). [`mod@log`] writes lines in
//! imgproxy's four layouts, to standard output and syslog.
//!
//! Nothing here waits for a slow collector: queues are bounded, and what does not fit is lost.
//!
//! ```
//! use pixgate_proxy::{Config, Proxy};
//! use pixgate_telemetry::prometheus::{self, Format};
//! use pixgate_telemetry::{Settings, Telemetry};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let proxy = Proxy::new(Config::default()).unwrap();
//! let telemetry = Telemetry::start(&Settings::default(), &proxy)?;
//! let (_context, _headers_for_the_source) = telemetry.begin(&http::HeaderMap::new());
//!
//! let families = telemetry.metrics().families(&proxy);
//! let text = prometheus::text(&families, "pixgate", Format::Text);
//! assert!(text.contains("pixgate_requests_total 1"));
//! # Ok::<(), pixgate_source::Error>(())
//! # }).unwrap();
//! ```
//!
//! # What this crate does not do
//!
//! It listens nowhere and reads no environment variables. It does read the wall clock, which log
//! lines and spans carry, and `/proc` where there is one.

#![forbid(unsafe_code)]

pub mod clock;
mod family;
mod finished;
pub mod log;
mod metrics;
mod otlp;
mod process;
pub mod prometheus;
mod reports;
mod service;
mod telemetry;
mod trace_context;

pub use family::{BOUNDS, Family, Histogram, Kind, Sample, Value};
pub use finished::{Failure, Finished};
pub use metrics::Metrics;
pub use otlp::{Context, Otlp, OtlpSettings, Scrape, Signal, TraceId};
pub use process::resident_bytes;
pub use reports::{AirbrakeSettings, Dsn, ReportSettings, Reports, SentrySettings, ServiceKey};
pub use service::ServiceConfig;
pub use telemetry::{Settings, Telemetry};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
