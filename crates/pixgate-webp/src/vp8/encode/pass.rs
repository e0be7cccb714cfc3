//! One look at the whole picture: modes and levels of all macroblocks.

use super::budget::Budget;
use super::cost::LevelCosts;
use super::levels::{Block, Counts, Kind, Store, tell};
use super::macroblock::{BY_PARTS, Chroma, Modes, PartsLuma, WholeLuma, kind_of_luma};
use super::picture::Picture;
use super::probabilities;
use super::search::Search;
use super::segments::Segments;
use super::settings::Tools;
use crate::Error;
use crate::memory::{filled, zeroed};
use crate::vp8::kernels::{Kernels, Rows};
use crate::vp8::modes::{DC, of_whole};
use crate::vp8::predict::{Around, LEFT, STRIDE};
use crate::vp8::space::{Lines, Space};
use crate::vp8::tables::{TOKEN_PROBS, TokenProbs};
use crate::vp8::tokens::Edge;

/// Sees each macroblock as decoders do, before the loop filter.
pub(super) type Observer<'a> = &'a mut dyn FnMut(usize, usize, &Space);

/// What is known of all macroblocks.
pub(super) struct Coded {
    pub(super) modes: Vec<Modes>,
    pub(super) levels: Store,
    pub(super) counts: Counts,
}

/// The state of a pass.
struct Pass<'a> {
    picture: &'a Picture,
    segments: &'a Segments,
    kernels: &'static Kernels,
    tools: Tools,
    costs: LevelCosts,
    probs: TokenProbs,
    coded: Coded,
    lines: Lines,
    above: Vec<Edge>,
    left: Edge,
    above_modes: Vec<[u8; 4]>,
    left_modes: [u8; 4],
    space: Space,
    budget: Budget,
}

/// Goes through the picture.
///
/// - `probs`: what levels are expected to cost at first; what is seen takes over.
pub(super) fn run(
    picture: &Picture,
    segments: &Segments,
    tools: Tools,
    probs: Option<&TokenProbs>,
    observer: Observer<'_>,
) -> Result<Coded, Error> {
    let probs = *probs.unwrap_or(&TOKEN_PROBS);
    let mut pass = Pass {
        picture,
        segments,
        kernels: Kernels::detect(),
        tools,
        costs: LevelCosts::new(&probs),
        probs,
        coded: Coded {
            modes: zeroed(picture.columns * picture.rows)?,
            levels: Store::new(),
            counts: Counts::new(),
        },
        lines: Lines::new(picture.columns)?,
        above: zeroed(picture.columns)?,
        left: Edge::default(),
        above_modes: filled([DC; 4], picture.columns)?,
        left_modes: [DC; 4],
        space: Space::new(),
        budget: Budget::new(tools.mode_bits, picture.columns * picture.rows),
    };
    for row in 0..picture.rows {
        pass.left = Edge::default();
        pass.left_modes = [DC; 4];
        for column in 0..picture.columns {
            pass.coded.levels.begin()?;
            pass.macroblock(column, row);
            observer(column, row, &pass.space);
        }
        if row % 4 == 3 {
            probabilities::so_far(&pass.coded.counts, &mut pass.probs);
            pass.costs.update(&pass.probs);
        }
    }
    Ok(pass.coded)
}

impl Pass<'_> {
    fn macroblock(&mut self, column: usize, row: usize) {
        let around = Around {
            above: row > 0,
            left: column > 0,
        };
        let place = row * self.picture.columns + column;
        let source = self.picture.source(column, row);
        let segment = self.segments.of(place);
        self.space.surround(&self.lines, column, around);
        let search = Search {
            kernels: self.kernels,
            tools: self.tools,
            segment: &self.segments.all[usize::from(segment)],
            costs: &self.costs,
            above: self.above[column],
            left: self.left,
            is_economic: self.budget.is_tight(),
        };
        let whole = search.whole_luma(&source.luma, &self.space.luma, around);
        let surroundings = (&self.above_modes[column], &self.left_modes);
        let limit = if self.budget.is_ample() {
            whole.score
        } else {
            0
        };
        let parts = search.parts_luma(&source.luma, &mut self.space.luma, surroundings, limit);
        let whole = match parts {
            None => search.refined_whole(whole, &source.luma, &self.space.luma, around),
            Some(_) => whole,
        };
        let chroma = search.chroma(&source.chroma, &self.space.chroma, around);
        show_chroma(&mut self.space, &chroma.shown);
        if parts.is_none() {
            show_luma(&mut self.space, &whole.shown);
        }
        let mut modes = Modes {
            segment,
            chroma: chroma.mode as u8,
            ..Modes::default()
        };
        match parts {
            Some(parts) => {
                (modes.luma, modes.parts) = (BY_PARTS, parts.modes);
                self.remember(column, &modes, &parts.modes);
                self.keep_parts(column, &parts, &chroma, &mut modes);
            }
            None => {
                modes.luma = whole.mode as u8;
                self.remember(column, &modes, &[of_whole(whole.mode); 16]);
                self.keep_whole(column, &whole, &chroma, &mut modes);
            }
        }
        self.coded.modes[place] = modes;
        self.space.hand_over(&mut self.lines, column);
    }

    /// Counts bits of modes, and keeps those of the subblocks at the edges.
    fn remember(&mut self, column: usize, all: &Modes, modes: &[u8; 16]) {
        self.budget
            .take(all, &self.above_modes[column], &self.left_modes);
        self.above_modes[column].copy_from_slice(&modes[12..]);
        self.left_modes = [modes[3], modes[7], modes[11], modes[15]];
    }

    fn keep_whole(&mut self, column: usize, whole: &WholeLuma, chroma: &Chroma, modes: &mut Modes) {
        let luma = whole.levels.iter().flat_map(|levels| levels.used);
        let has_luma = whole.second_used != 0 || luma.into_iter().any(|used| used > 1);
        if self.skip(column, has_luma, chroma, modes) {
            return;
        }
        let second = Block {
            levels: &whole.second,
            used: whole.second_used,
        };
        let mut left = self.left.0[8];
        self.keep(Kind::Second, second, (column, 8), &mut left);
        self.left.0[8] = left;
        for place in 0..16 {
            let levels = &whole.levels[place / 4];
            let block = Block {
                levels: &levels.blocks[place % 4],
                used: levels.used[place % 4],
            };
            self.keep_luma(true, block, column, place);
        }
        self.keep_chroma(column, chroma);
    }

    fn keep_parts(&mut self, column: usize, parts: &PartsLuma, chroma: &Chroma, modes: &mut Modes) {
        let has_luma = parts.used.iter().any(|used| *used != 0);
        if self.skip(column, has_luma, chroma, modes) {
            return;
        }
        for place in 0..16 {
            let block = Block {
                levels: &parts.levels[place],
                used: parts.used[place],
            };
            self.keep_luma(false, block, column, place);
        }
        self.keep_chroma(column, chroma);
    }

    /// Whether nothing is to be written of the levels.
    fn skip(&mut self, column: usize, has_luma: bool, chroma: &Chroma, modes: &mut Modes) -> bool {
        let mut used = chroma.levels.iter().flat_map(|levels| levels.used);
        let is_empty = !has_luma && used.all(|used| used == 0);
        modes.is_skipped = is_empty && self.budget.has_flags();
        if modes.is_skipped {
            let has_second = modes.luma != BY_PARTS;
            self.above[column].clear(has_second);
            self.left.clear(has_second);
        }
        modes.is_skipped
    }

    fn keep_luma(&mut self, is_whole: bool, block: Block<'_>, column: usize, place: usize) {
        let mut left = self.left.0[place / 4];
        let kind = kind_of_luma(is_whole);
        self.keep(kind, block, (column, place % 4), &mut left);
        self.left.0[place / 4] = left;
    }

    fn keep_chroma(&mut self, column: usize, chroma: &Chroma) {
        for (y, x) in Chroma::ORDER {
            let levels = &chroma.levels[y];
            let block = Block {
                levels: &levels.blocks[x],
                used: levels.used[x],
            };
            let edge = 4 + x / 2 * 2 + y;
            let mut left = self.left.0[edge];
            self.keep(Kind::Chroma, block, (column, 4 + x), &mut left);
            self.left.0[edge] = left;
        }
    }

    /// Counts and stores a block.
    fn keep(&mut self, kind: Kind, block: Block<'_>, (column, x): (usize, usize), left: &mut u8) {
        let above = &mut self.above[column].0[x];
        let before = usize::from(*above + *left);
        let (first, end) = (kind.first(), block.end(kind.first()));
        let levels = &block.levels[first..end];
        tell(&mut self.coded.counts, kind, levels, before);
        self.coded.levels.push(kind, levels, before);
        let is_used = u8::from(end > first);
        (*above, *left) = (is_used, is_used);
    }
}

fn show_luma(space: &mut Space, shown: &[Rows; 4]) {
    let to = space.luma.chunks_exact_mut(STRIDE).skip(1);
    for (to, from) in to.zip(shown.as_flattened()) {
        to[LEFT..LEFT + 16].copy_from_slice(from);
    }
}

fn show_chroma(space: &mut Space, shown: &[Rows; 2]) {
    for (plane, area) in space.chroma.iter_mut().enumerate() {
        let to = area.chunks_exact_mut(STRIDE).skip(1);
        for (to, from) in to.zip(shown.as_flattened()) {
            to[LEFT..LEFT + 8].copy_from_slice(&from[plane * 8..plane * 8 + 8]);
        }
    }
}
