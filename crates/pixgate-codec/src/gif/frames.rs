//! The frames of a file, one after the other, and the indices of their pixels.

use weezl::BitOrder;
use weezl::decode::Decoder as Lzw;

use crate::bytes::{le16, slice};

/// A frame whose pixels are still compressed.
pub(super) struct Frame<'a> {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) disposal: Disposal,
    /// The index that shows what is below.
    pub(super) transparent: Option<u8>,
    pub(super) delay_ms: u32,
    /// Red, green and blue of each index, if the frame has colours of its own.
    pub(super) palette: Option<&'a [u8]>,
    is_interlaced: bool,
    code_bits: u8,
    /// Sub-blocks.
    data: &'a [u8],
}

/// What becomes of a frame before the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disposal {
    /// It stays.
    Keep,
    /// Its area becomes transparent.
    Clear,
    /// What was there before comes back.
    Restore,
}

/// What a graphic control extension says of the frame behind it.
#[derive(Clone, Copy)]
pub(super) struct Control {
    pub(super) disposal: Disposal,
    transparent: Option<u8>,
    pub(super) has_transparent: bool,
    pub(super) delay_ms: u32,
}

impl Default for Control {
    fn default() -> Self {
        Self {
            disposal: Disposal::Keep,
            transparent: None,
            has_transparent: false,
            delay_ms: MISSING_DELAY_MS,
        }
    }
}

impl Control {
    /// - `fields`: content of the extension.
    pub(super) fn read(fields: &[u8]) -> Option<Self> {
        let flags = *fields.first()?;
        let has_transparent = flags & 1 == 1;
        Some(Self {
            disposal: match flags >> 2 & 7 {
                2 => Disposal::Clear,
                3 => Disposal::Restore,
                _ => Disposal::Keep,
            },
            transparent: fields.get(3).copied().filter(|_| has_transparent),
            has_transparent,
            delay_ms: match le16(fields, 1)? {
                0 | 1 => MISSING_DELAY_MS,
                hundredths => u32::from(hundredths) * 10,
            },
        })
    }
}

impl<'a> Frame<'a> {
    /// Reads a frame.
    ///
    /// - `descriptor`: nine bytes.
    /// - `palette`, `code_bits`, `data`: what follows it.
    pub(super) fn new(
        descriptor: &[u8],
        control: Control,
        palette: &'a [u8],
        (code_bits, data): (u8, &'a [u8]),
    ) -> Option<Self> {
        let field = |at| le16(descriptor, at).map(usize::from);
        Some(Self {
            left: field(0)?,
            top: field(2)?,
            width: field(4)?,
            height: field(6)?,
            disposal: control.disposal,
            transparent: control.transparent,
            delay_ms: control.delay_ms,
            palette: color_table(*descriptor.get(8)?).0.map(|_| palette),
            is_interlaced: descriptor.get(8)? & 0x40 != 0,
            code_bits,
            data,
        })
    }

    pub(super) const fn is_interlaced(&self) -> bool {
        self.is_interlaced
    }

    /// Decompresses the frame row by row, as far as its data goes.
    ///
    /// - `row`: room for a row of indices.
    /// - `draw`: takes the number of a row and its first indices, and says whether more are wanted.
    pub(super) fn each_row(&self, row: &mut [u8], mut draw: impl FnMut(usize, &[u8]) -> bool) {
        // Code sizes outside of this do not exist; the frame has no pixels then.
        if !(1..=11).contains(&self.code_bits) || row.is_empty() {
            return;
        }
        let mut indices = Indices {
            lzw: Lzw::new(BitOrder::Lsb, self.code_bits),
            data: self.data,
            piece: &[],
        };
        for number in 0..self.height {
            let count = indices.fill(row);
            let wants_more = draw(self.place(number), row.get(..count).unwrap_or_default());
            if count < row.len() || !wants_more {
                break;
            }
        }
    }

    /// Where the row is shown that is stored as number `number`: every eighth first, then those
    /// between (GIF89a, appendix E).
    fn place(&self, number: usize) -> usize {
        if !self.is_interlaced {
            return number;
        }
        let mut rest = number;
        for (first, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
            let rows = self.height.saturating_sub(first).div_ceil(step);
            if rest < rows {
                return first + rest * step;
            }
            rest -= rows;
        }
        number
    }
}

/// Indices being decompressed.
struct Indices<'a> {
    lzw: Lzw,
    /// Sub-blocks behind the piece.
    data: &'a [u8],
    piece: &'a [u8],
}

impl Indices<'_> {
    /// Fills as much as the data gives: less than all of it at its end or at its first fault.
    fn fill(&mut self, row: &mut [u8]) -> usize {
        let mut count = 0;
        while count < row.len() {
            let to = row.get_mut(count..).unwrap_or_default();
            let result = self.lzw.decode_bytes(self.piece, to);
            self.piece = self.piece.get(result.consumed_in..).unwrap_or_default();
            count += result.consumed_out;
            // The decoder may still hold what it has read, also behind the end code.
            let has_moved = result.consumed_in > 0 || result.consumed_out > 0;
            let goes_on = has_moved || (self.piece.is_empty() && self.next_piece());
            if result.status.is_err() || !goes_on {
                break;
            }
        }
        count
    }

    fn next_piece(&mut self) -> bool {
        let length = usize::from(self.data.first().copied().unwrap_or(0));
        let rest = self.data.get(1..).unwrap_or_default();
        self.piece = slice(rest, 0, length).unwrap_or(rest);
        self.data = rest.get(length..).unwrap_or_default();
        length > 0 && !self.piece.is_empty()
    }
}

/// How long browsers show a frame whose delay is too short to be meant.
const MISSING_DELAY_MS: u32 = 100;

/// Bits of an index and bytes of a colour table, by the flags that announce it.
pub(super) fn color_table(flags: u8) -> (Option<u8>, usize) {
    if flags & 0x80 == 0 {
        return (None, 0);
    }
    let bits = (flags & 7) + 1;
    (Some(bits), 3 << bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(data: &[u8], (width, height): (usize, usize), is_interlaced: bool) -> Frame<'_> {
        Frame {
            left: 0,
            top: 0,
            width,
            height,
            disposal: Disposal::Keep,
            transparent: None,
            delay_ms: 0,
            palette: None,
            is_interlaced,
            code_bits: 2,
            data,
        }
    }

    fn rows(frame: &Frame<'_>) -> Vec<(usize, Vec<u8>)> {
        let mut rows = Vec::new();
        let mut row = vec![0; frame.width];
        frame.each_row(&mut row, |y, indices| {
            rows.push((y, indices.to_vec()));
            true
        });
        rows
    }

    /// Sub-blocks of indices, of at most `most` bytes each.
    fn compressed(indices: &[u8], most: usize) -> Vec<u8> {
        let data = weezl::encode::Encoder::new(BitOrder::Lsb, 2)
            .encode(indices)
            .unwrap();
        let blocks = data.chunks(most);
        let mut blocks = blocks.fold(Vec::new(), |mut all, block| {
            all.push(u8::try_from(block.len()).unwrap());
            all.extend_from_slice(block);
            all
        });
        blocks.push(0);
        blocks
    }

    #[test]
    fn rows_come_out_of_sub_blocks_and_in_their_places() {
        let indices = [0, 1, 2, 3, 3, 2, 1, 0, 1, 1];
        for most in [1, 2, 255] {
            let data = compressed(&indices, most);
            let plain = rows(&frame(&data, (2, 5), false));
            assert_eq!(plain[4], (4, vec![1, 1]), "{most}");
            let places: Vec<_> = rows(&frame(&data, (2, 5), true));
            let places: Vec<_> = places.iter().map(|(y, _)| *y).collect();
            assert_eq!(places, [0, 4, 2, 1, 3]);
        }
    }

    #[test]
    fn what_is_missing_is_not_drawn() {
        let data = compressed(&[1, 2, 3], 255);
        let found = rows(&frame(&data, (2, 5), false));
        assert_eq!(found, [(0, vec![1, 2]), (1, vec![3])]);
        for cut in 0..data.len() {
            rows(&frame(&data[..cut], (2, 5), false));
        }
    }
}
