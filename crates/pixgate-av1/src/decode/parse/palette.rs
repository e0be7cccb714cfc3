//! Palettes and the indices of their colours (sections 5.11.46 to 5.11.50).

use super::{Parser, SUPERBLOCK_4};
use crate::decode::block::Block;
use crate::decode::symbol::{Cdf, Symbols};
use crate::kernels::predict::Mode;

/// Palettes along the edges of what is decoded next, within a superblock, in units of 4 samples.
#[derive(Clone, Debug, Default)]
pub(in crate::decode) struct PaletteEdges {
    /// Of Y and Cb.
    above: [[[u16; 8]; SUPERBLOCK_4]; 2],
    /// Of Y and Cb.
    left: [[[u16; 8]; SUPERBLOCK_4]; 2],
}

impl PaletteEdges {
    pub(super) fn remember(&mut self, block: &Block, column: usize, row: usize) {
        for plane in 0..2 {
            if block.palette_sizes[plane] == 0 {
                continue;
            }
            let palette = block.palettes[plane];
            let spans = [(column, block.size.width_4()), (row, block.size.height_4())];
            for (edge, (start, count)) in [&mut self.above, &mut self.left].into_iter().zip(spans) {
                let end = (start + count).min(SUPERBLOCK_4);
                edge[plane][start..end].fill(palette);
            }
        }
    }
}

/// Indices of colours of a block of up to 64x64.
#[derive(Clone)]
pub(in crate::decode) struct ColorMap {
    indices: Box<[u8; MAP_STRIDE * MAP_STRIDE]>,
}

/// Samples in a row of a [`ColorMap`].
pub(in crate::decode) const MAP_STRIDE: usize = 64;

impl Default for ColorMap {
    fn default() -> Self {
        Self {
            indices: Box::new([0; MAP_STRIDE * MAP_STRIDE]),
        }
    }
}

impl std::fmt::Debug for ColorMap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ColorMap").finish_non_exhaustive()
    }
}

impl ColorMap {
    /// Indices from a place on.
    pub(in crate::decode) fn row(&self, y: usize, x: usize) -> &[u8] {
        &self.indices[y * MAP_STRIDE + x..(y + 1) * MAP_STRIDE]
    }

    /// What is beyond the frame repeats the last indices in it.
    fn extend(&mut self, (width, height): (usize, usize), (inside, below): (usize, usize)) {
        for row in self.indices.chunks_exact_mut(MAP_STRIDE).take(below) {
            let last = row[inside - 1];
            row[inside..width].fill(last);
        }
        let start = (below - 1) * MAP_STRIDE;
        for y in below..height {
            self.indices
                .copy_within(start..start + width, y * MAP_STRIDE);
        }
    }
}

impl Parser<'_> {
    /// `palette_mode_info`.
    pub(super) fn read_palettes(&mut self, block: &mut Block) {
        let size = block.size;
        let size_context = usize::from(size.width_log2 + size.height_log2) - 6;
        if block.luma_mode == Mode::Dc {
            let [above, left] = self.state.spans(block).map(|span| span.start);
            let context = usize::from(self.state.above.palette_sizes[0][above] > 0)
                + usize::from(self.state.left.palette_sizes[0][left] > 0);
            let cdf = &mut self.state.cdfs.screen.has_palette_luma[size_context][context];
            if self.symbols.flag(cdf) {
                block.palette_sizes[0] = self.read_palette_size(0, size_context);
                block.palettes[0] = self.read_colors(block, 0);
            }
        }
        if block.has_chroma && block.chroma_mode == Mode::Dc && block.cfl.is_none() {
            let context = usize::from(block.palette_sizes[0] > 0);
            let cdf = &mut self.state.cdfs.screen.has_palette_chroma[context];
            if self.symbols.flag(cdf) {
                block.palette_sizes[1] = self.read_palette_size(1, size_context);
                block.palettes[1] = self.read_colors(block, 1);
                let count = usize::from(block.palette_sizes[1]);
                block.palettes[2] = self.read_red_colors(count);
            }
        }
    }

    fn read_palette_size(&mut self, kind: usize, size_context: usize) -> u8 {
        let cdf = &mut self.state.cdfs.screen.palette_size[kind][size_context];
        self.symbols.symbol(cdf).to_le_bytes()[0] + 2
    }

    /// Colours of Y or Cb: some of those around, and new ones in ascending order.
    fn read_colors(&mut self, block: &Block, plane: usize) -> [u16; 8] {
        let count = usize::from(block.palette_sizes[plane]);
        let mut colors = [0; 8];
        let (cache, cached) = self.cache(block, plane);
        let mut index = 0;
        for &color in &cache[..cached] {
            if index == count {
                break;
            }
            if self.symbols.bit() {
                colors[index] = color;
                index += 1;
            }
        }
        let depth = self.sequence.format.bit_depth.bits();
        let most = (1 << depth) - 1;
        let literal = |symbols: &mut Symbols<'_>, bits: u32| {
            u16::try_from(symbols.literal(bits)).unwrap_or(0)
        };
        if index < count {
            colors[index] = literal(&mut self.symbols, depth);
            index += 1;
            let mut bits = 0;
            if index < count {
                bits = depth - 3 + self.symbols.literal(2);
            }
            // Colours of luma differ.
            let least = u16::from(plane == 0);
            while index < count {
                let delta = literal(&mut self.symbols, bits) + least;
                colors[index] = (colors[index - 1] + delta).min(most);
                let range = u32::from(most - colors[index]) + u32::from(plane > 0);
                bits = bits.min(ceil_log2(range));
                index += 1;
            }
            colors[..count].sort_unstable();
        }
        colors
    }

    /// Colours of Cr.
    fn read_red_colors(&mut self, count: usize) -> [u16; 8] {
        let depth = self.sequence.format.bit_depth.bits();
        let mut colors = [0; 8];
        let literal = |symbols: &mut Symbols<'_>, bits: u32| symbols.literal(bits).cast_signed();
        if !self.symbols.bit() {
            for color in &mut colors[..count] {
                *color = u16::try_from(literal(&mut self.symbols, depth)).unwrap_or(0);
            }
            return colors;
        }
        let bits = depth - 4 + self.symbols.literal(2);
        let mut value = literal(&mut self.symbols, depth);
        for (index, color) in colors[..count].iter_mut().enumerate() {
            if index > 0 {
                let mut delta = literal(&mut self.symbols, bits);
                if delta != 0 && self.symbols.bit() {
                    delta = -delta;
                }
                value = (value + delta).rem_euclid(1 << depth);
            }
            *color = u16::try_from(value).unwrap_or(0);
        }
        colors
    }

    /// `get_palette_cache`: the different colours above and on the left, in ascending order.
    fn cache(&self, block: &Block, plane: usize) -> ([u16; 16], usize) {
        let [above, left] = self.state.spans(block).map(|span| span.start);
        let edges = &self.state.palettes;
        let mut all = [0; 16];
        let mut count = 0;
        // Rows of 64 samples do not know each other's palettes.
        if !block.row.is_multiple_of(16) && block.has_above[0] {
            let size = usize::from(self.state.above.palette_sizes[plane][above]);
            let colors = &edges.above[plane][above % SUPERBLOCK_4][..size];
            all[..size].copy_from_slice(colors);
            count = size;
        }
        if block.has_left[0] {
            let size = usize::from(self.state.left.palette_sizes[plane][left]);
            all[count..count + size].copy_from_slice(&edges.left[plane][left][..size]);
            count += size;
        }
        all[..count].sort_unstable();
        let mut kept = 0;
        for index in 0..count {
            if kept == 0 || all[kept - 1] != all[index] {
                all[kept] = all[index];
                kept += 1;
            }
        }
        (all, kept)
    }

    /// `palette_tokens`.
    pub(super) fn read_color_maps(&mut self, block: &Block) {
        let frame = &self.header.size;
        let inside_4 = (
            block.size.width_4().min(frame.columns_4() - block.column),
            block.size.height_4().min(frame.rows_4() - block.row),
        );
        for kind in 0..2 {
            let size = block.palette_sizes[kind];
            if size == 0 {
                continue;
            }
            let (x, y) = self.sequence.format.shifts(kind);
            // Chroma of a block of 4 samples has those of the block before as well.
            let whole = |side: usize, shift: usize| {
                let side = side >> shift;
                if side < 4 { (side + 2, 2) } else { (side, 0) }
            };
            let (width, more_x) = whole(block.size.width(), x);
            let (height, more_y) = whole(block.size.height(), y);
            let inside = (
                ((4 * inside_4.0) >> x) + more_x,
                ((4 * inside_4.1) >> y) + more_y,
            );
            let map = &mut self.state.color_maps[kind];
            let cdfs = &mut self.state.cdfs.screen;
            let symbols = &mut self.symbols;
            match size {
                2 => read_map(symbols, &mut cdfs.color_index_2[kind], map, inside),
                3 => read_map(symbols, &mut cdfs.color_index_3[kind], map, inside),
                4 => read_map(symbols, &mut cdfs.color_index_4[kind], map, inside),
                5 => read_map(symbols, &mut cdfs.color_index_5[kind], map, inside),
                6 => read_map(symbols, &mut cdfs.color_index_6[kind], map, inside),
                7 => read_map(symbols, &mut cdfs.color_index_7[kind], map, inside),
                _ => read_map(symbols, &mut cdfs.color_index_8[kind], map, inside),
            }
            map.extend((width, height), inside);
        }
    }
}

/// Indices of `N` colours, in diagonals.
fn read_map<const N: usize>(
    symbols: &mut Symbols<'_>,
    cdfs: &mut [Cdf<N>; 5],
    map: &mut ColorMap,
    (width, height): (usize, usize),
) {
    let indices = &mut map.indices;
    let first = symbols.below(u32::try_from(N).unwrap_or(8));
    indices[0] = first.to_le_bytes()[0];
    for diagonal in 1..width + height - 1 {
        let last = diagonal.min(width - 1);
        let end = (diagonal + 1).saturating_sub(height);
        for x in (end..=last).rev() {
            let y = diagonal - x;
            let place = y * MAP_STRIDE + x;
            let left = (x > 0).then(|| indices[place - 1]);
            let above = (y > 0).then(|| indices[place - MAP_STRIDE]);
            let corner = (x > 0 && y > 0).then(|| indices[place - MAP_STRIDE - 1]);
            let (context, order) = order(left, above, corner);
            let symbol = symbols.symbol(&mut cdfs[context]);
            indices[place] = order.index(symbol);
        }
    }
}

/// Up to three indices that come before all others, the likeliest first.
struct Order {
    first: [u8; 3],
    count: usize,
}

impl Order {
    /// The index in a place; those that are not among the first keep their order.
    fn index(&self, place: usize) -> u8 {
        let first = &self.first[..self.count];
        if let Some(&index) = first.get(place) {
            return index;
        }
        let mut index = place.to_le_bytes()[0] - self.count.to_le_bytes()[0];
        let mut sorted = self.first;
        sorted[..self.count].sort_unstable();
        for &before in &sorted[..self.count] {
            index += u8::from(before <= index);
        }
        index
    }
}

/// `get_palette_color_context`: the context and the order of colours, by the indices around: those on the
/// left and above count twice, that at the corner once, and equal numbers are in ascending order.
fn order(left: Option<u8>, above: Option<u8>, corner: Option<u8>) -> (usize, Order) {
    let one = |index| Order {
        first: [index, 0, 0],
        count: 1,
    };
    let (left, above, corner) = match (left, above, corner) {
        (Some(left), Some(above), Some(corner)) => (left, above, corner),
        (Some(index), ..) | (None, Some(index), _) => return (0, one(index)),
        (None, None, _) => return (0, one(0)),
    };
    if left == above {
        if left == corner {
            return (4, one(left));
        }
        let first = [left, corner, 0];
        return (3, Order { first, count: 2 });
    }
    if corner == left || corner == above {
        let other = if corner == left { above } else { left };
        let first = [corner, other, 0];
        return (2, Order { first, count: 2 });
    }
    let first = [left.min(above), left.max(above), corner];
    (1, Order { first, count: 3 })
}

/// The smallest number whose power of two is not below `value`.
const fn ceil_log2(value: u32) -> u32 {
    if value < 2 {
        return 0;
    }
    32 - (value - 1).leading_zeros()
}
