//! One line of the log, before it is laid out.

use serde_json::Value;

/// How much a record matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For whoever looks for a fault.
    Debug,
    /// What happens.
    #[default]
    Info,
    /// What may be a mistake, mostly of clients.
    Warning,
    /// What went wrong here.
    Error,
    /// Why the process ends.
    Critical,
}

impl Level {
    /// The level of a word in the environment.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "debug" => Self::Debug,
            "warn" | "warning" => Self::Warning,
            "error" => Self::Error,
            "crit" => Self::Critical,
            _ => Self::Info,
        }
    }

    /// The name in log lines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
            Self::Critical => "CRITICAL",
        }
    }
}

/// A message with named values.
///
/// ```
/// use pixgate_telemetry::log::{Level, Record};
///
/// let record = Record::new(Level::Info, "Started /x").with("method", "GET");
/// assert_eq!(record.fields[0].0, "method");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// How much it matters.
    pub level: Level,
    /// What happened.
    pub message: String,
    /// Values by name, in order; objects are groups.
    pub fields: Vec<(&'static str, Value)>,
}

impl Record {
    /// A record without values.
    #[must_use]
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        Self {
            level,
            message: message.into(),
            fields: Vec::new(),
        }
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// Writes it to the log, if there is one.
    pub fn emit(&self) {
        if let Some(log) = super::LOG.get() {
            log.write(self);
        }
    }

    /// The values in the order in which they are printed.
    pub(super) fn ordered(&self) -> impl Iterator<Item = &(&'static str, Value)> {
        let is_last = |name: &str| LAST.contains(&name);
        let first = self.fields.iter().filter(move |(name, _)| !is_last(name));
        let last = LAST
            .iter()
            .flat_map(|last| self.fields.iter().filter(move |(name, _)| name == last));
        first.chain(last)
    }
}

/// Printed at the end, in this order.
const LAST: [&str; 4] = ["error", "error_docs_url", "source", "stack"];
