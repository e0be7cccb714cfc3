//! Settings of OpenTelemetry.

use std::time::Duration;

use pixgate_source::Secret;

use crate::log::Level;
use crate::service::ServiceConfig;

/// Settings of OpenTelemetry.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct OtlpSettings {
    /// Where traces go.
    pub traces: Signal,
    /// Where metrics go, if anywhere.
    pub metrics: Option<Signal>,
    /// Where logs go, if anywhere.
    pub logs: Option<Signal>,
    /// `service.name`.
    pub service_name: String,
    /// Further attributes of the resource.
    pub resource: Vec<(String, String)>,
    /// Headers of every export.
    pub headers: Secret<Vec<(String, String)>>,
    /// Certificates.
    pub tls: ServiceConfig,
    /// Trace ids begin with the time.
    pub has_xray_ids: bool,
    /// Sources get the headers of the trace.
    pub propagate_external: bool,
    /// Formats of trace headers; none for the default.
    pub propagators: Option<Vec<String>>,
    /// Scope of exported logs.
    pub logger_name: String,
    /// Least level of exported logs.
    pub log_level: Level,
    /// In front of the names of attributes, before a dot.
    pub attribute_prefix: String,
}

impl OtlpSettings {
    /// The formats of trace headers that are known.
    pub const PROPAGATORS: [&'static str; 2] = ["tracecontext", "baggage"];

    /// Whether trace headers of this format are read and written.
    #[must_use]
    pub fn propagates(&self, format: &str) -> bool {
        match &self.propagators {
            Some(formats) => formats.iter().any(|known| known == format),
            None => Self::PROPAGATORS.contains(&format),
        }
    }
}

/// Where one kind of telemetry goes, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signal {
    /// The collector; without the service's path for gRPC.
    pub url: String,
    /// gRPC, or else protobuf over HTTP.
    pub is_grpc: bool,
    /// Time for an export.
    pub timeout: Duration,
}
