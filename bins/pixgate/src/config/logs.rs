//! Settings of the log.

use crate::log::{Address, Layout, Level};

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

/// What the variables say one by one.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) is_enabled: bool,
    pub(super) level: Option<Level>,
    pub(super) network: String,
    pub(super) address: String,
    pub(super) tag: String,
}

impl Draft {
    /// The settings, if syslog is switched on.
    pub(super) fn finish(&self, log_level: Level) -> Result<Option<SyslogSettings>, String> {
        if !self.is_enabled {
            return Ok(None);
        }
        if !self.network.is_empty() && self.address.is_empty() {
            return Err(format!(
                "IMGPROXY_SYSLOG_ADDRESS cannot be empty: IMGPROXY_SYSLOG_NETWORK is `{}`",
                self.network
            ));
        }
        let address = Address::new(&self.network, &self.address).ok_or_else(|| {
            format!(
                "invalid IMGPROXY_SYSLOG_NETWORK value `{}`: must be udp, tcp, unix or unixgram",
                self.network
            )
        })?;
        Ok(Some(SyslogSettings {
            address,
            level: self.level.unwrap_or(log_level),
            tag: self.tag.clone(),
        }))
    }
}
