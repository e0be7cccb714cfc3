//! Trellis quantisation: quotients that give the least sum of error and bits.
//!
//! The way from one coefficient that is kept to the next one costs what their zeroes lose and the
//! symbol takes; the cheapest way through the block is found by dynamic programming (Ramchandran
//! and Vetterli 1994, "Rate-distortion optimal fast thresholding with complete JPEG/MPEG decoder
//! compatibility"; Crouse and Ramchandran 1997, "Joint thresholding and quantizer selection").

use super::fdct::Block;
use super::optimal::Code;
use crate::quantization::ZIGZAG;
use crate::standard::{AC_CHROMA, AC_LUMA};
use crate::words::mask;

/// Bits that a squared error of one step is worth.
///
/// 6 / ln 2, or 8.7, is the exchange of fine quantisation. SSIMULACRA2 wants more detail kept: at
/// equal bytes 15 gains 0.1 points of it, 25 gains 0.2 and 40 gains 0.1 (own tables, quality 80,
/// against the dead zone, whose values between qualities are interpolated).
const BITS_FOR_ERROR: f32 = 25.0;

/// Chooses the quotients of one component's blocks.
#[derive(Debug)]
pub(super) struct Trellis {
    /// One by the step of each coefficient, in the order of the file.
    reciprocals: [f32; 64],
    /// Bits of each AC symbol and of what follows it, in the typical code of T.81.
    bits: [f32; 256],
}

/// A coefficient that is kept, on the cheapest way to it.
#[derive(Clone, Copy)]
struct Kept {
    at: usize,
    value: u16,
    /// Number of the coefficient kept before it.
    before: usize,
    /// Of everything up to and with it.
    cost: f32,
}

const START: Kept = Kept {
    at: 0,
    value: 0,
    before: 0,
    cost: 0.0,
};

impl Trellis {
    /// - `table`: the steps in natural order.
    pub(super) fn new(table: &[u8; 64], is_chroma: bool) -> Self {
        let code = Code::typical(if is_chroma { &AC_CHROMA } else { &AC_LUMA });
        let bits = |symbol: u8| (code.of(symbol).1 + u32::from(symbol & 15)) as f32;
        let mut all = [0.0; 256];
        for symbol in 0..=u8::MAX {
            all[usize::from(symbol)] = bits(symbol);
        }
        Self {
            reciprocals: ZIGZAG.map(|at| 1.0 / f32::from(table[usize::from(at & 63)].max(1))),
            bits: all,
        }
    }

    /// Replaces coefficients by quotients.
    pub(super) fn quantize(&self, block: &mut Block) {
        let mut exact = [0.0; 64];
        for ((exact, &value), reciprocal) in
            exact.iter_mut().zip(&block.values).zip(&self.reciprocals)
        {
            *exact = f32::from(value.unsigned_abs()) * reciprocal;
        }
        let mut chosen = [0_u16; 64];
        chosen[0] = nearest(exact[0]);
        self.choose(&exact, &mut chosen);
        for (value, &chosen) in block.values.iter_mut().zip(&chosen) {
            let magnitude = i16::try_from(chosen).unwrap_or(i16::MAX);
            *value = value.signum() * magnitude;
        }
        block.nonzero = mask(&block.values, |value| value != 0);
    }

    fn choose(&self, exact: &[f32; 64], chosen: &mut [u16; 64]) {
        let lost = losses(exact);
        let mut kept = [START; 64];
        let mut count = 1;
        for (at, &exact) in exact.iter().enumerate().skip(1) {
            let most = nearest(exact);
            if most > 0 {
                kept[count] = self.cheapest(at, (exact, most), &kept[..count], &lost);
                count += 1;
            }
        }
        let end = |kept: &Kept| {
            let end_of_block = if kept.at < 63 { self.bits[0] } else { 0.0 };
            kept.cost + lost[63] - lost[kept.at] + end_of_block
        };
        let mut last = 0;
        for number in 1..count {
            if end(&kept[number]) < end(&kept[last]) {
                last = number;
            }
        }
        while last > 0 {
            let Kept {
                at, value, before, ..
            } = kept[last];
            chosen[at] = value;
            last = before;
        }
    }

    /// The cheapest way to keep a coefficient: after which other one, and with which of the two
    /// quotients around it.
    fn cheapest(
        &self,
        at: usize,
        (exact, most): (f32, u16),
        kept: &[Kept],
        lost: &[f32; 64],
    ) -> Kept {
        let mut best = Kept {
            cost: f32::MAX,
            ..START
        };
        for value in [most, (most - 1).max(1)] {
            let error = exact - f32::from(value);
            let error = error * error * BITS_FOR_ERROR;
            let size = (u16::BITS - value.leading_zeros()) as usize;
            for (before, from) in kept.iter().enumerate() {
                let run = at - from.at - 1;
                let runs = (run / 16) as f32 * self.bits[0xf0];
                let bits = runs + self.bits[(run % 16) << 4 | (size & 15)];
                let cost = from.cost + lost[at - 1] - lost[from.at] + bits + error;
                if cost < best.cost {
                    best = Kept {
                        at,
                        value,
                        before,
                        cost,
                    };
                }
            }
        }
        best
    }
}

/// What is lost if all coefficients up to one, the first apart, become zero.
fn losses(exact: &[f32; 64]) -> [f32; 64] {
    let mut sum = 0.0;
    let mut lost = [0.0; 64];
    for (lost, exact) in lost.iter_mut().zip(exact).skip(1) {
        sum += exact * exact * BITS_FOR_ERROR;
        *lost = sum;
    }
    lost
}

/// Quotients have at most 10 bits (T.81, F.1.2.2).
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded before"
)]
fn nearest(exact: f32) -> u16 {
    (exact + 0.5).min(1023.0) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(values: &[(usize, i16)]) -> Block {
        let mut block = Block::EMPTY;
        for &(at, value) in values {
            block.values[at] = value;
        }
        block
    }

    #[test]
    fn a_lone_small_coefficient_far_out_is_dropped_and_a_large_one_stays() {
        let trellis = Trellis::new(&[10; 64], false);
        let mut dear = block(&[(0, 52), (1, -31), (50, 6)]);
        trellis.quantize(&mut dear);
        assert_eq!(dear.values, block(&[(0, 5), (1, -3)]).values);
        assert_eq!(dear.nonzero, 0b11);
        let mut worth = block(&[(50, 60)]);
        trellis.quantize(&mut worth);
        assert_eq!(worth.values, block(&[(50, 6)]).values);
    }

    #[test]
    fn no_quotient_is_further_than_a_step_or_above_the_nearest() {
        let trellis = Trellis::new(&[3; 64], true);
        for seed in 1..200_i32 {
            let mut values = [0; 64];
            let mut state = seed;
            for value in &mut values {
                state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
                *value = i16::try_from((state >> 16) % 40).unwrap_or(0);
            }
            let mut chosen = Block { values, nonzero: 0 };
            trellis.quantize(&mut chosen);
            for (&value, &quotient) in values.iter().zip(&chosen.values) {
                let (magnitude, kept) = (value.unsigned_abs(), quotient.unsigned_abs());
                assert!(kept <= (magnitude + 1) / 3 && (kept == 0 || kept + 1 >= magnitude / 3));
                assert!(quotient == 0 || quotient.signum() == value.signum());
            }
        }
    }
}
