//! Settings of the log.

use super::{Layout, Level};

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

/// How the daemon is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// The local daemon's socket.
    Local,
    /// `host:port`, one packet per record.
    Udp(String),
    /// `host:port`, one line per record.
    Tcp(String),
    /// Path of a stream socket, one line per record.
    Unix(String),
    /// Path of a datagram socket.
    UnixDatagram(String),
}

impl Address {
    /// The address for a network's name as imgproxy has it; none if it has no such network.
    #[must_use]
    pub fn new(network: &str, address: &str) -> Option<Self> {
        let address = address.to_owned();
        match network {
            "" => Some(Self::Local),
            "udp" | "udp4" | "udp6" => Some(Self::Udp(address)),
            "tcp" | "tcp4" | "tcp6" => Some(Self::Tcp(address)),
            "unix" => Some(Self::Unix(address)),
            "unixgram" => Some(Self::UnixDatagram(address)),
            _ => None,
        }
    }
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
    pub(super) fn wants(&self, level: Level) -> bool {
        level >= self.level
    }
}
