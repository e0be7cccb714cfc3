//! The formats: one row each, with everything that this build can do with it.

use pixgate_options::Format;
use pixgate_raster::Layout;

use crate::{
    AnimationEncoder, DecodeRequest, Decoder, EncodeSettings, Encoder, Error, Frames, Header,
    Limits, Metadata, OutputLayout, Pixels,
};

/// A format and its verbs.
pub(crate) struct Row {
    pub(crate) format: Format,
    /// What its files begin with; empty for text, which is looked into.
    pub(crate) signatures: &'static [&'static [Option<u8>]],
    /// None if this build has no decoder.
    pub(crate) reading: Option<Reading>,
    /// None if this build has no encoder.
    pub(crate) writing: Option<Writing>,
}

/// What can be done with files of a format.
pub(crate) struct Reading {
    /// Reads the facts; no pixel is decoded.
    pub(crate) header: fn(&[u8], &Limits) -> Result<Header, Error>,
    /// As [`crate::decode_bytes`].
    pub(crate) decode_bytes: fn(&Header, &DecodeRequest) -> u64,
    /// Starts to decode what was probed and is within the limits.
    pub(crate) open: OpenFn,
    /// Starts to read an animation.
    pub(crate) frames: Option<FramesFn>,
    /// As [`crate::is_sound`].
    pub(crate) is_sound: Option<IsSoundFn>,
    /// As [`crate::replace_metadata`].
    pub(crate) replace_metadata: Option<ReplaceFn>,
}

/// How files of a format are made.
pub(crate) struct Writing {
    /// Encodes a whole image.
    pub(crate) encode: fn(&Pixels, &EncodeSettings, &Metadata) -> Result<Vec<u8>, Error>,
    /// As [`crate::encode_bytes`]; see [`collected_bytes`].
    pub(crate) encode_bytes: fn(OutputLayout, &EncodeSettings) -> u64,
    /// Starts an encoder that takes bands as they come; without one they are collected.
    pub(crate) stream: Option<StreamFn>,
    /// How animations are written.
    pub(crate) animation: Option<AnimationWriting>,
}

/// How animations of a format are made.
pub(crate) struct AnimationWriting {
    /// Starts one.
    pub(crate) open: AnimationFn,
    /// Bytes that the encoder takes for each pixel of the canvas.
    pub(crate) pixel_bytes: u64,
}

type OpenFn =
    for<'a> fn(&'a [u8], &Header, &DecodeRequest, &Limits) -> Result<Box<dyn Decoder + 'a>, Error>;
type FramesFn = for<'a> fn(&'a [u8], &Header, &Limits) -> Result<Box<dyn Frames + 'a>, Error>;
type IsSoundFn = fn(&[u8], &Header, &Limits) -> bool;
type ReplaceFn = fn(&[u8], &Metadata) -> Option<Vec<u8>>;
type StreamFn = fn(OutputLayout, &EncodeSettings, &Metadata) -> Result<Box<dyn Encoder>, Error>;
type AnimationFn =
    fn(Layout, &EncodeSettings, &Metadata) -> Result<Box<dyn AnimationEncoder>, Error>;

impl Row {
    /// A format that is recognised and no more.
    #[cfg(not(all(feature = "avif", feature = "jxl", feature = "svg")))]
    const fn unread(format: Format, signatures: &'static [&'static [Option<u8>]]) -> Self {
        Self {
            format,
            signatures,
            reading: None,
            writing: None,
        }
    }
}

/// What an encoder takes that collects the bands and then takes `work` bytes more.
pub(crate) fn collected_bytes(layout: OutputLayout, work: u64) -> u64 {
    layout.bytes().saturating_add(work).saturating_add(4 << 20)
}

/// Pixels of a layout.
pub(crate) fn pixels(layout: OutputLayout) -> u64 {
    let (width, height) = layout.size();
    u64::from(width) * u64::from(height)
}

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
const JXL: Row = Row::unread(Format::Jxl, crate::sniff::JXL);
#[cfg(feature = "avif")]
use crate::heif::{AVIF, HEIC};
#[cfg(not(feature = "avif"))]
const AVIF: Row = Row::unread(Format::Avif, crate::sniff::AVIF);
#[cfg(not(feature = "avif"))]
const HEIC: Row = Row::unread(Format::Heic, crate::sniff::HEIC);
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
