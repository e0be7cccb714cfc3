//! Errors of a codec on their way from child to parent.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use pixgate_codec::{Error, ErrorKind};
use pixgate_options::Format;
use serde::{Deserialize, Serialize};

/// An error of pixgate-codec as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    kind: Kind,
    /// What the error's source said, for the log.
    cause: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    UnknownFormat,
    CannotRead { format: Format },
    Broken { format: Format, what: String },
    Unsupported { format: Format, what: String },
    TooComplex { format: Format, what: String },
    TooManyPixels { width: u32, height: u32, limit: u64 },
    SideTooLong { side: u32, limit: u32 },
    TooMuchMemory { bytes: u64, limit: u64 },
    OutOfMemory { bytes: u64 },
    Panicked { format: Format },
    Markup { character: usize, what: String },
    Internal,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            kind: Kind::from(error.kind()),
            cause: error.source().map(ToString::to_string),
        }
    }
}

impl From<&ErrorKind> for Kind {
    fn from(kind: &ErrorKind) -> Self {
        let owned = |text: &str| text.to_owned();
        match kind {
            ErrorKind::UnknownFormat => Self::UnknownFormat,
            ErrorKind::CannotRead { format } => Self::CannotRead { format: *format },
            ErrorKind::Broken { format, what } => Self::Broken {
                format: *format,
                what: owned(what),
            },
            ErrorKind::Unsupported { format, what } => Self::Unsupported {
                format: *format,
                what: owned(what),
            },
            ErrorKind::TooComplex { format, what } => Self::TooComplex {
                format: *format,
                what: owned(what),
            },
            ErrorKind::TooManyPixels {
                width,
                height,
                limit,
            } => Self::TooManyPixels {
                width: *width,
                height: *height,
                limit: *limit,
            },
            ErrorKind::SideTooLong { side, limit } => Self::SideTooLong {
                side: *side,
                limit: *limit,
            },
            ErrorKind::TooMuchMemory { bytes, limit } => Self::TooMuchMemory {
                bytes: *bytes,
                limit: *limit,
            },
            ErrorKind::OutOfMemory { bytes } => Self::OutOfMemory { bytes: *bytes },
            ErrorKind::Panicked { format } => Self::Panicked { format: *format },
            ErrorKind::Markup { character, what } => Self::Markup {
                character: *character,
                what: owned(what),
            },
            _ => Self::Internal,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let kind = match failure.kind {
            Kind::UnknownFormat => ErrorKind::UnknownFormat,
            Kind::CannotRead { format } => ErrorKind::CannotRead { format },
            Kind::Broken { format, what } => {
                let what = known(what);
                ErrorKind::Broken { format, what }
            }
            Kind::Unsupported { format, what } => {
                let what = known(what);
                ErrorKind::Unsupported { format, what }
            }
            Kind::TooComplex { format, what } => {
                let what = known(what);
                ErrorKind::TooComplex { format, what }
            }
            Kind::TooManyPixels {
                width,
                height,
                limit,
            } => ErrorKind::TooManyPixels {
                width,
                height,
                limit,
            },
            Kind::SideTooLong { side, limit } => ErrorKind::SideTooLong { side, limit },
            Kind::TooMuchMemory { bytes, limit } => ErrorKind::TooMuchMemory { bytes, limit },
            Kind::OutOfMemory { bytes } => ErrorKind::OutOfMemory { bytes },
            Kind::Panicked { format } => ErrorKind::Panicked { format },
            Kind::Markup { character, what } => {
                let what = known(what);
                ErrorKind::Markup { character, what }
            }
            Kind::Internal => ErrorKind::Internal,
        };
        match failure.cause {
            Some(cause) => Self::with_source(kind, Cause(cause)),
            None => Self::new(kind),
        }
    }
}

/// What an error in the child was caused by, in its words.
#[derive(Debug)]
struct Cause(String);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Cause {}

/// The same text for the rest of the program's life. Codecs name faults by constants, so there are
/// few; should there ever be more than a few hundred, they share a name.
fn known(text: String) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known_among(&mut known, text)
}

fn known_among(known: &mut BTreeSet<&'static str>, text: String) -> &'static str {
    if let Some(text) = known.get(text.as_str()) {
        return text;
    }
    if known.len() >= MOST_NAMES || text.len() > LONGEST_NAME {
        return "a fault that its codec names";
    }
    let text: &'static str = Box::leak(text.into_boxed_str());
    known.insert(text);
    text
}

const MOST_NAMES: usize = 500;
const LONGEST_NAME: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_arrive_as_they_were() {
        let format = Format::Svg;
        let what = "XML syntax";
        for kind in [
            ErrorKind::UnknownFormat,
            ErrorKind::CannotRead { format },
            ErrorKind::Broken { format, what },
            ErrorKind::Unsupported { format, what },
            ErrorKind::TooComplex { format, what },
            ErrorKind::TooManyPixels {
                width: 1,
                height: 2,
                limit: 3,
            },
            ErrorKind::SideTooLong { side: 1, limit: 2 },
            ErrorKind::TooMuchMemory { bytes: 1, limit: 2 },
            ErrorKind::OutOfMemory { bytes: 1 },
            ErrorKind::Panicked { format },
            ErrorKind::Markup { character: 7, what },
            ErrorKind::Internal,
        ] {
            let sent = Failure::from(&Error::with_source(kind.clone(), Cause("c".to_owned())));
            let error = Error::from(sent);
            assert_eq!(error.kind(), &kind);
            assert_eq!(error.source().unwrap().to_string(), "c");
        }
    }

    #[test]
    fn names_are_bounded() {
        let mut names = BTreeSet::new();
        let mut known = |text: &str| known_among(&mut names, text.to_owned());
        assert_eq!(known(&"x".repeat(1000)), "a fault that its codec names");
        for n in 0..2 * MOST_NAMES {
            known(&format!("name {n}"));
        }
        assert_eq!(known("one more"), "a fault that its codec names");
        assert_eq!(known("name 1"), "name 1");
    }
}
