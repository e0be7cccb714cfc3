//! Levels that are worth what they cost: the cheapest way through all sensible ones of a block.

use super::cost::LevelCosts;
use super::levels::{Block, Kind};
use crate::vp8::kernels::{MOST, ZIGZAG};

/// What a block is quantised with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trade<'a> {
    pub(super) costs: &'a LevelCosts,
    /// Of DC and AC.
    pub(super) steps: [i32; 2],
    /// What a 256th of a bit is worth in 256ths of squared differences of coefficients, with 8 bits more.
    pub(super) lambda: i64,
}

/// A way to a level at one place.
#[derive(Clone, Copy)]
struct Node {
    score: i64,
    level: i16,
    /// Which of the nodes before it leads here.
    from: u8,
}

/// Chooses levels, and returns which are not zero.
///
/// - `coefficients`: in the order in which they are coded.
/// - `before`: how many of the blocks above and to the left have coefficients.
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
    let step = |place: usize| trade.steps[usize::from(place > 0)];
    // Behind the last coefficient that could become a level there is nothing to choose.
    let is_large = |place: &usize| 2 * i32::from(coefficients[*place]).abs() > step(*place);
    let Some(last) = (first..16).rev().find(is_large) else {
        return 0;
    };
    let price = |cost: u32| i64::from(cost) * trade.lambda;
    let mut nodes = [[Node {
        score: i64::MAX,
        level: 0,
        from: 0,
    }; 2]; 16];
    // Distances count from that of nothing but zeros.
    let mut best = (price(costs.end(kind, first, before)), None);
    let start = price(costs.start(kind, first, before));
    for place in first..=last {
        let size = i32::from(coefficients[place]).abs();
        let step = step(place);
        let near = ((size + step / 2) / step).min(i32::from(MOST));
        for (at, level) in [near, near - 1].into_iter().enumerate() {
            if level < 0 {
                continue;
            }
            let off = i64::from(size - level * step);
            let gain = (off * off - i64::from(size) * i64::from(size)) << 16;
            let small = u16::try_from(level).unwrap_or_default();
            let (mut score, mut from) = (i64::MAX, 0);
            if place == first {
                score = start + price(costs.level(kind, place, before, small));
            } else {
                for (way, node) in nodes[place - 1].iter().enumerate() {
                    if node.score == i64::MAX {
                        continue;
                    }
                    let before = usize::from(node.level.unsigned_abs().min(2));
                    let sum = node.score + price(costs.level(kind, place, before, small));
                    if sum < score {
                        (score, from) = (sum, way);
                    }
                }
            }
            let score = score + gain;
            nodes[place][at] = Node {
                score,
                level: i16::try_from(level).unwrap_or(MOST),
                from: u8::from(from == 1),
            };
            if level > 0 {
                let end = price(costs.end(kind, place + 1, usize::from(small.min(2))));
                if score + end < best.0 {
                    best = (score + end, Some((place, at)));
                }
            }
        }
    }
    let mut used = 0;
    let mut way = best.1;
    while let Some((place, at)) = way {
        let node = nodes[place][at];
        levels[place] = if coefficients[place] < 0 {
            -node.level
        } else {
            node.level
        };
        used |= u16::from(node.level != 0) << place;
        way = (place > first).then(|| (place - 1, usize::from(node.from)));
    }
    used
}

/// Coefficients that decoders see, in rows.
pub(super) fn decoded(block: Block<'_>, steps: [i32; 2]) -> [i16; 16] {
    let mut rows = [0; 16];
    for (place, level) in block.levels.iter().enumerate() {
        let step = steps[usize::from(place > 0)];
        rows[ZIGZAG[place]] = i16::try_from(i32::from(*level) * step).unwrap_or(i16::MAX);
    }
    rows
}
