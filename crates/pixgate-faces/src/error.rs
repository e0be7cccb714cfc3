//! What can go wrong.

use std::fmt;

/// Why nobody knows whether there are faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// There is no memory for the copy.
    OutOfMemory,
    /// A fault of the detector.
    Broken,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfMemory => "no memory for the copy in which faces are looked for",
            Self::Broken => "the detector of faces failed",
        })
    }
}

impl std::error::Error for Error {}

impl From<pixgate_raster::Error> for Error {
    fn from(error: pixgate_raster::Error) -> Self {
        match error.kind() {
            pixgate_raster::ErrorKind::OutOfMemory { .. } => Self::OutOfMemory,
            _ => Self::Broken,
        }
    }
}
