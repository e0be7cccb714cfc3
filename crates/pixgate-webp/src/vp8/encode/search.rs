//! Looks for the modes and levels of a macroblock that cost least.

mod chroma;
mod parts;
mod surroundings;
mod whole;

use super::cost::LevelCosts;
use super::segments::{Segment, WEIGHTS};
use super::settings::Tools;
use super::trellis::{Steps, Trade};
use crate::vp8::kernels::{Kernels, Levels, Rows};
use crate::vp8::tokens::Edge;

/// What the search goes by.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) kernels: &'a Kernels,
    pub(super) tools: Tools,
    pub(super) segment: &'a Segment,
    pub(super) costs: &'a LevelCosts,
    /// Which blocks above and to the left have coefficients.
    pub(super) above: Edge,
    pub(super) left: Edge,
    /// Whether modes must cost as little as can be.
    pub(super) is_economic: bool,
}

impl Search<'_> {
    /// Squared differences and bits in one number.
    #[inline(always)]
    fn score(&self, squares: u32, cost: u32) -> i64 {
        (i64::from(squares) << 16) + i64::from(cost) * self.segment.lambda
    }

    /// The modes of a whole block that seem best; the cheapest one where bits for modes run out.
    fn ranked(&self, guesses: &[u32; 4], count: usize) -> impl Iterator<Item = u8> + use<> {
        let (order, count) = match self.is_economic {
            true => ([0; 4], 1),
            false => (ranked(guesses, count), count),
        };
        order.into_iter().take(count)
    }

    /// What blocks of one transform are quantised with.
    fn trade(&self, steps: Steps) -> Trade<'_> {
        Trade {
            costs: self.costs,
            steps,
            lambda: self.segment.lambda_of_levels,
            weights: &WEIGHTS,
        }
    }

    /// A Hadamard transform's differences and bits in one number, to sort by.
    #[inline(always)]
    fn guess(&self, satd: u32, cost: u32) -> u32 {
        satd + ((cost * self.segment.guess) >> 12)
    }
}

/// The squared differences of several rows of blocks.
fn squares(kernels: &Kernels, source: &[Rows], shown: &[Rows]) -> u32 {
    let pairs = source.iter().zip(shown);
    pairs
        .map(|(a, b)| (kernels.squares)(a, b).iter().sum::<u32>())
        .sum()
}

/// The numbers of the candidates that seem best, the best first.
#[inline(always)]
fn ranked<const N: usize>(guesses: &[u32; N], count: usize) -> [u8; N] {
    let mut order = [0; N];
    let mut least = 0;
    for (place, to) in order.iter_mut().enumerate().take(count) {
        let mut best = u32::MAX;
        for (number, guess) in (0_u32..).zip(guesses) {
            // The place counts where guesses are the same; what was taken is below `least`.
            let key = (guess << 4) | number;
            if key < best && (place == 0 || key > least) {
                best = key;
            }
        }
        least = best;
        *to = (best & 15) as u8;
    }
    order
}

/// How far predictions are from the source, after a Hadamard transform.
fn satd(kernels: &Kernels, source: &[Rows], prediction: &[Rows]) -> u32 {
    let mut sum = 0;
    for (source, prediction) in source.iter().zip(prediction) {
        let [a, b, c, d] = (kernels.satd)(source, prediction);
        sum += a + b + c + d;
    }
    sum
}

/// A block among the levels of four.
fn block(levels: &Levels, number: usize) -> super::levels::Block<'_> {
    super::levels::Block {
        levels: &levels.blocks[number],
        used: levels.used[number],
    }
}
