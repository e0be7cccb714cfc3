//! The mode of luma of a block: candidates by transformed difference, the best by what they cost.

use super::Search;
use crate::encode::block::{self, usual_kind};
use crate::encode::context::Place;
use crate::encode::palette::Palette;
use crate::encode::range_coder::Cost;
use crate::encode::settings::Effort;
use crate::encode::trial::{SOURCE_STRIDE, TrialBlock};
use crate::kernels::difference::satd;
use crate::kernels::predict::{Mode, predict_filtered};
use crate::kernels::transform::TransformKind;
use crate::kernels::{Side, Size};
use crate::modes::{Direction, is_directional};

/// Modes that looked best so far.
struct Candidates {
    /// With the estimated cost, the best first.
    best: [(f32, Direction); KEPT],
}

/// Candidates that are tried out.
const KEPT: usize = 3;

impl Candidates {
    fn new() -> Self {
        Self {
            best: [(f32::INFINITY, Direction::DC); KEPT],
        }
    }

    fn offer(&mut self, cost: f32, direction: Direction) {
        let mut new = (cost, direction);
        for kept in &mut self.best {
            if new.0 < kept.0 {
                std::mem::swap(&mut new, kept);
            }
        }
    }
}

impl Search {
    /// Decides about luma, reconstructs it and gives its cost.
    pub(super) fn search_luma(&mut self, place: Place) -> f32 {
        self.look_around(0, place);
        if self.is_direct() {
            return self.take_luma(place);
        }
        let candidates = self.candidates(place);
        let mut best = f32::INFINITY;
        let mut chosen = (Direction::DC, TransformKind::DctDct, Palette::NONE);
        for (estimate, direction) in candidates.best {
            if estimate > candidates.best[0].0 * WORTH_TRYING {
                break;
            }
            let cost = self.try_mode(place, direction, best);
            if let Some((cost, kind)) = cost {
                best = cost;
                chosen = (direction, kind, Palette::NONE);
            }
        }
        if self.may_have_palette(place)
            && let Some((kind, palette)) = self.try_luma_palettes(place, best)
        {
            chosen = (Direction::DC, kind, palette);
        }
        self.keep(place, chosen)
    }

    /// Takes the mode that looks best, without a cost.
    fn take_luma(&mut self, place: Place) -> f32 {
        let mut best = (f32::INFINITY, Direction::DC);
        for &mode in &MODES[..DIRECT_MODES] {
            let direction = Direction { mode, delta: 0 };
            let cost = self.estimate(place, direction);
            if cost < best.0 {
                best = (cost, direction);
                std::mem::swap(
                    &mut self.scratch.prediction,
                    &mut self.scratch.best.prediction,
                );
            }
        }
        let direction = best.1;
        let size = place.size;
        let kind = if size.longer() < Side::S32 {
            usual_kind(direction.mode)
        } else {
            TransformKind::DctDct
        };
        let block = TrialBlock {
            source: source_of(&self.source[0], place),
            size,
            is_chroma: false,
            context: self.edges.coefficients(0, place),
        };
        let trial = &mut self.scratch.best;
        trial.transform(&self.parameters, block, kind);
        self.keep(place, (direction, kind, Palette::NONE))
    }

    fn candidates(&mut self, place: Place) -> Candidates {
        let mut candidates = Candidates::new();
        let is_short = match self.parameters.effort {
            Effort::Quick => true,
            Effort::Usual => place.size.as_square().is_none(),
            Effort::Thorough => false,
        };
        let modes = if is_short {
            &MODES[..QUICK_MODES]
        } else {
            &MODES
        };
        for &mode in modes {
            let direction = Direction { mode, delta: 0 };
            let cost = self.estimate(place, direction);
            candidates.offer(cost, direction);
        }
        if place.size.area() >= 64 && !is_short {
            self.refine(place, &mut candidates);
        }
        candidates
    }

    /// Looks at the angles around the best one.
    fn refine(&mut self, place: Place, candidates: &mut Candidates) {
        let Some(&(_, start)) = candidates
            .best
            .iter()
            .take(2)
            .find(|(_, direction)| is_directional(direction.mode))
        else {
            return;
        };
        for delta in [-2, 2, -1, 1, -3, 3] {
            let direction = Direction { delta, ..start };
            let cost = self.estimate(place, direction);
            candidates.offer(cost, direction);
        }
    }

    /// What a mode is likely to cost, in transformed difference.
    fn estimate(&mut self, place: Place, direction: Direction) -> f32 {
        let (size, area) = (place.size, place.size.area());
        let prediction = &mut self.scratch.prediction[..area];
        predict_filtered(
            direction.mode,
            i32::from(direction.delta),
            &self.scratch.around[0],
            size,
            self.scratch.filter,
            prediction,
        );
        let source = source_of(&self.source[0], place);
        let difference = satd(source, SOURCE_STRIDE, prediction, size);
        let mut cost = Cost::default();
        block::code_luma(&mut cost, &mut self.model, &self.edges, place, direction);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let cost = difference as f32 + self.parameters.satd_lambda * cost.0 as f32;
        cost
    }

    /// Kinds of transforms that may suit a block.
    fn kinds(&self, size: Size, mode: Mode) -> impl Iterator<Item = TransformKind> + use<> {
        let usual = usual_kind(mode);
        let has_choice = size.longer() < Side::S32;
        let sines = (has_choice && usual != TransformKind::DctDct).then_some(usual);
        let none = (has_choice && self.is_drawing).then_some(TransformKind::Identity);
        std::iter::once(TransformKind::DctDct)
            .chain(sines)
            .chain(none)
    }

    /// Tries a mode with the transforms that suit it; gives cost and kind if it is below `limit`,
    /// and has it in `best` then.
    fn try_mode(
        &mut self,
        place: Place,
        direction: Direction,
        limit: f32,
    ) -> Option<(f32, TransformKind)> {
        let (size, area) = (place.size, place.size.area());
        let mode_cost = self.luma_bits(place, direction, &Palette::NONE);
        let mode_cost = self.weigh(&mode_cost);
        let prediction = &mut self.scratch.prediction[..area];
        predict_filtered(
            direction.mode,
            i32::from(direction.delta),
            &self.scratch.around[0],
            size,
            self.scratch.filter,
            prediction,
        );
        self.try_kinds(place, direction.mode, mode_cost, limit)
    }

    /// Tries what is predicted with the transforms that suit it; gives cost and kind if it is below
    /// `limit`, and has it in `best` then.
    pub(super) fn try_kinds(
        &mut self,
        place: Place,
        mode: Mode,
        mode_cost: f32,
        limit: f32,
    ) -> Option<(f32, TransformKind)> {
        let (size, area) = (place.size, place.size.area());
        let block = TrialBlock {
            source: source_of(&self.source[0], place),
            size,
            is_chroma: false,
            context: self.edges.coefficients(0, place),
        };
        let mut found = None;
        let mut limit = limit;
        for kind in self.kinds(size, mode) {
            let trial = &mut self.scratch.other;
            trial.prediction[..area].copy_from_slice(&self.scratch.prediction[..area]);
            let mut cost = mode_cost + trial.estimate(&self.parameters, block, kind);
            if self.parameters.effort == Effort::Thorough {
                trial.refine(&self.parameters, &mut self.model, block, kind, Some(mode));
                cost = mode_cost + trial.cost(&self.parameters);
            }
            if cost < limit {
                limit = cost;
                found = Some((cost, kind));
                std::mem::swap(&mut self.scratch.best, &mut self.scratch.other);
            }
        }
        found
    }

    /// What mode and palette cost; the colours of samples are in the arena then.
    fn luma_bits(&mut self, place: Place, direction: Direction, palette: &Palette) -> Cost {
        let mut cost = Cost::default();
        block::code_luma(&mut cost, &mut self.model, &self.edges, place, direction);
        if direction.mode == Mode::Dc && self.may_have_palette(place) {
            self.luma_palette_bits(&mut cost, place, palette);
        }
        cost
    }

    /// Takes the best trial.
    fn keep(
        &mut self,
        place: Place,
        (luma, kind, palette): (Direction, TransformKind, Palette),
    ) -> f32 {
        let is_direct = self.is_direct();
        let mode_cost = if is_direct {
            Cost::default()
        } else {
            self.luma_bits(place, luma, &palette)
        };
        let mode_cost = self.weigh(&mode_cost);
        let block = TrialBlock {
            source: source_of(&self.source[0], place),
            size: place.size,
            is_chroma: false,
            context: self.edges.coefficients(0, place),
        };
        let trial = &mut self.scratch.best;
        let mode = Some(luma.mode);
        if is_direct {
            trial.find_end(place.size);
        } else if self.parameters.effort != Effort::Thorough {
            trial.refine(&self.parameters, &mut self.model, block, kind, mode);
        }
        let cost = mode_cost + trial.cost(&self.parameters);
        let (size, area) = (place.size, place.size.area());
        let window = &mut self.windows[0];
        let stride = window.stride();
        let to = window.block_mut(place);
        trial.reconstruct(&self.parameters, to, stride);
        self.edges
            .note_coefficients(0, place, &trial.as_levels(size, false));
        if trial.eob > 0 {
            let levels = self.arena.levels_mut(0, size, place);
            levels.copy_from_slice(&trial.levels[..area]);
        }
        let decided = self.arena.block_mut(place);
        decided.luma = luma;
        decided.palettes[0] = palette;
        decided.kind = kind;
        decided.eobs[0] = u16::try_from(trial.eob).unwrap_or(u16::MAX);
        cost
    }
}

/// Source samples from a block's first one on.
pub(super) fn source_of(plane: &[u16; 64 * 64], place: Place) -> &[u16] {
    &plane[place.y * 4 * SOURCE_STRIDE + place.x * 4..]
}

/// Candidates whose estimate is worse than the best one's by more are not tried out.
const WORTH_TRYING: f32 = 1.2;

/// Modes that a quick search looks at, and the usual one in oblong blocks.
const QUICK_MODES: usize = 7;

/// Modes that are looked at where nothing is tried out.
const DIRECT_MODES: usize = 5;

/// All modes, those found most often first.
const MODES: [Mode; 13] = [
    Mode::Dc,
    Mode::Smooth,
    Mode::Paeth,
    Mode::Vertical,
    Mode::Horizontal,
    Mode::SmoothVertical,
    Mode::SmoothHorizontal,
    Mode::D45,
    Mode::D67,
    Mode::D113,
    Mode::D135,
    Mode::D157,
    Mode::D203,
];
