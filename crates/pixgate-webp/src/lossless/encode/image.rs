//! Writes pixels, entropy coded.

use super::cluster::{Effort, Groups, cluster};
use super::entropy::Logs;
use super::huffman::{Codes, write};
use super::matches::{Matches, Search};
use super::parse::{Distances, Parser, Prices};
use super::tokens::{Alphabets, Token};
use super::writer::BitWriter;
use crate::lossless::cache::hash;
use crate::lossless::coded::LITERALS;
use crate::lossless::distance::{NEAR, distance, prefix};
use crate::lossless::kernels::Kernels;
use crate::lossless::narrow::count32;

/// How hard copies, the cache and groups are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImageEffort {
    /// None to do without copies.
    pub(crate) search: Option<Search>,
    /// How many of the nearest distances are always tried.
    pub(crate) near: usize,
    /// A copy as long as this is taken at once.
    pub(crate) long: usize,
    /// How often the picture is parsed.
    pub(crate) parses: u32,
    /// Most bits of the colour cache.
    pub(crate) cache_bits: u32,
    /// None for a picture that may not be in parts.
    pub(crate) groups: Option<Effort>,
}

const SMALL: ImageEffort = ImageEffort {
    search: Some(Search {
        depth: 32,
        short_depth: 8,
        least: 3,
        nice: 256,
        good: 32,
    }),
    near: 6,
    long: 512,
    parses: 2,
    cache_bits: 0,
    groups: None,
};

/// Writes a picture that steers others.
pub(crate) fn write_small(writer: &mut BitWriter, pixels: &[u32], width: usize, kernels: &Kernels) {
    write_image(writer, pixels.to_vec(), width, SMALL, None, kernels);
}

/// Writes a picture.
///
/// - `matches`: copies, if they were looked for already.
pub(crate) fn write_image(
    writer: &mut BitWriter,
    pixels: Vec<u32>,
    width: usize,
    effort: ImageEffort,
    matches: Option<Matches>,
    kernels: &Kernels,
) {
    let (tokens, cache_bits) = tokens(&pixels, width, effort, matches);
    drop(pixels);
    let alphabets = Alphabets::new(cache_bits);
    writer.put(u32::from(cache_bits > 0), 1);
    if cache_bits > 0 {
        writer.put(cache_bits, 4);
    }
    let groups = match effort.groups {
        Some(effort) => cluster(&tokens, alphabets, width, effort, kernels),
        None => Groups {
            tiles: vec![0],
            counts: vec![alphabets.count(&tokens)],
            per_row: 1,
            bits: 31,
        },
    };
    if effort.groups.is_some() {
        let is_split = groups.counts.len() > 1;
        writer.put(u32::from(is_split), 1);
        if is_split {
            writer.put(groups.bits - 2, 3);
            let tiles = groups
                .tiles
                .iter()
                .map(|&group| 0xFF00_0000 | u32::from(group) << 8);
            write_small(writer, &tiles.collect::<Vec<_>>(), groups.per_row, kernels);
        }
    }
    let codes: Vec<[Codes; 5]> = groups
        .counts
        .iter()
        .map(|counts| alphabets.split(counts).map(|counts| write(writer, counts)))
        .collect();
    write_tokens(writer, &tokens, width, &groups, &codes);
}

fn write_tokens(
    writer: &mut BitWriter,
    tokens: &[Token],
    width: usize,
    groups: &Groups,
    codes: &[[Codes; 5]],
) {
    let is_one = codes.len() == 1;
    let (mut x, mut y) = (0, 0);
    let mut group = &codes[0];
    let mut until = 0;
    for &token in tokens {
        if !is_one && x >= until {
            let column = x >> groups.bits;
            let tile = (y >> groups.bits) * groups.per_row + column;
            group = &codes[usize::from(groups.tiles[tile])];
            until = (column + 1) << groups.bits;
        }
        let [greens, red, blue, alpha, distances] = group;
        match token {
            Token::Literal(argb) => {
                let [b, g, r, a] = argb.to_le_bytes().map(usize::from);
                greens.put(writer, g);
                red.put(writer, r);
                blue.put(writer, b);
                alpha.put(writer, a);
            }
            Token::Cached(place) => greens.put(writer, LITERALS + 24 + usize::from(place)),
            Token::Copy(length, code) => {
                let (symbol, extra, bits) = prefix(u32::from(length));
                greens.put(writer, LITERALS + symbol as usize);
                writer.put(bits, extra);
                let (symbol, extra, bits) = prefix(code);
                distances.put(writer, symbol as usize);
                writer.put(bits, extra);
            }
        }
        x += token.len();
        while x >= width {
            x -= width;
            y += 1;
            until = 0;
        }
    }
}

/// Chooses tokens, and how many bits the colour cache has.
fn tokens(
    pixels: &[u32],
    width: usize,
    effort: ImageEffort,
    matches: Option<Matches>,
) -> (Vec<Token>, u32) {
    let literals = || pixels.iter().map(|&argb| Token::Literal(argb));
    let Some(search) = effort.search else {
        let tokens: Vec<_> = literals().collect();
        let cache_bits = best_cache(pixels, &tokens, effort.cache_bits);
        if cache_bits == 0 {
            return (tokens, 0);
        }
        let none = Matches {
            lengths: vec![0; pixels.len()],
            distances: Vec::new(),
        };
        let parser = Parser {
            pixels,
            matches: &none,
            distances: &Distances::new(width),
            near: &[],
            long: 1 << 12,
        };
        return (parser.cached(&tokens, cache_bits), cache_bits);
    };
    let matches = matches.unwrap_or_else(|| Matches::find(pixels, search));
    let near = near(width, effort.near);
    let parser = Parser {
        pixels,
        matches: &matches,
        distances: &Distances::new(width),
        near: &near,
        long: effort.long,
    };
    let mut tokens = parser.greedy(&first_prices(pixels));
    let cache_bits = best_cache(pixels, &tokens, effort.cache_bits);
    if cache_bits > 0 {
        tokens = parser.cached(&tokens, cache_bits);
    }
    let alphabets = Alphabets::new(cache_bits);
    for _ in 1..effort.parses {
        let prices = Prices::new(alphabets, &alphabets.count(&tokens));
        tokens = parser.parse(&prices, cache_bits);
    }
    (tokens, cache_bits)
}

/// The nearest distances.
fn near(width: usize, count: usize) -> Vec<usize> {
    let mut near = Vec::new();
    for code in 1..=count32(NEAR.len()) {
        let distance = distance(code, width);
        if near.len() < count && !near.contains(&distance) {
            near.push(distance);
        }
    }
    near
}

/// Prices before anything is known of copies.
fn first_prices(pixels: &[u32]) -> Prices {
    let alphabets = Alphabets::new(0);
    let mut counts = vec![0; alphabets.len()];
    for &argb in pixels {
        alphabets.each(Token::Literal(argb), |symbol| counts[symbol] += 1);
    }
    let total = count32(pixels.len());
    for (i, count) in counts[LITERALS..LITERALS + 24].iter_mut().enumerate() {
        *count = total / (16 << (i / 4)) + 1;
    }
    let starts = alphabets.starts;
    counts[starts[4]..].fill(1);
    Prices::new(alphabets, &counts)
}

/// How many bits of the colour cache make the fewest bits altogether.
fn best_cache(pixels: &[u32], tokens: &[Token], most: u32) -> u32 {
    if most == 0 {
        return 0;
    }
    let mut trials: Vec<Trial> = (0..=most).map(Trial::new).collect();
    let mut at = 0;
    for &token in tokens {
        let length = token.len();
        match token {
            Token::Copy(..) => {
                for trial in &mut trials {
                    trial
                        .alphabets
                        .each(token, |symbol| trial.counts[symbol] += 1);
                }
                for &argb in &pixels[at..at + length] {
                    trials.iter_mut().for_each(|trial| trial.insert(argb));
                }
            }
            _ => trials.iter_mut().for_each(|trial| trial.add(pixels[at])),
        }
        at += length;
    }
    let logs = Logs::new();
    let bits = |trial: &Trial| logs.all_bits(trial.alphabets, &trial.counts);
    let best = trials
        .iter()
        .map(bits)
        .enumerate()
        .min_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(0, |(bits, _)| count32(bits))
}

/// A cache that is tried.
struct Trial {
    alphabets: Alphabets,
    counts: Vec<u32>,
    colors: Vec<u32>,
    shift: u32,
}

impl Trial {
    fn new(bits: u32) -> Self {
        let alphabets = Alphabets::new(bits);
        Self {
            alphabets,
            counts: vec![0; alphabets.len()],
            colors: vec![0; if bits == 0 { 0 } else { 1 << bits }],
            shift: 32 - bits.max(1),
        }
    }

    #[inline(always)]
    fn insert(&mut self, argb: u32) {
        let place = (hash(argb) >> self.shift) as usize;
        if let Some(color) = self.colors.get_mut(place) {
            *color = argb;
        }
    }

    #[inline(always)]
    fn add(&mut self, argb: u32) {
        let place = (hash(argb) >> self.shift) as usize;
        if let Some(color) = self.colors.get_mut(place) {
            if *color == argb {
                self.counts[LITERALS + 24 + place] += 1;
                return;
            }
            *color = argb;
        }
        let counts = &mut self.counts;
        self.alphabets
            .each(Token::Literal(argb), |symbol| counts[symbol] += 1);
    }
}
