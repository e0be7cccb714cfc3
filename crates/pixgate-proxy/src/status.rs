//! The one table from errors to answers: nothing else in the libraries knows HTTP statuses.

use std::borrow::Cow;

use pixgate_codec::Blame as Of;
use pixgate_source::Blame;

use crate::{Category, ErrorKind};

/// What an error's answer looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// HTTP status; 499 if nobody is left to read it.
    pub status: u16,
    /// The identifier in logs and test vectors.
    pub name: &'static str,
    /// All that a client gets to know.
    pub public_message: Cow<'static, str>,
    /// Category in metrics.
    pub category: Category,
}

impl Verdict {
    const fn new(
        status: u16,
        name: &'static str,
        public_message: &'static str,
        category: Category,
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

pub(crate) fn of_url(kind: pixgate_url::ErrorKind) -> (Blame, Verdict) {
    use pixgate_url::Blame as Of;
    let (status, message) = match (kind.blame(), kind.name()) {
        (Of::Client, "bad_request") => (400, "Bad request"),
        (Of::Client, "route_not_found") => (404, " "),
        (Of::Client, "security_option_forbidden") => (403, INVALID_URL),
        (Of::Client, _) => (404, INVALID_URL),
        (Of::Server, _) => (500, INTERNAL),
    };
    let verdict = Verdict::new(status, kind.name(), message, Category::PathParsing);
    match kind.blame() {
        Of::Client => (Blame::Client, verdict),
        Of::Server => (Blame::Server, verdict),
    }
}

pub(crate) fn of_sign(kind: pixgate_sign::ErrorKind) -> (Blame, Verdict) {
    use pixgate_sign::Blame as Of;
    let (status, message) = match (kind.blame(), kind.name()) {
        (Of::Client, "signature_malformed") => (403, MISSING_SIGNATURE),
        (Of::Client, "invalid_source") => (404, INVALID_URL),
        (Of::Client, _) => (403, "Forbidden"),
        (Of::Server, _) => (500, INTERNAL),
    };
    let verdict = Verdict::new(status, kind.name(), message, Category::Security);
    match kind.blame() {
        Of::Client => (Blame::Client, verdict),
        Of::Server => (Blame::Server, verdict),
    }
}

pub(crate) fn of_source(kind: &pixgate_source::ErrorKind) -> Verdict {
    use pixgate_source::ErrorKind as Kind;
    let (status, message) = match (kind.name(), kind.blame()) {
        ("address_refused" | "source_not_allowed", _) => (404, "Invalid source URL"),
        ("source_status", _) => match kind {
            Kind::Status { status } if (400..500).contains(status) => (*status, UNREACHABLE),
            Kind::Status { status } if *status >= 500 => (502, UNREACHABLE),
            _ => (404, UNREACHABLE),
        },
        ("source_timeout", _) => (504, UNREACHABLE),
        ("too_many_downloads", _) => return TOO_MANY_DOWNLOADS,
        ("source_incomplete", _) => (422, "Source response is incomplete"),
        ("source_too_large" | "source_checksum" | "source_encoding" | "source_encryption", _) => {
            (422, INVALID_IMAGE)
        }
        ("config_error", _) => (500, INTERNAL),
        (_, Blame::Client | Blame::Source | Blame::Server) => (404, UNREACHABLE),
    };
    Verdict::new(status, kind.name(), message, Category::Download)
}

pub(crate) fn of_codec(kind: &pixgate_codec::ErrorKind) -> (Blame, Verdict) {
    let verdict = |status, message, category| Verdict::new(status, kind.name(), message, category);
    match (kind.blame(), kind.name()) {
        (Of::Client, _) => (
            Blame::Client,
            verdict(422, INVALID_URL, Category::PathParsing),
        ),
        (Of::Source, "unknown_format") => (
            Blame::Source,
            verdict(422, INVALID_IMAGE, Category::Download),
        ),
        (Of::Source, "image_too_large") => (
            Blame::Source,
            verdict(422, INVALID_IMAGE, Category::Processing),
        ),
        (Of::Source, _) => (Blame::Source, verdict(422, BROKEN, Category::Unreadable)),
        (Of::Server, "no_sandbox") => (Blame::Server, NO_SANDBOX),
        (Of::Server, name) => (Blame::Server, of_server(name)),
    }
}

pub(crate) fn of_engine(error: &pixgate_engine::Error) -> (Blame, Verdict) {
    if let Some(codec) = error.codec().filter(|_| is_of_codec(error.kind())) {
        return of_codec(codec.kind());
    }
    let kind = error.kind();
    let verdict = |status, message, category| Verdict::new(status, kind.name(), message, category);
    match (kind.blame(), kind.name()) {
        (Of::Client, "cancelled") => (Blame::Client, CANCELLED),
        (Of::Client, "result_too_large") => (
            Blame::Client,
            verdict(422, INVALID_URL, Category::Processing),
        ),
        (Of::Client, "unsupported_option" | "color_profile") => {
            let public_message = Cow::Owned(error.to_string());
            let verdict = Verdict {
                public_message,
                ..verdict(422, "", Category::PathParsing)
            };
            (Blame::Client, verdict)
        }
        (Of::Client, "invalid_watermark_text") => (
            Blame::Client,
            verdict(422, "Invalid watermark text", Category::PathParsing),
        ),
        (Of::Client, _) => (
            Blame::Client,
            verdict(422, INVALID_URL, Category::PathParsing),
        ),
        (Of::Source, "image_too_large") => (
            Blame::Source,
            verdict(422, INVALID_IMAGE, Category::Processing),
        ),
        (Of::Source, _) => (Blame::Source, verdict(422, BROKEN, Category::Unreadable)),
        (Of::Server, name) => (Blame::Server, of_server(name)),
    }
}

/// Whether the error of the codec says more than the engine's own.
fn is_of_codec(kind: &pixgate_engine::ErrorKind) -> bool {
    matches!(kind, pixgate_engine::ErrorKind::Codec)
}

/// What is wrong with this process, by its identifier.
fn of_server(name: &str) -> Verdict {
    match name {
        "out_of_memory" => OUT_OF_MEMORY,
        "timeout" => TIMEOUT,
        _ => UNEXPECTED,
    }
}

pub(crate) fn of_proxy(kind: &ErrorKind) -> Verdict {
    match kind {
        ErrorKind::QueueFull { .. } => {
            Verdict::new(429, "queue_full", "Too many requests", Category::Queue)
        }
        ErrorKind::OverBudget { .. } => {
            Verdict::new(422, "image_too_large", INVALID_IMAGE, Category::Processing)
        }
        ErrorKind::NoMemoryForSource { .. } => OUT_OF_MEMORY,
        ErrorKind::TimedOut => TIMEOUT,
        ErrorKind::Cancelled => CANCELLED,
        ErrorKind::InfoNotSupported => Verdict::new(
            422,
            "unsupported_endpoint",
            "The info endpoint is not supported yet",
            Category::PathParsing,
        ),
        ErrorKind::Panicked { .. } => UNEXPECTED,
        ErrorKind::Url => Verdict::new(404, "invalid_path", INVALID_URL, Category::PathParsing),
        ErrorKind::Signature => {
            Verdict::new(403, "signature_mismatch", "Forbidden", Category::Security)
        }
        ErrorKind::SourceNotAllowed => Verdict::new(
            404,
            "source_not_allowed",
            "Invalid source URL",
            Category::Security,
        ),
        ErrorKind::Concealed => {
            Verdict::new(404, "invalid_source", INVALID_URL, Category::PathParsing)
        }
        ErrorKind::NotAPicture { .. } => {
            Verdict::new(422, "unknown_format", INVALID_IMAGE, Category::Download)
        }
        ErrorKind::HashsumMismatch { .. } => {
            Verdict::new(422, "hashsum_mismatch", INVALID_IMAGE, Category::Download)
        }
        ErrorKind::Source => {
            Verdict::new(404, "source_unreachable", UNREACHABLE, Category::Download)
        }
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

const UNEXPECTED: Verdict = Verdict::new(500, "internal", INTERNAL, Category::Unexpected);
const TIMEOUT: Verdict = Verdict::new(503, "timeout", "Timeout", Category::Timeout);
const CANCELLED: Verdict = Verdict::new(499, "cancelled", "Cancelled", Category::Timeout);
const TOO_MANY_DOWNLOADS: Verdict = Verdict::new(
    503,
    "too_many_downloads",
    "Server is overloaded",
    Category::Queue,
);
const OUT_OF_MEMORY: Verdict = Verdict::new(
    503,
    "out_of_memory",
    "Server is overloaded",
    Category::Queue,
);
const NO_SANDBOX: Verdict = Verdict::new(
    503,
    "no_sandbox",
    "Server cannot read this format now",
    Category::Processing,
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
    fn mistakes_of_the_configuration_are_not_the_clients() {
        use pixgate_sign::ErrorKind as Sign;
        use pixgate_url::ErrorKind as Url;
        for kind in [
            Sign::SignatureMalformed,
            Sign::SignatureEncoding,
            Sign::SignatureMismatch,
            Sign::SecretMismatch,
        ] {
            assert_eq!(of_sign(kind).1.status, 403, "{kind:?}");
        }
        for kind in [
            Sign::SecretEmpty,
            Sign::CipherKeyNotHex,
            Sign::KeyEmpty { index: 0 },
        ] {
            let (blame, verdict) = of_sign(kind);
            assert_eq!((blame, verdict.status), (Blame::Server, 500));
            assert_eq!(verdict.name, "config_error");
        }
        for kind in [
            Url::InvalidPath,
            Url::UnknownOption,
            Url::Expired,
            Url::InvalidSource,
        ] {
            assert_eq!(of_url(kind).1.status, 404, "{kind:?}");
        }
        assert_eq!(of_url(Url::ConfigError).1.status, 500);
    }

    #[test]
    fn levels_follow_the_status() {
        assert_eq!(TIMEOUT.level(), tracing::Level::ERROR);
        assert_eq!(CANCELLED.level(), tracing::Level::WARN);
    }

    #[test]
    fn an_unsupported_option_is_named() {
        let kind = pixgate_engine::ErrorKind::UnsupportedOption { option: "blur" };
        let (_, verdict) = of_engine(&pixgate_engine::Error::new(kind));
        assert_eq!(verdict.status, 422);
        assert_eq!(verdict.public_message, "option blur is not supported yet");
    }
}
