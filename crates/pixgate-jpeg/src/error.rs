//! What can be wrong with a JPEG file.

use std::fmt;

/// Why a JPEG file was refused, or what was wrong with it although it was decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
}

impl Error {
    /// Makes an error of this kind.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind }
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
        match *error.kind() {
            pixgate_raster::ErrorKind::OutOfMemory { bytes } => {
                ErrorKind::OutOfMemory { bytes }.into()
            }
            pixgate_raster::ErrorKind::InvalidSize { width, height } => {
                ErrorKind::InvalidSize { width, height }.into()
            }
            _ => ErrorKind::OutOfMemory { bytes: u64::MAX }.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for Error {}

/// The kinds of [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The data does not begin with a start-of-image marker.
    NotJpeg,
    /// The data ends before the picture does.
    Truncated {
        /// Bytes that were there.
        length: usize,
    },
    /// A marker segment contradicts itself.
    InvalidSegment {
        /// The marker's second byte.
        marker: u8,
        /// Where the marker is, in bytes from the start.
        offset: usize,
    },
    /// A side is zero, or the whole is larger than this machine can address.
    InvalidSize {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A sampling factor is not 1 to 4, or a scan's unit has more than ten blocks.
    InvalidSampling,
    /// There are no components, or more than four.
    InvalidComponents {
        /// Components that the frame header announces.
        count: u8,
    },
    /// A scan begins before any frame header.
    MissingFrame,
    /// The file ends without a scan.
    MissingScan,
    /// A scan needs a quantisation or Huffman table that was not defined.
    MissingTable,
    /// A Huffman table has more codes than its lengths allow.
    InvalidHuffmanTable,
    /// A scan's parameters are impossible.
    InvalidScan,
    /// The data holds a code that is not in its table, or coefficients past the block's end.
    InvalidCode,
    /// A restart marker is missing or out of order.
    LostSync,
    /// There are more scans than the limit allows.
    TooManyScans {
        /// The limit.
        limit: u32,
    },
    /// Decoding needs more memory than the limit allows.
    TooMuchMemory {
        /// What it needs, in bytes.
        needed: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The file is valid, but this crate does not decode its kind.
    Unsupported {
        /// Which kind.
        feature: Unsupported,
    },
    /// The interleaved form was asked of components that no colour model is known for.
    UnknownColorModel,
    /// A metadata block does not fit into its segments.
    MetadataTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// Memory for a buffer could not be had.
    OutOfMemory {
        /// Size of the buffer that was asked for, in bytes.
        bytes: u64,
    },
}

/// Kinds of JPEG that are recognised and not decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// The lossless processes, Huffman or arithmetic.
    Lossless,
    /// The hierarchical processes.
    Hierarchical,
    /// Samples of other than 8 bits.
    Precision,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJpeg => f.write_str("data does not begin as a JPEG file does"),
            Self::Truncated { length } => write!(f, "data ends early, after {length} bytes"),
            Self::InvalidSegment { marker, offset } => {
                write!(f, "segment `{marker:#04x}` at byte {offset} is invalid")
            }
            Self::InvalidSize { width, height } => {
                write!(f, "a picture of {width}x{height} pixels cannot exist")
            }
            Self::InvalidSampling => f.write_str("sampling factors are out of range"),
            Self::InvalidComponents { count } => {
                write!(f, "{count} components, where one to four are possible")
            }
            Self::MissingFrame => f.write_str("scan without a frame header"),
            Self::MissingScan => f.write_str("no scan in the file"),
            Self::MissingTable => f.write_str("scan needs a table that is not defined"),
            Self::InvalidHuffmanTable => f.write_str("Huffman table is impossible"),
            Self::InvalidScan => f.write_str("scan parameters are impossible"),
            Self::InvalidCode => f.write_str("entropy-coded data is corrupt"),
            Self::LostSync => f.write_str("restart marker is missing or out of order"),
            Self::TooManyScans { limit } => write!(f, "more than {limit} scans"),
            Self::TooMuchMemory { needed, limit } => {
                write!(f, "decoding needs {needed} bytes, more than {limit}")
            }
            Self::Unsupported { feature } => write!(f, "{feature} is not supported"),
            Self::UnknownColorModel => f.write_str("components of no known colour model"),
            Self::MetadataTooLong { length } => {
                write!(f, "a metadata block of {length} bytes is too long")
            }
            Self::OutOfMemory { bytes } => write!(f, "no memory for a buffer of {bytes} bytes"),
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lossless => "lossless JPEG",
            Self::Hierarchical => "hierarchical JPEG",
            Self::Precision => "a sample precision other than 8 bits",
        })
    }
}
