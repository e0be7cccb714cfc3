//! What can go wrong between bytes and pixels.

use std::fmt;

use pixgate_options::Format;

/// Why an image could not be read or written.
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

    /// Makes an error of this kind that a codec library reported.
    #[must_use]
    pub fn with_source(
        kind: ErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: Some(source.into()),
        }
    }

    /// The same of a file that is called so: formats share containers.
    #[cfg(feature = "avif")]
    pub(crate) fn of(mut self, called: Format) -> Self {
        if let ErrorKind::Broken { format, .. } | ErrorKind::Unsupported { format, .. } =
            &mut self.kind
        {
            *format = called;
        }
        self
    }

    /// What went wrong, with the values that matter.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
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
        Self::with_source(kind, error)
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
    /// The bytes are no image of a known format.
    UnknownFormat,
    /// The format is known, but this build cannot read it.
    CannotRead {
        /// The format of the bytes.
        format: Format,
    },
    /// The format is known, but this build cannot write it.
    CannotWrite {
        /// The format asked for.
        format: Format,
    },
    /// The data contradicts itself or ends too early.
    Broken {
        /// The format of the bytes.
        format: Format,
        /// What does not fit, in the format's own terms.
        what: &'static str,
    },
    /// A valid file that uses a feature which this build does not have.
    Unsupported {
        /// The format of the bytes.
        format: Format,
        /// The feature.
        what: &'static str,
    },
    /// A valid file that would take too much work.
    TooComplex {
        /// The format of the bytes.
        format: Format,
        /// What there is too much of.
        what: &'static str,
    },
    /// The header promises more pixels than allowed.
    TooManyPixels {
        /// Stored width.
        width: u32,
        /// Stored height.
        height: u32,
        /// Most pixels allowed.
        limit: u64,
    },
    /// A side is longer than allowed.
    SideTooLong {
        /// The side's length in pixels.
        side: u32,
        /// Longest allowed.
        limit: u32,
    },
    /// Decoding would take more memory than allowed.
    TooMuchMemory {
        /// Bytes needed.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Memory for a buffer could not be had.
    OutOfMemory {
        /// Size of the buffer, in bytes.
        bytes: u64,
    },
    /// An encoder failed.
    Encoder {
        /// The format that was being written.
        format: Format,
    },
    /// A codec library panicked; the panic was contained.
    Panicked {
        /// The format that was being read or written.
        format: Format,
    },
    /// The process in which a format was read ended before the work was done.
    Killed {
        /// The format of the bytes.
        format: Format,
        /// Why it ended.
        reason: Killed,
    },
    /// The work was given up because the caller said so.
    Stopped,
    /// No process could be started to read a format in.
    NoSandbox {
        /// The format of the bytes.
        format: Format,
    },
    /// A text's markup is not what it has to be.
    Markup {
        /// The character at which that shows, the first one being 1.
        character: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// A mistake of this project.
    Internal,
}

/// Why a process that read an image ended before the work was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Killed {
    /// It wanted more memory than its share.
    Memory {
        /// The share, in bytes.
        limit: u64,
    },
    /// It recursed deeper than its stack allows.
    Stack,
    /// It used up its share of processor time.
    CpuTime,
    /// It ended otherwise: a crash, or a signal from outside.
    Crash,
}

impl fmt::Display for Killed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory { limit } => write!(f, "needs more than its {limit} bytes of memory"),
            Self::Stack => f.write_str("is nested too deep for its stack"),
            Self::CpuTime => f.write_str("needs more than its share of processor time"),
            Self::Crash => f.write_str("made its process crash"),
        }
    }
}

/// Whose fault an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// Whoever asked: for something that cannot be made.
    Client,
    /// The picture: it is broken, or larger or stranger than allowed.
    Source,
    /// This process: its machine, or its code.
    Server,
}

impl ErrorKind {
    /// Whose fault an error of this kind is.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::CannotRead { .. } | Self::CannotWrite { .. } | Self::Markup { .. } => {
                Blame::Client
            }
            Self::UnknownFormat
            | Self::Broken { .. }
            | Self::Unsupported { .. }
            | Self::TooComplex { .. }
            | Self::TooManyPixels { .. }
            | Self::SideTooLong { .. }
            | Self::TooMuchMemory { .. }
            | Self::Panicked { .. }
            | Self::Killed { .. } => Blame::Source,
            Self::OutOfMemory { .. }
            | Self::Encoder { .. }
            | Self::Stopped
            | Self::NoSandbox { .. }
            | Self::Internal => Blame::Server,
        }
    }

    /// The identifier that logs and metrics use for this kind.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UnknownFormat => "unknown_format",
            Self::CannotRead { .. } => "unsupported_source_format",
            Self::CannotWrite { .. } => "unsupported_result_format",
            Self::Broken { .. } | Self::Unsupported { .. } | Self::Panicked { .. } => {
                "broken_image"
            }
            Self::TooComplex { .. }
            | Self::TooManyPixels { .. }
            | Self::SideTooLong { .. }
            | Self::TooMuchMemory { .. }
            | Self::Killed { .. } => "image_too_large",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::Stopped => "timeout",
            Self::NoSandbox { .. } => "no_sandbox",
            Self::Markup { .. } => "invalid_watermark_text",
            Self::Encoder { .. } | Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFormat => f.write_str("not an image of a known format"),
            Self::CannotRead { format } => {
                write!(f, "this build cannot read {format}")?;
                match feature(*format) {
                    Some(feature) => write!(f, ": that needs the cargo feature `{feature}`"),
                    None => Ok(()),
                }
            }
            Self::CannotWrite { format } => write!(f, "this build cannot write {format}"),
            Self::Broken { format, what } => write!(f, "broken {format}: {what}"),
            Self::Unsupported { format, what } => {
                write!(f, "{format} with {what} is not supported")
            }
            Self::TooComplex { format, what } => write!(f, "{format} is too complex: {what}"),
            Self::TooManyPixels {
                width,
                height,
                limit,
            } => {
                write!(f, "{width}x{height} pixels exceed the limit of {limit}")
            }
            Self::SideTooLong { side, limit } => {
                write!(f, "a side of {side} pixels exceeds the limit of {limit}")
            }
            Self::TooMuchMemory { bytes, limit } => {
                write!(f, "decoding needs {bytes} bytes, the limit is {limit}")
            }
            Self::OutOfMemory { bytes } => write!(f, "no memory for a buffer of {bytes} bytes"),
            Self::Encoder { format } => write!(f, "the {format} encoder failed"),
            Self::Panicked { format } => write!(f, "the {format} codec panicked"),
            Self::Killed { format, reason } => write!(f, "the {format} {reason}"),
            Self::Stopped => f.write_str("the work was given up"),
            Self::NoSandbox { format } => write!(f, "no process could be started to read {format}"),
            Self::Markup { character, what } => {
                write!(f, "markup at character {character}: {what}")
            }
            Self::Internal => f.write_str("pixel buffers do not fit together"),
        }
    }
}

/// The feature of this crate that reads a format, where it takes one.
const fn feature(format: Format) -> Option<&'static str> {
    match format {
        Format::Avif => Some("avif"),
        Format::Heic => Some("heic"),
        Format::Jxl => Some("jxl"),
        Format::Svg => Some("svg"),
        _ => None,
    }
}
