//! The decoder of whole streams.

use super::bits::BitReader;
use super::coded::Coded;
use super::kernels::Kernels;
use super::transform::{self, Transform};
use super::window::Window;
use crate::Error;
use crate::error::broken;

/// What the first five bytes of a stream say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Pixels in a row, 1 to 16384.
    pub width: u32,
    /// Number of rows, 1 to 16384.
    pub height: u32,
    /// Whether alpha means anything; where it does not, every pixel is opaque.
    pub has_alpha: bool,
}

impl Header {
    /// Reads the header of a stream, the content of a `VP8L` chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the bytes are not those of a VP8L stream.
    pub fn read(stream: &[u8]) -> Result<Self, Error> {
        let bytes: Option<&[u8; 5]> = stream.first_chunk();
        let Some([SIGNATURE, rest @ ..]) = bytes else {
            return Err(broken("VP8L signature"));
        };
        let bits = u32::from_le_bytes(*rest);
        if bits >> 29 != 0 {
            return Err(broken("VP8L version"));
        }
        Ok(Self {
            width: (bits & 0x3FFF) + 1,
            height: (bits >> 14 & 0x3FFF) + 1,
            has_alpha: bits >> 28 == 1,
        })
    }
}

/// First byte of every stream.
pub(crate) const SIGNATURE: u8 = 0x2F;

/// A picture that comes out a row at a time.
///
/// A stream that is broken or ends early gives the rows before that, then an error.
#[derive(Debug)]
pub struct Decoder<'a> {
    header: Header,
    reader: BitReader<'a>,
    kernels: Kernels,
    transforms: Vec<Transform>,
    coded: Coded,
    window: Window,
    /// Pixels in a row that is coded, which may hold several each.
    narrow: usize,
    row: Vec<u32>,
    y: usize,
    failure: Option<Error>,
}

impl<'a> Decoder<'a> {
    /// Reads a stream, the content of a `VP8L` chunk, up to its pixels.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the header, a transform or a code is not right, and
    /// [`Error::OutOfMemory`].
    pub fn new(stream: &'a [u8]) -> Result<Self, Error> {
        let header = Header::read(stream)?;
        Self::without_header(stream.get(5..).unwrap_or_default(), header)
    }

    /// Reads a stream whose header was left out, as those of alpha planes.
    pub(crate) fn without_header(stream: &'a [u8], header: Header) -> Result<Self, Error> {
        let size = (header.width as usize, header.height as usize);
        let mut reader = BitReader::new(stream);
        let (transforms, narrow) = transform::read(&mut reader, size)?;
        let total = narrow * size.1;
        let coded = Coded::new(
            &mut reader,
            (narrow, size.1),
            true,
            entries(size.0 * size.1),
        )?;
        reader.check()?;
        Ok(Self {
            header,
            reader,
            kernels: Kernels::detect(),
            transforms,
            coded,
            window: Window::sliding(total, step(narrow))?,
            narrow,
            row: crate::memory::zeroed(size.0)?,
            y: 0,
            failure: None,
        })
    }

    /// What the stream says about itself.
    #[must_use]
    pub const fn header(&self) -> Header {
        self.header
    }

    /// Decodes the next row, from the top; none behind the last one.
    ///
    /// A pixel is alpha, red, green and blue from the highest byte to the lowest, and its alpha is
    /// to be ignored unless [`Header::has_alpha`].
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] at the first row that is broken or missing, and from then on.
    pub fn next_row(&mut self) -> Result<Option<&[u32]>, Error> {
        if self.y >= self.header.height as usize {
            return Ok(None);
        }
        let first = self.y * self.narrow;
        let end = first + self.narrow;
        if self.window.end() < end {
            self.decode_rows(end)?;
        }
        self.row[..self.narrow].copy_from_slice(self.window.from(first, self.narrow));
        for transform in self.transforms.iter_mut().rev() {
            transform.undo(&self.kernels, &mut self.row, self.y);
        }
        self.y += 1;
        Ok(Some(&self.row))
    }

    /// Decodes some rows ahead, at least to a pixel; fails only if that was not reached.
    fn decode_rows(&mut self, end: usize) -> Result<(), Error> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let step = step(self.narrow);
        self.window.make_room(step);
        let total = self.narrow * self.header.height as usize;
        let target = (self.window.end() + step).min(total);
        let decoded =
            (self.kernels.decode)(&mut self.coded, &mut self.reader, &mut self.window, target);
        let reached = self.window.end();
        decoded.or_else(|error| {
            self.failure = Some(error.clone());
            if reached >= end { Ok(()) } else { Err(error) }
        })
    }

    /// Decodes the next row to bytes of red, green, blue and alpha.
    ///
    /// - `out`: four bytes for each pixel of a row; what is missing is left out.
    ///
    /// # Errors
    ///
    /// As [`Decoder::next_row`]; `false` behind the last row.
    pub fn next_row_rgba(&mut self, out: &mut [u8]) -> Result<bool, Error> {
        let to_rgba = self.kernels.to_rgba;
        Ok(self.next_row()?.map(|row| to_rgba(row, out)).is_some())
    }

    /// Decodes the next row to bytes of red, green and blue.
    ///
    /// - `out`: three bytes for each pixel of a row; what is missing is left out.
    ///
    /// # Errors
    ///
    /// As [`Decoder::next_row`]; `false` behind the last row.
    pub fn next_row_rgb(&mut self, out: &mut [u8]) -> Result<bool, Error> {
        let to_rgb = self.kernels.to_rgb;
        Ok(self.next_row()?.map(|row| to_rgb(row, out)).is_some())
    }

    /// Decodes the next row to its greens.
    pub(crate) fn next_row_green(&mut self, out: &mut [u8]) -> Result<bool, Error> {
        let to_green = self.kernels.to_green;
        Ok(self.next_row()?.map(|row| to_green(row, out)).is_some())
    }
}

/// Most bytes that a [`Decoder`] of a picture of this size takes, its output not counted.
#[must_use]
pub fn decode_bytes(width: u32, height: u32) -> u64 {
    let room = Window::room(usize::MAX, step(width as usize)) as u64;
    let (width, pixels) = (u64::from(width), u64::from(width) * u64::from(height));
    let window = 4 * pixels.min(room);
    // While they grow there may be two copies of them.
    let tables = 2 * 4 * entries(usize::try_from(pixels).unwrap_or(usize::MAX)) as u64;
    // Tiles of 4x4 pixels: two transforms, and parts with what reading them takes.
    let tiles = width.div_ceil(4) * u64::from(height).div_ceil(4);
    let groups = tiles.min(1 << 16) * 64;
    window + tables + tiles * 16 + groups + 16 * width + (1 << 20)
}

/// How many pixels are decoded ahead.
const fn step(width: usize) -> usize {
    let rows = 1 + 4096 / width;
    rows * width
}

/// Most entries of all tables: more than encoders have use for.
const fn entries(pixels: usize) -> usize {
    (1 << 18) + pixels / 2
}
