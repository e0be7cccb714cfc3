//! What can go wrong with pixels in memory.

use std::fmt;

/// Why a pixel operation was refused.
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
    /// Memory for a buffer could not be had.
    OutOfMemory {
        /// Size of the buffer that was asked for, in bytes.
        bytes: u64,
    },
    /// A side is zero, or the whole is larger than this machine can address.
    InvalidSize {
        /// Width asked for, in pixels.
        width: u32,
        /// Height asked for, in pixels.
        height: u32,
    },
    /// A buffer's length does not fit its layout.
    BufferMismatch {
        /// Samples that the layout needs.
        expected: u64,
        /// Samples that were given.
        actual: u64,
    },
    /// A rectangle or row range leaves the image.
    OutOfBounds,
    /// The operation does not exist for this arrangement of channels or this depth.
    UnsupportedLayout,
    /// The caller's `stop` asked to give up.
    Stopped,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfMemory { bytes } => write!(f, "no memory for a buffer of {bytes} bytes"),
            Self::InvalidSize { width, height } => {
                write!(f, "an image of {width}x{height} pixels cannot exist")
            }
            Self::BufferMismatch { expected, actual } => {
                write!(
                    f,
                    "buffer has {actual} samples where its layout needs {expected}"
                )
            }
            Self::OutOfBounds => f.write_str("rectangle leaves the image"),
            Self::UnsupportedLayout => f.write_str("not possible for this pixel layout"),
            Self::Stopped => f.write_str("stopped by the caller"),
        }
    }
}

/// Gives up if the caller wants it.
pub(crate) fn go_on(stop: &dyn Fn() -> bool) -> Result<(), Error> {
    if stop() {
        return Err(ErrorKind::Stopped.into());
    }
    Ok(())
}
