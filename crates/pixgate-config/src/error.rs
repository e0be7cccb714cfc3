//! Why the server does not start.

use std::fmt;

use pixgate_telemetry::log::LogSettings;

/// Why the server does not start: one line for each variable at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub(crate) lines: Vec<String>,
    pub(crate) log: LogSettings,
}

impl Error {
    /// An error of one line.
    pub(crate) fn line(line: String) -> Self {
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
