//! Luma by subblocks, each predicted from those before it.

use super::whole::choose_block;
use super::{Search, ranked};
use crate::vp8::encode::cost::{BY_PARTS, PART_COSTS};
use crate::vp8::encode::levels::Kind;
use crate::vp8::encode::macroblock::PartsLuma;
use crate::vp8::encode::settings::Trellis;
use crate::vp8::kernels::{Coefficients, Levels, Predictions, Rows};
use crate::vp8::predict::{self, ORIGIN, STRIDE};

/// A subblock as it is coded.
struct Part {
    mode: u8,
    levels: [i16; 16],
    used: u16,
    shown: [[u8; 4]; 4],
    score: i64,
}

impl Search<'_> {
    /// All subblocks, unless they come to cost more than `limit`; leaves what decoders see in `area`.
    ///
    /// - `above`, `left`: modes of the subblocks around the macroblock.
    pub(in crate::vp8::encode) fn parts_luma(
        &self,
        source: &[Rows; 4],
        area: &mut [u8; STRIDE * 17],
        (above, left): (&[u8; 4], &[u8; 4]),
        limit: i64,
    ) -> Option<PartsLuma> {
        let mut coded = PartsLuma {
            modes: [0; 16],
            levels: [[0; 16]; 16],
            used: [0; 16],
        };
        let (mut above_modes, mut left_modes) = (*above, *left);
        let (mut above, mut left) = (self.above, self.left);
        let mut score = self.score(0, BY_PARTS);
        let mut predictions = Predictions::default();
        for index in 0..16 {
            let (x, y) = (index % 4, index / 4);
            let at = ORIGIN + y * 4 * STRIDE + x * 4;
            let four = four_times(&source[y], x);
            let edge = predict::edge(area, at);
            (self.kernels.parts)(&edge, &four, &mut predictions);
            let mode_costs = &PART_COSTS[usize::from(above_modes[x])][usize::from(left_modes[y])];
            let before = usize::from(above.0[x] + left.0[y]);
            let part = self.best_part(&four, &predictions, mode_costs, before);
            score += part.score;
            if score >= limit {
                return None;
            }
            for (y, row) in part.shown.iter().enumerate() {
                let start = at + y * STRIDE;
                area[start..start + 4].copy_from_slice(row);
            }
            let is_used = u8::from(part.used != 0);
            (above.0[x], left.0[y]) = (is_used, is_used);
            (above_modes[x], left_modes[y]) = (part.mode, part.mode);
            coded.modes[index] = part.mode;
            (coded.levels[index], coded.used[index]) = (part.levels, part.used);
        }
        Some(coded)
    }

    /// The best of the modes that seem good.
    fn best_part(
        &self,
        source: &Rows,
        predictions: &Predictions,
        mode_costs: &[u16; 10],
        before: usize,
    ) -> Part {
        let mut guesses = [0; 10];
        for ((guess, satd), cost) in guesses.iter_mut().zip(predictions.satd).zip(mode_costs) {
            *guess = self.guess(satd, u32::from(*cost));
        }
        let order = ranked(&guesses, self.tools.parts);
        let mut best: Option<Part> = None;
        for modes in order[..self.tools.parts.min(10)].chunks(4) {
            let four = std::array::from_fn(|i| modes[i.min(modes.len() - 1)]);
            let part =
                self.best_of_four(source, predictions, (four, modes.len()), mode_costs, before);
            if best.as_ref().is_none_or(|best| part.score < best.score) {
                best = Some(part);
            }
        }
        best.unwrap_or_else(|| {
            self.best_of_four(source, predictions, ([0; 4], 1), mode_costs, before)
        })
    }

    fn best_of_four(
        &self,
        source: &Rows,
        predictions: &Predictions,
        (modes, count): ([u8; 4], usize),
        mode_costs: &[u16; 10],
        before: usize,
    ) -> Part {
        let mut prediction = Rows::default();
        for (y, row) in prediction.iter_mut().enumerate() {
            for (to, mode) in row.as_chunks_mut::<4>().0.iter_mut().zip(modes) {
                *to = predictions.row(mode, y);
            }
        }
        let (mut coefficients, mut back) = (Coefficients::default(), Coefficients::default());
        let (mut levels, mut shown) = (Levels::default(), Rows::default());
        (self.kernels.forward)(source, &prediction, &mut coefficients);
        let trade = self.trade(self.segment.luma_steps);
        let kind = (Kind::Luma, before);
        if self.tools.trellis == Trellis::Always {
            for x in 0..count {
                choose_block(&coefficients, x, kind, &trade, (&mut levels, &mut back));
            }
        } else {
            (self.kernels.quantize)(&coefficients, &self.segment.luma, &mut levels, &mut back);
        }
        (self.kernels.inverse)(&back, &prediction, &mut shown);
        let squares = (self.kernels.squares)(source, &shown);
        let mut scores = [i64::MAX; 4];
        for (x, score) in scores.iter_mut().enumerate().take(count) {
            let cost = self
                .costs
                .block(Kind::Luma, super::block(&levels, x), before);
            let cost = cost + u32::from(mode_costs[usize::from(modes[x])]);
            *score = self.score(squares[x], cost);
        }
        let best = (0..count).min_by_key(|x| scores[*x]).unwrap_or_default();
        if self.tools.trellis == Trellis::Final {
            let old = levels.blocks[best];
            choose_block(&coefficients, best, kind, &trade, (&mut levels, &mut back));
            if old != levels.blocks[best] {
                (self.kernels.inverse)(&back, &prediction, &mut shown);
            }
        }
        Part {
            mode: modes[best],
            levels: levels.blocks[best],
            used: levels.used[best],
            shown: shown.map(|row| row.as_chunks::<4>().0[best]),
            score: scores[best],
        }
    }
}

/// One of four blocks, in the place of each of four.
fn four_times(rows: &Rows, x: usize) -> Rows {
    let mut four = Rows::default();
    for (to, from) in four.iter_mut().zip(rows) {
        let part = from.as_chunks::<4>().0[x];
        for to in to.as_chunks_mut::<4>().0 {
            *to = part;
        }
    }
    four
}
