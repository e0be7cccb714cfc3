//! Filters of restoration units (sections 5.11.57 and 5.11.58).

use super::Parser;
use crate::decode::frame::RestorationKind;

/// How a unit is restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) enum UnitFilter {
    #[default]
    None,
    /// Three coefficients of the vertical and of the horizontal filter.
    Wiener([[i32; 3]; 2]),
    /// `lr_sgr_set` and `LrSgrXqd`.
    SelfGuided(u8, [i32; 2]),
}

/// What filters are coded relative to, by plane.
#[derive(Clone, Copy, Debug)]
pub(in crate::decode) struct RestorationReferences {
    wiener: [[[i32; 3]; 2]; 3],
    self_guided: [[i32; 2]; 3],
}

impl Default for RestorationReferences {
    fn default() -> Self {
        Self {
            wiener: [[[3, -7, 15]; 2]; 3],
            self_guided: [[-32, 31]; 3],
        }
    }
}

/// A unit whose filter was read.
#[derive(Clone, Copy, Debug)]
pub(in crate::decode) struct Unit {
    pub(in crate::decode) plane: usize,
    pub(in crate::decode) row: usize,
    pub(in crate::decode) column: usize,
    pub(in crate::decode) filter: UnitFilter,
}

impl Parser<'_> {
    /// `read_lr`: filters of the units that begin in a superblock.
    pub(in crate::decode) fn read_restoration(
        &mut self,
        row: usize,
        column: usize,
        units: &mut Vec<Unit>,
    ) {
        let side = if self.sequence.is_128 { 32 } else { 16 };
        let size = self.header.size;
        for plane in 0..self.sequence.format.planes() {
            let restoration = self.header.restoration[plane];
            if restoration.kind == RestorationKind::None {
                continue;
            }
            let (x, y) = self.sequence.format.shifts(plane);
            let unit = 1usize << restoration.unit_log2;
            let count = |samples: u32, shift: usize| {
                let samples = (samples as usize + shift) >> shift;
                ((samples + unit / 2) / unit).max(1)
            };
            let rows = count(size.height, y);
            let columns = count(size.upscaled_width, x);
            let first_row = |row: usize| (row * (4 >> y)).div_ceil(unit).min(rows);
            // With superres columns are those of the wider frame.
            let denominator = size.denominator as usize;
            let first_column = |column: usize| {
                (column * (4 >> x) * denominator)
                    .div_ceil(unit * 8)
                    .min(columns)
            };
            for row in first_row(row)..first_row(row + side) {
                for column in first_column(column)..first_column(column + side) {
                    let filter = self.read_unit(plane, restoration.kind);
                    units.push(Unit {
                        plane,
                        row,
                        column,
                        filter,
                    });
                }
            }
        }
    }

    /// `read_lr_unit`.
    fn read_unit(&mut self, plane: usize, kind: RestorationKind) -> UnitFilter {
        let cdfs = &mut self.state.cdfs.modes;
        let symbol = match kind {
            RestorationKind::None => 0,
            RestorationKind::Wiener => usize::from(self.symbols.flag(&mut cdfs.use_wiener)),
            RestorationKind::SelfGuided => {
                2 * usize::from(self.symbols.flag(&mut cdfs.use_self_guided))
            }
            RestorationKind::Switchable => self.symbols.symbol(&mut cdfs.restoration_type),
        };
        match symbol {
            0 => UnitFilter::None,
            1 => UnitFilter::Wiener(self.read_wiener(plane)),
            _ => self.read_self_guided(plane),
        }
    }

    fn read_wiener(&mut self, plane: usize) -> [[i32; 3]; 2] {
        // Chroma has shorter filters.
        let first = usize::from(plane > 0);
        let references = &mut self.state.references.wiener[plane];
        references.each_mut().map(|references| {
            let mut taps = [0; 3];
            for index in first..3 {
                let (low, high, k) = WIENER_TAPS[index];
                taps[index] = self.symbols.near(low, high + 1, k, references[index]);
                references[index] = taps[index];
            }
            taps
        })
    }

    fn read_self_guided(&mut self, plane: usize) -> UnitFilter {
        let set = self.symbols.literal(4).to_le_bytes()[0];
        let references = &mut self.state.references.self_guided[plane];
        // Of some sets one of the two filters does nothing.
        let (has_first, has_second) = (!(10..14).contains(&set), set < 14);
        let [(low, high), (second_low, second_high)] = SELF_GUIDED_WEIGHTS;
        let mut weights = [0; 2];
        if has_first {
            weights[0] = self.symbols.near(low, high + 1, 4, references[0]);
        }
        weights[1] = if has_second {
            self.symbols
                .near(second_low, second_high + 1, 4, references[1])
        } else {
            (128 - weights[0]).clamp(second_low, second_high)
        };
        *references = weights;
        UnitFilter::SelfGuided(set, weights)
    }
}

/// Smallest and largest values of coefficients, and k of their coding.
const WIENER_TAPS: [(i32, i32, u32); 3] = [(-5, 10, 1), (-23, 8, 2), (-17, 46, 3)];
/// Smallest and largest values.
const SELF_GUIDED_WEIGHTS: [(i32, i32); 2] = [(-96, 31), (-32, 95)];
