//! The formats: one row each, with everything that this build can do with it.

use pixgate_options::Format;

use crate::row::{Reading, Row, Writing};

/// The row of a format; none for those that cannot be sources or results of any build.
pub(crate) const fn row(format: Format) -> Option<&'static Row> {
    let mut i = 0;
    while i < FORMATS.len() {
        if FORMATS[i].format as u8 == format as u8 {
            return Some(FORMATS[i]);
        }
        i += 1;
    }
    None
}

/// What can be done with files of a format.
pub(crate) const fn reading(format: Format) -> Option<&'static Reading> {
    match row(format) {
        Some(row) => row.reading.as_ref(),
        None => None,
    }
}

/// How files of a format are made.
pub(crate) const fn writing(format: Format) -> Option<&'static Writing> {
    match row(format) {
        Some(row) => row.writing.as_ref(),
        None => None,
    }
}

/// All formats, in the order in which imgproxy 4 looks for their signatures.
pub(crate) const FORMATS: &[&Row] = &[
    &crate::jpeg::FORMAT,
    &JXL,
    &crate::png::FORMAT,
    &crate::webp::FORMAT,
    &crate::gif::FORMAT,
    &crate::ico::FORMAT,
    &HEIC,
    &AVIF,
    &crate::bmp::FORMAT,
    &crate::tiff::FORMAT,
    &SVG,
];

#[cfg(feature = "jxl")]
use crate::jxl::FORMAT as JXL;
#[cfg(not(feature = "jxl"))]
const JXL: Row = Row::unread(Format::Jxl, crate::signature::JXL);
#[cfg(feature = "avif")]
use crate::heif::{AVIF, HEIC};
#[cfg(not(feature = "avif"))]
const AVIF: Row = Row::unread(Format::Avif, crate::signature::AVIF);
#[cfg(not(feature = "avif"))]
const HEIC: Row = Row::unread(Format::Heic, crate::signature::HEIC);
#[cfg(feature = "svg")]
use crate::svg::FORMAT as SVG;
#[cfg(not(feature = "svg"))]
const SVG: Row = Row::unread(Format::Svg, &[]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_one_row_but_those_that_cannot_be_sources() {
        for format in Format::ALL {
            let rows = FORMATS.iter().filter(|row| row.format == format).count();
            let expected = !matches!(format, Format::Pdf | Format::Mp4 | Format::Best);
            assert_eq!(rows, usize::from(expected), "{format:?}");
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        for row in FORMATS {
            assert!(row.writing.is_none() || row.reading.is_some());
        }
    }
}
