//! Configuration: one table of environment variables that reads, checks and documents them.

mod bootstrap;
mod deployment;
mod document;
mod env_file;
mod hint;
mod load;
mod machine;
mod old_names;
mod openness;
mod presets;
mod syslog;
mod table;
mod telemetry;
mod tls;
mod value;
mod variable;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use pixgate_telemetry::log::LogSettings;

pub use bootstrap::{gather, read_file};
pub use deployment::Found;
pub use document::{markdown, survey};
pub use table::{SECTIONS, Section, find, variables};
pub use telemetry::MetricsSettings;
pub use tls::Tls;
pub use variable::{Kind, Support, Variable};

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
    /// Things worth a warning, such as unknown names; one line each.
    pub warnings: Vec<String>,
    draft: Draft,
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
struct Draft {
    presets: String,
    presets_separator: String,
    preset_lines: Vec<String>,
    info_presets: String,
    info_preset_lines: Vec<String>,
    response_headers: String,
    request_headers: String,
    headers_separator: String,
    fallback_data: Option<Vec<u8>>,
    fallback_file: Option<Vec<u8>>,
    watermark_data: Option<Vec<u8>>,
    watermark_file: Option<Vec<u8>>,
    is_lambda: bool,
    dropped_sources: bool,
    fail_on_deprecation: bool,
    deprecated: Option<String>,
    syslog: syslog::Draft,
    tls: tls::Draft,
    later: BTreeMap<&'static str, String>,
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Why the server does not start: one line for each variable at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    lines: Vec<String>,
    log: LogSettings,
}

impl Error {
    /// An error of one line.
    fn line(line: String) -> Self {
        Self {
            lines: vec![line],
            log: LogSettings::default(),
        }
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// How to log them, as far as the settings of the log can be used.
    #[must_use]
    pub fn log(&self) -> &LogSettings {
        &self.log
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}

impl std::error::Error for Error {}

impl Settings {
    /// Reads settings from names and values; blank values count as not given.
    ///
    /// # Errors
    ///
    /// [`Error`] with a line for every variable whose value cannot be used.
    pub fn load(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Error> {
        load::load(pairs)
    }

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
