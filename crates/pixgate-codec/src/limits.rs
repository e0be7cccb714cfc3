//! Bounds that hold before and while an image is decoded.

use pixgate_options::Format;

use crate::room::check_room;
use crate::{Error, ErrorKind, Header, OutputLayout};

/// What a decoder may use. All are strict: they are checked against the header before a decoder
/// runs, and again against what the decoder says it will produce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Limits {
    /// Most pixels in a frame (of the stored size).
    pub max_frame_pixels: u64,
    /// Most bytes that the decoder and the pixels it hands over may take.
    pub max_decode_bytes: u64,
    /// Longest side in pixels.
    pub max_side: u32,
    /// Most bytes of each metadata block (ICC, EXIF, XMP).
    pub max_metadata_bytes: u64,
    /// Most bytes of an SVG file.
    pub max_svg_bytes: u64,
    /// Whether the process may end where memory runs out, as one in a sandbox may. If not, work of
    /// libraries that end it then is refused where its memory cannot be had at once.
    pub is_expendable: bool,
}

impl Default for Limits {
    /// 50 megapixels as imgproxy has it, 1 GiB, 65535 pixels, 16 MiB of metadata, 10 MB of SVG.
    fn default() -> Self {
        Self {
            max_frame_pixels: 50_000_000,
            max_decode_bytes: 1 << 30,
            max_side: 65_535,
            max_metadata_bytes: 16 << 20,
            max_svg_bytes: 10_000_000,
            is_expendable: false,
        }
    }
}

impl Limits {
    /// Checks a stored size; drawings are drawn at the size asked for, whatever they declare.
    pub(crate) fn check_header(&self, header: &Header) -> Result<(), Error> {
        if header.format == Format::Svg {
            return Ok(());
        }
        self.check_size(header.width, header.height)
    }

    /// Checks a size.
    pub(crate) fn check_size(&self, width: u32, height: u32) -> Result<(), Error> {
        let side = width.max(height);
        if side > self.max_side {
            let limit = self.max_side;
            return Err(ErrorKind::SideTooLong { side, limit }.into());
        }
        self.check_pixels(width, height)
    }

    /// Checks a number of pixels.
    pub(crate) fn check_pixels(&self, width: u32, height: u32) -> Result<(), Error> {
        if u64::from(width) * u64::from(height) > self.max_frame_pixels {
            let limit = self.max_frame_pixels;
            return Err(ErrorKind::TooManyPixels {
                width,
                height,
                limit,
            }
            .into());
        }
        Ok(())
    }

    /// Checks what a decoder says it will hand over.
    pub(crate) fn check_layout(&self, layout: OutputLayout) -> Result<(), Error> {
        let (width, height) = layout.size();
        self.check_size(width, height)?;
        self.check_bytes(layout.bytes())
    }

    /// Looks for the memory of work that is about to begin.
    pub(crate) fn check_room(&self, format: Format, bytes: u64) -> Result<(), Error> {
        if self.is_expendable {
            return Ok(());
        }
        check_room(format, bytes)
    }

    pub(crate) fn check_bytes(&self, bytes: u64) -> Result<(), Error> {
        let limit = self.max_decode_bytes;
        if bytes > limit {
            return Err(ErrorKind::TooMuchMemory { bytes, limit }.into());
        }
        Ok(())
    }
}
