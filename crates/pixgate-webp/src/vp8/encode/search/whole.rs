//! Luma with one prediction.

use super::surroundings::Surroundings;
use super::{Search, block, satd, squares};
use crate::vp8::encode::cost::WHOLE_LUMA;
use crate::vp8::encode::levels::{Block, Kind};
use crate::vp8::encode::macroblock::{WHOLES, WholeLuma};
use crate::vp8::encode::segments::EVEN_WEIGHTS;
use crate::vp8::encode::settings::Trellis;
use crate::vp8::encode::trellis::{self, Trade};
use crate::vp8::kernels::{Coefficients, Levels, Rows, ZIGZAG};
use crate::vp8::modes::Whole;
use crate::vp8::predict::{Around, STRIDE};
use crate::vp8::transform::second_order;

impl Search<'_> {
    /// The best of the modes that seem good.
    ///
    /// - `area`: a workspace with what surrounds the macroblock.
    pub(in crate::vp8::encode) fn whole_luma(
        &self,
        source: &[Rows; 4],
        area: &[u8; STRIDE * 17],
        around: Around,
    ) -> WholeLuma {
        let surroundings = Surroundings::<4>::new([&area[..]], around);
        let predictions = surroundings.predictions(self.kernels);
        let mut guesses = [0; 4];
        for ((guess, prediction), cost) in guesses.iter_mut().zip(&predictions).zip(WHOLE_LUMA) {
            *guess = self.guess(satd(self.kernels, source, prediction), cost);
        }
        let is_tried = self.tools.trellis == Trellis::Always;
        let tried = self.ranked(&guesses, self.tools.wholes);
        let candidates = tried.map(|i| {
            let i = usize::from(i);
            self.code_whole(source, &predictions[i], WHOLES[i], is_tried)
        });
        let best = candidates.min_by_key(|candidate| candidate.score);
        best.unwrap_or_else(|| self.code_whole(source, &predictions[0], WHOLES[0], is_tried))
    }

    /// The same with levels that are worth their cost, if the search went without.
    ///
    /// - `area`: as it was for the search; what is within the macroblock may have changed.
    pub(in crate::vp8::encode) fn refined_whole(
        &self,
        whole: WholeLuma,
        source: &[Rows; 4],
        area: &[u8; STRIDE * 17],
        around: Around,
    ) -> WholeLuma {
        if self.tools.trellis != Trellis::Final {
            return whole;
        }
        let surroundings = Surroundings::<4>::new([&area[..]], around);
        let predictions = surroundings.predictions(self.kernels);
        self.code_whole(source, &predictions[whole.mode as usize], whole.mode, true)
    }

    fn code_whole(
        &self,
        source: &[Rows; 4],
        prediction: &[Rows; 4],
        mode: Whole,
        is_chosen: bool,
    ) -> WholeLuma {
        let mut coefficients = [Coefficients::default(); 4];
        let rows = source.iter().zip(prediction);
        for ((source, prediction), to) in rows.zip(&mut coefficients) {
            (self.kernels.forward)(source, prediction, to);
        }
        let mut dc = [0_i16; 16];
        for (place, dc) in dc.iter_mut().enumerate() {
            *dc = std::mem::take(&mut coefficients[place / 4][0][place % 4 * 4]);
        }
        let mut coded = WholeLuma {
            mode,
            second: [0; 16],
            second_used: 0,
            levels: Default::default(),
            shown: Default::default(),
            score: 0,
        };
        let decoded_dc = self.code_second(&dc, &mut coded, is_chosen);
        let cost = self.code_rest(
            &coefficients,
            &decoded_dc,
            prediction,
            &mut coded,
            is_chosen,
        );
        let squares = squares(self.kernels, source, &coded.shown);
        let second = Block {
            levels: &coded.second,
            used: coded.second_used,
        };
        let before = usize::from(self.above.0[8] + self.left.0[8]);
        let cost =
            cost + self.costs.block(Kind::Second, second, before) + WHOLE_LUMA[mode as usize];
        coded.score = self.score(squares, cost);
        coded
    }

    /// Quantises the DC coefficients, and says what decoders make of them.
    fn code_second(&self, dc: &[i16; 16], coded: &mut WholeLuma, is_chosen: bool) -> [i16; 16] {
        let ordered = forward_second(dc);
        let steps = self.segment.second_steps;
        if is_chosen {
            let before = usize::from(self.above.0[8] + self.left.0[8]);
            let trade = Trade {
                lambda: self.segment.lambda_of_second,
                weights: &EVEN_WEIGHTS,
                ..self.trade(steps)
            };
            coded.second_used =
                trellis::choose(&ordered, Kind::Second, before, &trade, &mut coded.second);
        } else {
            for (place, (level, value)) in coded.second.iter_mut().zip(ordered).enumerate() {
                let step = steps.sizes[usize::from(place > 0)];
                let size = (i32::from(value).abs() + step * 3 / 8) / step;
                let size = i16::try_from(size.min(2047)).unwrap_or_default();
                *level = if value < 0 { -size } else { size };
                coded.second_used |= u16::from(size != 0) << place;
            }
        }
        let block = Block {
            levels: &coded.second,
            used: coded.second_used,
        };
        second_order(&trellis::decoded(block, &steps))
    }

    /// Quantises all but DC, puts together what is shown, and returns the cost of the levels.
    fn code_rest(
        &self,
        coefficients: &[Coefficients; 4],
        dc: &[i16; 16],
        prediction: &[Rows; 4],
        coded: &mut WholeLuma,
        is_chosen: bool,
    ) -> u32 {
        let (mut above, mut left) = (self.above, self.left);
        let mut cost = 0;
        for (y, from) in coefficients.iter().enumerate() {
            let mut back = Coefficients::default();
            let levels = &mut coded.levels[y];
            if is_chosen {
                self.choose_rest(from, (y, &above, &left), levels, &mut back);
            } else {
                (self.kernels.quantize)(from, &self.segment.luma, levels, &mut back);
            }
            for x in 0..4 {
                let before = usize::from(above.0[x] + left.0[y]);
                let block = block(levels, x);
                cost += self.costs.block(Kind::LumaRest, block, before);
                let is_used = u8::from(block.used > 1);
                (above.0[x], left.0[y]) = (is_used, is_used);
                back[0][x * 4] = dc[y * 4 + x];
            }
            (self.kernels.inverse)(&back, &prediction[y], &mut coded.shown[y]);
        }
        cost
    }

    fn choose_rest(
        &self,
        from: &Coefficients,
        (y, above, left): (usize, &crate::vp8::tokens::Edge, &crate::vp8::tokens::Edge),
        levels: &mut Levels,
        back: &mut Coefficients,
    ) {
        let trade = self.trade(self.segment.luma_steps);
        let mut left = left.0[y];
        for x in 0..4 {
            let before = usize::from(above.0[x] + left);
            choose_block(from, x, (Kind::LumaRest, before), &trade, (levels, back));
            left = u8::from(levels.used[x] > 1);
        }
    }
}

/// The coefficients of the second order, in the order in which they are coded: eight times what decoders
/// take from them.
fn forward_second(dc: &[i16; 16]) -> [i16; 16] {
    let mut rows = [0_i32; 16];
    for (row, dc) in rows.chunks_exact_mut(4).zip(dc.chunks_exact(4)) {
        let at = |i: usize| i32::from(dc[i]);
        row.copy_from_slice(&hadamard([at(0), at(1), at(2), at(3)]));
    }
    let mut both = [0_i16; 16];
    for x in 0..4 {
        let column = hadamard([rows[x], rows[4 + x], rows[8 + x], rows[12 + x]]);
        for (y, value) in column.into_iter().enumerate() {
            let half = (value + i32::from(value > 0)) >> 1;
            both[y * 4 + x] = i16::try_from(half).unwrap_or(i16::MAX);
        }
    }
    ZIGZAG.map(|at| both[at])
}

fn hadamard([a, b, c, d]: [i32; 4]) -> [i32; 4] {
    let (outer, inner) = (a + d, b + c);
    let (fall, step) = (a - d, b - c);
    [outer + inner, fall + step, outer - inner, fall - step]
}

/// Chooses the levels of one of four blocks.
pub(super) fn choose_block(
    from: &Coefficients,
    x: usize,
    (kind, before): (Kind, usize),
    trade: &Trade<'_>,
    (levels, back): (&mut Levels, &mut Coefficients),
) {
    let mut ordered = [0; 16];
    for (to, at) in ordered.iter_mut().zip(ZIGZAG) {
        *to = from[at / 4][x * 4 + at % 4];
    }
    let to = &mut levels.blocks[x];
    levels.used[x] = trellis::choose(&ordered, kind, before, trade, to);
    let shown = trellis::decoded(block(levels, x), &trade.steps);
    for (row, shown) in back.iter_mut().zip(shown.as_chunks::<4>().0) {
        row[x * 4..x * 4 + 4].copy_from_slice(shown);
    }
}
