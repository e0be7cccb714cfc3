//! Rows into a zlib stream, part by part.

use super::choose::{Picture, Plan, hints};
use super::strategy::Filters;
use crate::Error;
use crate::deflate::{Input, Parse, WINDOW, Zlib};

/// The compressed pixels of an image.
pub(crate) struct Stream {
    zlib: Zlib,
    /// Filtered rows: the window, then what is to be compressed.
    filtered: Vec<u8>,
}

impl Stream {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self {
            zlib: Zlib::new()?,
            filtered: Vec::new(),
        })
    }

    /// Compresses rows.
    ///
    /// - `is_last`: they end the stream.
    pub(crate) fn write(
        &mut self,
        picture: &Picture<'_>,
        plan: &Plan,
        is_last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if picture.rows.is_empty() {
            return self.end(is_last, out);
        }
        let stride = picture.stride;
        let mut filters = Filters::new(stride, picture.pixel)?;
        let part = (PART / stride).max(1) * stride;
        let mut above = picture.above;
        let count = picture.rows.len().div_ceil(part);
        for (i, rows) in picture.rows.chunks(part).enumerate() {
            self.drop_front();
            let from = self.filtered.len();
            filters.append(rows, stride, above, plan.strategy, &mut self.filtered)?;
            let input = Input {
                data: &self.filtered,
                from,
                hints: hints(picture),
            };
            let ends = is_last && i + 1 == count;
            self.zlib.compress(&input, plan.parse, ends, out)?;
            above = rows.get(rows.len() - stride..).unwrap_or_default();
        }
        Ok(())
    }

    /// Ends the stream behind what was written.
    fn end(&mut self, is_last: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let input = Input {
            data: &self.filtered,
            from: self.filtered.len(),
            hints: [0; 2],
        };
        if is_last {
            self.zlib.compress(&input, Parse::Fast, true, out)?;
        }
        Ok(())
    }

    /// Keeps the window.
    fn drop_front(&mut self) {
        let too_much = self.filtered.len().saturating_sub(WINDOW);
        let by = too_much / WINDOW * WINDOW;
        if by > 0 {
            self.filtered.drain(..by);
            self.zlib.slide(by);
        }
    }
}

/// Bytes that are filtered and compressed at once.
const PART: usize = 256 << 10;
