//! The mode of chroma of a block: from its neighbours or from luma.

use super::Search;
use super::luma::source_of;
use crate::encode::block::{self, implied_kind};
use crate::encode::context::Place;
use crate::encode::palette::{self, Palette};
use crate::encode::range_coder::Cost;
use crate::encode::trial::{SOURCE_STRIDE, TrialBlock};
use crate::kernels::difference::satd;
use crate::kernels::predict::{Mode, average, cfl_luma, cfl_predict, predict, predict_filtered};
use crate::kernels::transform::TransformKind;
use crate::modes::{ChromaMode, Direction};
use crate::picture::Chroma;

/// Luma of a block at the resolution of chroma, without its average, in eighths.
pub(super) type Shape = Vec<i16>;

impl Search {
    /// Decides about both planes of chroma, reconstructs them and gives their cost.
    ///
    /// - `luma`: the block of luma; of four that share chroma the last.
    /// - `place`: the block in the planes of chroma.
    pub(super) fn search_chroma(&mut self, luma: Place, place: Place) -> f32 {
        let mut shape = std::mem::take(&mut self.scratch.shape);
        self.luma_shape(place, &mut shape);
        self.look_around(1, place);
        self.look_around(2, place);
        let mode = self.choose_chroma(luma, place, &shape);
        self.arena.block_mut(luma).chroma = mode;
        let before = self.may_have_palette(luma).then_some(self.edges);
        let mut cost = self.code_planes(luma, place, mode, &shape);
        if let Some(before) = before {
            self.edges = before;
            if let Some(less) = self.try_chroma_palette(luma, place, cost) {
                cost = less;
            } else {
                // What was tried is overwritten.
                self.edges = before;
                cost = self.code_planes(luma, place, mode, &shape);
            }
        }
        let mode = self.arena.block(luma).chroma;
        self.edges.note_chroma(place, mode);
        self.scratch.shape = shape;
        cost
    }

    /// Codes both planes by a mode; gives their cost.
    fn code_planes(&mut self, luma: Place, place: Place, mode: ChromaMode, shape: &[i16]) -> f32 {
        let bits = self.chroma_bits(luma, mode);
        let mut cost = self.weigh(&bits);
        for plane in [1, 2] {
            cost += self.code_plane(luma, place, plane, mode, shape);
        }
        cost
    }

    fn luma_shape(&self, place: Place, shape: &mut [i16]) {
        let is_half = self.chroma == Chroma::Half;
        let scale = if is_half { 2 } else { 1 };
        let luma = Place {
            x: place.x * scale,
            y: place.y * scale,
            size: place.size,
        };
        let window = &self.windows[0];
        cfl_luma(
            window.block(luma),
            window.stride(),
            place.size,
            is_half,
            &mut shape[..place.size.area()],
        );
    }

    /// What a mode without a palette costs.
    fn chroma_bits(&mut self, luma: Place, mode: ChromaMode) -> Cost {
        let mut cost = self.chroma_mode_bits(luma, mode);
        if mode == ChromaMode::Around(Direction::DC) && self.may_have_palette(luma) {
            let palettes = [self.arena.block(luma).palettes[0], Palette::NONE];
            let model = &mut self.model.palettes;
            let bit_depth = self.parameters.bit_depth;
            palette::code_chroma(&mut cost, model, &self.edges, luma, &palettes, bit_depth);
        }
        cost
    }

    pub(super) fn chroma_mode_bits(&mut self, luma: Place, mode: ChromaMode) -> Cost {
        let mut cost = Cost::default();
        let luma_mode = self.arena.block(luma).luma.mode;
        block::code_chroma(&mut cost, &mut self.model, luma.size, luma_mode, mode);
        cost
    }

    /// The best mode by transformed differences.
    fn choose_chroma(&mut self, luma: Place, place: Place, shape: &[i16]) -> ChromaMode {
        let as_luma = self.arena.block(luma).luma;
        let mut modes = [ChromaMode::Around(Direction::DC); 5];
        let mut count = 1;
        let others = [
            as_luma,
            Direction {
                mode: Mode::Smooth,
                delta: 0,
            },
        ];
        let is_direct = self.is_direct();
        for other in others.into_iter().take(if is_direct { 1 } else { 2 }) {
            if !modes[..count].contains(&ChromaMode::Around(other)) {
                modes[count] = ChromaMode::Around(other);
                count += 1;
            }
        }
        let factors = self.factors(place, shape);
        if factors != [0; 2] {
            modes[count] = ChromaMode::FromLuma(factors);
            count += 1;
        }
        let mut differences = [0; 5];
        for plane in [1, 2] {
            for (difference, &mode) in differences.iter_mut().zip(&modes[..count]) {
                self.predict_chroma(place, plane, mode, shape);
                *difference += satd(
                    source_of(&self.source[plane], place),
                    SOURCE_STRIDE,
                    &self.scratch.other.prediction,
                    place.size,
                );
            }
        }
        let mut best = (f32::INFINITY, modes[0]);
        for (difference, &mode) in differences.into_iter().zip(&modes[..count]) {
            let bits = self.chroma_bits(luma, mode);
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let cost = difference as f32 + self.parameters.satd_lambda * bits.0 as f32;
            if cost < best.0 {
                best = (cost, mode);
            }
        }
        best.1
    }

    /// The factors of luma that come closest to chroma, by least squares.
    fn factors(&mut self, place: Place, shape: &[i16]) -> [i8; 2] {
        let n = place.size.width.samples();
        let energy: i64 = shape[..place.size.area()]
            .iter()
            .map(|&luma| i64::from(luma) * i64::from(luma))
            .sum();
        if energy == 0 {
            return [0; 2];
        }
        [1, 2].map(|plane| {
            let around = &self.scratch.around[plane];
            let base = i64::from(average(around, place.size, self.parameters.bit_depth));
            let source = source_of(&self.source[plane], place);
            let mut product = 0;
            for (row, shape) in source
                .chunks(SOURCE_STRIDE)
                .zip(shape.chunks_exact(n))
                .take(place.size.height.samples())
            {
                for (&sample, &luma) in row[..n].iter().zip(shape) {
                    product += (i64::from(sample) - base) * i64::from(luma);
                }
            }
            // The shape is in eighths, factors are too.
            let factor = (64 * product + energy / 2).div_euclid(energy);
            i8::try_from(factor.clamp(-16, 16)).unwrap_or(0)
        })
    }

    /// Predicts a block of chroma into the other trial; `around` must be filled for its plane.
    fn predict_chroma(&mut self, place: Place, plane: usize, mode: ChromaMode, shape: &[i16]) {
        let (size, area) = (place.size, place.size.area());
        let depth = self.parameters.bit_depth;
        let around = &self.scratch.around[plane];
        let to = &mut self.scratch.other.prediction[..area];
        match mode {
            ChromaMode::Around(direction) => {
                let delta = i32::from(direction.delta);
                predict_filtered(direction.mode, delta, around, size, self.scratch.filter, to);
            }
            ChromaMode::FromLuma(factors) => {
                predict(Mode::Dc, 0, around, size, depth, to);
                let factor = i32::from(factors[plane - 1]);
                let base = to[0];
                cfl_predict(base, &shape[..area], factor, size, depth, to);
            }
        }
    }

    fn code_plane(
        &mut self,
        luma: Place,
        place: Place,
        plane: usize,
        mode: ChromaMode,
        shape: &[i16],
    ) -> f32 {
        self.predict_chroma(place, plane, mode, shape);
        self.code_predicted(luma, place, plane, implied_kind(mode, place.size))
    }

    /// Codes a plane whose prediction is in the other trial.
    pub(super) fn code_predicted(
        &mut self,
        luma: Place,
        place: Place,
        plane: usize,
        kind: TransformKind,
    ) -> f32 {
        let size = place.size;
        let block = TrialBlock {
            source: source_of(&self.source[plane], place),
            size,
            is_chroma: true,
            context: self.edges.coefficients(plane, place),
        };
        let is_direct = self.is_direct();
        let trial = &mut self.scratch.other;
        trial.transform(&self.parameters, block, kind);
        if is_direct {
            trial.find_end(size);
        } else {
            trial.refine(&self.parameters, &mut self.model, block, kind, None);
        }
        let window = &mut self.windows[plane];
        let stride = window.stride();
        trial.reconstruct(&self.parameters, window.block_mut(place), stride);
        self.edges
            .note_coefficients(plane, place, &trial.as_levels(size, true));
        if trial.eob > 0 {
            let levels = self.arena.levels_mut(plane, luma.size, place);
            levels.copy_from_slice(&trial.levels[..size.area()]);
        }
        let eob = u16::try_from(trial.eob).unwrap_or(u16::MAX);
        let cost = trial.cost(&self.parameters);
        self.arena.block_mut(luma).eobs[plane] = eob;
        cost
    }
}
