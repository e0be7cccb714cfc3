//! Looks for the modes and levels of a macroblock that cost least.

mod chroma;
mod parts;
mod whole;

use super::cost::LevelCosts;
use super::segments::Segment;
use super::settings::Tools;
use super::trellis::Trade;
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
}

impl Search<'_> {
    /// Squared differences and bits in one number.
    #[inline(always)]
    fn score(&self, squares: u32, cost: u32) -> i64 {
        (i64::from(squares) << 16) + i64::from(cost) * self.segment.lambda
    }

    /// What blocks of one transform are quantised with.
    fn trade(&self, steps: [i32; 2]) -> Trade<'_> {
        Trade {
            costs: self.costs,
            steps,
            // Squares of coefficients are four times those of samples.
            lambda: self.segment.lambda * 4,
        }
    }

    /// A Hadamard transform's differences and bits in one number, to sort by.
    #[inline(always)]
    fn guess(&self, satd: u32, cost: u32) -> u32 {
        let step = self.segment.luma_steps[1].cast_unsigned();
        satd + ((cost * step * tune_guess()) >> 12)
    }
}

fn tune_guess() -> u32 {
    super::tune::tune("guess", 8.0) as u32
}

/// The squared differences of several rows of blocks.
fn squares(kernels: &Kernels, source: &[Rows], shown: &[Rows]) -> u32 {
    let pairs = source.iter().zip(shown);
    pairs
        .map(|(a, b)| (kernels.squares)(a, b).iter().sum::<u32>())
        .sum()
}

/// The numbers of the candidates that seem best, the best first.
fn ranked<const N: usize>(guesses: [u32; N]) -> [u8; N] {
    let mut keyed: [u32; N] = std::array::from_fn(|i| (guesses[i] << 4) | i as u32);
    keyed.sort_unstable();
    keyed.map(|key| (key & 15) as u8)
}

/// A block among the levels of four.
fn block(levels: &Levels, number: usize) -> super::levels::Block<'_> {
    super::levels::Block {
        levels: &levels.blocks[number],
        used: levels.used[number],
    }
}
