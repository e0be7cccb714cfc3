//! Levels that are worth their bits: from the last coefficient down, each level is kept or lowered
//! by one, and the block ended where that is cheapest.
//!
//! Contexts come from coefficients of higher frequency only, which are decided before; what a level
//! does to the contexts of lower ones is not looked at.

#[cfg(test)]
mod tests;

use crate::encode::cdf::Cdf;
use crate::encode::coefficients::{Around, BlockContext, class_of, coeff_base_eob_context};
use crate::encode::model::CoefficientModel;
use crate::encode::range_coder::ONE_BIT;
use crate::kernels::{Side, Size};
use crate::scan::scan;

/// A block to decide about.
pub(crate) struct Task<'a> {
    pub(crate) model: &'a CoefficientModel,
    pub(crate) coefficients: &'a [i32],
    /// Rounded to the nearest; changed.
    pub(crate) levels: &'a mut [i32],
    /// Nonzero levels lie in the leading `used` rows and columns.
    pub(crate) used: usize,
    pub(crate) size: Size,
    pub(crate) is_chroma: bool,
    pub(crate) context: BlockContext,
    /// Steps of the first and the other coefficients, in units of coefficients.
    pub(crate) steps: [f32; 2],
    /// How much larger the steps are in each place.
    pub(crate) factors: &'a [f32],
    /// Squared error of coefficients that 1/256 of a bit is worth.
    pub(crate) lambda: f32,
    /// What telling the kind of transform costs, in 1/256 of a bit.
    pub(crate) kind_cost: u32,
}

/// What was decided.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    /// One past the last nonzero level in the order of the scan.
    pub(crate) eob: usize,
    /// Nonzero levels lie in the leading `used` rows and columns.
    pub(crate) used: usize,
    /// In 1/256 of a bit.
    pub(crate) rate: u32,
    /// Squared error of coefficients, less that of a block of zeros.
    pub(crate) gain: f32,
}

impl Task<'_> {
    /// Decides.
    pub(crate) fn run(self) -> Outcome {
        match (self.size.width, self.size.height) {
            (Side::S4, Side::S4) => self.run_of::<2, 6, 36>(),
            (Side::S8, Side::S8) => self.run_of::<3, 10, 100>(),
            (Side::S16, Side::S16) => self.run_of::<4, 18, 324>(),
            (Side::S4, Side::S8) => self.run_of::<2, 6, 60>(),
            (Side::S8, _) => self.run_of::<3, 10, 180>(),
            (Side::S16, _) => self.run_of::<4, 18, 612>(),
            _ => self.run_of::<5, 34, 1156>(),
        }
    }

    /// - `LOG2`: of the width.
    /// - `STRIDE`: the width and two more, `ROOM` as many for each of the rows and two more.
    fn run_of<const LOG2: usize, const STRIDE: usize, const ROOM: usize>(mut self) -> Outcome {
        let mut around = Around::<STRIDE, ROOM>::new(self.size);
        let (scan, area) = (scan(self.size), self.size.area());
        let mut path: Option<Path> = None;
        for index in (0..farthest(self.used, area)).rev() {
            let spot = Spot::new::<LOG2>(index, scan[index], area);
            let level = self.levels[spot.position];
            match path.as_mut() {
                None if level == 0 => continue,
                Some(path) if level == 0 => {
                    let context = spot.coeff_base_context(&around);
                    path.rate += self.level_costs()[context].cost(0);
                    continue;
                }
                _ => {}
            }
            let best = self.choose::<LOG2, STRIDE, ROOM>(&around, path, spot, level);
            if best.is_end {
                if let Some(old) = path {
                    self.clear::<LOG2, STRIDE, ROOM>(&mut around, index + 1, old.eob);
                }
                path = Some(Path {
                    eob: index + 1,
                    used: 0,
                    rate: 0,
                    gain: 0.0,
                });
            }
            if let Some(path) = &mut path {
                if best.size > 0 {
                    path.used = path.used.max(spot.row.max(spot.column) + 1);
                }
                path.rate = best.rate;
                path.gain = best.gain;
            }
            self.levels[spot.position] = best.size.cast_signed() * level.signum();
            around.sizes[spot.row * STRIDE + spot.column] = best.size.min(15).to_le_bytes()[0];
        }
        self.conclude::<LOG2, STRIDE, ROOM>(around, path)
    }

    /// The best of a level as it is or lowered, after what comes later or as the last.
    fn choose<const LOG2: usize, const STRIDE: usize, const ROOM: usize>(
        &self,
        around: &Around<STRIDE, ROOM>,
        path: Option<Path>,
        spot: Spot,
        level: i32,
    ) -> Choice {
        let size = level.unsigned_abs();
        let index = spot.index;
        let coefficient = self.coefficients[spot.position].unsigned_abs();
        let step = self.steps[usize::from(index > 0)] * self.factors[spot.position];
        let least = size - u32::from(is_low(size, coefficient, step));
        let class = class_of(self.size);
        let coeff_br_costs = &self.model.coeff_br[class][usize::from(self.is_chroma)];
        let mut best = Choice::NONE;
        if let Some(path) = &path {
            let costs = &self.level_costs()[spot.coeff_base_context(around)];
            let more = &coeff_br_costs[around.coeff_br_context(spot.row, spot.column)];
            for size in least..=size {
                let rate = costs.cost(size.min(3) as usize) + self.rest(size, index, level, more);
                let choice = self.choice(path.rate + rate, path.gain, size, coefficient, step);
                best.offer(choice, false);
            }
        }
        if path.is_none_or(|path| self.cost(path.rate, path.gain) > self.worth()) {
            let last_costs = &self.model.coeff_base_eob[class][usize::from(self.is_chroma)];
            let last = &last_costs[coeff_base_eob_context(index, self.size.area())];
            let eob = self.eob_cost(class, index);
            let more = &coeff_br_costs[end_context(spot.row, spot.column)];
            for size in least.max(1)..=size {
                let cost = last.cost(size.min(3) as usize - 1);
                let rate = eob + cost + self.rest(size, index, level, more);
                let choice = self.choice(rate, 0.0, size, coefficient, step);
                best.offer(choice, true);
            }
        }
        best
    }

    /// What was decided stays if it is worth more than any earlier end could save.
    #[expect(clippy::cast_precision_loss, reason = "4096")]
    fn worth(&self) -> f32 {
        -self.lambda * (ONE_BIT * 16) as f32
    }

    fn level_costs(&self) -> &[Cdf<4>; 26] {
        &self.model.coeff_base[class_of(self.size)][usize::from(self.is_chroma)]
    }

    /// The path to its end, or nothing if that is cheaper.
    fn conclude<const LOG2: usize, const STRIDE: usize, const ROOM: usize>(
        mut self,
        mut around: Around<STRIDE, ROOM>,
        path: Option<Path>,
    ) -> Outcome {
        let zero_costs = &self.model.all_zero[class_of(self.size)][self.context.all_zero];
        let nothing = Outcome {
            rate: zero_costs.cost(1),
            ..Outcome::default()
        };
        let Some(path) = path else {
            return nothing;
        };
        let rate = path.rate + zero_costs.cost(0) + self.kind_cost;
        if self.cost(rate, path.gain) >= self.cost(nothing.rate, 0.0) {
            self.clear::<LOG2, STRIDE, ROOM>(&mut around, 0, path.eob);
            return nothing;
        }
        Outcome {
            eob: path.eob,
            used: path.used,
            rate,
            gain: path.gain,
        }
    }

    /// Makes levels zero that come after the end.
    fn clear<const LOG2: usize, const STRIDE: usize, const ROOM: usize>(
        &mut self,
        around: &mut Around<STRIDE, ROOM>,
        from: usize,
        to: usize,
    ) {
        for &position in &scan(self.size)[from..to] {
            let position = usize::from(position);
            let (row, column) = (position >> LOG2, position & ((1 << LOG2) - 1));
            self.levels[position] = 0;
            around.sizes[row * STRIDE + column] = 0;
        }
    }

    fn choice(&self, rate: u32, gain: f32, size: u32, coefficient: u32, step: f32) -> Choice {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let (size_f, coefficient) = (size as f32, coefficient as f32);
        let value = size_f * step;
        // (c - v)^2 - c^2
        let gain = gain + value * (value - 2.0 * coefficient);
        Choice {
            cost: self.cost(rate, gain),
            rate,
            gain,
            size,
            is_end: false,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn cost(&self, rate: u32, gain: f32) -> f32 {
        gain + self.lambda * rate as f32
    }

    /// What sign and the part above 3 cost.
    #[inline]
    fn rest(&self, size: u32, index: usize, level: i32, more: &Cdf<4>) -> u32 {
        if size == 0 {
            return 0;
        }
        let sign = if index == 0 {
            let costs = &self.model.dc_sign[usize::from(self.is_chroma)][self.context.dc_sign];
            costs.cost(usize::from(level < 0))
        } else {
            ONE_BIT
        };
        sign + if size < 3 { 0 } else { above_two(size, more) }
    }

    fn eob_cost(&self, size_class: usize, last: usize) -> u32 {
        let kind = usize::from(self.is_chroma);
        let class = (usize::BITS - last.leading_zeros()) as usize;
        let cost = match self.size.area() {
            16 => self.model.eob_pt_16[kind].cost(class),
            32 => self.model.eob_pt_32[kind].cost(class),
            64 => self.model.eob_pt_64[kind].cost(class),
            128 => self.model.eob_pt_128[kind].cost(class),
            256 => self.model.eob_pt_256[kind].cost(class),
            512 => self.model.eob_pt_512[kind].cost(class),
            _ => self.model.eob_pt_1024[kind].cost(class),
        };
        let Some(below) = class.checked_sub(2) else {
            return cost;
        };
        let bit = self.model.eob_extra[size_class][kind][class].cost(last >> below & 1);
        #[expect(clippy::cast_possible_truncation, reason = "at most 8 bits")]
        let below = below as u32;
        cost + bit + below * ONE_BIT
    }
}

/// A place in a block.
#[derive(Clone, Copy)]
struct Spot {
    /// In the order of the scan.
    index: usize,
    position: usize,
    row: usize,
    column: usize,
}

impl Spot {
    fn new<const LOG2: usize>(index: usize, position: u16, area: usize) -> Self {
        let position = usize::from(position) & (area - 1);
        Self {
            index,
            position,
            row: position >> LOG2,
            column: position & ((1 << LOG2) - 1),
        }
    }

    #[inline]
    fn coeff_base_context<const STRIDE: usize, const ROOM: usize>(
        self,
        around: &Around<STRIDE, ROOM>,
    ) -> usize {
        match self.index {
            0 => 0,
            _ => around.coeff_base_context(self.row, self.column),
        }
    }
}

/// The levels decided so far, up to an end.
#[derive(Clone, Copy)]
struct Path {
    eob: usize,
    used: usize,
    rate: u32,
    gain: f32,
}

/// A level, and what it all costs with it.
#[derive(Clone, Copy)]
struct Choice {
    cost: f32,
    rate: u32,
    gain: f32,
    size: u32,
    is_end: bool,
}

impl Choice {
    const NONE: Self = Self {
        cost: f32::INFINITY,
        rate: 0,
        gain: 0.0,
        size: 0,
        is_end: false,
    };

    fn offer(&mut self, other: Self, is_end: bool) {
        if other.cost < self.cost {
            *self = Self { is_end, ..other };
        }
    }
}

/// Whether a level was rounded up by so much that it may be lowered.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn is_low(size: u32, coefficient: u32, step: f32) -> bool {
    (coefficient as f32) < (size as f32 - 0.25) * step
}

/// One past the last place in the order of the scan that can be in the leading `used` rows and
/// columns.
pub(crate) fn farthest(used: usize, area: usize) -> usize {
    match used {
        0 => 0,
        _ => ((2 * used - 1) * used).min(area),
    }
}

/// The context of what the last level has above 3.
const fn end_context(row: usize, column: usize) -> usize {
    match (row, column) {
        (0, 0) => 0,
        (0..2, 0..2) => 7,
        _ => 14,
    }
}

/// What a level from 3 on costs beyond saying so.
fn above_two(size: u32, more: &Cdf<4>) -> u32 {
    let above = size - 3;
    let steps = (above / 3).min(4);
    let cost = steps * more.cost(3);
    if steps < 4 {
        return cost + more.cost((above % 3) as usize);
    }
    let golomb = 2 * (size - 14).ilog2() + 1;
    cost + golomb * ONE_BIT
}
