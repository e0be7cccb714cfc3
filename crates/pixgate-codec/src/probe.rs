//! Facts about an image from its first bytes.

use crate::{Error, ErrorKind, Header, Limits, sniff};

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
    let _ = limits;
    match format {
        format => Err(ErrorKind::CannotRead { format }.into()),
    }
}
