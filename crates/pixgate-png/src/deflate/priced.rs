//! Matches that are worth their bits: for photographs, where few are.

#![allow(
    clippy::cast_possible_truncation,
    reason = "lengths and distances are below the limits"
)]

use super::histogram::Histogram;
use super::matcher::{Match, Matcher, common, long_word, word};
use super::optimal::Costs;
use super::step::Steps;
use super::symbols::{DISTANCES, END, MAX_MATCH, WINDOW, distance_symbol};

/// What symbols cost by what was seen so far.
pub(crate) struct Prices {
    before: Option<Histogram>,
}

impl Prices {
    pub(crate) const fn new() -> Self {
        Self { before: None }
    }

    /// Forgets what was seen.
    pub(crate) fn clear(&mut self) {
        self.before = None;
    }

    /// Parses a range: the match that saves most, unless the next position has one that saves more.
    ///
    /// - `hints`: distances at which matches are looked for always; 1 is another.
    /// - `depth`: other places that are looked at for each position.
    pub(crate) fn parse(
        &mut self,
        matcher: &mut Matcher,
        data: &[u8],
        (from, to): (usize, usize),
        (hints, depth): ([usize; 2], u32),
        steps: &mut Steps,
    ) {
        let bytes = data.get(from..to).unwrap_or_default();
        let mut search = Search {
            matcher,
            data,
            to,
            near: [hints[0], hints[1], 1],
            depth,
            costs: Costs::of(&self.expected(bytes)),
        };
        steps.begin(from);
        let (mut at, mut misses) = (from, 0_usize);
        while at + 8 <= to {
            let gap = search.gap(at);
            if gap > 0 {
                at += gap;
                continue;
            }
            let mut best = search.best(at);
            if best.0 <= 0 {
                misses += 1;
                at += 1 + if depth > 0 {
                    (misses >> 6).min(MAX_STRIDE)
                } else {
                    0
                };
                continue;
            }
            misses = 0;
            while best.1.length < NICE && at + 9 <= to {
                let next = search.best(at + 1);
                if next.0 <= best.0 {
                    break;
                }
                (best, at) = (next, at + 1);
            }
            steps.matched(at, best.1.length, best.1.distance);
            let end = at + best.1.length;
            search.enter(at + 2..end.min(at + NICE));
            at = end;
        }
        steps.end(to);
        let mut seen = Histogram::new();
        seen.add(&steps.list, bytes);
        self.before = Some(seen);
    }

    /// Symbols as they will be: those of the part before, or the bytes and a few matches of all kinds.
    fn expected(&self, bytes: &[u8]) -> Histogram {
        if let Some(before) = &self.before {
            return before.clone();
        }
        let mut expected = Histogram::new();
        expected.add_literals(bytes);
        let few = u32::try_from(bytes.len() / 256).unwrap_or(0).max(1);
        for (i, count) in expected.literals[END + 1..].iter_mut().enumerate() {
            *count = few >> (i / 3).min(8);
        }
        for count in &mut expected.distances[..DISTANCES] {
            *count = few / 8 + 1;
        }
        expected
    }
}

/// Where to look, and what counts.
struct Search<'a> {
    matcher: &'a mut Matcher,
    data: &'a [u8],
    to: usize,
    near: [usize; 3],
    depth: u32,
    costs: Costs,
}

impl Search<'_> {
    /// Bytes that can be passed over because no match begins at any of them; none where chains are
    /// looked at.
    #[inline(always)]
    fn gap(&self, at: usize) -> usize {
        if self.depth > 0 {
            return 0;
        }
        let now = long_word(self.data, at);
        let mut found = 6 * 8;
        for distance in self.near {
            if distance <= at.min(WINDOW) {
                let differ = now ^ long_word(self.data, at - distance);
                // Zero in the bytes from which on three are the same.
                let three = differ | differ >> 8 | differ >> 16;
                let zeros = three.wrapping_sub(ONES) & !three & ONES << 7;
                found = found.min(zeros.trailing_zeros());
            }
        }
        found as usize / 8
    }

    /// Enters a position; gives the match there that saves most, and how much, in eighths of a bit.
    #[inline(always)]
    fn best(&mut self, at: usize) -> (i32, Match) {
        let now = word(self.data, at);
        let mut best = (0, Match::default());
        for distance in self.near {
            let is_there = distance <= at.min(WINDOW);
            if is_there && (word(self.data, at - distance) ^ now) & 0xFF_FFFF == 0 {
                self.consider(at, at - distance, &mut best);
            }
        }
        if self.depth == 0 {
            return best;
        }
        let mut place = self.matcher.enter_chain(now, at);
        let mut last = at;
        for _ in 0..self.depth {
            // Links that are not older than the place before belong to places that were dropped.
            if place >= last || at - place > WINDOW {
                break;
            }
            if word(self.data, place) == now {
                self.consider(at, place, &mut best);
            }
            last = place;
            place = self.matcher.before(place);
        }
        best
    }

    /// Enters what lies in a match, if chains are looked at.
    fn enter(&mut self, places: std::ops::Range<usize>) {
        if self.depth > 0 {
            for at in places {
                self.matcher.enter_chain(word(self.data, at), at);
            }
        }
    }

    fn consider(&self, at: usize, place: usize, best: &mut (i32, Match)) {
        let found = Match {
            length: common(self.data, place, at, MAX_MATCH.min(self.to - at)),
            distance: at - place,
        };
        let saving = self.saving(at, found);
        if saving > best.0 {
            *best = (saving, found);
        }
    }

    /// Bits that a match saves, in eighths.
    fn saving(&self, at: usize, found: Match) -> i32 {
        let bytes = self.data.get(at..at + found.length.min(NICE));
        let literals = bytes.unwrap_or_default().iter();
        let literals: u32 = literals
            .map(|byte| self.costs.literals[usize::from(*byte)])
            .sum();
        let rest = found.length.saturating_sub(NICE) as u32 * LEAST;
        let symbol = distance_symbol(found.distance as u16) % DISTANCES;
        let copy = self.costs.lengths[found.length.min(MAX_MATCH)] + self.costs.distances[symbol];
        (literals + rest).cast_signed() - copy.cast_signed()
    }
}

/// Matches of this length are taken without a look at the next position, and not priced beyond it.
const NICE: usize = 32;
/// What each byte beyond that saves, in eighths of a bit.
const LEAST: u32 = 8;
/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// Most bytes that are passed over at once where nothing is found.
const MAX_STRIDE: usize = 3;

#[cfg(test)]
mod tests {
    use crate::decompress_zlib;
    use crate::deflate::{Input, Parse, Zlib};

    #[test]
    fn what_is_parsed_comes_back() {
        // Slopes with noise, as filtered photographs are, and runs among them.
        let mut state = 1_u32;
        let bytes: Vec<u8> = (0..300_000_u32)
            .map(|i| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (state >> 28) as u8 * u8::from(i % 900 < 700);
                noise.wrapping_add((i / 1000) as u8)
            })
            .collect();
        for depth in [0, 1, 4] {
            let input = Input {
                data: &bytes,
                from: 0,
                hints: [3, 901],
            };
            let mut out = Vec::new();
            let mut zlib = Zlib::new().unwrap();
            zlib.compress(&input, Parse::Priced(depth), true, &mut out)
                .unwrap();
            assert!(out.len() < 200_000, "{}", out.len());
            assert!(decompress_zlib(&out, bytes.len()).unwrap() == bytes);
        }
    }
}
