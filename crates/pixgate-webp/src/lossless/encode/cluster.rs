//! Puts parts of a picture that are alike into groups, each with codes of its own.

use super::entropy::{Logs, costs};
use super::tokens::{Alphabets, Token};
use crate::lossless::kernels::Kernels;
use crate::lossless::narrow::{count32, low16};

/// Which group each tile belongs to, and how often each symbol comes in each group.
#[derive(Debug)]
pub(crate) struct Groups {
    pub(crate) tiles: Vec<u16>,
    pub(crate) counts: Vec<Vec<u32>>,
    /// Tiles in a row.
    pub(crate) per_row: usize,
    /// Of the side of a tile.
    pub(crate) bits: u32,
}

/// Symbols with how often they come, of one tile after the other.
struct Tiles {
    symbols: Vec<(u16, u16)>,
    ends: Vec<usize>,
}

impl Tiles {
    fn iter(&self) -> impl Iterator<Item = &[(u16, u16)]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts
            .zip(&self.ends)
            .map(|(&start, &end)| &self.symbols[start..end])
    }

    fn collect(tokens: &[Token], alphabets: Alphabets, width: usize, bits: u32) -> Self {
        let per_row = width.div_ceil(1 << bits);
        let count = alphabets.len();
        let mut tiles = Self {
            symbols: Vec::new(),
            ends: Vec::new(),
        };
        let mut row = vec![0_u16; per_row * count];
        let (mut x, mut y) = (0, 0);
        for &token in tokens {
            let start = (x >> bits) * count;
            let counts = &mut row[start..start + count];
            alphabets.each(token, |symbol| counts[symbol] += 1);
            x += token.len();
            while x >= width {
                x -= width;
                y += 1;
                if y & ((1 << bits) - 1) == 0 {
                    tiles.finish_row(&mut row, count);
                }
            }
        }
        if y & ((1 << bits) - 1) != 0 {
            tiles.finish_row(&mut row, count);
        }
        tiles
    }

    fn finish_row(&mut self, row: &mut [u16], count: usize) {
        for tile in row.chunks_exact_mut(count) {
            let used = (0..).zip(&*tile).filter(|&(_, &count)| count > 0);
            self.symbols
                .extend(used.map(|(symbol, &count)| (symbol, count)));
            self.ends.push(self.symbols.len());
        }
        row.fill(0);
    }
}

/// How groups are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Of the side of a tile.
    pub(crate) bits: u32,
    /// Most groups to begin with.
    pub(crate) groups: usize,
    /// How often tiles choose again.
    pub(crate) rounds: u32,
}

/// Groups tiles; one group for all where that is best.
pub(crate) fn cluster(
    tokens: &[Token],
    alphabets: Alphabets,
    width: usize,
    effort: Effort,
    kernels: &Kernels,
) -> Groups {
    let tiles = Tiles::collect(tokens, alphabets, width, effort.bits);
    let count = tiles.ends.len();
    let mut grouping = Grouping {
        tiles: &tiles,
        alphabets,
        logs: Logs::new(),
        kernels,
        chosen: vec![0; count],
        counts: Vec::new(),
    };
    let wanted = effort.groups.min(count);
    if wanted > 1 {
        grouping.start(wanted);
        for _ in 0..effort.rounds {
            grouping.choose();
        }
        grouping.merge();
        for _ in 0..2 {
            grouping.choose();
        }
        grouping.merge();
    } else {
        grouping.recount(1);
    }
    Groups {
        tiles: grouping.chosen,
        counts: grouping.counts,
        per_row: width.div_ceil(1 << effort.bits),
        bits: effort.bits,
    }
}

struct Grouping<'a> {
    tiles: &'a Tiles,
    alphabets: Alphabets,
    logs: Logs,
    kernels: &'a Kernels,
    chosen: Vec<u16>,
    counts: Vec<Vec<u32>>,
}

impl Grouping<'_> {
    /// Groups of tiles that take about as many bits.
    fn start(&mut self, groups: usize) {
        self.recount(1);
        let costs = costs(self.alphabets, &self.counts[0]);
        let bits = |tile: &[(u16, u16)]| -> f32 {
            tile.iter()
                .map(|&(symbol, count)| f32::from(count) * costs[usize::from(symbol)])
                .sum()
        };
        let mut order: Vec<(f32, usize)> = self
            .tiles
            .iter()
            .enumerate()
            .map(|(i, tile)| (bits(tile), i))
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let count = order.len();
        for (rank, &(_, tile)) in order.iter().enumerate() {
            self.chosen[tile] = low16(count32(rank * groups / count));
        }
        self.recount(groups);
    }

    fn recount(&mut self, groups: usize) {
        self.counts.clear();
        self.counts.resize(groups, vec![0; self.alphabets.len()]);
        for (tile, &group) in self.tiles.iter().zip(&self.chosen) {
            let counts = &mut self.counts[usize::from(group)];
            for &(symbol, count) in tile {
                counts[usize::from(symbol)] += u32::from(count);
            }
        }
    }

    /// Each tile chooses the group by whose codes it is shortest; groups that no tile wants go.
    fn choose(&mut self) {
        let groups = self.counts.len();
        let stride = groups.next_multiple_of(8);
        let mut table = vec![0.0; self.alphabets.len() * stride];
        for (group, counts) in self.counts.iter().enumerate() {
            let costs = costs(self.alphabets, counts);
            for (row, cost) in table.chunks_exact_mut(stride).zip(costs) {
                row[group] = cost;
            }
        }
        let mut sums = vec![0.0; stride];
        for (tile, chosen) in self.tiles.iter().zip(&mut self.chosen) {
            sums.fill(0.0);
            (self.kernels.add_costs)(tile, &table, &mut sums);
            let best = sums[..groups]
                .iter()
                .enumerate()
                .min_by(|a, b| a.1.total_cmp(b.1));
            *chosen = low16(count32(best.map_or(0, |(group, _)| group)));
        }
        self.renumber();
    }

    /// Leaves out groups without tiles.
    fn renumber(&mut self) {
        let mut numbers = vec![None; self.counts.len()];
        let mut count = 0;
        for chosen in &mut self.chosen {
            *chosen = *numbers[usize::from(*chosen)].get_or_insert_with(|| {
                count += 1;
                count - 1
            });
        }
        self.recount(usize::from(count));
    }

    /// Merges groups as long as that saves bits.
    fn merge(&mut self) {
        let count = self.counts.len();
        let bits_of = |counts: &[u32]| self.logs.all_bits(self.alphabets, counts);
        let mut bits: Vec<f32> = self.counts.iter().map(|counts| bits_of(counts)).collect();
        let mut alive: Vec<bool> = vec![true; count];
        let mut gains = vec![f32::MIN; count * count];
        let gain = |counts: &[Vec<u32>], bits: &[f32], a: usize, b: usize| {
            let sum = self.logs.sum_bits(self.alphabets, &counts[a], &counts[b]);
            bits[a] + bits[b] - sum
        };
        for a in 0..count {
            for b in a + 1..count {
                gains[a * count + b] = gain(&self.counts, &bits, a, b);
            }
        }
        let mut into: Vec<usize> = (0..count).collect();
        loop {
            let best = gains.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            let Some((place, &saved)) = best else { break };
            if saved <= 0.0 {
                break;
            }
            let (a, b) = (place / count, place % count);
            alive[b] = false;
            into[b] = a;
            let gone = std::mem::take(&mut self.counts[b]);
            for (to, from) in self.counts[a].iter_mut().zip(gone) {
                *to += from;
            }
            bits[a] = bits_of(&self.counts[a]);
            for other in 0..count {
                gains[other.min(b) * count + other.max(b)] = f32::MIN;
                if alive[other] && other != a {
                    let (low, high) = (other.min(a), other.max(a));
                    gains[low * count + high] = gain(&self.counts, &bits, low, high);
                }
            }
        }
        for chosen in &mut self.chosen {
            let mut group = usize::from(*chosen);
            while into[group] != group {
                group = into[group];
            }
            *chosen = low16(count32(group));
        }
        self.renumber();
    }
}

/// Adds what the symbols of a tile cost by the codes of each group.
///
/// - `table`: for each symbol as many costs as there are sums.
#[inline(always)]
pub(crate) fn add_costs(tile: &[(u16, u16)], table: &[f32], sums: &mut [f32]) {
    let stride = sums.len();
    for &(symbol, count) in tile {
        let start = usize::from(symbol) * stride;
        let count = f32::from(count);
        for (sum, cost) in sums.iter_mut().zip(&table[start..start + stride]) {
            *sum += count * cost;
        }
    }
}
