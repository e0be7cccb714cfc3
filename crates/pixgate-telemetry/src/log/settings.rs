//! Settings of the log.

use super::{Address, Layout, Level, Record};

/// Settings of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogSettings {
    /// Layout of lines; none decides by where they go.
    pub layout: Option<Layout>,
    /// Least level of lines.
    pub level: Level,
    /// Where else records go.
    pub syslog: Option<SyslogSettings>,
    /// Least level that others want to see.
    pub tap_level: Option<Level>,
}

/// Settings of syslog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyslogSettings {
    /// Where the daemon is.
    pub address: Address,
    /// Least level of records.
    pub level: Level,
    /// Name of this program.
    pub tag: String,
}

impl LogSettings {
    /// The least level that any destination wants.
    pub(super) fn least_level(&self) -> Level {
        let syslog = self.syslog.as_ref().map(|syslog| syslog.level);
        let tapped = self.tap_level;
        [syslog, tapped]
            .into_iter()
            .flatten()
            .fold(self.level, Level::min)
    }
}

impl SyslogSettings {
    pub(super) fn wants(&self, record: &Record) -> bool {
        record.level >= self.level
    }
}
