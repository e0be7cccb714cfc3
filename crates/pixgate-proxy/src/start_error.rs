//! Why a proxy cannot be made from its configuration.

use std::fmt;

use crate::error::chain;

/// Why a [`Proxy`](crate::Proxy) cannot be made, or should not start.
#[derive(Debug)]
pub struct StartError {
    kind: StartErrorKind,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of [`StartError`]: the part of the configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartErrorKind {
    /// Presets or other rules of the URL grammar.
    Url,
    /// Signing keys, the bearer secret or the key of encrypted sources.
    Signing,
    /// A setting of the sources, or a store that cannot be used.
    Source,
    /// Text that cannot stand in a header.
    Header {
        /// The text.
        text: String,
    },
    /// The fallback image.
    FallbackImage {
        /// What is wrong with it.
        what: String,
    },
    /// The watermark.
    Watermark {
        /// What is wrong with it.
        what: String,
    },
    /// The operating system gives no threads.
    Threads,
}

impl StartError {
    /// Makes an error of this kind.
    #[must_use]
    pub fn new(kind: StartErrorKind) -> Self {
        Self { kind, cause: None }
    }

    fn caused(kind: StartErrorKind, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self {
            kind,
            cause: Some(Box::new(cause)),
        }
    }

    /// The part of the configuration that cannot be used.
    #[must_use]
    pub fn kind(&self) -> &StartErrorKind {
        &self.kind
    }

    /// The library's own error, if one of the libraries refused.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.cause.as_deref()
    }
}

impl From<pixgate_url::Error> for StartError {
    fn from(error: pixgate_url::Error) -> Self {
        Self::caused(StartErrorKind::Url, error)
    }
}

impl From<pixgate_sign::Error> for StartError {
    fn from(error: pixgate_sign::Error) -> Self {
        Self::caused(StartErrorKind::Signing, error)
    }
}

impl From<pixgate_source::Error> for StartError {
    fn from(error: pixgate_source::Error) -> Self {
        Self::caused(StartErrorKind::Source, error)
    }
}

impl From<std::io::Error> for StartError {
    fn from(error: std::io::Error) -> Self {
        Self::caused(StartErrorKind::Threads, error)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, &self.cause) {
            (StartErrorKind::Threads, Some(cause)) => write!(f, "{}: {cause}", self.kind),
            (_, Some(cause)) => f.write_str(&chain(&**cause)),
            (_, None) => self.kind.fmt(f),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // Its own words are those of `cause`, so the chain goes on behind it.
        self.cause.as_deref().and_then(std::error::Error::source)
    }
}

impl fmt::Display for StartErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("rules of URLs cannot be used"),
            Self::Signing => f.write_str("keys cannot be used"),
            Self::Source => f.write_str("settings of sources cannot be used"),
            Self::Header { text } => write!(f, "`{text}` cannot stand in a header"),
            Self::FallbackImage { what } | Self::Watermark { what } => f.write_str(what),
            Self::Threads => f.write_str("no threads for the workers"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_cause() {
        let cause = std::io::Error::other("none left");
        let error = StartError::from(cause);
        assert_eq!(error.to_string(), "no threads for the workers: none left");
        let kind = pixgate_sign::ErrorKind::SecretEmpty;
        let error = StartError::from(pixgate_sign::Error::from(kind));
        assert_eq!(error.to_string(), "secret is empty");
        assert_eq!(*error.kind(), StartErrorKind::Signing);
        assert!(error.cause().is_some());
    }
}
