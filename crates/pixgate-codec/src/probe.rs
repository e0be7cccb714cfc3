//! Facts about an image from its first bytes.

use pixgate_options::Format;

use crate::boundary::contain;
#[cfg(feature = "avif")]
use crate::heif;
#[cfg(feature = "jxl")]
use crate::jxl;
#[cfg(feature = "svg")]
use crate::svg;
use crate::{Error, ErrorKind, Header, Limits, bmp, gif, ico, jpeg, png, sniff, tiff, webp};

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
    let header = contain(format, || read_header(format, bytes, limits))?;
    limits.check_header(&header)?;
    Ok(header)
}

fn read_header(format: Format, bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    match format {
        Format::Jpeg => jpeg::header(bytes, limits),
        Format::Png => png::header(bytes, limits),
        Format::Webp => webp::header(bytes, limits),
        Format::Gif => gif::header(bytes, limits),
        Format::Bmp => bmp::header(bytes, limits),
        Format::Ico => ico::header(bytes, limits),
        Format::Tiff => tiff::header(bytes, limits),
        #[cfg(feature = "avif")]
        Format::Avif | Format::Heic => heif::header(format, bytes, limits),
        #[cfg(feature = "jxl")]
        Format::Jxl => jxl::header(bytes, limits),
        #[cfg(feature = "svg")]
        Format::Svg => svg::header(bytes, limits),
        _ => Err(ErrorKind::CannotRead { format }.into()),
    }
}
