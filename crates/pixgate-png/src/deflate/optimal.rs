//! The cheapest way through a block, by what symbols cost in it.
//!
//! Matches of all positions are collected once; then the cheapest path from the first byte to the
//! last is found with the costs of the path before, as often as is asked for.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "costs are clamped first"
)]

use super::histogram::Histogram;
use super::huffman;
use super::matcher::{Match, Matcher, Search};
use super::step::{Step, Steps};
use super::symbols::{DISTANCE_BITS, END, LENGTH_BITS, MAX_MATCH, distance_symbol, length_symbol};

/// Room for matches and paths, kept from block to block.
pub(crate) struct Store {
    matches: Vec<(u16, u16)>,
    /// Where the matches of a position begin.
    starts: Vec<u32>,
    costs: Vec<u32>,
    /// The last move of the cheapest path to a position.
    moves: Vec<(u16, u16)>,
    part: Vec<Step>,
    /// The best path so far.
    kept: Vec<Step>,
    /// What came before, faded: codes are seldom made for one block alone.
    before: Histogram,
}

impl Store {
    pub(crate) const fn new() -> Self {
        Self {
            matches: Vec::new(),
            starts: Vec::new(),
            costs: Vec::new(),
            moves: Vec::new(),
            part: Vec::new(),
            kept: Vec::new(),
            before: Histogram::new(),
        }
    }

    /// Parses a range.
    pub(crate) fn parse(
        &mut self,
        matcher: &mut Matcher,
        data: &[u8],
        (from, to): (usize, usize),
        (search, passes): (&Search, u32),
        steps: &mut Steps,
    ) {
        steps.begin(from);
        let mut start = from;
        while start < to {
            let end = to.min(start + BLOCK);
            self.collect(matcher, data, (start, end), search);
            let bytes = data.get(start..end).unwrap_or_default();
            let mut best = self.first_path(bytes, search.literal);
            for _ in 0..passes.max(1) {
                let mut costs = best.clone();
                costs.merge(&self.before);
                self.find_path(bytes, &Costs::of(&costs));
                self.trace(bytes.len());
                let mut histogram = Histogram::new();
                histogram.add(&self.part, bytes);
                if histogram.bits() >= best.bits() {
                    break;
                }
                best = histogram;
                std::mem::swap(&mut self.part, &mut self.kept);
            }
            best.fade();
            self.before = best;
            self.append(start, steps);
            start = end;
        }
        steps.end(to);
    }

    /// Forgets what was seen.
    pub(crate) fn clear(&mut self) {
        self.before = Histogram::new();
    }

    /// Finds the matches of all positions.
    fn collect(
        &mut self,
        matcher: &mut Matcher,
        data: &[u8],
        (from, to): (usize, usize),
        search: &Search,
    ) {
        self.matches.clear();
        self.starts.clear();
        let mut skip = 0_usize;
        for at in from..to {
            self.starts.push(position(self.matches.len()));
            if skip > 0 {
                skip -= 1;
                if at + 4 <= to {
                    matcher.enter(data, at);
                }
                continue;
            }
            let mut longest = 2;
            let matches = &mut self.matches;
            let first = matches.len();
            matcher.each(data, (at, to), search, &mut longest, |found| {
                let entry = (position16(found.length), position16(found.distance));
                // The longest takes the place of the one before where there are very many.
                if matches.len() - first == MOST_MATCHES {
                    matches.pop();
                }
                matches.push(entry);
            });
            // Inside a long match nothing better begins.
            if longest >= search.skip {
                skip = longest - 1;
            }
        }
        self.starts.push(position(self.matches.len()));
    }

    /// The path that takes what saves most, looking one position ahead.
    fn first_path(&mut self, bytes: &[u8], literal: u32) -> Histogram {
        let mut steps = Steps::default();
        steps.begin(0);
        let mut at = 0;
        let mut next = self.best(0, literal);
        while at < bytes.len() {
            let found = next;
            next = self.best(at + 1, literal);
            if found.gain(literal) > 0 && found.gain(literal) >= next.gain(literal) {
                steps.matched(at, found.length, found.distance);
                at += found.length;
                next = self.best(at, literal);
            } else {
                at += 1;
            }
        }
        steps.end(bytes.len());
        let mut histogram = Histogram::new();
        histogram.add(&steps.list, bytes);
        self.kept = steps.list;
        histogram
    }

    /// The match at a position that saves most.
    fn best(&self, at: usize, literal: u32) -> Match {
        let matches = self.at(at).iter().map(|(length, distance)| Match {
            length: usize::from(*length),
            distance: usize::from(*distance),
        });
        matches
            .max_by_key(|found| found.gain(literal))
            .unwrap_or_default()
    }

    fn at(&self, at: usize) -> &[(u16, u16)] {
        let (Some(start), Some(end)) = (self.starts.get(at), self.starts.get(at + 1)) else {
            return &[];
        };
        let range = *start as usize..*end as usize;
        self.matches.get(range).unwrap_or_default()
    }

    /// The cheapest way to each position.
    fn find_path(&mut self, bytes: &[u8], costs: &Costs) {
        let count = bytes.len() + 1;
        self.costs.clear();
        self.costs.resize(count, u32::MAX);
        self.moves.clear();
        self.moves.resize(count, (0, 0));
        self.costs[0] = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let here = self.costs[at];
            let literal = here.saturating_add(costs.literals[usize::from(*byte)]);
            if literal < self.costs[at + 1] {
                self.costs[at + 1] = literal;
                self.moves[at + 1] = (1, 0);
            }
            let (Some(first), Some(end)) = (self.starts.get(at), self.starts.get(at + 1)) else {
                return;
            };
            let range = *first as usize..*end as usize;
            let mut shortest = 3;
            for (length, distance) in self.matches.get(range).unwrap_or_default() {
                let base = here.saturating_add(costs.distances[distance_symbol(*distance) & 31]);
                let span = shortest..=usize::from(*length);
                let costs_to = self
                    .costs
                    .iter_mut()
                    .zip(&mut self.moves)
                    .skip(at + shortest);
                let lengths = costs.lengths.get(span).unwrap_or_default();
                for ((length, cost), (slot, how)) in (shortest..).zip(lengths).zip(costs_to) {
                    let cost = base.saturating_add(*cost);
                    if cost < *slot {
                        *slot = cost;
                        *how = (position16(length), *distance);
                    }
                }
                shortest = usize::from(*length) + 1;
            }
        }
    }

    /// The cheapest path as steps, relative to the block.
    fn trace(&mut self, count: usize) {
        let mut steps = std::mem::take(&mut self.part);
        steps.clear();
        let mut at = count;
        let mut literals = 0;
        let mut tail = (0, 0);
        while at > 0 {
            let (length, distance) = self.moves[at];
            if distance == 0 {
                literals += 1;
                at -= 1;
                continue;
            }
            push(&mut steps, literals, tail);
            tail = (length, distance);
            literals = 0;
            at = at.saturating_sub(usize::from(length));
        }
        push(&mut steps, literals, tail);
        steps.reverse();
        self.part = steps;
    }

    fn append(&self, start: usize, steps: &mut Steps) {
        let mut at = start;
        for step in &self.kept {
            at += step.literals as usize;
            if step.length > 0 {
                steps.matched(at, usize::from(step.length), usize::from(step.distance));
                at += usize::from(step.length);
            }
        }
    }
}

/// A match and the literals in front of it, from last to first.
fn push(steps: &mut Vec<Step>, literals: u32, (length, distance): (u16, u16)) {
    steps.push(Step {
        literals,
        length,
        distance,
    });
}

/// What symbols cost, in eighths of a bit.
pub(super) struct Costs {
    pub(super) literals: [u32; 256],
    pub(super) lengths: [u32; MAX_MATCH + 1],
    pub(super) distances: [u32; 32],
}

impl Costs {
    pub(super) fn of(histogram: &Histogram) -> Self {
        let literals = bits(&histogram.literals);
        let distances = bits(&histogram.distances);
        let mut costs = Self {
            literals: [0; 256],
            lengths: [0; MAX_MATCH + 1],
            distances: [0; 32],
        };
        costs.literals.copy_from_slice(&literals[..256]);
        for (length, cost) in (0_u16..).zip(&mut costs.lengths).skip(3) {
            let symbol = length_symbol(length);
            *cost = literals[END + 1 + symbol] + 8 * u32::from(LENGTH_BITS[symbol]);
        }
        for (symbol, cost) in costs.distances.iter_mut().enumerate().take(30) {
            *cost = distances[symbol] + 8 * u32::from(DISTANCE_BITS[symbol]);
        }
        costs
    }
}

/// The information of each symbol; those that did not occur cost a little more than the rarest.
fn bits<const N: usize>(counts: &[u32; N]) -> [u32; N] {
    let total = counts.iter().sum::<u32>().max(1) as f32;
    counts.map(|count| {
        let share = (count as f32).max(0.4) / total;
        (-share.log2() * 8.0).clamp(4.0, 8.0 * huffman::MOST as f32) as u32
    })
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn position16(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Bytes whose paths are found at once, with one set of costs.
const BLOCK: usize = 64 << 10;
/// Matches that are kept for a position.
const MOST_MATCHES: usize = 6;
