//! PNG read: rows out of compressed data.

mod expand;
mod group;
mod interlaced;

pub use self::expand::Colors;
use self::expand::Expander;
use self::group::Group;
use crate::error::filled;
use crate::filter::Filter;
use crate::inflate::Inflater;
use crate::kernels::{self, Kernels, ROWS};
use crate::{ColorType, Error, Header};

/// The pixels of an image, row by row.
///
/// Chunks are the caller's: a decoder is given what the header says, the colours, and the content
/// of the `IDAT` chunks. Pixels come as samples of 8 or 16 bits, palettes and transparency applied.
///
/// # Examples
///
/// ```
/// use pixgate_png::{ColorType, Colors, Decoder, EncodeOptions, Encoder, Header, Metadata};
///
/// let header = Header { width: 2, height: 1, depth: 8, color: ColorType::Grey, interlaced: false };
/// let mut options = EncodeOptions::default();
/// options.reduce = false;
/// let mut encoder = Encoder::new(header, &options, &Metadata::default())?;
/// encoder.write_rows(&[3, 200])?;
/// let file = encoder.finish()?;
///
/// let data = &file[41..file.len() - 16];
/// let mut decoder = Decoder::new(header, &Colors::default(), std::iter::once(data))?;
/// let mut row = [0; 2];
/// decoder.read_row(&mut row)?;
/// assert_eq!(row, [3, 200]);
/// # Ok::<(), pixgate_png::Error>(())
/// ```
#[allow(missing_debug_implementations, reason = "holds pixels")]
pub struct Decoder<'a, I> {
    header: Header,
    stream: Inflater<'a, I>,
    expander: Expander,
    kernels: Kernels,
    /// The row at hand and the one above, without filters.
    row: Vec<u8>,
    above: Vec<u8>,
    /// Rows without filters that were not handed over yet.
    group: Group,
    rows: u32,
}

impl<'a, I: Iterator<Item = &'a [u8]>> Decoder<'a, I> {
    /// Starts to read pixels.
    ///
    /// - `data`: the content of the `IDAT` chunks.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] for a header that PNG does not allow or a palette that is missing, and
    /// [`Error::OutOfMemory`].
    pub fn new(header: Header, colors: &Colors<'_>, data: I) -> Result<Self, Error> {
        Self::with(header, colors, data, false)
    }

    /// As [`Decoder::new`]; the checksum of the stream is computed, for [`Decoder::ends_well`].
    ///
    /// # Errors
    ///
    /// As [`Decoder::new`].
    pub fn verifying(header: Header, colors: &Colors<'_>, data: I) -> Result<Self, Error> {
        Self::with(header, colors, data, true)
    }

    fn with(header: Header, colors: &Colors<'_>, data: I, verify: bool) -> Result<Self, Error> {
        header.check()?;
        let row = header.row_bytes();
        let together = row.saturating_add(1).saturating_mul(ROWS);
        Ok(Self {
            header,
            stream: Inflater::new(data, together, verify, kernels::read_symbols)?,
            group: Group::new(&header)?,
            expander: Expander::new(&header, colors)?,
            kernels: Kernels::detect(true),
            row: filled(row)?,
            above: filled(row)?,
            rows: 0,
        })
    }

    /// Most bytes that a decoder takes, beside the rows that it is given.
    #[must_use]
    pub const fn work_bytes(header: &Header) -> u64 {
        let row = header.row_bytes();
        let together = row.saturating_add(1).saturating_mul(ROWS);
        let stream = Inflater::<'static, std::iter::Empty<&'static [u8]>>::bytes(together);
        (row as u64)
            .saturating_mul(3 + ROWS as u64)
            .saturating_add(stream as u64)
            .saturating_add(64 << 10)
    }

    /// The samples of a pixel, of grey or red, green and blue, with or without alpha.
    #[must_use]
    pub const fn color(&self) -> ColorType {
        self.expander.color
    }

    /// Bits of a sample: 8 or 16.
    #[must_use]
    pub const fn depth(&self) -> u8 {
        self.expander.depth
    }

    /// Bytes of a row as it is handed over.
    #[must_use]
    pub const fn row_bytes(&self) -> usize {
        let sample = self.expander.depth as usize / 8;
        (self.header.width as usize)
            .saturating_mul(self.expander.color.samples())
            .saturating_mul(sample)
    }

    /// Reads the next row of an image that is not interlaced; samples of 16 bits have the high byte
    /// first.
    ///
    /// - `out`: [`Decoder::row_bytes`] long.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] and [`Error::Stream`] for what cannot be read; this row and all that
    /// follow stay as they are then. [`Error::Rows`] behind the last row, for rows of another
    /// length and for interlaced images.
    pub fn read_row(&mut self, out: &mut [u8]) -> Result<(), Error> {
        if out.len() != self.row_bytes() {
            return Err(Error::Rows);
        }
        self.read_rows(out)
    }

    /// Reads the next rows of an image that is not interlaced; [`TOGETHER`](crate::TOGETHER) at once
    /// are read faster than one by one.
    ///
    /// - `out`: whole rows.
    ///
    /// # Errors
    ///
    /// As [`Decoder::read_row`]; the rows that were read until then are there.
    pub fn read_rows(&mut self, out: &mut [u8]) -> Result<(), Error> {
        let stride = self.row_bytes();
        let left = (self.header.height - self.rows) as usize;
        let is_whole = out.len().is_multiple_of(stride) && out.len() / stride <= left;
        if !is_whole || self.header.interlaced {
            return Err(Error::Rows);
        }
        let mut out = out;
        while !out.is_empty() {
            let count = match out.get_mut(..ROWS * stride) {
                Some(out) if self.group.is_empty() && self.expander.is_idle() => {
                    self.group.fill_out(&mut self.stream, &self.kernels, out)
                }
                _ => 0,
            };
            let count = match count {
                0 => self.read_from_group(&mut out[..stride])?,
                count => count,
            };
            self.rows += u32::try_from(count).unwrap_or(u32::MAX);
            out = &mut out[count * stride..];
        }
        Ok(())
    }

    /// Reads a row that was perhaps decoded already.
    fn read_from_group(&mut self, out: &mut [u8]) -> Result<usize, Error> {
        if self.group.is_empty() {
            let left = self.header.height - self.rows;
            self.group.fill(&mut self.stream, &self.kernels, left)?;
        }
        self.expander.expand(self.group.next(), out);
        Ok(1)
    }

    /// Reads the whole image, interlaced or not.
    ///
    /// - `out`: all rows; what cannot be read stays as it is.
    ///
    /// # Errors
    ///
    /// As [`Decoder::read_row`]; what was read until then is there.
    pub fn read_image(&mut self, out: &mut [u8]) -> Result<(), Error> {
        let row = self.row_bytes();
        if Some(out.len()) != row.checked_mul(self.header.height as usize) {
            return Err(Error::Rows);
        }
        if self.header.interlaced {
            return self.read_passes(out);
        }
        self.read_rows(out)
    }

    /// Whether the stream ends behind the last row, with the right checksum if that was asked for.
    pub fn ends_well(&mut self) -> bool {
        self.stream.ends_well()
    }

    /// Reads a row of so many bytes and undoes its filter.
    fn next_row(&mut self, bytes: usize) -> Result<(), Error> {
        let filtered = self.stream.take(bytes + 1)?;
        let (code, filtered) = filtered.split_first().ok_or(Error::Truncated)?;
        let filter = Filter::from_code(*code).ok_or(Error::Stream("filter"))?;
        std::mem::swap(&mut self.row, &mut self.above);
        let row = self.row.get_mut(..bytes).unwrap_or_default();
        let above = self.above.get(..bytes).unwrap_or_default();
        (self.kernels.undo)(filter, self.header.pixel_bytes(), [above, filtered], row);
        Ok(())
    }
}

/// Decompresses a zlib stream of at most `most` bytes, as ICC profiles in PNG are.
///
/// # Errors
///
/// [`Error::Stream`] and [`Error::Truncated`] for a broken one, [`Error::Unsupported`] for one
/// that is longer, and [`Error::OutOfMemory`].
pub fn decompress_zlib(bytes: &[u8], most: usize) -> Result<Vec<u8>, Error> {
    let mut stream = Inflater::new(std::iter::once(bytes), 0, true, kernels::read_symbols)?;
    stream.take_all(most)
}
