//! What can go wrong between a source URL and its bytes, and whose fault it is.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// Why a source could not be fetched.
///
/// [`fmt::Display`] gives one line for a log: it never contains credentials, cookies or the whole
/// URL. What the origin wrote into its error page is kept apart, see [`Error::origin_text`].
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    origin_text: Option<String>,
    source: Option<Cause>,
}

/// The error of another library behind an [`Error`].
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// Makes an error of this kind.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            origin_text: None,
            source: None,
        }))
    }

    /// Makes an error of this kind that another library reported.
    #[must_use]
    pub fn with_source(
        kind: ErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let mut error = Self::new(kind);
        error.0.source = Some(source.into());
        error
    }

    /// Adds the beginning of the origin's own words, see [`Error::origin_text`].
    #[must_use]
    pub fn with_origin_text(mut self, text: impl Into<String>) -> Self {
        self.0.origin_text = Some(text.into()).filter(|text| !text.is_empty());
        self
    }

    /// What went wrong, with the values that matter.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Whose fault it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        self.0.kind.blame()
    }

    /// The first 1024 bytes of a `text/*` error page, for internal messages only.
    #[must_use]
    pub fn origin_text(&self) -> Option<&str> {
        self.0.origin_text.as_deref()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("origin_text", &self.0.origin_text)
            .field("source", &self.0.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|e| e as _)
    }
}

/// Whose fault an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// Whoever wrote the URL: it names something that cannot or must not be fetched.
    Client,
    /// The origin: it is slow, broken, or answered with something that is no source.
    Source,
    /// This process: its configuration or its machine.
    Server,
}

/// Which wait ended in [`ErrorKind::Timeout`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wait {
    /// Reaching the origin: TCP and TLS, see [`Config::connect_timeout`](crate::Config).
    Connect,
    /// The whole exchange before the response headers were there.
    Response,
    /// The whole exchange while the body was read.
    Body,
    /// The next byte of the body, see [`Config::idle_timeout`](crate::Config).
    Idle,
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "a connection",
            Self::Response => "the response",
            Self::Body => "the whole body",
            Self::Idle => "the next byte",
        })
    }
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The URL cannot be understood; imgproxy says `Source is unreachable`.
    InvalidUrl {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No transport is called like this.
    SchemeUnknown {
        /// The scheme of the URL.
        scheme: String,
    },
    /// The scheme is known, but its storage is switched off.
    SchemeDisabled {
        /// The scheme of the URL.
        scheme: String,
    },
    /// The address policy forbids this address; imgproxy says `Invalid source URL`.
    AddressRefused {
        /// The host as the URL has it.
        host: String,
        /// The refused address; absent if the host is no address at all.
        address: Option<IpAddr>,
    },
    /// The origin redirected once more than allowed.
    TooManyRedirects {
        /// How many redirects are followed.
        limit: u32,
    },
    /// The origin redirected to something other than http(s).
    RedirectRefused {
        /// The scheme of the target.
        scheme: String,
    },
    /// The origin redirected to a URL that the list of sources does not allow.
    RedirectNotAllowed {
        /// The host of the target.
        host: String,
    },
    /// The origin redirected, and no redirect is followed.
    RedirectsOff,
    /// The origin redirected, but not to a URL.
    InvalidRedirect {
        /// What is wrong with `Location`.
        reason: &'static str,
    },
    /// The host has no address.
    NameNotResolved {
        /// The host as the URL has it.
        host: String,
    },
    /// No connection could be made.
    ConnectionFailed {
        /// The host as the URL has it.
        host: String,
    },
    /// The TLS handshake did not succeed.
    TlsFailed {
        /// The host as the URL has it.
        host: String,
    },
    /// The connection ended before the response headers.
    ConnectionLost {
        /// The host as the URL has it.
        host: String,
    },
    /// What the origin sent is not HTTP.
    InvalidResponse {
        /// The host as the URL has it.
        host: String,
    },
    /// The origin answered with a status that carries no source.
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The origin sent a part (206), and the part is not everything.
    PartialContent {
        /// `Content-Range` as received, at most 128 bytes of it.
        content_range: String,
    },
    /// `storage.cloud.google.com` asks for a sign-in: a browser address was used as a source.
    SignInPage {
        /// The host that asked.
        host: String,
    },
    /// A deadline passed.
    Timeout {
        /// What was waited for.
        wait: Wait,
        /// How long the fetch had taken.
        elapsed: Duration,
    },
    /// As many sources as allowed were being fetched, until the deadline.
    TooManyDownloads {
        /// Fetches at a time.
        limit: usize,
    },
    /// The body ended early; imgproxy says `Source response is incomplete`.
    Incomplete {
        /// Body bytes that arrived, before any decompression.
        received: u64,
        /// Body bytes that were announced, if any were.
        expected: Option<u64>,
    },
    /// The body has more bytes than allowed.
    TooLarge {
        /// The announced size, if the source was refused by it.
        size: Option<u64>,
        /// The limit in bytes.
        limit: u64,
    },
    /// The body announces gzip and is not.
    BrokenEncoding,
    /// The lists of buckets do not allow this one; imgproxy says `Source is unreachable`.
    BucketRefused {
        /// The bucket or container as the URL has it.
        bucket: String,
    },
    /// A storage cannot be asked: there is nothing to sign or authorise the request with.
    NoCredentials {
        /// What is missing, or which service does not give it.
        reason: String,
    },
    /// The body is not what the storage has: its checksum is another one.
    ChecksumMismatch {
        /// CRC-32C that the storage announced.
        expected: u32,
        /// CRC-32C of the bytes that arrived.
        found: u32,
    },
    /// An object was encrypted before it was stored, and cannot be decrypted.
    NotDecrypted {
        /// Why.
        reason: &'static str,
    },
    /// A stored object could not be read to its end.
    ReadFailed,
    /// The root of `local://` does not exist or is no directory.
    InvalidRoot {
        /// The root as configured.
        root: std::path::PathBuf,
    },
    /// A setting cannot be used.
    InvalidConfig {
        /// The field of [`Config`](crate::Config).
        field: &'static str,
    },
}

impl ErrorKind {
    /// Whose fault an error of this kind is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::InvalidUrl { .. }
            | Self::SchemeUnknown { .. }
            | Self::SchemeDisabled { .. }
            | Self::AddressRefused { .. }
            | Self::BucketRefused { .. }
            | Self::SignInPage { .. } => Blame::Client,
            Self::Status { status } if (400..500).contains(status) => Blame::Client,
            Self::InvalidRoot { .. }
            | Self::InvalidConfig { .. }
            | Self::NoCredentials { .. }
            | Self::TooManyDownloads { .. }
            | Self::ReadFailed => Blame::Server,
            Self::TooManyRedirects { .. }
            | Self::RedirectRefused { .. }
            | Self::RedirectNotAllowed { .. }
            | Self::RedirectsOff
            | Self::InvalidRedirect { .. }
            | Self::NameNotResolved { .. }
            | Self::ConnectionFailed { .. }
            | Self::TlsFailed { .. }
            | Self::ConnectionLost { .. }
            | Self::InvalidResponse { .. }
            | Self::Status { .. }
            | Self::PartialContent { .. }
            | Self::Timeout { .. }
            | Self::Incomplete { .. }
            | Self::TooLarge { .. }
            | Self::BrokenEncoding
            | Self::ChecksumMismatch { .. }
            | Self::NotDecrypted { .. } => Blame::Source,
        }
    }

    /// The identifier that logs and metrics use for this kind.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AddressRefused { .. } => "address_refused",
            Self::RedirectNotAllowed { .. } => "source_not_allowed",
            Self::Status { .. } => "source_status",
            Self::Timeout { .. } => "source_timeout",
            Self::TooManyDownloads { .. } => "too_many_downloads",
            Self::Incomplete { .. } => "source_incomplete",
            Self::TooLarge { .. } => "source_too_large",
            Self::ChecksumMismatch { .. } => "source_checksum",
            Self::BrokenEncoding => "source_encoding",
            Self::NotDecrypted { .. } => "source_encryption",
            Self::InvalidRoot { .. } | Self::InvalidConfig { .. } => "config_error",
            Self::InvalidUrl { .. }
            | Self::SchemeUnknown { .. }
            | Self::SchemeDisabled { .. }
            | Self::TooManyRedirects { .. }
            | Self::RedirectRefused { .. }
            | Self::RedirectsOff
            | Self::InvalidRedirect { .. }
            | Self::NameNotResolved { .. }
            | Self::ConnectionFailed { .. }
            | Self::TlsFailed { .. }
            | Self::ConnectionLost { .. }
            | Self::InvalidResponse { .. }
            | Self::PartialContent { .. }
            | Self::SignInPage { .. }
            | Self::BucketRefused { .. }
            | Self::NoCredentials { .. }
            | Self::ReadFailed => "source_unreachable",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUrl { reason } => write!(f, "source URL is not valid: {reason}"),
            Self::SchemeUnknown { scheme } => write!(f, "scheme `{scheme}` is not known"),
            Self::SchemeDisabled { scheme } => write!(f, "scheme `{scheme}` is not enabled"),
            Self::AddressRefused { host, address } => refused(f, host, address.as_ref()),
            Self::TooManyRedirects { limit } => {
                write!(f, "source redirects more than {limit} times")
            }
            Self::RedirectRefused { scheme } => {
                write!(
                    f,
                    "source redirects to scheme `{scheme}`, only http and https are followed"
                )
            }
            Self::RedirectNotAllowed { host } => write!(
                f,
                "source redirects to host `{host}`, to a URL that is not an allowed source"
            ),
            Self::RedirectsOff => f.write_str("source redirects, and redirects are not followed"),
            Self::InvalidRedirect { reason } => write!(f, "source redirects nowhere: {reason}"),
            Self::SignInPage { host } => write!(
                f,
                "`{host}` answers with a sign-in page, use `gs://` or `storage.googleapis.com`"
            ),
            Self::Timeout { wait, elapsed } => {
                write!(
                    f,
                    "waited for {wait} until the deadline, {} ms",
                    elapsed.as_millis()
                )
            }
            Self::InvalidRoot { root } => {
                write!(f, "local root `{}` is not a directory", root.display())
            }
            Self::InvalidConfig { field } => write!(f, "setting `{field}` cannot be used"),
            Self::BucketRefused { bucket } => write!(f, "bucket `{bucket}` is not allowed"),
            Self::NotDecrypted { reason } => write!(f, "object cannot be decrypted: {reason}"),
            Self::NoCredentials { reason } => write!(f, "storage cannot be asked: {reason}"),
            other => other.fmt_response(f),
        }
    }
}

impl ErrorKind {
    fn fmt_response(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameNotResolved { host } => write!(f, "host `{host}` has no address"),
            Self::ConnectionFailed { host } => write!(f, "host `{host}` accepts no connection"),
            Self::TlsFailed { host } => write!(f, "host `{host}` gives no valid TLS handshake"),
            Self::ConnectionLost { host } => {
                write!(f, "host `{host}` closed the connection without a response")
            }
            Self::InvalidResponse { host } => {
                write!(f, "host `{host}` answered with something that is not HTTP")
            }
            Self::TooManyDownloads { limit } => {
                write!(f, "{limit} sources are being fetched, which is the limit")
            }
            Self::Status { status } => write!(f, "source answered with status {status}"),
            Self::PartialContent { content_range } => {
                write!(
                    f,
                    "source sent only a part, `{}`",
                    content_range.escape_debug()
                )
            }
            Self::Incomplete { received, expected } => incomplete(f, *received, *expected),
            Self::TooLarge { size, limit } => too_large(f, *size, *limit),
            Self::ChecksumMismatch { expected, found } => write!(
                f,
                "source has checksum {found:08x}, its storage says {expected:08x}"
            ),
            Self::BrokenEncoding => f.write_str("source announces gzip, but is not gzip"),
            _ => f.write_str("stored object cannot be read"),
        }
    }
}

fn refused(f: &mut fmt::Formatter<'_>, host: &str, address: Option<&IpAddr>) -> fmt::Result {
    match address {
        Some(address) => write!(f, "address {address} of host `{host}` is not allowed"),
        None => write!(f, "host `{host}` is not allowed"),
    }
}

fn incomplete(f: &mut fmt::Formatter<'_>, received: u64, expected: Option<u64>) -> fmt::Result {
    match expected {
        Some(expected) => write!(f, "source ended after {received} of {expected} bytes"),
        None => write!(f, "source ended early, after {received} bytes"),
    }
}

fn too_large(f: &mut fmt::Formatter<'_>, size: Option<u64>, limit: u64) -> fmt::Result {
    match size {
        Some(size) => write!(f, "source has {size} bytes, the limit is {limit}"),
        None => write!(f, "source has more than {limit} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_carry_the_values() {
        let host = || "h.net".to_owned();
        for (kind, message) in [
            (
                ErrorKind::AddressRefused {
                    host: host(),
                    address: "127.0.0.1".parse().ok(),
                },
                "address 127.0.0.1 of host `h.net` is not allowed",
            ),
            (
                ErrorKind::TooManyRedirects { limit: 10 },
                "source redirects more than 10 times",
            ),
            (
                ErrorKind::Timeout {
                    wait: Wait::Idle,
                    elapsed: Duration::from_millis(1500),
                },
                "waited for the next byte until the deadline, 1500 ms",
            ),
            (
                ErrorKind::Incomplete {
                    received: 5,
                    expected: Some(10),
                },
                "source ended after 5 of 10 bytes",
            ),
            (
                ErrorKind::TooLarge {
                    size: None,
                    limit: 10,
                },
                "source has more than 10 bytes",
            ),
            (
                ErrorKind::PartialContent {
                    content_range: "bytes\t1".to_owned(),
                },
                "source sent only a part, `bytes\\t1`",
            ),
        ] {
            assert_eq!(kind.to_string(), message);
        }
    }

    #[test]
    fn blame_depends_on_the_kind() {
        for (kind, blame) in [
            (ErrorKind::Status { status: 404 }, Blame::Client),
            (ErrorKind::Status { status: 500 }, Blame::Source),
            (ErrorKind::Status { status: 302 }, Blame::Source),
            (ErrorKind::ReadFailed, Blame::Server),
            (ErrorKind::BrokenEncoding, Blame::Source),
            (ErrorKind::InvalidUrl { reason: "" }, Blame::Client),
        ] {
            assert_eq!(kind.blame(), blame, "{kind:?}");
        }
    }

    #[test]
    fn an_empty_page_is_no_text() {
        let error = Error::new(ErrorKind::ReadFailed);
        assert_eq!(error.with_origin_text("").origin_text(), None);
    }
}
