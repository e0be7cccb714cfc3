//! Why a request got no picture.

mod kind;

use std::fmt;
use std::sync::Arc;

use pixgate_source::{Blame, masked};

pub use kind::ErrorKind;

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
