//! Palettes: blocks of few colours, each sample said by its place in a list (sections 5.11.46 to
//! 5.11.50).

mod cluster;
mod colors;
mod map;

use std::cmp::Ordering;

pub(crate) use self::cluster::{Clusters, Points};
pub(crate) use self::colors::{MOST, Palette};
pub(crate) use self::map::code as code_map;

use crate::encode::context::{Edges, Place};
use crate::encode::model::PaletteModel;
use crate::encode::range_coder::Coder;

/// Colours of the first plane around a block, of which a palette may take some (`get_palette_cache`).
pub(crate) struct Cache {
    colors: [u16; 2 * MOST],
    count: usize,
}

impl Cache {
    /// - `kind`: 0 for luma, 1 for chroma.
    pub(crate) fn new(edges: &Edges, place: Place, kind: usize) -> Self {
        let (above, left) = edges.palettes(kind, place);
        // Nothing is taken from the row of superblocks above.
        let above = if place.y == 0 { &[] } else { above };
        let mut cache = Self {
            colors: [0; 2 * MOST],
            count: 0,
        };
        let (mut above, mut left) = (above.iter().peekable(), left.iter().peekable());
        loop {
            let next = match (above.peek(), left.peek()) {
                (Some(a), Some(l)) => match l.cmp(a) {
                    Ordering::Less => left.next(),
                    Ordering::Equal => {
                        left.next();
                        above.next()
                    }
                    Ordering::Greater => above.next(),
                },
                (Some(_), None) => above.next(),
                (None, Some(_)) => left.next(),
                (None, None) => return cache,
            };
            cache.push(next.copied());
        }
    }

    fn push(&mut self, color: Option<u16>) {
        if let Some(color) = color
            && self.as_slice().last() != Some(&color)
        {
            self.colors[self.count] = color;
            self.count += 1;
        }
    }

    /// In ascending order.
    pub(crate) fn as_slice(&self) -> &[u16] {
        &self.colors[..self.count]
    }
}

/// Codes whether luma of a block has a palette, and the palette.
pub(crate) fn code_luma<C: Coder>(
    coder: &mut C,
    model: &mut PaletteModel,
    edges: &Edges,
    place: Place,
    palette: &Palette,
    bit_depth: u32,
) {
    let size = place.palette_context();
    let context = edges.palette_context(place);
    coder.symbol(
        &mut model.has_luma[size][context],
        usize::from(palette.size > 0),
    );
    if palette.size == 0 {
        return;
    }
    coder.symbol(&mut model.size[0][size], palette.len() - 2);
    let cache = Cache::new(edges, place, 0);
    code_ascending(coder, palette.of(0), &cache, bit_depth, 1);
}

/// Codes whether chroma of a block has a palette, and the palette; `place` is that of luma.
pub(crate) fn code_chroma<C: Coder>(
    coder: &mut C,
    model: &mut PaletteModel,
    edges: &Edges,
    place: Place,
    [luma, chroma]: &[Palette; 2],
    bit_depth: u32,
) {
    coder.symbol(
        &mut model.has_chroma[usize::from(luma.size > 0)],
        usize::from(chroma.size > 0),
    );
    if chroma.size == 0 {
        return;
    }
    coder.symbol(
        &mut model.size[1][place.palette_context()],
        chroma.len() - 2,
    );
    let cache = Cache::new(edges, place, 1);
    code_ascending(coder, chroma.of(1), &cache, bit_depth, 0);
    code_second(coder, chroma.of(2), bit_depth);
}

/// Codes colours that ascend: those of the cache by a bit each, the others by their differences.
///
/// - `least`: the least difference between two.
fn code_ascending<C: Coder>(
    coder: &mut C,
    colors: &[u16],
    cache: &Cache,
    bit_depth: u32,
    least: u32,
) {
    let mut rest = [0; MOST];
    let mut count = 0;
    let mut found = 0;
    let mut cached = cache.as_slice().iter();
    let mut left = colors.iter().peekable();
    // A palette may have a colour of chroma twice, of which the cache has one.
    while found < colors.len()
        && let Some(color) = cached.next()
    {
        while let Some(&&other) = left.peek()
            && other < *color
        {
            rest[count] = other;
            count += 1;
            left.next();
        }
        let is_used = left.next_if_eq(&color).is_some();
        found += usize::from(is_used);
        coder.literal(u32::from(is_used), 1);
    }
    for &other in left {
        rest[count] = other;
        count += 1;
    }
    code_differences(coder, &rest[..count], bit_depth, least);
}

/// The first colour, the bits of differences, and the differences.
fn code_differences<C: Coder>(coder: &mut C, colors: &[u16], bit_depth: u32, least: u32) {
    let Some((&first, others)) = colors.split_first() else {
        return;
    };
    coder.literal(u32::from(first), bit_depth);
    if others.is_empty() {
        return;
    }
    let differences = colors
        .windows(2)
        .map(|pair| u32::from(pair[1] - pair[0]) - least);
    let needed = differences.clone().map(bits_of).max().unwrap_or(0);
    let fewest = bit_depth - 3;
    let mut bits = needed.clamp(fewest, fewest + 3);
    coder.literal(bits - fewest, 2);
    for (difference, &color) in differences.zip(others) {
        coder.literal(difference, bits);
        let room = (1 << bit_depth) - u32::from(color) - least;
        bits = bits.min(ceil_log2(room));
    }
}

/// Colours of Cr in the order of those of Cb: as they are, or by differences that wrap around.
fn code_second<C: Coder>(coder: &mut C, colors: &[u16], bit_depth: u32) {
    let whole = 1 << bit_depth;
    let wrapped = |pair: &[u16]| {
        let difference = i32::from(pair[1]) - i32::from(pair[0]);
        if difference > whole / 2 {
            difference - whole
        } else if difference < -whole / 2 {
            difference + whole
        } else {
            difference
        }
    };
    let differences = colors.windows(2).map(wrapped);
    let needed = differences
        .clone()
        .map(|difference| bits_of(difference.unsigned_abs()))
        .max()
        .unwrap_or(0);
    let fewest = bit_depth - 4;
    let bits = needed.max(fewest);
    let signs = differences.clone().filter(|&difference| difference != 0);
    let others = u32::try_from(colors.len() - 1).unwrap_or(0);
    let signs = u32::try_from(signs.count()).unwrap_or(0);
    let is_shorter =
        bits <= fewest + 3 && 2 + bit_depth + others * bits + signs < (others + 1) * bit_depth;
    coder.literal(u32::from(is_shorter), 1);
    if !is_shorter {
        for &color in colors {
            coder.literal(u32::from(color), bit_depth);
        }
        return;
    }
    coder.literal(bits - fewest, 2);
    coder.literal(u32::from(colors[0]), bit_depth);
    for difference in differences {
        coder.literal(difference.unsigned_abs(), bits);
        if difference != 0 {
            coder.literal(u32::from(difference < 0), 1);
        }
    }
}

/// Bits that a number needs, none for 0.
const fn bits_of(value: u32) -> u32 {
    32 - value.leading_zeros()
}

/// Bits that numbers below `value` need.
const fn ceil_log2(value: u32) -> u32 {
    if value < 2 {
        0
    } else {
        32 - (value - 1).leading_zeros()
    }
}
