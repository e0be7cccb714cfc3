//! What operators see of the work: metrics, traces, reports of errors.

mod family;
mod metrics;
mod process;
pub mod prometheus;

use std::time::Duration;

use pixgate_proxy::{Masked, Response, Span};
use serde_json::{Map, Value};

pub use family::{BOUNDS, Family, Histogram, Kind, Sample, Value as MetricValue};
pub use metrics::Metrics;

/// Everything that wants to know about requests.
#[derive(Debug, Default)]
pub struct Telemetry {
    metrics: Metrics,
}

impl Telemetry {
    /// Starts to count.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The metrics.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Notes that a request begins.
    pub fn begin(&self) {
        self.metrics.begin();
    }

    /// Notes that a request is over.
    pub fn finish(&self, request: &Finished) {
        self.metrics.finish(request);
    }
}

/// A request that was answered or given up.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Finished {
    /// Method.
    pub method: String,
    /// The request target.
    pub target: String,
    /// The id in logs.
    pub request_id: String,
    /// Request headers.
    pub headers: http::HeaderMap,
    /// Status, 499 if the client was gone.
    pub status: u16,
    /// When it began, in nanoseconds since 1970.
    pub start_nanoseconds: u64,
    /// From its arrival to its last byte.
    pub duration: Duration,
    /// Where the time went.
    pub spans: Vec<Span>,
    /// Source URL, if it was found out.
    pub source_url: String,
    /// Options as they were understood.
    pub options: Map<String, Value>,
    /// Why there is no picture, or no picture of the source.
    pub failure: Option<Failure>,
}

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Category in metrics.
    pub category: &'static str,
    /// The identifier in logs.
    pub name: &'static str,
    /// What went wrong.
    pub message: String,
    /// Status of its answer.
    pub status: u16,
}

impl Failure {
    /// The failure of an answer, or the one that the fallback image hides.
    #[must_use]
    pub fn of(response: &Response, masked: Option<Masked>) -> Option<Self> {
        let Some(error) = &response.error else {
            return masked.map(|masked| Self {
                category: masked.category,
                name: masked.name,
                message: masked.message,
                status: response.status.as_u16(),
            });
        };
        let verdict = error.verdict();
        Some(Self {
            category: verdict.category,
            name: verdict.name,
            message: error.to_string(),
            status: verdict.status,
        })
    }

    /// A client that did not wait.
    #[must_use]
    pub fn client_is_gone() -> Self {
        Self {
            category: "timeout",
            name: "cancelled",
            message: "client is gone".to_owned(),
            status: 499,
        }
    }

    /// A source that broke off while it was handed on.
    #[must_use]
    pub fn of_stream(error: &pixgate_source::Error) -> Self {
        Self {
            category: "streaming",
            name: "source_incomplete",
            message: error.to_string(),
            status: 200,
        }
    }

    /// The class in traces and reports.
    #[must_use]
    pub fn class(&self) -> String {
        format!("{}_error ({})", self.category, self.name)
    }
}
