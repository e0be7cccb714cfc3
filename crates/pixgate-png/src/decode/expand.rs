//! Samples of 8 or 16 bits out of fewer, out of indices, with transparency as alpha.

use crate::{ColorType, Error, Header};

/// What samples stand for, by the chunks of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Colors<'a> {
    /// Content of `PLTE`: red, green and blue of each entry.
    pub palette: &'a [u8],
    /// Content of `tRNS`; one that does not fit the kind of image counts for nothing.
    pub transparency: &'a [u8],
}

/// Turns rows as they are stored into rows as they are handed over.
pub(super) struct Expander {
    pub(super) color: ColorType,
    pub(super) depth: u8,
    stored: Header,
    how: How,
}

enum How {
    Same,
    /// By a table of what each sample below 256 stands for.
    Table(Box<[[u8; 4]; 256]>),
    /// The pixel that is transparent, as it is stored; of 8 or 16 bits.
    Key(Vec<u8>),
}

impl Expander {
    pub(super) fn new(header: &Header, colors: &Colors<'_>) -> Result<Self, Error> {
        let clear = colors.transparency;
        let (color, how) = match header.color {
            ColorType::Palette => {
                if colors.palette.len() < 3 {
                    return Err(Error::Broken("palette missing"));
                }
                let color = if clear.is_empty() {
                    ColorType::Rgb
                } else {
                    ColorType::Rgba
                };
                (color, How::Table(Box::new(palette_table(colors))))
            }
            ColorType::Grey if header.depth < 8 => {
                let color = match clear.len() {
                    2 => ColorType::GreyAlpha,
                    _ => ColorType::Grey,
                };
                (color, How::Table(Box::new(grey_table(header.depth, clear))))
            }
            ColorType::Grey if clear.len() == 2 => (ColorType::GreyAlpha, key(header, clear)),
            ColorType::Rgb if clear.len() == 6 => (ColorType::Rgba, key(header, clear)),
            color => (color, How::Same),
        };
        Ok(Self {
            color,
            depth: header.depth.max(8),
            stored: *header,
            how,
        })
    }

    /// Whether rows are handed over as they are stored.
    pub(super) const fn is_idle(&self) -> bool {
        matches!(self.how, How::Same)
    }

    /// Expands a row of as many pixels as `out` has room for.
    pub(super) fn expand(&self, row: &[u8], out: &mut [u8]) {
        match &self.how {
            How::Same => out.copy_from_slice(row.get(..out.len()).unwrap_or_default()),
            How::Table(table) => match self.color {
                ColorType::Grey => self.by_table::<1>(table, row, out),
                ColorType::GreyAlpha => self.by_table::<2>(table, row, out),
                ColorType::Rgb => self.by_table::<3>(table, row, out),
                _ => self.by_table::<4>(table, row, out),
            },
            How::Key(key) => match key.len() {
                1 => by_key::<1, 2>(key, row, out),
                2 => by_key::<2, 4>(key, row, out),
                3 => by_key::<3, 4>(key, row, out),
                _ => by_key::<6, 8>(key, row, out),
            },
        }
    }

    fn by_table<const N: usize>(&self, table: &[[u8; 4]; 256], row: &[u8], out: &mut [u8]) {
        let pixels = out.as_chunks_mut::<N>().0;
        let entry = |value: u8| table[usize::from(value)].first_chunk().copied();
        if self.stored.depth == 8 {
            for (pixel, value) in pixels.iter_mut().zip(row) {
                *pixel = entry(*value).unwrap_or([0; N]);
            }
            return;
        }
        let depth = u32::from(self.stored.depth);
        let per_byte = 8 / depth as usize;
        for (group, byte) in pixels.chunks_mut(per_byte).zip(row) {
            let mut left = *byte;
            for pixel in group {
                *pixel = entry(left >> (8 - depth)).unwrap_or([0; N]);
                left <<= depth;
            }
        }
    }
}

/// Indices beyond the palette are black, and opaque.
fn palette_table(colors: &Colors<'_>) -> [[u8; 4]; 256] {
    let mut table = [[0, 0, 0, 255]; 256];
    for (entry, [r, g, b]) in table.iter_mut().zip(colors.palette.as_chunks::<3>().0) {
        *entry = [*r, *g, *b, 255];
    }
    for (entry, alpha) in table.iter_mut().zip(colors.transparency) {
        entry[3] = *alpha;
    }
    table
}

/// Black to white, evenly; in the second place alpha.
fn grey_table(depth: u8, clear: &[u8]) -> [[u8; 4]; 256] {
    let most = (1_u16 << depth) - 1;
    let mut table = [[0; 4]; 256];
    for (value, entry) in (0..=most).zip(&mut table) {
        let is_clear = clear.len() == 2 && clear == value.to_be_bytes();
        let alpha = if is_clear { 0 } else { 255 };
        *entry = [
            u8::try_from(value * (255 / most)).unwrap_or(255),
            alpha,
            0,
            0,
        ];
    }
    table
}

/// The transparent pixel in as many bytes as it is stored in.
fn key(header: &Header, clear: &[u8]) -> How {
    if header.depth == 16 {
        return How::Key(clear.to_vec());
    }
    let pairs = clear.as_chunks::<2>().0;
    How::Key(pairs.iter().map(|pair| pair[1]).collect())
}

fn by_key<const FROM: usize, const TO: usize>(key: &[u8], row: &[u8], out: &mut [u8]) {
    let pixels = out.as_chunks_mut::<TO>().0;
    for (to, from) in pixels.iter_mut().zip(row.as_chunks::<FROM>().0) {
        let alpha = if from == key { 0 } else { 255 };
        *to = [alpha; TO];
        to[..FROM].copy_from_slice(from);
    }
}
