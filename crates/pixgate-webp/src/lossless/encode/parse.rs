//! Chooses between literals, the colour cache and copies: the cheapest way through a picture.

use super::entropy::costs;
use super::matches::{LONGEST, Matches, common};
use super::tokens::{Alphabets, Token};
use crate::lossless::cache::ColorCache;
use crate::lossless::coded::{LENGTHS, LITERALS};
use crate::lossless::distance::{NEAR, distance, prefix};
use crate::lossless::narrow::{count32, low8, low16, rounded};

/// Numbers of the nearest distances, by distance; 0 for those without.
#[derive(Debug)]
pub(crate) struct Distances {
    near: Vec<u8>,
}

impl Distances {
    /// - `width`: of the picture.
    pub(crate) fn new(width: usize) -> Self {
        let mut near = vec![0; 7 * width + 9];
        for code in (1..=count32(NEAR.len())).rev() {
            if let Some(place) = near.get_mut(distance(code, width)) {
                *place = low8(code);
            }
        }
        Self { near }
    }

    /// The code of a distance.
    #[inline(always)]
    pub(crate) fn code(&self, distance: usize) -> u32 {
        match self.near.get(distance) {
            Some(&code @ 1..) => u32::from(code),
            _ => count32(distance + NEAR.len()),
        }
    }
}

/// Parts of a bit that costs are counted in.
const UNIT: f32 = 64.0;
/// Pixels that are looked at together.
const SEGMENT: usize = 1 << 17;

/// What everything costs.
#[derive(Debug)]
pub(crate) struct Prices {
    literals: [Vec<u32>; 4],
    cached: Vec<u32>,
    lengths: Vec<u32>,
    /// Of symbols of distances, with their further bits.
    distances: Vec<u32>,
}

impl Prices {
    /// - `counts`: how often each symbol is expected.
    pub(crate) fn new(alphabets: Alphabets, counts: &[u32]) -> Self {
        let costs = costs(alphabets, counts);
        let price = |bits: f32| rounded(bits * UNIT);
        let [green, red, blue, alpha, distances] = alphabets.split(&costs);
        let all = |costs: &[f32]| costs.iter().map(|&bits| price(bits)).collect::<Vec<_>>();
        let (literal, rest) = green.split_at(LITERALS);
        let (lengths, cached) = rest.split_at(LENGTHS);
        let of_length = |length| {
            let (symbol, extra, _) = prefix(length);
            price(lengths[symbol as usize] + extra as f32)
        };
        let of_distance = |(symbol, &bits): (usize, &f32)| {
            let extra = symbol.saturating_sub(2) / 2;
            price(bits + extra as f32)
        };
        Self {
            literals: [all(blue), all(literal), all(red), all(alpha)],
            cached: all(cached),
            lengths: (0..=count32(LONGEST))
                .map(|n| of_length(n.max(1)))
                .collect(),
            distances: distances.iter().enumerate().map(of_distance).collect(),
        }
    }

    #[inline(always)]
    fn literal(&self, argb: u32) -> u32 {
        let channels = argb.to_le_bytes().map(usize::from);
        let [blue, green, red, alpha] = &self.literals;
        blue[channels[0]] + green[channels[1]] + red[channels[2]] + alpha[channels[3]]
    }

    #[inline(always)]
    fn distance(&self, code: u32) -> u32 {
        self.distances[prefix(code).0 as usize]
    }
}

/// The way of a parse to a pixel.
#[derive(Clone, Copy, Default)]
struct Step {
    length: u16,
    /// 0 for a pixel by itself.
    distance: u32,
}

/// A picture to be parsed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parser<'a> {
    pub(crate) pixels: &'a [u32],
    pub(crate) matches: &'a Matches,
    pub(crate) distances: &'a Distances,
    /// Distances that are tried for each pixel, nearest first.
    pub(crate) near: &'a [usize],
    /// A copy as long as this is taken at once.
    pub(crate) long: usize,
}

impl Parser<'_> {
    /// Finds the cheapest tokens.
    ///
    /// - `cache_bits`: of the colour cache, 0 for none.
    pub(crate) fn parse(&self, prices: &Prices, cache_bits: u32) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut cache = ColorCache::new(cache_bits);
        let mut ends = vec![0; self.near.len()];
        let mut start = 0;
        let mut way = Way::default();
        while start < self.pixels.len() {
            let end = (start + SEGMENT).min(self.pixels.len());
            way.reset(end - start);
            self.walk(prices, &mut cache, &mut ends, (start, end), &mut way);
            self.collect(&way, (start, end), &mut tokens);
            start = end;
        }
        if cache_bits > 0 {
            let is_cheap = |argb, place| prices.cached[place as usize] <= prices.literal(argb);
            self.use_cache(cache_bits, &mut tokens, is_cheap);
        }
        tokens
    }

    /// The same tokens with colours from the cache wherever it has them.
    pub(crate) fn cached(&self, tokens: &[Token], cache_bits: u32) -> Vec<Token> {
        let mut tokens = tokens.to_vec();
        self.use_cache(cache_bits, &mut tokens, |_, _| true);
        tokens
    }

    /// Finds tokens at once: the copy that saves most, wherever one saves something.
    pub(crate) fn greedy(&self, prices: &Prices) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut ends = vec![0; self.near.len()];
        let mut at = 0;
        while at < self.pixels.len() {
            let mut best = Saving::default();
            let mut literals = Literals::default();
            for (&distance, run) in self.near.iter().zip(&mut ends) {
                let length = self.run(at, distance, run);
                if length > literals.count {
                    literals.extend(prices, &self.pixels[at..at + length]);
                    best.consider(self, prices, &literals, distance);
                }
            }
            let length = usize::from(self.matches.lengths[at]);
            if length > literals.count {
                literals.extend(prices, &self.pixels[at..at + length]);
                let distance = self.matches.distances[at] as usize;
                best.consider(self, prices, &literals, distance);
            }
            let token = best.token.unwrap_or(Token::Literal(self.pixels[at]));
            at += token.len();
            tokens.push(token);
        }
        tokens
    }

    fn walk(
        &self,
        prices: &Prices,
        cache: &mut ColorCache,
        ends: &mut [usize],
        (start, end): (usize, usize),
        way: &mut Way,
    ) {
        let near_prices: Vec<u32> = self
            .near
            .iter()
            .map(|&distance| prices.distance(self.distances.code(distance)))
            .collect();
        let mut skipped = start;
        for at in start..end {
            let argb = self.pixels[at];
            if at < skipped {
                cache.insert(argb);
                continue;
            }
            let here = way.costs[at - start];
            let mut single = prices.literal(argb);
            if let Some(place) = cache.find(argb) {
                single = single.min(prices.cached[place as usize]);
            }
            cache.insert(argb);
            way.reach(at - start, 1, 0, here + single);
            let mut longest = 0;
            for ((&distance, &price), run) in self.near.iter().zip(&near_prices).zip(&mut *ends) {
                let length = self.run(at, distance, run).min(end - at);
                if length > longest {
                    way.copies(
                        at - start,
                        (longest, length),
                        distance,
                        here + price,
                        prices,
                    );
                    longest = length;
                }
            }
            let length = usize::from(self.matches.lengths[at]).min(end - at);
            if length > longest {
                let distance = self.matches.distances[at] as usize;
                let price = prices.distance(self.distances.code(distance));
                way.copies(
                    at - start,
                    (longest, length),
                    distance,
                    here + price,
                    prices,
                );
                longest = length;
            }
            if longest >= self.long {
                skipped = at + longest;
            }
        }
    }

    /// How many pixels are the same as those at a distance.
    #[inline(always)]
    fn run(&self, at: usize, distance: usize, end: &mut usize) -> usize {
        if at < distance {
            return 0;
        }
        if *end <= at {
            if self.pixels[at] != self.pixels[at - distance] {
                return 0;
            }
            *end = at + common(&self.pixels[at - distance..], &self.pixels[at..]);
        }
        (*end - at).min(LONGEST)
    }

    /// Follows the way back from its end.
    fn collect(&self, way: &Way, (start, end): (usize, usize), tokens: &mut Vec<Token>) {
        let first = tokens.len();
        let mut at = end;
        while at > start {
            let Step { length, distance } = way.steps[at - start];
            at -= usize::from(length);
            tokens.push(if distance == 0 {
                Token::Literal(self.pixels[at])
            } else {
                Token::Copy(length, self.distances.code(distance as usize))
            });
        }
        tokens[first..].reverse();
    }

    /// Takes literals from the cache wherever that is cheaper.
    fn use_cache(
        &self,
        cache_bits: u32,
        tokens: &mut [Token],
        is_cheap: impl Fn(u32, u32) -> bool,
    ) {
        let mut cache = ColorCache::new(cache_bits);
        let mut at = 0;
        for token in tokens {
            let length = token.len();
            if let Token::Literal(argb) = *token
                && let Some(place) = cache.find(argb)
                && is_cheap(argb, place)
            {
                *token = Token::Cached(low16(place));
            }
            for &argb in &self.pixels[at..at + length] {
                cache.insert(argb);
            }
            at += length;
        }
    }
}

/// What pixels cost by themselves.
#[derive(Default)]
struct Literals {
    count: usize,
    cost: u32,
}

impl Literals {
    /// - `pixels`: those that were counted already, and more.
    #[inline(always)]
    fn extend(&mut self, prices: &Prices, pixels: &[u32]) {
        let more = pixels.iter().skip(self.count);
        self.cost += more.map(|&argb| prices.literal(argb)).sum::<u32>();
        self.count = pixels.len();
    }
}

/// The copy that saves most.
#[derive(Default)]
struct Saving {
    saved: u32,
    token: Option<Token>,
}

impl Saving {
    #[inline(always)]
    fn consider(
        &mut self,
        parser: &Parser<'_>,
        prices: &Prices,
        literals: &Literals,
        distance: usize,
    ) {
        let code = parser.distances.code(distance);
        let cost = prices.distance(code) + prices.lengths[literals.count];
        let saved = literals.cost.saturating_sub(cost);
        if saved > self.saved {
            self.saved = saved;
            self.token = Some(Token::Copy(low16(count32(literals.count)), code));
        }
    }
}

/// The cheapest way to each pixel of a segment.
#[derive(Default)]
struct Way {
    costs: Vec<u32>,
    steps: Vec<Step>,
}

impl Way {
    fn reset(&mut self, count: usize) {
        self.costs.clear();
        self.costs.resize(count + 1, u32::MAX);
        self.costs[0] = 0;
        self.steps.resize(count + 1, Step::default());
    }

    #[inline(always)]
    fn reach(&mut self, at: usize, length: usize, distance: usize, cost: u32) {
        let to = at + length;
        if cost < self.costs[to] {
            self.costs[to] = cost;
            self.steps[to] = Step {
                length: low16(count32(length)),
                distance: count32(distance),
            };
        }
    }

    /// Copies of each short length, and of the longest of each symbol.
    ///
    /// - `nearer`: lengths up to this one can be had from nearer.
    #[inline(always)]
    fn copies(
        &mut self,
        at: usize,
        (nearer, longest): (usize, usize),
        distance: usize,
        cost: u32,
        prices: &Prices,
    ) {
        for length in nearer + 1..=longest.min(SHORT) {
            self.reach(at, length, distance, cost + prices.lengths[length]);
        }
        if longest <= SHORT {
            return;
        }
        let mut length = 16;
        while length <= nearer {
            length += 1 << (length.ilog2() - 1);
        }
        while length < longest {
            self.reach(at, length, distance, cost + prices.lengths[length]);
            length += 1 << (length.ilog2() - 1);
        }
        self.reach(at, longest, distance, cost + prices.lengths[longest]);
    }
}

/// Lengths up to this one are all tried.
const SHORT: usize = 12;
