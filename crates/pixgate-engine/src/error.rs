//! Why an image could not be planned or made.

use std::fmt;

use pixgate_codec::Blame;
use pixgate_options::Format;

/// Why [`plan`](crate::plan()) refused or [`run`](crate::run()) gave up.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Makes an error of this kind.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// What went wrong, with the values that matter.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Whose fault it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        let codec = self.codec().map(|codec| codec.kind().blame());
        codec.unwrap_or_else(|| self.kind.blame())
    }

    /// The codec's error, if the codec failed ([`ErrorKind::Codec`] and
    /// [`ErrorKind::OutOfMemory`]).
    #[must_use]
    pub fn codec(&self) -> Option<&pixgate_codec::Error> {
        self.source.as_ref()?.downcast_ref()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

impl From<pixgate_codec::Error> for Error {
    fn from(error: pixgate_codec::Error) -> Self {
        let kind = match error.kind() {
            pixgate_codec::ErrorKind::OutOfMemory { bytes } => {
                ErrorKind::OutOfMemory { bytes: *bytes }
            }
            pixgate_codec::ErrorKind::CannotWrite { format } => {
                ErrorKind::CannotWrite { format: *format }
            }
            _ => ErrorKind::Codec,
        };
        Self {
            kind,
            source: Some(Box::new(error)),
        }
    }
}

impl From<pixgate_raster::Error> for Error {
    fn from(error: pixgate_raster::Error) -> Self {
        let kind = match error.kind() {
            pixgate_raster::ErrorKind::OutOfMemory { bytes } => {
                ErrorKind::OutOfMemory { bytes: *bytes }
            }
            _ => ErrorKind::Internal,
        };
        Self {
            kind,
            source: Some(Box::new(error)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The source has more pixels than allowed (client: 422 there).
    SourceTooLarge {
        /// Displayed width in pixels.
        width: u32,
        /// Displayed height in pixels, of one frame.
        height: u32,
        /// Frames that count.
        frames: u32,
        /// Most pixels allowed.
        limit: u64,
    },
    /// The options ask for an image that is longer on a side than any image can be.
    ResultTooLarge {
        /// Width asked for, in pixels.
        width: u64,
        /// Height asked for, in pixels.
        height: u64,
        /// Longest side possible.
        limit: u32,
    },
    /// An option that is understood but cannot be carried out.
    UnsupportedOption {
        /// Its full name in URLs.
        option: &'static str,
    },
    /// An option whose value is out of the range that can be carried out.
    OptionOutOfRange {
        /// Its full name in URLs.
        option: &'static str,
        /// The largest value.
        limit: u32,
    },
    /// The colour profile that results are to have cannot be used.
    ColorProfile {
        /// Its name, as the option has it.
        name: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A picture that an option names beside the source was not given.
    CompanionMissing {
        /// The option's full name in URLs.
        option: &'static str,
    },
    /// The header is not of the pages that the options name; [`probe_for`](crate::probe_for) reads
    /// that.
    PagesNotProbed {
        /// The first page, counted from 0.
        first: u32,
        /// How many pages.
        count: u32,
    },
    /// The text of a watermark cannot be drawn.
    InvalidText {
        /// What is wrong, and where.
        what: String,
    },
    /// The result format cannot be written, or not from this source (SVG).
    CannotWrite {
        /// The format asked for.
        format: Format,
    },
    /// What the pixels turned out to be (after trimming) needs more memory than was planned.
    MemoryExceedsPlan {
        /// Bytes needed.
        bytes: u64,
        /// Bytes planned.
        planned: u64,
    },
    /// Memory for a buffer could not be had.
    OutOfMemory {
        /// Size of the buffer, in bytes.
        bytes: u64,
    },
    /// The deadline passed.
    DeadlineExceeded,
    /// [`Cancel::cancel`](crate::Cancel::cancel) was called.
    Cancelled,
    /// Reading the source or writing the result failed; see [`Error::codec`].
    Codec,
    /// The bytes are not those that the plan was made for.
    SourceChanged,
    /// A mistake of this project.
    Internal,
}

impl ErrorKind {
    /// Whose fault an error of this kind is; that of [`ErrorKind::Codec`] is better asked of the error.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::ResultTooLarge { .. }
            | Self::UnsupportedOption { .. }
            | Self::OptionOutOfRange { .. }
            | Self::ColorProfile { .. }
            | Self::InvalidText { .. }
            | Self::CannotWrite { .. }
            | Self::Cancelled => Blame::Client,
            Self::SourceTooLarge { .. } | Self::MemoryExceedsPlan { .. } | Self::Codec => {
                Blame::Source
            }
            Self::OutOfMemory { .. }
            | Self::CompanionMissing { .. }
            | Self::PagesNotProbed { .. }
            | Self::DeadlineExceeded
            | Self::SourceChanged
            | Self::Internal => Blame::Server,
        }
    }

    /// The identifier that logs and metrics use for this kind; that of [`ErrorKind::Codec`] is better
    /// asked of the error.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SourceTooLarge { .. } | Self::MemoryExceedsPlan { .. } => "image_too_large",
            Self::ResultTooLarge { .. } => "result_too_large",
            Self::UnsupportedOption { .. } | Self::OptionOutOfRange { .. } => "unsupported_option",
            Self::ColorProfile { .. } => "color_profile",
            Self::CompanionMissing { .. } => "companion_missing",
            Self::PagesNotProbed { .. } => "pages_not_probed",
            Self::InvalidText { .. } => "invalid_watermark_text",
            Self::CannotWrite { .. } => "unsupported_result_format",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::DeadlineExceeded => "timeout",
            Self::Cancelled => "cancelled",
            Self::Codec => "broken_image",
            Self::SourceChanged | Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SourceTooLarge {
                width,
                height,
                frames,
                limit,
            } => write!(
                f,
                "{frames} frame(s) of {width}x{height} pixels exceed the limit of {limit}"
            ),
            Self::ResultTooLarge {
                width,
                height,
                limit,
            } => write!(
                f,
                "a result of {width}x{height} pixels exceeds the limit of {limit} per side"
            ),
            Self::UnsupportedOption { option } => {
                write!(f, "option {option} is not supported yet")
            }
            Self::OptionOutOfRange { option, limit } => {
                write!(f, "option {option} cannot be more than {limit}")
            }
            Self::ColorProfile { name, why } => {
                let name = name.escape_debug();
                write!(f, "the colour profile `{name}` cannot be used: {why}")
            }
            Self::CompanionMissing { option } => {
                write!(f, "the picture that {option} names was not given")
            }
            Self::PagesNotProbed { first, count } => write!(
                f,
                "the header is not that of {count} page(s) from page {first} on"
            ),
            Self::InvalidText { what } => write!(f, "the watermark's text cannot be drawn: {what}"),
            Self::CannotWrite { format } => write!(f, "cannot write {format}"),
            Self::MemoryExceedsPlan { bytes, planned } => {
                write!(f, "needs {bytes} bytes where {planned} were planned")
            }
            Self::OutOfMemory { bytes } => write!(f, "no memory for a buffer of {bytes} bytes"),
            Self::DeadlineExceeded => f.write_str("deadline exceeded"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Codec => f.write_str("source cannot be read or result not be written"),
            Self::SourceChanged => f.write_str("source is not the one that was planned for"),
            Self::Internal => f.write_str("steps do not fit together"),
        }
    }
}
