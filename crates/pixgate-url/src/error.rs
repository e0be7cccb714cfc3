//! Why a path, a preset list or a set of options was refused.

use std::borrow::Cow;
use std::fmt;

/// An explanation for people, added to an error.
pub(crate) type Hint = Cow<'static, str>;

/// Why a path, a preset list or a set of options was refused.
///
/// The [`kind`](Self::kind) decides what is answered; everything else is for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    position: usize,
    segment: String,
    hint: Option<Hint>,
    is_about_ciphertext: bool,
}

/// The kinds of [`Error`]; [`name`](Self::name) is the identifier that test vectors use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request target is not one: raw space, control byte, or a stray `%`.
    BadRequest,
    /// The target lies outside the path prefix.
    RouteNotFound,
    /// Signature or rest is missing.
    InvalidPath,
    /// The path has the format of imgproxy before version 3.
    DeprecatedBasicUrl,
    /// No option has this name.
    UnknownOption,
    /// The option is not among the allowed ones.
    ForbiddenOption,
    /// Count, type, range, name, format or preset of an argument.
    InvalidArgument,
    /// `expires` lies in the past.
    Expired,
    /// The option needs a permission that the server does not give.
    SecurityOptionForbidden,
    /// The source is missing or cannot be decoded.
    InvalidSource,
    /// Presets or replacements that must not start a server.
    ConfigError,
    /// Options or a source that no URL can express.
    Unwritable,
}

/// Whose fault an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// Whoever wrote the URL.
    Client,
    /// This process: its configuration, or the code that uses this crate.
    Server,
}

impl ErrorKind {
    /// Whose fault an error of this kind is.
    #[must_use]
    pub const fn blame(self) -> Blame {
        match self {
            Self::BadRequest
            | Self::RouteNotFound
            | Self::InvalidPath
            | Self::DeprecatedBasicUrl
            | Self::UnknownOption
            | Self::ForbiddenOption
            | Self::InvalidArgument
            | Self::Expired
            | Self::SecurityOptionForbidden
            | Self::InvalidSource => Blame::Client,
            Self::ConfigError | Self::Unwritable => Blame::Server,
        }
    }

    /// The identifier in logs and test vectors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::RouteNotFound => "route_not_found",
            Self::InvalidPath => "invalid_path",
            Self::DeprecatedBasicUrl => "deprecated_basic_url",
            Self::UnknownOption => "unknown_option",
            Self::ForbiddenOption => "forbidden_option",
            Self::InvalidArgument => "invalid_argument",
            Self::Expired => "expired",
            Self::SecurityOptionForbidden => "security_option_forbidden",
            Self::InvalidSource => "invalid_source",
            Self::ConfigError => "config_error",
            Self::Unwritable => "unwritable",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::BadRequest => "malformed request target",
            Self::RouteNotFound => "no such route",
            Self::InvalidPath => "signature or rest is missing",
            Self::DeprecatedBasicUrl => "the basic URL format is no longer supported",
            Self::UnknownOption => "unknown option",
            Self::ForbiddenOption => "option is not allowed",
            Self::InvalidArgument => "invalid argument",
            Self::Expired => "expired",
            Self::SecurityOptionForbidden => "option needs a permission",
            Self::InvalidSource => "invalid source",
            Self::ConfigError => "invalid configuration",
            Self::Unwritable => "no URL can express this",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, position: usize, segment: &str) -> Self {
        let segment = segment.chars().take(MAX_SEGMENT_CHARS).collect();
        Self {
            kind,
            position,
            segment,
            hint: None,
            is_about_ciphertext: false,
        }
    }

    /// The same problem, found in a source that is encrypted without being authenticated.
    pub(crate) fn about_ciphertext(mut self) -> Self {
        self.is_about_ciphertext = true;
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<Hint>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same problem found in the configuration instead of a request.
    pub(crate) fn into_config_error(self, segment: &str) -> Self {
        let hint = self.to_string();
        Self::new(ErrorKind::ConfigError, 0, segment).with_hint(hint)
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Byte offset in the text that was given: the target for [`classify`](crate::classify), the
    /// signed text for [`parse`](crate::parse); at most its length.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The offending piece of the path, cut to 120 characters.
    #[must_use]
    pub fn segment(&self) -> &str {
        &self.segment
    }

    /// Whether this is about a source that is encrypted without being authenticated: unless the path
    /// is signed, nobody may learn what exactly was wrong with it, or when.
    #[must_use]
    pub const fn is_about_ciphertext(&self) -> bool {
        self.is_about_ciphertext
    }

    /// What to do about it, where that can be guessed.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if !self.segment.is_empty() {
            write!(f, " `{}`", self.segment)?;
        }
        write!(f, " at byte {}", self.position)?;
        match &self.hint {
            Some(hint) => write!(f, ": {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

const MAX_SEGMENT_CHARS: usize = 120;
