//! Why a request got no picture.

use std::fmt;
use std::sync::Arc;

use pixgate_options::HashKind;
use pixgate_source::{Blame, masked};

use crate::Category;
use crate::status::{self, Verdict};
use crate::{AdmissionError, JobError};

/// Why a request got no picture, and what its answer looks like.
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    blame: Blame,
    /// Boxed, so that an error stays small.
    verdict: Box<Verdict>,
    cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
    /// Shared, so that an error stays small.
    hint: Option<Arc<String>>,
}

/// The kinds of [`Error`]: the stage that refused.
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

impl Error {
    /// Makes an error of this kind.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self {
            blame: kind.blame(),
            verdict: Box::new(status::of_proxy(&kind)),
            kind,
            cause: None,
            hint: None,
        }
    }

    fn caused(
        kind: ErrorKind,
        blame: Blame,
        verdict: Verdict,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            blame,
            verdict: Box::new(verdict),
            cause: Some(Arc::new(cause)),
            hint: None,
        }
    }

    /// The same error, of a watermark in place of the source.
    pub(crate) fn of_watermark(mut self) -> Self {
        if matches!(
            self.verdict.category,
            Category::Download | Category::Unreadable
        ) {
            self.verdict.category = Category::Watermark;
        }
        self
    }

    /// The same error with what to do about it.
    pub(crate) fn with_hint(mut self, hint: String) -> Self {
        self.hint = Some(Arc::new(hint));
        self
    }

    pub(crate) fn own_hint(&self) -> Option<&str> {
        self.hint.as_deref().map(String::as_str)
    }

    /// The stage that refused.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Whose fault it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        self.blame
    }

    /// Status, public text and log level.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Whether work ended because the one who asked for it had no more time, or was gone.
    pub(crate) fn is_out_of_time(&self) -> bool {
        use pixgate_engine::ErrorKind as Engine;
        let engine = self
            .cause()
            .and_then(|cause| cause.downcast_ref::<pixgate_engine::Error>());
        let kind = engine.map(pixgate_engine::Error::kind);
        matches!(self.kind, ErrorKind::TimedOut | ErrorKind::Cancelled)
            || matches!(kind, Some(Engine::DeadlineExceeded | Engine::Cancelled))
    }

    /// Whether the same request may be answered a little later: this server is busy, which says
    /// nothing about the source.
    pub(crate) fn is_about_load(&self) -> bool {
        let is_own = !matches!(self.kind, ErrorKind::Source);
        is_own && matches!(self.verdict.status, 429 | 503)
    }

    /// The same failure, answered without a word about what it was.
    pub(crate) fn concealed(self) -> Self {
        let verdict = status::of_proxy(&ErrorKind::Concealed);
        Self::caused(ErrorKind::Concealed, Blame::Client, verdict, self)
    }

    /// The library's own error, if the refusal came from one of the libraries.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.cause.as_deref()
    }
}

impl From<pixgate_url::Error> for Error {
    fn from(error: pixgate_url::Error) -> Self {
        let (blame, verdict) = status::of_url(error.kind());
        Self::caused(ErrorKind::Url, blame, verdict, error)
    }
}

impl From<pixgate_sign::Error> for Error {
    fn from(error: pixgate_sign::Error) -> Self {
        let (blame, verdict) = status::of_sign(error.kind());
        Self::caused(ErrorKind::Signature, blame, verdict, error)
    }
}

impl From<pixgate_allow::Error> for Error {
    fn from(error: pixgate_allow::Error) -> Self {
        let verdict = status::of_proxy(&ErrorKind::SourceNotAllowed);
        Self::caused(ErrorKind::SourceNotAllowed, Blame::Client, verdict, error)
    }
}

impl From<pixgate_source::Error> for Error {
    fn from(error: pixgate_source::Error) -> Self {
        let verdict = status::of_source(error.kind());
        Self::caused(ErrorKind::Source, error.blame(), verdict, error)
    }
}

impl From<pixgate_codec::Error> for Error {
    fn from(error: pixgate_codec::Error) -> Self {
        let (blame, verdict) = status::of_codec(error.kind());
        Self::caused(ErrorKind::Codec, blame, verdict, error)
    }
}

impl From<pixgate_engine::Error> for Error {
    fn from(error: pixgate_engine::Error) -> Self {
        let (blame, verdict) = status::of_engine(&error);
        Self::caused(ErrorKind::Engine, blame, verdict, error)
    }
}

impl From<AdmissionError> for Error {
    fn from(error: AdmissionError) -> Self {
        Self::new(match error {
            AdmissionError::QueueFull { limit } => ErrorKind::QueueFull { limit },
            AdmissionError::TooLarge {
                needed_bytes,
                budget_bytes,
            } => ErrorKind::OverBudget {
                needed_bytes,
                budget_bytes,
            },
            AdmissionError::TimedOut => ErrorKind::TimedOut,
        })
    }
}

impl From<JobError> for Error {
    fn from(error: JobError) -> Self {
        Self::new(match error {
            JobError::Panicked(message) => ErrorKind::Panicked { message },
            JobError::Cancelled => ErrorKind::Cancelled,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => f.write_str(&chain(&**cause)),
            None => self.kind.fmt(f),
        }
    }
}

/// The words of an error and of all that are behind it, without secrets.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(error) = inner {
        text.push_str(&format!(": {error}"));
        inner = error.source();
    }
    masked(&text).into_owned()
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // Its own words are those of `cause`, so the chain goes on behind it.
        self.cause.as_deref().and_then(std::error::Error::source)
    }
}

impl ErrorKind {
    /// Whose fault an error of this kind is; where one of the libraries refused, its own error knows
    /// better, see [`Error::blame`].
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

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn the_chain_goes_on_behind_the_words_of_the_error() {
        let cause = std::io::Error::other("no route");
        let host = "h".to_owned();
        let kind = pixgate_source::ErrorKind::ConnectionFailed { host };
        let error = Error::from(pixgate_source::Error::with_source(kind, cause));
        let behind = error.source().map(ToString::to_string);
        assert_eq!(behind.as_deref(), Some("no route"));
    }

    #[test]
    fn blame_is_that_of_the_cause() {
        let codec = |kind| Error::from(pixgate_codec::Error::new(kind));
        let format = pixgate_options::Format::Png;
        let broken = pixgate_codec::ErrorKind::Broken { format, what: "" };
        let error = Error::from(pixgate_engine::Error::from(pixgate_codec::Error::new(
            broken.clone(),
        )));
        assert_eq!(error.blame(), Blame::Source);
        assert_eq!(codec(broken).blame(), Blame::Source);
        assert_eq!(
            codec(pixgate_codec::ErrorKind::Internal).blame(),
            Blame::Server
        );
        assert_eq!(Error::new(ErrorKind::TimedOut).blame(), Blame::Server);
        let kind = pixgate_source::ErrorKind::Status { status: 404 };
        let error = Error::from(pixgate_source::Error::new(kind));
        assert_eq!(error.blame(), Blame::Client);
    }

    #[test]
    fn being_out_of_time_is_a_kind_and_no_word() {
        let engine = |kind| Error::from(pixgate_engine::Error::new(kind));
        assert!(Error::new(ErrorKind::TimedOut).is_out_of_time());
        assert!(engine(pixgate_engine::ErrorKind::DeadlineExceeded).is_out_of_time());
        assert!(!engine(pixgate_engine::ErrorKind::Internal).is_out_of_time());
    }

    #[test]
    fn what_is_public_as_an_error_is_one() {
        let refused: Box<dyn std::error::Error> = Box::new(AdmissionError::QueueFull { limit: 3 });
        assert!(refused.to_string().contains("3 requests"));
        let lost: Box<dyn std::error::Error> = Box::new(JobError::Cancelled);
        assert_eq!(lost.to_string(), "request was given up");
    }
}
