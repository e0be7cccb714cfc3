//! The variables of syslog.

use pixgate_telemetry::log::{Address, Level, SyslogSettings};

/// What the variables say one by one.
#[derive(Debug, Clone, Default)]
pub(super) struct Raw {
    pub(super) is_enabled: bool,
    pub(super) level: Option<Level>,
    pub(super) network: String,
    pub(super) address: String,
    pub(super) tag: String,
}

impl Raw {
    /// The settings, if syslog is switched on.
    pub(super) fn resolve(&self, log_level: Level) -> Result<Option<SyslogSettings>, String> {
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
