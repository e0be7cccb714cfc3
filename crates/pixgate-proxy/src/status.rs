//! The one table from errors to answers: nothing else in the libraries knows HTTP statuses.

use std::borrow::Cow;

use crate::ErrorKind;

/// What an error's answer looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// HTTP status; 499 if nobody is left to read it, 0 if the server must not even start.
    pub status: u16,
    /// The identifier in logs and test vectors.
    pub name: &'static str,
    /// All that a client gets to know.
    pub public_message: Cow<'static, str>,
    /// Category in metrics.
    pub category: &'static str,
}

impl Verdict {
    const fn new(
        status: u16,
        name: &'static str,
        public_message: &'static str,
        category: &'static str,
    ) -> Self {
        Self {
            status,
            name,
            public_message: Cow::Borrowed(public_message),
            category,
        }
    }

    /// The level at which the request is logged.
    #[must_use]
    pub const fn level(&self) -> tracing::Level {
        match self.status {
            500.. => tracing::Level::ERROR,
            400..500 => tracing::Level::WARN,
            _ => tracing::Level::INFO,
        }
    }
}

pub(crate) fn of_url(kind: pixgate_url::ErrorKind) -> Verdict {
    use pixgate_url::ErrorKind as Kind;
    let (status, message) = match kind {
        Kind::BadRequest => (400, "Bad request"),
        Kind::RouteNotFound => (404, " "),
        Kind::SecurityOptionForbidden => (403, INVALID_URL),
        Kind::ConfigError => (0, ""),
        Kind::Unwritable => (500, INTERNAL),
        Kind::InvalidPath
        | Kind::DeprecatedBasicUrl
        | Kind::UnknownOption
        | Kind::ForbiddenOption
        | Kind::InvalidArgument
        | Kind::Expired
        | Kind::InvalidSource => (404, INVALID_URL),
        _ => return UNEXPECTED,
    };
    Verdict::new(status, kind.name(), message, "path_parsing")
}

pub(crate) fn of_sign(kind: pixgate_sign::ErrorKind) -> Verdict {
    use pixgate_sign::ErrorKind as Kind;
    let (status, message) = match kind {
        Kind::SignatureMalformed => (403, MISSING_SIGNATURE),
        Kind::SignatureEncoding | Kind::SignatureMismatch | Kind::SecretMismatch => {
            (403, "Forbidden")
        }
        Kind::SourceUndecryptable => (404, INVALID_URL),
        Kind::PairCount { .. }
        | Kind::KeyNotHex { .. }
        | Kind::SaltNotHex { .. }
        | Kind::KeyEmpty { .. }
        | Kind::SignatureSize { .. }
        | Kind::SecretEmpty
        | Kind::CipherKeyNotHex
        | Kind::CipherKeySize { .. } => (0, ""),
        _ => return UNEXPECTED,
    };
    Verdict::new(status, kind.name(), message, "security")
}

pub(crate) fn of_allow(_: &pixgate_allow::Error) -> Verdict {
    Verdict::new(404, "source_not_allowed", "Invalid source URL", "security")
}

pub(crate) fn of_source(kind: &pixgate_source::ErrorKind) -> Verdict {
    use pixgate_source::ErrorKind as Kind;
    let (status, name, message) = match kind {
        Kind::AddressRefused { .. } => (404, "address_refused", "Invalid source URL"),
        Kind::RedirectNotAllowed { .. } => (404, "source_not_allowed", "Invalid source URL"),
        Kind::Status { status } if (400..500).contains(status) => {
            (*status, "source_status", UNREACHABLE)
        }
        Kind::Status { status } if *status >= 500 => (502, "source_status", UNREACHABLE),
        Kind::Status { .. } => (404, "source_status", UNREACHABLE),
        Kind::Timeout { .. } => (504, "source_timeout", UNREACHABLE),
        Kind::TooManyDownloads { .. } => return TOO_MANY_DOWNLOADS,
        Kind::Incomplete { .. } => (422, "source_incomplete", "Source response is incomplete"),
        Kind::TooLarge { .. } => (422, "source_too_large", INVALID_IMAGE),
        Kind::ChecksumMismatch { .. } => (422, "source_checksum", INVALID_IMAGE),
        Kind::BrokenEncoding => (422, "source_encoding", INVALID_IMAGE),
        Kind::NotDecrypted { .. } => (422, "source_encryption", INVALID_IMAGE),
        Kind::InvalidRoot { .. } | Kind::InvalidConfig { .. } => (0, "config_error", ""),
        _ => (404, "source_unreachable", UNREACHABLE),
    };
    Verdict::new(status, name, message, "download")
}

pub(crate) fn of_codec(kind: &pixgate_codec::ErrorKind) -> Verdict {
    use pixgate_codec::ErrorKind as Kind;
    match kind {
        Kind::UnknownFormat => Verdict::new(422, "unknown_format", INVALID_IMAGE, "download"),
        Kind::CannotRead { .. } => Verdict::new(
            422,
            "unsupported_source_format",
            INVALID_URL,
            "path_parsing",
        ),
        Kind::CannotWrite { .. } => Verdict::new(
            422,
            "unsupported_result_format",
            INVALID_URL,
            "path_parsing",
        ),
        Kind::Killed { .. }
        | Kind::TooManyPixels { .. }
        | Kind::SideTooLong { .. }
        | Kind::TooMuchMemory { .. }
        | Kind::TooComplex { .. } => {
            Verdict::new(422, "image_too_large", INVALID_IMAGE, "processing")
        }
        Kind::Broken { .. } | Kind::Unsupported { .. } | Kind::Panicked { .. } => {
            Verdict::new(422, "broken_image", BROKEN, "processing")
        }
        Kind::OutOfMemory { .. } => OUT_OF_MEMORY,
        Kind::Stopped => TIMEOUT,
        Kind::NoSandbox { .. } => NO_SANDBOX,
        _ => UNEXPECTED,
    }
}

pub(crate) fn of_engine(error: &pixgate_engine::Error) -> Verdict {
    use pixgate_engine::ErrorKind as Kind;
    match error.kind() {
        Kind::SourceTooLarge { .. } | Kind::MemoryExceedsPlan { .. } => {
            Verdict::new(422, "image_too_large", INVALID_IMAGE, "processing")
        }
        Kind::ResultTooLarge { .. } => {
            Verdict::new(422, "result_too_large", INVALID_URL, "processing")
        }
        Kind::UnsupportedOption { .. } | Kind::OptionOutOfRange { .. } => Verdict {
            public_message: Cow::Owned(error.to_string()),
            ..Verdict::new(422, "unsupported_option", "", "path_parsing")
        },
        Kind::CannotWrite { .. } => Verdict::new(
            422,
            "unsupported_result_format",
            INVALID_URL,
            "path_parsing",
        ),
        Kind::OutOfMemory { .. } => OUT_OF_MEMORY,
        Kind::DeadlineExceeded => TIMEOUT,
        Kind::Cancelled => CANCELLED,
        Kind::Codec => error
            .codec()
            .map_or(UNEXPECTED, |codec| of_codec(codec.kind())),
        _ => UNEXPECTED,
    }
}

pub(crate) fn of_proxy(kind: &ErrorKind) -> Verdict {
    match kind {
        ErrorKind::QueueFull { .. } => {
            Verdict::new(429, "queue_full", "Too many requests", "queue")
        }
        ErrorKind::OverBudget { .. } => {
            Verdict::new(422, "image_too_large", INVALID_IMAGE, "processing")
        }
        ErrorKind::NoMemoryForSource { .. } => OUT_OF_MEMORY,
        ErrorKind::TimedOut => TIMEOUT,
        ErrorKind::Cancelled => CANCELLED,
        ErrorKind::InfoNotSupported => Verdict::new(
            422,
            "unsupported_endpoint",
            "The info endpoint is not supported yet",
            "path_parsing",
        ),
        ErrorKind::Config { .. } => Verdict::new(0, "config_error", "", "unexpected"),
        ErrorKind::Panicked { .. } => UNEXPECTED,
        ErrorKind::Url => Verdict::new(404, "invalid_path", INVALID_URL, "path_parsing"),
        ErrorKind::Signature => Verdict::new(403, "signature_mismatch", "Forbidden", "security"),
        ErrorKind::SourceNotAllowed => {
            Verdict::new(404, "source_not_allowed", "Invalid source URL", "security")
        }
        ErrorKind::Concealed => Verdict::new(404, "invalid_source", INVALID_URL, "path_parsing"),
        ErrorKind::NotAPicture { .. } => {
            Verdict::new(422, "unknown_format", INVALID_IMAGE, "download")
        }
        ErrorKind::Source => Verdict::new(404, "source_unreachable", UNREACHABLE, "download"),
        ErrorKind::Codec | ErrorKind::Engine => UNEXPECTED,
    }
}

const INVALID_URL: &str = "Invalid URL";
const INVALID_IMAGE: &str = "Invalid source image";
const UNREACHABLE: &str = "Source is unreachable";
const BROKEN: &str = "Broken or unsupported image";
const INTERNAL: &str = "Internal error";
const MISSING_SIGNATURE: &str = "The signature segment is missing: an option stands in its place. \
    The signature must always be the first segment of the path, even if it is not checked";

const UNEXPECTED: Verdict = Verdict::new(500, "internal", INTERNAL, "unexpected");
const TIMEOUT: Verdict = Verdict::new(503, "timeout", "Timeout", "timeout");
const CANCELLED: Verdict = Verdict::new(499, "cancelled", "Cancelled", "timeout");
const TOO_MANY_DOWNLOADS: Verdict =
    Verdict::new(503, "too_many_downloads", "Server is overloaded", "queue");
const OUT_OF_MEMORY: Verdict = Verdict::new(503, "out_of_memory", "Server is overloaded", "queue");
const NO_SANDBOX: Verdict = Verdict::new(
    503,
    "no_sandbox",
    "Server cannot read this format now",
    "processing",
);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pixgate_source::{ErrorKind as Source, Wait};

    use super::*;

    #[test]
    fn statuses_of_sources_follow_the_table() {
        let cases = [
            (Source::Status { status: 404 }, 404, UNREACHABLE),
            (Source::Status { status: 403 }, 403, UNREACHABLE),
            (Source::Status { status: 500 }, 502, UNREACHABLE),
            (Source::Status { status: 204 }, 404, UNREACHABLE),
            (Source::TooManyRedirects { limit: 1 }, 404, UNREACHABLE),
            (
                Source::TooManyDownloads { limit: 1 },
                503,
                "Server is overloaded",
            ),
            (
                Source::TooLarge {
                    size: None,
                    limit: 1,
                },
                422,
                INVALID_IMAGE,
            ),
            (
                Source::Incomplete {
                    received: 1,
                    expected: Some(2),
                },
                422,
                "Source response is incomplete",
            ),
            (
                Source::Timeout {
                    wait: Wait::Body,
                    elapsed: Duration::from_secs(5),
                },
                504,
                UNREACHABLE,
            ),
            (
                Source::AddressRefused {
                    host: "localhost".to_owned(),
                    address: None,
                },
                404,
                "Invalid source URL",
            ),
        ];
        for (kind, status, message) in cases {
            let verdict = of_source(&kind);
            assert_eq!(
                (verdict.status, &*verdict.public_message),
                (status, message),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn only_mistakes_of_the_configuration_have_no_status() {
        use pixgate_sign::ErrorKind as Sign;
        use pixgate_url::ErrorKind as Url;
        for kind in [
            Sign::SignatureMalformed,
            Sign::SignatureEncoding,
            Sign::SignatureMismatch,
            Sign::SecretMismatch,
        ] {
            assert_eq!(of_sign(kind).status, 403, "{kind:?}");
        }
        for kind in [
            Sign::SecretEmpty,
            Sign::CipherKeyNotHex,
            Sign::KeyEmpty { index: 0 },
        ] {
            assert_eq!((of_sign(kind).status, kind.name()), (0, "config_error"));
        }
        for kind in [
            Url::InvalidPath,
            Url::UnknownOption,
            Url::Expired,
            Url::InvalidSource,
        ] {
            assert_eq!(of_url(kind).status, 404, "{kind:?}");
        }
        assert_eq!(of_url(Url::ConfigError).status, 0);
    }

    #[test]
    fn levels_follow_the_status() {
        assert_eq!(TIMEOUT.level(), tracing::Level::ERROR);
        assert_eq!(CANCELLED.level(), tracing::Level::WARN);
    }

    #[test]
    fn an_unsupported_option_is_named() {
        let kind = pixgate_engine::ErrorKind::UnsupportedOption { option: "blur" };
        let verdict = of_engine(&pixgate_engine::Error::new(kind));
        assert_eq!(verdict.status, 422);
        assert_eq!(verdict.public_message, "option blur is not supported yet");
    }
}
