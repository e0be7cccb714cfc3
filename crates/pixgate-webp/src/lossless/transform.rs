//! Transforms of a picture, and how they are undone a row at a time.

use super::bits::BitReader;
use super::coded::small_picture;
use super::color::Multipliers;
use super::kernels::Kernels;
use super::narrow::low8;
use super::predict::{self, BLACK};
use crate::Error;
use crate::error::broken;

/// A transform with what it keeps.
#[derive(Debug)]
pub(crate) struct Transform {
    kind: Kind,
    /// Pixels in a row that comes out.
    width: usize,
}

#[derive(Debug)]
enum Kind {
    /// Modes of tiles, and the row before, with one pixel more than it has.
    Predictor {
        tiles: Tiles,
        above: Vec<u32>,
    },
    Color(Tiles),
    Green,
    /// Colours, and how many times a row of indexes is narrower, as a number of bits.
    Palette {
        colors: Vec<u32>,
        bits: u32,
    },
}

/// A value for each square of pixels.
#[derive(Debug)]
struct Tiles {
    values: Vec<u32>,
    per_row: usize,
    bits: u32,
}

impl Tiles {
    fn read(reader: &mut BitReader<'_>, (width, height): (usize, usize)) -> Result<Self, Error> {
        let bits = 2 + reader.read(3);
        let side = 1 << bits;
        let size = (width.div_ceil(side), height.div_ceil(side));
        Ok(Self {
            values: small_picture(reader, size)?,
            per_row: size.0,
            bits,
        })
    }

    fn of_row(&self, y: usize) -> &[u32] {
        let start = (y >> self.bits) * self.per_row;
        self.values
            .get(start..start + self.per_row)
            .unwrap_or_default()
    }
}

/// Reads all transforms; the last one is undone first.
///
/// Gives them with how many pixels a row has behind all of them.
pub(crate) fn read(
    reader: &mut BitReader<'_>,
    (width, height): (usize, usize),
) -> Result<(Vec<Transform>, usize), Error> {
    let mut transforms = Vec::new();
    let mut seen = [false; 4];
    let mut narrow = width;
    while reader.flag() {
        let kind = reader.read(2);
        if std::mem::replace(&mut seen[kind as usize], true) {
            return Err(broken("a transform that comes twice"));
        }
        let width = narrow;
        let kind = match kind {
            0 => Kind::Predictor {
                tiles: Tiles::read(reader, (width, height))?,
                above: crate::memory::zeroed(width + 1)?,
            },
            1 => Kind::Color(Tiles::read(reader, (width, height))?),
            2 => Kind::Green,
            _ => {
                let (colors, bits) = read_palette(reader)?;
                narrow = width.div_ceil(1 << bits);
                Kind::Palette { colors, bits }
            }
        };
        reader.check()?;
        transforms.push(Transform { kind, width });
    }
    Ok((transforms, narrow))
}

/// Colours are stored as differences; indexes beyond them mean nothing.
fn read_palette(reader: &mut BitReader<'_>) -> Result<(Vec<u32>, u32), Error> {
    let count = reader.read(8) as usize + 1;
    let bits = match count {
        ..=2 => 3,
        3..=4 => 2,
        5..=16 => 1,
        _ => 0,
    };
    let mut colors = small_picture(reader, (count, 1))?;
    let mut last = 0;
    for color in &mut colors {
        last = predict::add(last, *color);
        *color = last;
    }
    colors.resize(1 << (8 >> bits), 0);
    Ok((colors, bits))
}

impl Transform {
    /// Undoes it for the next row.
    ///
    /// - `row`: at first as many pixels as come in, then as many as come out.
    pub(crate) fn undo(&mut self, kernels: &Kernels, row: &mut [u32], y: usize) {
        match &mut self.kind {
            Kind::Predictor { tiles, above } => {
                unpredict(kernels, tiles, above, &mut row[..self.width], y);
            }
            Kind::Color(tiles) => {
                let parts = row[..self.width].chunks_mut(1 << tiles.bits);
                for (part, &value) in parts.zip(tiles.of_row(y)) {
                    (kernels.join)(Multipliers::from_argb(value), part);
                }
            }
            Kind::Green => (kernels.add_green)(&mut row[..self.width]),
            Kind::Palette { colors, bits } => expand(colors, *bits, &mut row[..self.width]),
        }
    }
}

fn unpredict(kernels: &Kernels, tiles: &Tiles, above: &mut [u32], row: &mut [u32], y: usize) {
    let Some((first, rest)) = row.split_first_mut() else {
        return;
    };
    if y == 0 {
        *first = predict::add(*first, BLACK);
        (kernels.restore)(1, rest, above, *first);
    } else {
        *first = predict::add(*first, above[0]);
        above[rest.len() + 1] = *first;
        let side = 1_usize << tiles.bits;
        let mut left = *first;
        let mut start = 0;
        for (x, &tile) in tiles.of_row(y).iter().enumerate() {
            let end = ((x + 1) * side - 1).min(rest.len());
            let part = &mut rest[start..end];
            (kernels.restore)(low8(tile >> 8) & 15, part, &above[start..end + 2], left);
            left = part.last().copied().unwrap_or(left);
            start = end;
        }
    }
    above[..row.len()].copy_from_slice(row);
}

/// Turns indexes in green, several to a pixel, into colours; from the last on, in place.
fn expand(colors: &[u32], bits: u32, row: &mut [u32]) {
    let color = |index: u32| colors.get(index as usize).copied().unwrap_or_default();
    if bits == 0 {
        for pixel in row {
            *pixel = color(*pixel >> 8 & 0xFF);
        }
        return;
    }
    let each = 8 >> bits;
    let mask = (1 << each) - 1;
    let inside = (1_usize << bits) - 1;
    for x in (0..row.len()).rev() {
        let packed = row[x >> bits] >> 8 & 0xFF;
        let shift = each * super::narrow::count32(x & inside);
        row[x] = color(packed >> shift & mask);
    }
}
