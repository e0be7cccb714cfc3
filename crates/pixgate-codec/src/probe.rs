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

/// Reads the headers of pages, for a file whose pages differ ([`Format::Tiff`]); of others the
/// header that was read comes back, since their frames have one size.
///
/// - `header`: what [`probe`] gave.
/// - `first`: counted from 0; behind the last page it is the last.
/// - `count`: how many are wanted; as many as there are come, the first one's header with the
///   others [below it](crate::Parts::below).
///
/// # Errors
///
/// Those of [`probe`], also if the pages together exceed the limit of pixels.
///
/// [`Format::Tiff`]: pixgate_options::Format::Tiff
pub fn probe_pages(
    bytes: &[u8],
    header: Header,
    (first, count): (u32, u32),
    limits: &Limits,
) -> Result<Header, Error> {
    let format = header.format;
    let Some(pages) = formats::reading(format).and_then(|reading| reading.pages) else {
        return Ok(header);
    };
    let header = contain(format, || pages(bytes, first, count, limits))?;
    limits.check_header(&header)?;
    Ok(header)
}
