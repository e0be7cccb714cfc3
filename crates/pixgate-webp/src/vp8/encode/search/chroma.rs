//! Chroma: one prediction for Cb and Cr.

use super::surroundings::Surroundings;
use super::whole::choose_block;
use super::{Search, block, satd, squares};
use crate::vp8::encode::cost::CHROMA;
use crate::vp8::encode::levels::Kind;
use crate::vp8::encode::macroblock::{Chroma, WHOLES};
use crate::vp8::encode::settings::Trellis;
use crate::vp8::kernels::{Coefficients, Rows};
use crate::vp8::modes::Whole;
use crate::vp8::predict::{Around, STRIDE};

impl Search<'_> {
    /// The best of the modes that seem good.
    ///
    /// - `areas`: workspaces with what surrounds the macroblock.
    pub(in crate::vp8::encode) fn chroma(
        &self,
        source: &[Rows; 2],
        areas: &[[u8; STRIDE * 9]; 2],
        around: Around,
    ) -> Chroma {
        let surroundings = Surroundings::<2>::new([&areas[0][..], &areas[1][..]], around);
        let predictions = surroundings.predictions(self.kernels);
        let mut guesses = [0; 4];
        for ((guess, prediction), cost) in guesses.iter_mut().zip(&predictions).zip(CHROMA) {
            *guess = self.guess(satd(self.kernels, source, prediction), cost);
        }
        let is_tried = self.tools.trellis == Trellis::Always;
        let tried = self.ranked(&guesses, self.tools.chromas);
        let candidates = tried.map(|i| {
            let i = usize::from(i);
            self.code_chroma(source, &predictions[i], WHOLES[i], is_tried)
        });
        let best = candidates.min_by_key(|candidate| candidate.score);
        let best =
            best.unwrap_or_else(|| self.code_chroma(source, &predictions[0], WHOLES[0], is_tried));
        if self.tools.trellis == Trellis::Final {
            let number = WHOLES.iter().position(|mode| *mode == best.mode);
            let prediction = &predictions[number.unwrap_or_default()];
            return self.code_chroma(source, prediction, best.mode, true);
        }
        best
    }

    fn code_chroma(
        &self,
        source: &[Rows; 2],
        prediction: &[Rows; 2],
        mode: Whole,
        is_chosen: bool,
    ) -> Chroma {
        let mut coded = Chroma {
            mode,
            levels: Default::default(),
            shown: Default::default(),
            score: 0,
        };
        let (mut above, mut left) = (self.above, self.left);
        let mut cost = CHROMA[mode as usize];
        for y in 0..2 {
            let (mut from, mut back) = (Coefficients::default(), Coefficients::default());
            (self.kernels.forward)(&source[y], &prediction[y], &mut from);
            let levels = &mut coded.levels[y];
            if !is_chosen {
                (self.kernels.quantize)(&from, &self.segment.chroma, levels, &mut back);
            }
            for x in 0..4 {
                // Cb has the edges 4 and 5, Cr 6 and 7.
                let (above, left) = (&mut above.0[4 + x], &mut left.0[4 + x / 2 * 2 + y]);
                let before = usize::from(*above + *left);
                if is_chosen {
                    let trade = self.trade(self.segment.chroma_steps);
                    let to = (&mut *levels, &mut back);
                    choose_block(&from, x, (Kind::Chroma, before), &trade, to);
                }
                let block = block(levels, x);
                cost += self.costs.block(Kind::Chroma, block, before);
                let is_used = u8::from(block.used != 0);
                (*above, *left) = (is_used, is_used);
            }
            (self.kernels.inverse)(&back, &prediction[y], &mut coded.shown[y]);
        }
        let squares = squares(self.kernels, source, &coded.shown);
        coded.score = self.score(squares, cost);
        coded
    }
}
