//! What blocks leave behind for those below and on the right of them.

use crate::encode::coefficients::{BlockContext, Levels};
use crate::encode::palette::Palette;
use crate::kernels::predict::Mode;
use crate::kernels::{Side, Size};
use crate::modes::ChromaMode;
use crate::picture::Chroma;
use crate::scan::scan;

/// One edge of a superblock: above or on the left, in units of 4 samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// Of each plane: the sum of sizes of levels up to 63, and 64 times the kind of the sign of the
    /// first (0 negative, 1 zero, 2 positive).
    coefficients: [[u8; UNITS]; 3],
    modes: [Mode; UNITS],
    /// Whether chroma has a smooth mode, in units of 4 of its plane.
    smooth_chroma: [bool; UNITS],
    /// Whether blocks had no coefficients at all.
    skips: [bool; UNITS],
    /// Binary logarithms of the sides of blocks along the edge.
    sides: [u8; UNITS],
    /// Of luma and of Cb; sizes, and colours.
    palette_sizes: [[u8; UNITS]; 2],
    palettes: [[[u16; 8]; UNITS]; 2],
}

/// Units of a superblock.
pub(crate) const UNITS: usize = 16;

impl Edge {
    /// As beyond the edge of a tile.
    pub(crate) const OUTSIDE: Self = Self {
        coefficients: [[NOTHING; UNITS]; 3],
        modes: [Mode::Dc; UNITS],
        smooth_chroma: [false; UNITS],
        skips: [false; UNITS],
        sides: [u8::MAX; UNITS],
        palette_sizes: [[0; UNITS]; 2],
        palettes: [[[0; 8]; UNITS]; 2],
    };
}

/// No levels and no sign.
const NOTHING: u8 = 64;

/// Both edges.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edges {
    pub(crate) above: Edge,
    pub(crate) left: Edge,
}

/// A block's place in a superblock, in units of 4 samples of its plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) size: Size,
}

impl Place {
    /// Its width in units.
    const fn columns(self) -> usize {
        self.size.width.samples() / 4
    }

    /// Its height in units.
    const fn rows(self) -> usize {
        self.size.height.samples() / 4
    }

    /// The size class that probabilities of palettes go by.
    pub(crate) const fn palette_context(self) -> usize {
        self.size.width.log2() + self.size.height.log2() - 6
    }

    /// The place among all units of the superblock in the order of coding.
    pub(crate) const fn index(self) -> usize {
        interleave(self.x) | interleave(self.y) << 1
    }

    /// The first of as many places as the block has units, which no other block of its size has.
    pub(crate) fn slot(self) -> usize {
        if self.size.width < self.size.height {
            interleave(self.y) | interleave(self.x) << 1
        } else {
            self.index()
        }
    }
}

impl Place {
    /// The quarters in the order of coding.
    pub(crate) fn parts(self) -> [Self; 4] {
        let side = self.size.width.halved();
        let half = side.samples() / 4;
        [(0, 0), (half, 0), (0, half), (half, half)].map(|(x, y)| Self {
            x: self.x + x,
            y: self.y + y,
            size: Size::square(side),
        })
    }

    /// The upper and the lower half of a square.
    pub(crate) fn upper_and_lower(self) -> [Self; 2] {
        let height = self.size.height.halved();
        let size = Size {
            height,
            ..self.size
        };
        [0, height.samples() / 4].map(|y| Self {
            x: self.x,
            y: self.y + y,
            size,
        })
    }

    /// The left and the right half of a square.
    pub(crate) fn left_and_right(self) -> [Self; 2] {
        let width = self.size.width.halved();
        let size = Size { width, ..self.size };
        [0, width.samples() / 4].map(|x| Self {
            x: self.x + x,
            y: self.y,
            size,
        })
    }

    /// Where the chroma of a block of luma is coded, if it is coded with it: of blocks with a side of 4
    /// that share one of chroma, with the last.
    pub(crate) fn in_chroma(self, chroma: Chroma) -> Option<Self> {
        match chroma {
            Chroma::None => None,
            Chroma::Full => Some(self),
            Chroma::Half => self.halved(),
        }
    }

    fn halved(self) -> Option<Self> {
        let Size { width, height } = self.size;
        let is_last = |side: Side, at: usize| side > Side::S4 || at % 2 == 1;
        let size = Size {
            width: width.halved(),
            height: height.halved(),
        };
        (is_last(width, self.x) && is_last(height, self.y)).then_some(Self {
            x: self.x / 2,
            y: self.y / 2,
            size,
        })
    }
}

/// Spreads four bits to every second place.
pub(crate) const fn interleave(value: usize) -> usize {
    (value & 1) | (value & 2) << 1 | (value & 4) << 2 | (value & 8) << 3 | (value & 16) << 4
}

impl Edges {
    /// Beyond the corner of a tile.
    pub(crate) const OUTSIDE: Self = Self {
        above: Edge::OUTSIDE,
        left: Edge::OUTSIDE,
    };

    /// The context of how a block of luma is divided (section 8.3.2, `partition`).
    pub(crate) fn partition(&self, place: Place) -> usize {
        let log2 = place.size.width.log2();
        let above = usize::from(self.above.sides[place.x]) < log2;
        let left = usize::from(self.left.sides[place.y]) < log2;
        usize::from(above) + 2 * usize::from(left)
    }

    pub(crate) fn skip(&self, place: Place) -> usize {
        usize::from(self.above.skips[place.x]) + usize::from(self.left.skips[place.y])
    }

    /// Kinds of the modes above and on the left.
    pub(crate) fn mode(&self, place: Place) -> (usize, usize) {
        let kind = |mode: Mode| MODE_KINDS[mode as usize];
        (
            kind(self.above.modes[place.x]),
            kind(self.left.modes[place.y]),
        )
    }

    /// Whether the block above or on the left has a smooth mode (section 7.11.2.8).
    pub(crate) fn is_smooth(&self, plane: usize, place: Place) -> bool {
        if plane == 0 {
            is_smooth(self.above.modes[place.x]) || is_smooth(self.left.modes[place.y])
        } else {
            self.above.smooth_chroma[place.x] || self.left.smooth_chroma[place.y]
        }
    }

    /// Colours of the palettes above and on the left, of luma or of Cb; `place` is in luma.
    pub(crate) fn palettes(&self, kind: usize, place: Place) -> (&[u16], &[u16]) {
        let of = |edge: &Edge, at: usize| {
            let size = usize::from(edge.palette_sizes[kind][at]);
            (at, size)
        };
        let (above, left) = (of(&self.above, place.x), of(&self.left, place.y));
        (
            &self.above.palettes[kind][above.0][..above.1],
            &self.left.palettes[kind][left.0][..left.1],
        )
    }

    /// How many of the blocks above and on the left have palettes of luma.
    pub(crate) fn palette_context(&self, place: Place) -> usize {
        let above = self.above.palette_sizes[0][place.x] > 0;
        let left = self.left.palette_sizes[0][place.y] > 0;
        usize::from(above) + usize::from(left)
    }

    /// Both edges, where a block begins along each and in how many units it does.
    fn along(&mut self, place: Place) -> [(&mut Edge, usize, usize); 2] {
        [
            (&mut self.above, place.x, place.columns()),
            (&mut self.left, place.y, place.rows()),
        ]
    }

    /// Notes the palettes of luma and chroma of a block.
    pub(crate) fn note_palettes(&mut self, place: Place, palettes: &[Palette; 2]) {
        for (edge, start, units) in self.along(place) {
            for (kind, palette) in palettes.iter().enumerate() {
                edge.palette_sizes[kind][start..][..units].fill(palette.size);
                if palette.size > 0 {
                    edge.palettes[kind][start..][..units].fill(palette.colors[0]);
                }
            }
        }
    }

    /// Notes the mode of chroma; `place` is in its planes.
    pub(crate) fn note_chroma(&mut self, place: Place, mode: ChromaMode) {
        let value = match mode {
            ChromaMode::Around(direction) => is_smooth(direction.mode),
            ChromaMode::FromLuma(_) => false,
        };
        for (edge, start, units) in self.along(place) {
            edge.smooth_chroma[start..][..units].fill(value);
        }
    }

    /// The context of a transform block that is as large as its block.
    pub(crate) fn coefficients(&self, plane: usize, place: Place) -> BlockContext {
        let above = &self.above.coefficients[plane][place.x..][..place.columns()];
        let left = &self.left.coefficients[plane][place.y..][..place.rows()];
        let all_zero = if plane == 0 {
            0
        } else {
            let has_some = |side: &[u8]| usize::from(side.iter().any(|&unit| unit != NOTHING));
            7 + has_some(above) + has_some(left)
        };
        let signs: i32 = above
            .iter()
            .chain(left)
            .map(|unit| i32::from(unit >> 6) - 1)
            .sum();
        let dc_sign = match signs {
            0 => 0,
            ..0 => 1,
            _ => 2,
        };
        BlockContext { all_zero, dc_sign }
    }

    /// Notes what a transform block leaves behind.
    pub(crate) fn note_coefficients(&mut self, plane: usize, place: Place, block: &Levels<'_>) {
        let value = remainder(block);
        for (edge, start, units) in self.along(place) {
            edge.coefficients[plane][start..][..units].fill(value);
        }
    }

    /// Notes what a block leaves behind beside its coefficients.
    pub(crate) fn note_block(&mut self, place: Place, mode: Mode, is_skipped: bool) {
        for (edge, start, units) in self.along(place) {
            let log2 = (units.ilog2() + 2).to_le_bytes()[0];
            edge.modes[start..][..units].fill(mode);
            edge.skips[start..][..units].fill(is_skipped);
            edge.sides[start..][..units].fill(log2);
        }
    }
}

const fn is_smooth(mode: Mode) -> bool {
    matches!(
        mode,
        Mode::Smooth | Mode::SmoothVertical | Mode::SmoothHorizontal
    )
}

fn remainder(block: &Levels<'_>) -> u8 {
    if block.eob == 0 {
        return NOTHING;
    }
    let sum: u32 = scan(block.size)[..block.eob]
        .iter()
        .map(|&position| block.levels[usize::from(position)].unsigned_abs())
        .fold(0, u32::saturating_add);
    let sign = match block.levels[0] {
        ..0 => 0,
        0 => 64,
        _ => 128,
    };
    sum.min(63).to_le_bytes()[0] | sign
}

/// `Intra_Mode_Context`.
static MODE_KINDS: [usize; 13] = [0, 1, 2, 3, 4, 4, 4, 4, 3, 0, 1, 2, 0];
