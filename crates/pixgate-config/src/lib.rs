//! imgproxy's environment for `pixgate-proxy`: one table of variables that reads, checks and documents
//! them.
//!
//! [`Settings::load`] takes names and values, wherever they come from, and gives plain data: a
//! [`pixgate_proxy::Config`] to make a proxy of, settings of the log and of telemetry, and what a
//! server needs to listen. Every mistake is named together with its variable, the value and what would
//! be right; what is only worth a [`Warning`] has a kind.
//!
//! ```
//! use pixgate_config::{Settings, WarningKind};
//!
//! let pairs = [("IMGPROXY_TTL", "60"), ("IMGPROXY_QUALTY", "70")];
//! let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
//! let settings = Settings::load(pairs)?;
//! assert_eq!(settings.proxy.answer.caching.ttl, 60);
//! let unknown = settings.warnings.iter().find(|warning| warning.kind() == WarningKind::Unknown);
//! assert_eq!(
//!     unknown.map(ToString::to_string).as_deref(),
//!     Some("IMGPROXY_QUALTY is not known; did you mean IMGPROXY_QUALITY?"),
//! );
//! # Ok::<(), pixgate_config::Error>(())
//! ```
//!
//! # Variables from elsewhere
//!
//! [`gather`] adds what `IMGPROXY_ENV_LOCAL_FILE_PATH` (feature `env-files`), AWS Secrets Manager and
//! SSM Parameter Store (feature `aws`) and Google Secret Manager (feature `google`) hold; where a
//! feature is off, its variable stops the start. With the feature `deployment-files`, `read_file`
//! reads compose files and Kubernetes manifests.
//!
//! # What this crate does not do
//!
//! It reads neither the environment (`std::env::vars()` is the caller's to hand over) nor the clock,
//! and listens nowhere.

#![forbid(unsafe_code)]

mod clouds;
#[cfg(feature = "deployment-files")]
mod deployment;
mod document;
#[cfg(any(
    feature = "env-files",
    feature = "aws",
    feature = "google",
    feature = "deployment-files"
))]
mod env_file;
mod error;
mod gather;
mod given;
mod hint;
mod load;
mod machine;
mod old_names;
mod openness;
mod presets;
mod resolve;
#[cfg(any(feature = "aws", feature = "google"))]
mod secrets;
mod settings;
mod syslog;
mod table;
mod telemetry;
mod tls;
mod value;
mod variable;
mod warning;

#[cfg(feature = "deployment-files")]
pub use deployment::{Found, read_file};
pub use document::{markdown, survey};
pub use error::Error;
pub use gather::gather;
pub use settings::{MetricsSettings, Server, Settings};
pub use table::{SECTIONS, Section, find, variables};
pub use tls::Tls;
pub use variable::{Kind, Support, Variable};
pub use warning::{Warning, WarningKind};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;

#[cfg(test)]
mod tests {
    use super::{Error, Settings};

    /// Settings of these variables.
    pub(crate) fn with(pairs: &[(&str, &str)]) -> Result<Settings, Error> {
        let pairs = pairs.iter();
        Settings::load(pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    /// All warnings, one to a line.
    pub(crate) fn joined(settings: &Settings) -> String {
        let warnings = settings.warnings.iter();
        let lines: Vec<_> = warnings.map(ToString::to_string).collect();
        lines.join("\n")
    }
}
