//! Facts about an image from its first bytes.

use crate::boundary::contain;
use crate::{Error, ErrorKind, Header, Limits, formats, sniff};

/// Reads an image's header; no pixel is decoded.
///
/// The whole file may be needed for animations, whose frames are counted, and for formats that
/// keep facts behind the pixels; otherwise only the first kilobytes are looked at.
///
/// # Errors
///
/// [`ErrorKind::UnknownFormat`], [`ErrorKind::CannotRead`] for formats without a decoder,
/// [`ErrorKind::Broken`], and the kinds for limits that the header exceeds.
pub fn probe(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let format = sniff(bytes).ok_or(ErrorKind::UnknownFormat)?;
    let reading = formats::reading(format).ok_or(ErrorKind::CannotRead { format })?;
    let header = contain(format, || (reading.header)(bytes, limits))?;
    limits.check_header(&header)?;
    Ok(header)
}
