//! Which blocks and modes a superblock is coded with: each block whole and in four, the cheaper
//! taken, by squared error and estimated bits.

mod chroma;
mod direct;
mod luma;
mod palette;

use crate::encode::arena::Arena;
use crate::encode::block::Block;
use crate::encode::context::{Edges, Place};
use crate::encode::model::Model;
use crate::encode::parameters::Parameters;
use crate::encode::partition::{self, Division};
use crate::encode::range_coder::{Coder, Cost, ONE_BIT};
use crate::encode::settings::Effort;
use crate::encode::trial::{SOURCE_STRIDE, Trial};
use crate::encode::window::Window;
use crate::kernels::difference::variance;
use crate::kernels::predict::{self, EdgeFilter};
use crate::kernels::{Side, Size};
use crate::picture::Chroma;

/// Source samples of a superblock, rows 64 apart.
pub(crate) type Source = [[u16; 64 * 64]; 3];

/// Everything that a tile's superblocks are coded with.
pub(crate) struct Search {
    pub(crate) parameters: Parameters,
    pub(crate) chroma: Chroma,
    pub(crate) model: Model,
    pub(crate) edges: Edges,
    pub(crate) windows: Vec<Window>,
    pub(crate) source: Box<Source>,
    pub(crate) arena: Arena,
    /// What the next block says of its superblock's quantiser: units from the last one.
    pub(crate) quantizer_delta: Option<i32>,
    /// Whether most samples of the superblock are as their neighbours, as in drawings.
    pub(crate) is_drawing: bool,
    /// Whether the frame has palettes.
    pub(crate) has_palettes: bool,
    /// Of the blocks of 8x8 of luma, row by row: sums of samples and of their squares.
    pub(crate) moments: [(u32, u64); 64],
    /// Samples of the superblock that belong to the frame, in whole blocks of 8.
    pub(crate) inside: (usize, usize),
    scratch: Scratch,
}

/// The best division of a block so far.
struct Found {
    cost: f32,
    division: Division,
    /// Edges after it.
    after: Edges,
}

/// Memory that is used over and over.
struct Scratch {
    /// By plane.
    around: [predict::Edges; 3],
    filter: EdgeFilter,
    best: Box<Trial>,
    other: Box<Trial>,
    prediction: [u16; 1024],
    shape: chroma::Shape,
    palette: palette::Work,
    /// Reconstructions of blocks that may be taken back, by side and plane.
    saved: Vec<[[u16; 1024]; 3]>,
}

impl Search {
    pub(crate) fn new(
        parameters: Parameters,
        chroma: Chroma,
        model: Model,
        windows: Vec<Window>,
    ) -> Self {
        let arena = Arena::new(windows.len());
        Self {
            parameters,
            chroma,
            model,
            edges: Edges::OUTSIDE,
            windows,
            source: Box::new([[0; 64 * 64]; 3]),
            arena,
            quantizer_delta: None,
            is_drawing: false,
            has_palettes: false,
            moments: [(0, 0); 64],
            inside: (64, 64),
            scratch: Scratch {
                around: [const { predict::Edges::OUTSIDE }; 3],
                filter: EdgeFilter {
                    is_smooth: false,
                    columns: 0,
                    rows: 0,
                    bit_depth: parameters.bit_depth,
                },
                best: Trial::new(),
                other: Trial::new(),
                prediction: [0; 1024],
                shape: vec![0; 1024],
                palette: palette::Work::new(),
                saved: vec![[[0; 1024]; 3]; 4],
            },
        }
    }

    /// Decides about a block that begins inside the frame; gives its cost.
    pub(crate) fn search(&mut self, place: Place) -> f32 {
        let n = place.size.width.samples();
        let (x, y) = (place.x * 4, place.y * 4);
        if place.size.width == Side::S64 || x + n > self.inside.0 || y + n > self.inside.1 {
            self.search_parts(place, f32::INFINITY)
        } else if self.is_direct() {
            self.search_directly(place)
        } else {
            self.search_divisions(place)
        }
    }

    fn search_divisions(&mut self, place: Place) -> f32 {
        let before = self.edges;
        if self.hurries() && self.is_lively(place) {
            let start = self.division_cost(place, Division::Parts);
            return start + self.search_parts(place, f32::INFINITY);
        }
        let whole = self.division_cost(place, Division::Whole) + self.block(place);
        self.arena.set_division(place, Division::Whole);
        if self.is_cheap(whole) || (self.hurries() && self.is_good_enough(place, whole)) {
            return whole;
        }
        let mut best = Found {
            cost: whole,
            division: Division::Whole,
            after: self.edges,
        };
        self.save(place);
        let mut is_restored = true;
        for division in [
            Division::Parts,
            Division::UpperAndLower,
            Division::LeftAndRight,
        ] {
            self.edges = before;
            let start = self.division_cost(place, division);
            let limit = best.cost - start;
            let cost = match division {
                Division::UpperAndLower => self.search_halves(place.upper_and_lower(), limit),
                Division::LeftAndRight => self.search_halves(place.left_and_right(), limit),
                _ => self.search_parts(place, limit * self.patience()),
            };
            let cost = start + cost;
            is_restored = cost < best.cost;
            if is_restored {
                best = Found {
                    cost,
                    division,
                    after: self.edges,
                };
            }
            if division == Division::Parts && !self.may_halve(whole, cost) {
                break;
            }
            if is_restored {
                self.save(place);
            }
        }
        self.edges = best.after;
        if !is_restored {
            self.restore(place);
        }
        self.arena.set_division(place, best.division);
        best.cost
    }

    /// Whether a block costs next to nothing, so that no division can cost less.
    #[expect(clippy::cast_precision_loss, reason = "a few bits")]
    fn is_cheap(&self, cost: f32) -> bool {
        self.parameters.effort != Effort::Thorough
            && cost < self.parameters.lambda * (CHEAP * ONE_BIT) as f32
    }

    /// What it costs to say how a block is divided; the edges must be as before it.
    fn division_cost(&mut self, place: Place, division: Division) -> f32 {
        let mut cost = Cost::default();
        let context = self.edges.partition(place);
        let side = place.size.width;
        partition::code(&mut cost, &mut self.model, side, context, division);
        self.weigh(&cost)
    }

    /// Whether divisions are left out that are not likely to pay.
    fn hurries(&self) -> bool {
        match self.parameters.effort {
            Effort::Quick => true,
            Effort::Usual => !self.is_drawing && !self.has_palettes,
            Effort::Thorough => false,
        }
    }

    /// How much more than the whole block parts may cost before they are given up.
    fn patience(&self) -> f32 {
        if self.hurries() { 1.0 } else { FAR_MORE }
    }

    /// Whether a block is also divided in two: not where four parts cost far more or less than the whole.
    fn may_halve(&self, whole: f32, parts: f32) -> bool {
        match self.parameters.effort {
            Effort::Quick => false,
            Effort::Usual => {
                !self.hurries() && parts < FAR_MORE * whole && parts > FAR_LESS * whole
            }
            Effort::Thorough => true,
        }
    }

    /// Decides about two halves; gives up above `limit`.
    fn search_halves(&mut self, halves: [Place; 2], limit: f32) -> f32 {
        let mut cost = 0.0;
        for half in halves {
            cost += self.block(half);
            if cost > limit {
                return f32::INFINITY;
            }
        }
        cost
    }

    /// Whether so much happens in a block that it is not worth while to look at it as a whole.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn is_lively(&self, place: Place) -> bool {
        let limit = match place.size.width {
            Side::S32 => 1.0,
            Side::S16 => 4.0,
            _ => return false,
        };
        let n = place.size.width.samples();
        let mut sum = 0.0;
        for y in (0..n).step_by(8) {
            for x in (0..n).step_by(8) {
                let at = (place.y * 4 + y) * SOURCE_STRIDE + place.x * 4 + x;
                let deviations = variance(&self.source[0][at..], SOURCE_STRIDE, Side::S8);
                sum += (deviations as f32).sqrt();
            }
        }
        let blocks = (n * n / 64) as f32;
        sum > blocks * limit * self.parameters.steps[0][1] as f32
    }

    /// Whether a block that was coded as a whole costs so little that nothing is won by dividing it.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn is_good_enough(&self, place: Place, cost: f32) -> bool {
        let (few, bits) = match place.size.width {
            Side::S8 => (12, 1.0),
            Side::S16 => (6, 0.5),
            _ => (10, 0.3),
        };
        let n = place.size.width.samples();
        let limit = (n * n) as f32 * bits * ONE_BIT as f32 * self.parameters.lambda;
        cost < limit || self.arena.block(place).eobs[0] < few
    }

    /// Decides about the four quarters that begin inside the frame; gives up above `limit`.
    fn search_parts(&mut self, place: Place, limit: f32) -> f32 {
        self.arena.set_division(place, Division::Parts);
        let mut cost = 0.0;
        for part in place.parts() {
            if part.x * 4 >= self.inside.0 || part.y * 4 >= self.inside.1 {
                continue;
            }
            cost += if part.size == Size::square(Side::S4) {
                self.block(part)
            } else {
                self.search(part)
            };
            if cost > limit {
                return f32::INFINITY;
            }
        }
        cost
    }

    /// Finds the modes of a block that is not divided, and notes what it leaves behind.
    fn block(&mut self, place: Place) -> f32 {
        *self.arena.block_mut(place) = Block::EMPTY;
        let mut cost = self.search_luma(place);
        let chroma = place.in_chroma(self.chroma);
        if let Some(chroma) = chroma {
            cost += self.search_chroma(place, chroma);
        }
        let block = self.arena.block(place);
        let is_skipped = block.eobs == [0; 3];
        let mut skip = Cost::default();
        let context = self.edges.skip(place);
        skip.symbol(&mut self.model.skip[context], usize::from(is_skipped));
        self.edges.note_block(place, block.luma.mode, is_skipped);
        if self.has_palettes {
            self.edges.note_palettes(place, &block.palettes);
        }
        cost + self.weigh(&skip)
    }

    /// Whether a block is asked for its palettes.
    pub(crate) fn may_have_palette(&self, place: Place) -> bool {
        self.has_palettes && place.size.area() >= 64
    }

    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn weigh(&self, cost: &Cost) -> f32 {
        cost.0 as f32 * self.parameters.lambda
    }

    /// Looks at the samples around a block of a plane.
    fn look_around(&mut self, plane: usize, place: Place) {
        self.windows[plane].around(place, &mut self.scratch.around[plane]);
        let filter = &mut self.scratch.filter;
        filter.columns = place.size.width.samples();
        filter.rows = place.size.height.samples();
        filter.is_smooth = self.edges.is_smooth(plane, place);
    }

    fn save(&mut self, place: Place) {
        let saved = &mut self.scratch.saved[place.size.width as usize];
        for (plane, window) in self.windows.iter().enumerate() {
            let place = place_in(self.chroma, plane, place);
            window.save(place, &mut saved[plane][..place.size.area()]);
        }
    }

    fn restore(&mut self, place: Place) {
        let saved = &self.scratch.saved[place.size.width as usize];
        for (plane, window) in self.windows.iter_mut().enumerate() {
            let place = place_in(self.chroma, plane, place);
            window.restore(place, &saved[plane][..place.size.area()]);
        }
    }
}

/// A block of luma of at least 8, in a plane.
fn place_in(chroma: Chroma, plane: usize, place: Place) -> Place {
    let in_chroma = (plane > 0).then(|| place.in_chroma(chroma));
    in_chroma.flatten().unwrap_or(place)
}

/// Bits of a block, with what its error is worth, from which nothing can be saved.
const CHEAP: u32 = 6;

/// Costs of four parts beside that of the whole between which two halves are worth a look.
const FAR_LESS: f32 = 0.75;
const FAR_MORE: f32 = 1.15;
