//! Levels that are worth what they cost: the cheapest way through all sensible ones of a block.

use super::cost::LevelCosts;
use super::levels::{Block, Kind};
use crate::vp8::kernels::{MOST, ZIGZAG};

/// Steps of DC and AC.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    pub(super) sizes: [i32; 2],
    /// 131,072 through each, rounded up.
    reciprocals: [u32; 2],
}

impl Steps {
    pub(super) fn new(sizes: [u16; 2]) -> Self {
        let sizes = sizes.map(i32::from);
        let reciprocal = |size: i32| (1 << 17) / size.unsigned_abs().max(4) + 1;
        Self {
            sizes,
            reciprocals: [reciprocal(sizes[0]), reciprocal(sizes[1])],
        }
    }

    /// The level next to the size of a coefficient.
    #[inline(always)]
    fn nearest(&self, size: i32, place: usize) -> i32 {
        let at = usize::from(place > 0);
        let value = (size + self.sizes[at] / 2).unsigned_abs();
        let level = (value * self.reciprocals[at]) >> 17;
        level.cast_signed().min(i32::from(MOST))
    }
}

/// What a block is quantised with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trade<'a> {
    pub(super) costs: &'a LevelCosts,
    pub(super) steps: Steps,
    /// What a 256th of a bit is worth in 256ths of squared differences of coefficients, with 8 bits more.
    pub(super) lambda: i64,
    pub(super) weights: &'a [i64; 16],
}

/// The cheapest way to one of the two levels that may stand at a place.
#[derive(Clone, Copy)]
struct Way {
    score: i64,
    /// What the level is for the next place.
    before: usize,
}

/// What the cheapest ways consist of.
struct Trace {
    levels: [[i16; 2]; 16],
    /// Which level before leads to each.
    from: [[u8; 2]; 16],
}

/// Chooses levels, and returns which are not zero.
///
/// - `coefficients`: in the order in which they are coded.
/// - `before`: how many of the blocks above and to the left have coefficients.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "levels are between 0 and 2047"
)]
pub(super) fn choose(
    coefficients: &[i16; 16],
    kind: Kind,
    before: usize,
    trade: &Trade<'_>,
    levels: &mut [i16; 16],
) -> u16 {
    let first = kind.first();
    let costs = trade.costs;
    *levels = [0; 16];
    // Behind the last coefficient that could become a level there is nothing to choose.
    let is_large = |place: &usize| {
        2 * i32::from(coefficients[*place]).abs() > trade.steps.sizes[usize::from(*place > 0)]
    };
    let Some(last) = (first..16).rev().find(is_large) else {
        return 0;
    };
    let price = |cost: u32| i64::from(cost) * trade.lambda;
    let mut trace = Trace {
        levels: [[0; 2]; 16],
        from: [[0; 2]; 16],
    };
    // Distances count from that of nothing but zeros.
    let mut best = (price(costs.end(kind, first, before)), None);
    let start = Way {
        score: price(costs.start(kind, first, before)),
        before,
    };
    let (mut ways, mut count) = ([start; 2], 1);
    for (place, value) in coefficients.iter().enumerate().take(last + 1).skip(first) {
        let size = i32::from(*value).abs();
        let step = trade.steps.sizes[usize::from(place > 0)];
        let near = trade.steps.nearest(size, place);
        let rows = costs.rows(kind, place);
        let mut next = ways;
        let next_count = if near > 0 { 2 } else { 1 };
        for ((at, way), level) in next[..next_count]
            .iter_mut()
            .enumerate()
            .zip([near, near - 1])
        {
            let off = level * step - size;
            let gain = i64::from(off * off - size * size) * trade.weights[place];
            let score =
                |way: &Way| way.score + price(LevelCosts::of(rows, way.before, level as u32));
            let (mut least, mut from) = (score(&ways[0]), 0);
            if count > 1 {
                let other = score(&ways[1]);
                if other < least {
                    (least, from) = (other, 1);
                }
            }
            way.score = least + gain;
            way.before = level.min(2) as usize;
            trace.levels[place][at] = level as i16;
            trace.from[place][at] = from;
            if level > 0 {
                let end = way.score + price(costs.end(kind, place + 1, way.before));
                if end < best.0 {
                    best = (end, Some((place, at)));
                }
            }
        }
        (ways, count) = (next, next_count);
    }
    best.1
        .map_or(0, |end| follow(&trace, coefficients, (first, end), levels))
}

/// Goes a way back from its end.
fn follow(
    trace: &Trace,
    coefficients: &[i16; 16],
    (first, (end, at)): (usize, (usize, usize)),
    levels: &mut [i16; 16],
) -> u16 {
    let (mut used, mut at) = (0, at);
    for place in (first..=end).rev() {
        let level = trace.levels[place][at];
        levels[place] = if coefficients[place] < 0 {
            -level
        } else {
            level
        };
        used |= u16::from(level != 0) << place;
        at = usize::from(trace.from[place][at]);
    }
    used
}

/// Coefficients that decoders see, in rows.
pub(super) fn decoded(block: Block<'_>, steps: &Steps) -> [i16; 16] {
    let mut rows = [0; 16];
    for ((place, level), at) in block.levels.iter().enumerate().zip(ZIGZAG) {
        let step = steps.sizes[usize::from(place > 0)];
        rows[at] = i16::try_from(i32::from(*level) * step).unwrap_or(i16::MAX);
    }
    rows
}
