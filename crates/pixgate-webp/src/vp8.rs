//! Key frames of VP8 (RFC 6386): planes out, a few rows at a time.
//!
//! Prediction looks at pixels before the loop filter, so that whoever scales the picture down may
//! leave the filter out: it changes what is shown, and nothing that is decoded after it.

mod bits;
mod cuts;
mod encode;
mod header;
pub(crate) mod kernels;
mod modes;
mod predict;
mod row;
mod smooth;
mod space;
mod tables;
#[cfg(test)]
mod tests;
mod tokens;
mod transform;

#[cfg(feature = "fuzzing")]
pub use self::encode::encode_seen;
pub use self::encode::{Encoder, Preset, Settings, encode_bytes};
use crate::Error;
use crate::memory::zeroed;
use bits::Bits;
use cuts::Cuts;
use header::{Frame, FrameHeader, Strength};
use kernels::Kernels;
use modes::ModeContext;
use predict::{LEFT, STRIDE};
use space::{Lines, Space};
use tokens::{Edge, Places, Residue};

/// A picture that is decoded a row of macroblocks at a time.
pub struct Decoder<'a> {
    header: FrameHeader,
    places: Places,
    /// Of pictures that are large enough for it.
    cuts: Option<Cuts>,
    modes: Bits<'a>,
    tokens: Vec<Bits<'a>>,
    context: ModeContext,
    residue: Residue,
    above: Vec<Edge>,
    /// Unfiltered pixels of the last rows of the macroblocks above.
    lines: Lines,
    /// Rows that are being decoded, with those above them that the filter may still change.
    rows: Rows,
    /// How each macroblock of the row is filtered, and whether inside as well.
    strengths: Vec<(Strength, bool)>,
    columns: usize,
    next_row: usize,
    is_filtered: bool,
    space: Space,
    kernels: &'static Kernels,
}

/// Planes of one row of macroblocks behind [`KEPT`] rows of the one above.
struct Rows {
    luma: Vec<u8>,
    chroma: [Vec<u8>; 2],
    stride: usize,
}

/// From how many bytes on it pays to work out what follows from probabilities, as measured.
const MANY_BYTES: usize = 32 << 10;

/// Luma rows that wait for the filter of the row below; it reads four and changes three.
const KEPT: usize = 8;

impl std::fmt::Debug for Decoder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder")
            .field("size", &self.header.size)
            .field("next_row", &self.next_row)
            .finish_non_exhaustive()
    }
}

impl<'a> Decoder<'a> {
    /// Reads the header of the frame.
    ///
    /// - `payload`: of a `VP8 ` chunk.
    /// - `is_filtered`: whether blocks are smoothed as the file asks for.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] for what is no key frame, [`Error::OutOfMemory`].
    pub fn new(payload: &'a [u8], is_filtered: bool) -> Result<Self, Error> {
        let Frame {
            header,
            modes,
            tokens,
        } = header::frame(payload)?;
        let columns = (header.size.0 as usize).div_ceil(16);
        let has_cuts = payload.len() >= MANY_BYTES;
        Ok(Self {
            places: Places::new(&header.token_probs),
            cuts: has_cuts
                .then(|| Cuts::new(&header.token_probs))
                .transpose()?,
            modes,
            tokens,
            context: ModeContext::new(columns)?,
            residue: Residue::new(),
            above: zeroed(columns)?,
            lines: Lines::new(columns)?,
            rows: Rows::new(columns)?,
            strengths: zeroed(columns)?,
            columns,
            next_row: 0,
            is_filtered: is_filtered && header.filter.is_on(),
            space: Space::new(),
            kernels: Kernels::detect(),
            header,
        })
    }

    /// Width and height in pixels.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        self.header.size
    }

    /// Decodes the next rows; none behind the last.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] where the data ends early.
    pub fn next_rows(&mut self) -> Result<Option<Planes<'_>>, Error> {
        let height = self.header.size.1 as usize;
        if self.next_row >= height.div_ceil(16) {
            return Ok(None);
        }
        let row = self.next_row;
        self.next_row += 1;
        if self.is_filtered {
            self.rows.advance();
        }
        (self.kernels.row)(self, row)?;
        let top = row * 16;
        let is_last = top + 16 >= height;
        let kept = if self.is_filtered { KEPT } else { 0 };
        if self.is_filtered {
            (self.kernels.filter)(self, row);
        }
        // Rows of the one above are ready now, the last of this one only if none follows.
        let start = if row == 0 { KEPT } else { KEPT - kept };
        let end = if is_last {
            KEPT + height - top
        } else {
            KEPT + 16 - kept
        };
        Ok(Some(self.rows.planes(self.header.size.0, start, end)))
    }
}

impl Rows {
    fn new(columns: usize) -> Result<Self, Error> {
        let stride = columns * 16;
        let chroma = || zeroed(stride / 2 * (KEPT / 2 + 8));
        Ok(Self {
            luma: zeroed(stride * (KEPT + 16))?,
            chroma: [chroma()?, chroma()?],
            stride,
        })
    }

    /// Copies a macroblock into its place.
    #[inline(always)]
    fn put(&mut self, space: &Space, column: usize) {
        let stride = self.stride;
        let from = space.luma.chunks_exact(STRIDE).skip(1);
        let to = self.luma.chunks_exact_mut(stride).skip(KEPT);
        for (from, to) in from.zip(to) {
            to[column * 16..column * 16 + 16].copy_from_slice(&from[LEFT..LEFT + 16]);
        }
        for (plane, area) in self.chroma.iter_mut().zip(&space.chroma) {
            let from = area.chunks_exact(STRIDE).skip(1);
            let to = plane.chunks_exact_mut(stride / 2).skip(KEPT / 2);
            for (from, to) in from.zip(to) {
                to[column * 8..column * 8 + 8].copy_from_slice(&from[LEFT..LEFT + 8]);
            }
        }
    }

    /// Moves the last rows to the front.
    fn advance(&mut self) {
        let kept = KEPT * self.stride;
        self.luma.copy_within(16 * self.stride.., 0);
        debug_assert_eq!(self.luma.len() - 16 * self.stride, kept);
        for plane in &mut self.chroma {
            plane.copy_within(8 * self.stride / 2.., 0);
        }
    }

    /// Rows without what pads them to whole macroblocks.
    fn planes(&self, width: u32, start: usize, end: usize) -> Planes<'_> {
        let (width, half) = (width as usize, self.stride / 2);
        let part = |samples, stride, width, (start, end)| PlaneRows {
            samples,
            stride,
            width,
            start,
            end,
        };
        let chroma = |plane: usize| {
            let rows = (start / 2, end.div_ceil(2));
            part(&self.chroma[plane][..], half, width.div_ceil(2), rows)
        };
        Planes {
            luma: part(&self.luma, self.stride, width, (start, end)),
            chroma: [chroma(0), chroma(1)],
        }
    }
}

/// Rows of a picture in 4:2:0: BT.601, luma 16 to 235.
#[derive(Clone, Copy, Debug)]
pub struct Planes<'a> {
    /// Y.
    pub luma: PlaneRows<'a>,
    /// Cb and Cr, of half the resolution in both directions, rounded up.
    pub chroma: [PlaneRows<'a>; 2],
}

/// Rows of one plane.
#[derive(Clone, Copy, Debug)]
pub struct PlaneRows<'a> {
    samples: &'a [u8],
    stride: usize,
    width: usize,
    start: usize,
    end: usize,
}

impl<'a> PlaneRows<'a> {
    /// How many samples a row has.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// How many rows there are.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.end - self.start
    }

    /// The rows from the top down.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        let (width, height) = (self.width, self.height());
        let rows = self.samples.chunks_exact(self.stride);
        rows.skip(self.start)
            .take(height)
            .map(move |row| &row[..width])
    }
}
