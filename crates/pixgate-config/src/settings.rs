//! What the environment says, as plain data.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use pixgate_telemetry::log::LogSettings;

use crate::{Tls, Warning};

/// What the environment says, read and checked.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// For the library that answers requests.
    pub proxy: pixgate_proxy::Config,
    /// For the listener.
    pub server: Server,
    /// For the log.
    pub log: LogSettings,
    /// For Prometheus.
    pub metrics: MetricsSettings,
    /// For OpenTelemetry and error reporters.
    pub telemetry: pixgate_telemetry::Settings,
    /// Things worth a warning, such as unknown names.
    pub warnings: Vec<Warning>,
    pub(crate) raw: Raw,
}

/// Settings of the listener.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// `host:port` or the path of a socket; empty for the port below.
    pub bind: String,
    /// Port on all addresses.
    pub port: Option<u16>,
    /// `tcp`, `tcp4`, `tcp6`, `unix` or `unixpacket`.
    pub network: String,
    /// Certificate and key, if clients speak TLS.
    pub tls: Option<Tls>,
    /// Open connections, and requests of HTTP/2 beyond one for each; 0 for any number.
    pub max_clients: usize,
    /// Requests at a time on one HTTP/2 connection.
    pub http2_max_streams: u32,
    /// `host:port` of the listener for health and metrics; empty for none.
    pub admin_bind: String,
    /// Time to receive a request.
    pub read_timeout: Duration,
    /// Time to send an answer, from its first byte.
    pub write_timeout: Duration,
    /// Idle time before a connection is closed; zero for no reuse.
    pub keep_alive: Duration,
    /// How long stopping waits for requests.
    pub graceful_stop: Option<Duration>,
    /// Images worked on at once, if given.
    pub workers: Option<usize>,
    /// Memory budget, if given.
    pub memory_bytes: Option<u64>,
    /// Formats read in child processes.
    pub sandbox_formats: Vec<pixgate_options::Format>,
    /// Several processes may listen on the same port.
    pub reuse_port: bool,
    /// Memory figures are logged.
    pub log_memory: bool,
    /// How often.
    pub memory_interval: Duration,
}

/// Values that mean something only together with others.
#[derive(Clone, Default)]
pub(crate) struct Raw {
    pub(crate) presets: String,
    pub(crate) presets_separator: String,
    pub(crate) preset_lines: Vec<String>,
    pub(crate) info_presets: String,
    pub(crate) info_preset_lines: Vec<String>,
    pub(crate) response_headers: String,
    pub(crate) request_headers: String,
    pub(crate) headers_separator: String,
    pub(crate) fallback_data: Option<Vec<u8>>,
    pub(crate) fallback_file: Option<Vec<u8>>,
    pub(crate) watermark_data: Option<Vec<u8>>,
    pub(crate) watermark_file: Option<Vec<u8>>,
    pub(crate) is_lambda: bool,
    pub(crate) dropped_sources: bool,
    pub(crate) fail_on_deprecation: bool,
    pub(crate) syslog: crate::syslog::Raw,
    pub(crate) tls: crate::tls::Raw,
    pub(crate) deferred: BTreeMap<&'static str, String>,
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Settings {
    /// Where to listen: `host:port` with an empty host for all addresses, or the path of a socket.
    #[must_use]
    pub fn address(&self) -> String {
        match self.server.port {
            _ if !self.server.bind.is_empty() => self.server.bind.clone(),
            Some(port) => format!(":{port}"),
            None => ":8080".to_owned(),
        }
    }

    /// Whether the listener is a unix socket.
    #[must_use]
    pub fn is_unix(&self) -> bool {
        self.server.network.starts_with("unix")
    }

    /// How long stopping waits for requests.
    #[must_use]
    pub fn graceful_stop(&self) -> Duration {
        let default = self.proxy.limits.timeout.saturating_mul(2);
        self.server.graceful_stop.unwrap_or(default)
    }
}

/// Settings of the Prometheus listener.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricsSettings {
    /// `host:port`; empty for no listener.
    pub bind: String,
    /// In front of imgproxy's metric names, before a `_`; empty for none.
    pub namespace: String,
}
