//! The kinds of errors.

use std::fmt;

use pixgate_options::HashKind;
use pixgate_source::Blame;

/// The kinds of [`Error`](crate::Error): the stage that refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The URL cannot be understood, or asks for something forbidden.
    Url,
    /// Signature or bearer secret are wrong.
    Signature,
    /// The source URL is not on the allowlist.
    SourceNotAllowed,
    /// The source could not be fetched.
    Source,
    /// Nothing came of a source that is encrypted, in a URL that is not signed.
    ///
    /// All such failures are answered alike and at the same time: whoever may alter what is
    /// encrypted must not learn what became of it. The cause says what happened.
    Concealed,
    /// What the source answered is no picture of a known format.
    NotAPicture {
        /// What it seems to be.
        what: String,
    },
    /// The source has another hash than the URL says.
    HashsumMismatch {
        /// The hash function.
        kind: HashKind,
        /// The hash of the URL, in lower case.
        expected: String,
        /// The hash of the source.
        actual: String,
    },
    /// The source is no picture that can be read, or the result could not be encoded.
    Codec,
    /// The picture cannot be made as asked for.
    Engine,
    /// As many requests as allowed are being worked on or wait.
    QueueFull {
        /// Most requests at a time.
        limit: usize,
    },
    /// The request alone needs more memory than all requests together may have.
    OverBudget {
        /// Bytes needed.
        needed_bytes: u64,
        /// Bytes in the budget.
        budget_bytes: u64,
    },
    /// Sources being downloaded fill the memory budget.
    NoMemoryForSource {
        /// Bytes in the budget.
        budget_bytes: u64,
    },
    /// The request's deadline passed.
    TimedOut,
    /// The client is gone, or the server stops.
    Cancelled,
    /// Facts about pictures are not given out yet.
    InfoNotSupported,
    /// Work on the picture panicked; the message is for the log.
    Panicked {
        /// The panic's message.
        message: String,
    },
}

impl ErrorKind {
    /// Whose fault an error of this kind is; where one of the libraries refused, its own error knows
    /// better, see [`Error::blame`](crate::Error::blame).
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::Url
            | Self::Signature
            | Self::SourceNotAllowed
            | Self::Concealed
            | Self::OverBudget { .. }
            | Self::Cancelled
            | Self::InfoNotSupported => Blame::Client,
            Self::Source
            | Self::NotAPicture { .. }
            | Self::HashsumMismatch { .. }
            | Self::Codec => Blame::Source,
            Self::Engine
            | Self::QueueFull { .. }
            | Self::NoMemoryForSource { .. }
            | Self::TimedOut
            | Self::Panicked { .. } => Blame::Server,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("URL is not valid"),
            Self::Signature => f.write_str("signature or secret is wrong"),
            Self::SourceNotAllowed => f.write_str("source is not on the allowlist"),
            Self::Source => f.write_str("source cannot be fetched"),
            Self::Concealed => f.write_str("encrypted source gives no picture"),
            Self::NotAPicture { what } => f.write_str(what),
            Self::HashsumMismatch {
                kind,
                expected,
                actual,
            } => {
                let kind = kind.name();
                write!(f, "the {kind} of the source is {actual}, not {expected}")
            }
            Self::Codec => f.write_str("picture cannot be read or written"),
            Self::Engine => f.write_str("picture cannot be made"),
            Self::QueueFull { limit } => {
                write!(
                    f,
                    "{limit} requests are being worked on or wait, no more may"
                )
            }
            Self::OverBudget {
                needed_bytes,
                budget_bytes,
            } => write!(
                f,
                "needs {needed_bytes} bytes of memory, the budget of all requests is {budget_bytes}"
            ),
            Self::NoMemoryForSource { budget_bytes } => {
                write!(
                    f,
                    "sources and pictures fill the memory budget of {budget_bytes} bytes"
                )
            }
            Self::TimedOut => f.write_str("deadline of the request passed"),
            Self::Cancelled => f.write_str("request was given up"),
            Self::InfoNotSupported => f.write_str("the info endpoint is not supported yet"),
            Self::Panicked { message } => write!(f, "work on the picture panicked: {message}"),
        }
    }
}
