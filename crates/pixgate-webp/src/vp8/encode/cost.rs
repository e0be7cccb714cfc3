//! What it costs to write levels and modes, in 256ths of a bit.

use super::levels::{Block, CATEGORIES, Kind};
use crate::vp8::modes::TRUE_MOTION;
use crate::vp8::tables::{SUBBLOCK_PROBS, TokenProbs};
use crate::vp8::tokens::BANDS;

/// Cost of a boolean that has this probability in 256.
const COSTS: [u16; 257] = costs();

/// Binary logarithms, a bit at a time: squaring doubles them.
#[expect(clippy::cast_possible_truncation, reason = "at most 8 bits")]
const fn costs() -> [u16; 257] {
    let mut costs = [0; 257];
    costs[0] = 9 * 256;
    let mut prob = 1;
    while prob < 257 {
        // 1 to 2, in 31 bits, and the whole part of the logarithm.
        let whole = 8 - (prob as u64).ilog2();
        let mut value = (prob as u64) << (31 + whole - 8);
        let mut fraction = 0_u32;
        let mut bit = 0;
        while bit < 12 {
            value = (value * value) >> 31;
            fraction <<= 1;
            if value >> 32 != 0 {
                value >>= 1;
                fraction |= 1;
            }
            bit += 1;
        }
        let cost = whole * 4096 - fraction;
        costs[prob] = ((cost + 8) / 16) as u16;
        prob += 1;
    }
    costs
}

/// Cost of a boolean that is false with a probability of `zero` in 256.
#[inline(always)]
pub(super) const fn bit(bit: bool, zero: u8) -> u16 {
    if bit {
        COSTS[256 - zero as usize]
    } else {
        COSTS[zero as usize]
    }
}

/// The largest level with a cost of its own; the last category begins behind it.
const SINGLE: usize = 67;

/// Costs of the levels of one place, by what came before.
type CostRows = [[u16; SINGLE + 1]; 3];

/// What levels cost with certain probabilities.
#[derive(Debug)]
pub(super) struct LevelCosts {
    /// By kind, band, what came before, and level; with the news that the block goes on where there is a choice.
    levels: Box<[[CostRows; 8]; 4]>,
    /// That the block ends before this place.
    ends: [[[u16; 3]; 8]; 4],
    /// That it goes on at its first place, behind blocks without coefficients.
    starts: [[u16; 8]; 4],
}

impl LevelCosts {
    pub(super) fn new(probs: &TokenProbs) -> Self {
        let mut costs = Self {
            levels: Box::new([[[[0; SINGLE + 1]; 3]; 8]; 4]),
            ends: [[[0; 3]; 8]; 4],
            starts: [[0; 8]; 4],
        };
        costs.update(probs);
        costs
    }

    /// Follows other probabilities.
    pub(super) fn update(&mut self, probs: &TokenProbs) {
        for kind in 0..4 {
            for band in 0..8 {
                self.starts[kind][band] = bit(true, probs[kind][band][0][0]);
                for before in 0..3 {
                    let probs = &probs[kind][band][before];
                    self.ends[kind][band][before] = bit(false, probs[0]);
                    let on = if before > 0 { bit(true, probs[0]) } else { 0 };
                    fill(&mut self.levels[kind][band][before], probs, on);
                }
            }
        }
    }

    /// Costs of levels at a place, by what came before.
    #[inline(always)]
    pub(super) fn rows(&self, kind: Kind, place: usize) -> &CostRows {
        &self.levels[kind as usize][BANDS[place & 15]]
    }

    /// Cost of a level of such a place.
    #[inline(always)]
    pub(super) fn of(rows: &CostRows, before: usize, level: u32) -> u32 {
        let row = &rows[before];
        if (level as usize) < SINGLE {
            u32::from(row[level as usize])
        } else {
            u32::from(row[SINGLE]) + beyond(level)
        }
    }

    /// Cost of ending before a place.
    #[inline(always)]
    pub(super) fn end(&self, kind: Kind, place: usize, before: usize) -> u32 {
        match place {
            16.. => 0,
            _ => u32::from(self.ends[kind as usize][BANDS[place]][before]),
        }
    }

    /// Cost of going on at the first place.
    #[inline(always)]
    pub(super) fn start(&self, kind: Kind, place: usize, before: usize) -> u32 {
        match before {
            0 => u32::from(self.starts[kind as usize][BANDS[place]]),
            _ => 0,
        }
    }

    /// Cost of a block.
    ///
    /// - `before`: how many of the blocks above and to the left have coefficients.
    #[inline]
    pub(super) fn block(&self, kind: Kind, block: Block<'_>, before: usize) -> u32 {
        let first = kind.first();
        let end = block.end(first);
        if end == first {
            return self.end(kind, first, before);
        }
        let mut cost = self.start(kind, first, before);
        let mut before = before;
        for place in first..end {
            let level = u32::from(block.levels[place].unsigned_abs());
            cost += Self::of(self.rows(kind, place), before, level);
            before = level.min(2) as usize;
        }
        cost + self.end(kind, end, before)
    }
}

/// Costs of all levels behind one kind of place.
fn fill(row: &mut [u16; SINGLE + 1], probs: &[u8; 11], on: u16) {
    row[0] = on + bit(false, probs[1]);
    // Every level has a sign.
    let on = on + bit(true, probs[1]) + 256;
    row[1] = on + bit(false, probs[2]);
    let more = on + bit(true, probs[2]);
    let few = more + bit(false, probs[3]);
    row[2] = few + bit(false, probs[4]);
    row[3] = few + bit(true, probs[4]) + bit(false, probs[5]);
    row[4] = few + bit(true, probs[4]) + bit(true, probs[5]);
    let many = more + bit(true, probs[3]);
    let some = many + bit(false, probs[6]);
    let most = many + bit(true, probs[6]);
    let heads = [
        some + bit(false, probs[7]),
        some + bit(true, probs[7]),
        most + bit(false, probs[8]) + bit(false, probs[9]),
        most + bit(false, probs[8]) + bit(true, probs[9]),
        most + bit(true, probs[8]) + bit(false, probs[10]),
        most + bit(true, probs[8]) + bit(true, probs[10]),
    ];
    let mut level = 5;
    for (head, extra) in heads.into_iter().zip(CATEGORIES).take(5) {
        let count = extra.len();
        for value in 0..1_u32 << count {
            row[level] = head + extra_cost(value, extra);
            level += 1;
        }
    }
    row[SINGLE] = heads[5];
}

/// Cost of the bits of a value, the highest first.
fn extra_cost(value: u32, probs: &[u8]) -> u16 {
    let places = (0..probs.len()).rev();
    let costs = places.zip(probs);
    costs
        .map(|(place, prob)| bit(value >> place & 1 == 1, *prob))
        .sum()
}

/// Cost of the bits of a level of the last category.
#[cold]
fn beyond(level: u32) -> u32 {
    let value = level.saturating_sub(67);
    u32::from(extra_cost(value, CATEGORIES[5]))
}

/// Cost of each mode of a subblock by those above and to the left.
pub(super) static PART_COSTS: [[[u16; 10]; 10]; 10] = part_costs();

const fn part_costs() -> [[[u16; 10]; 10]; 10] {
    let mut costs = [[[0; 10]; 10]; 10];
    let mut above = 0;
    while above < 10 {
        let mut left = 0;
        while left < 10 {
            let probs = &SUBBLOCK_PROBS[above][left];
            let mut mode = 0;
            while mode < 10 {
                costs[above][left][mode] = part_cost(probs, mode);
                mode += 1;
            }
            left += 1;
        }
        above += 1;
    }
    costs
}

const fn part_cost(probs: &[u8; 9], mode: usize) -> u16 {
    let path = PART_PATHS[mode];
    let mut cost = 0;
    let mut at = 0;
    while at < path.len() {
        let (prob, is_one) = path[at];
        cost += bit(is_one, probs[prob]);
        at += 1;
    }
    cost
}

/// Booleans of each mode of a subblock: which probability, and the value (RFC 6386, section 11.2).
pub(super) const PART_PATHS: [&[(usize, bool)]; 10] = [
    &[(0, false)],
    &[(0, true), (1, false)],
    &[(0, true), (1, true), (2, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, false)],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, false),
        (4, true),
        (5, false),
    ],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, false),
        (4, true),
        (5, true),
    ],
    &[(0, true), (1, true), (2, true), (3, true), (6, false)],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (7, false),
    ],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (7, true),
        (8, false),
    ],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (7, true),
        (8, true),
    ],
];

/// Cost of the flag for luma by parts.
pub(super) const BY_PARTS: u32 = bit(false, 145) as u32;

/// Cost of luma as a whole, by mode.
pub(super) const WHOLE_LUMA: [u32; 4] = {
    let whole = bit(true, 145) as u32;
    let near = whole + bit(false, 156) as u32;
    let far = whole + bit(true, 156) as u32 + 256;
    [
        near + bit(false, 163) as u32,
        near + bit(true, 163) as u32,
        far,
        far,
    ]
};

/// Cost of chroma, by mode.
pub(super) const CHROMA: [u32; 4] = {
    let other = bit(true, 142) as u32;
    let last = other + bit(true, 114) as u32;
    [
        bit(false, 142) as u32,
        other + bit(false, 114) as u32,
        last + bit(false, 183) as u32,
        last + bit(true, 183) as u32,
    ]
};

const _: () = assert!(TRUE_MOTION == 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_logarithms() {
        for (prob, cost) in COSTS.iter().enumerate().skip(1) {
            let exact = -256.0 * (prob as f64 / 256.0).log2();
            assert!(
                (f64::from(*cost) - exact).abs() <= 0.6,
                "{prob} {cost} {exact}"
            );
        }
    }

    #[test]
    fn modes_of_subblocks_have_costs_that_add_up_to_all() {
        for row in PART_COSTS.as_flattened() {
            let all: f64 = row
                .iter()
                .map(|cost| (-f64::from(*cost) / 256.0).exp2())
                .sum();
            assert!((all - 1.0).abs() < 0.02, "{all}");
        }
    }
}
