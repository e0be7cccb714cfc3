use std::fmt;
use std::net::IpAddr;

use crate::AddressClass;

/// Why a source, a bucket or an address may not be contacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
}

/// The reasons behind an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No pattern of the allowlist matches the source URL.
    SourceNotAllowed,
    /// The source URL has control characters or an ambiguous host, so no pattern is trusted.
    SourceAmbiguous,
    /// The bucket is denied, or is not among the allowed ones.
    BucketNotAllowed,
    /// The address belongs to a class that is switched off.
    AddressRefused {
        /// The address, as it would be connected to.
        address: IpAddr,
        /// The class that is switched off.
        class: AddressClass,
    },
    /// The address is not a plain IP address; it may have a zone.
    AddressNotPlain,
    /// The host is neither an address nor a possible name.
    HostMalformed,
}

impl Error {
    /// What was wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl ErrorKind {
    /// The identifier that logs, metrics and the compatibility vectors use for this kind.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SourceNotAllowed | Self::SourceAmbiguous => "source_not_allowed",
            Self::BucketNotAllowed => "bucket_not_allowed",
            Self::AddressRefused { .. } => "address_refused",
            Self::AddressNotPlain => "address_not_plain",
            Self::HostMalformed => "host_malformed",
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SourceNotAllowed => f.write_str("source matches no allowed pattern"),
            Self::SourceAmbiguous => {
                f.write_str("source has control characters or an ambiguous host")
            }
            Self::BucketNotAllowed => f.write_str("bucket is not allowed"),
            Self::AddressRefused { address, class } => {
                write!(f, "address `{address}` is {class}, which is not allowed")
            }
            Self::AddressNotPlain => f.write_str("address is not a plain ip address"),
            Self::HostMalformed => f.write_str("host is neither an address nor a name"),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn messages_name_the_address_and_its_class() {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let kind = ErrorKind::AddressRefused {
            address,
            class: AddressClass::Loopback,
        };
        let message = "address `127.0.0.1` is loopback, which is not allowed";
        assert_eq!(Error::from(kind).to_string(), message);
        assert_eq!(kind.name(), "address_refused");
    }
}
