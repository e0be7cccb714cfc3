//! Errors of files, and what the library's errors mean.

use ::tiff::{TiffError, TiffUnsupportedError};
use pixgate_options::Format;

use crate::{Error, ErrorKind};

pub(super) fn error(error: TiffError) -> Error {
    let format = Format::Tiff;
    let kind = match &error {
        TiffError::LimitsExceeded => return broken("a field larger than allowed"),
        TiffError::UnsupportedError(TiffUnsupportedError::UnknownInterpretation) => {
            return broken("colour model missing");
        }
        TiffError::UnsupportedError(_) => ErrorKind::Unsupported {
            format,
            what: "a compression or sample layout that the library does not have",
        },
        _ => ErrorKind::Broken {
            format,
            what: "tags or compressed data",
        },
    };
    Error::with_source(kind, error)
}

pub(super) fn broken(what: &'static str) -> Error {
    let format = Format::Tiff;
    ErrorKind::Broken { format, what }.into()
}

pub(super) fn unsupported(what: &'static str) -> Error {
    let format = Format::Tiff;
    ErrorKind::Unsupported { format, what }.into()
}
