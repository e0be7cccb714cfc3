//! Samples around a block, smoothed and doubled where lines are followed (sections 7.11.2 and 7.11.2.9
//! to 7.11.2.12).

use super::Target;
use crate::decode::band::Band;
use crate::kernels::sample::Sample;

pub(super) use crate::kernels::intra::lines::BEFORE;

/// Samples that are copied at a time.
const FEW: usize = 32;
/// Twice two sides of 64, and as much again beyond.
const ROOM: usize = BEFORE + 2 * 128 + 32;

/// What is around a block; sample `i` is at [`BEFORE`] `+ i`, and the corner before the first.
#[derive(Debug)]
pub(in crate::decode) struct Edges<S> {
    pub(super) above: [S; ROOM],
    pub(super) left: [S; ROOM],
}

/// What is needed of the edges.
#[derive(Clone, Copy)]
pub(super) struct Around {
    pub(super) above: bool,
    pub(super) left: bool,
    pub(super) above_right: bool,
    pub(super) below_left: bool,
}

impl Around {
    pub(super) const BOTH: Self = Self {
        above: true,
        left: true,
        above_right: false,
        below_left: false,
    };
}

impl<S: Sample> Edges<S> {
    pub(in crate::decode) fn new() -> Self {
        Self {
            above: [S::default(); ROOM],
            left: [S::default(); ROOM],
        }
    }

    /// Reads what is around a block.
    pub(super) fn load(&mut self, band: &Band<S>, target: &Target, around: Around) {
        let samples = band.samples();
        let place = band.place(target.x, target.y);
        let middle = S::of(1 << (target.bit_depth - 1));
        let above = place - band.stride;
        if around.above {
            self.load_above(samples, above, place, target, around.above_right);
        }
        if around.left {
            self.load_left(samples, place, band.stride, target, around.below_left);
        }
        let corner = match (target.has_above, target.has_left) {
            (true, true) => samples[above - 1],
            (true, false) => samples[above],
            (false, true) => samples[place - 1],
            (false, false) => middle,
        };
        self.above[BEFORE - 1] = corner;
        self.left[BEFORE - 1] = corner;
    }

    fn load_above(
        &mut self,
        samples: &[S],
        above: usize,
        place: usize,
        target: &Target,
        with_right: bool,
    ) {
        let (width, height) = (target.size.width(), target.size.height());
        let count = if with_right { width + height } else { width };
        let to_all = &mut self.above[BEFORE..];
        if !target.has_above {
            let value = if target.has_left {
                samples[place - 1]
            } else {
                S::of((1 << (target.bit_depth - 1)) - 1)
            };
            return to_all[..count].fill(value);
        }
        let most = if with_right && target.has_above_right {
            (2 * width).min(count)
        } else {
            width
        };
        let known = most.min(target.inside.0);
        let from = &samples[above..];
        match (from.first_chunk::<FEW>(), to_all.first_chunk_mut::<FEW>()) {
            // Always as many, which takes fewer instructions than it takes to count.
            (Some(from), Some(to)) if known <= FEW => *to = *from,
            _ => to_all[..known].copy_from_slice(&from[..known]),
        }
        if known < count {
            to_all[known..count].fill(from[known - 1]);
        }
    }

    fn load_left(
        &mut self,
        samples: &[S],
        place: usize,
        stride: usize,
        target: &Target,
        with_below: bool,
    ) {
        let (width, height) = (target.size.width(), target.size.height());
        let count = if with_below { width + height } else { height };
        let to = &mut self.left[BEFORE..][..count];
        if !target.has_left {
            let value = if target.has_above {
                samples[place - stride]
            } else {
                S::of((1 << (target.bit_depth - 1)) + 1)
            };
            return to.fill(value);
        }
        let most = if with_below && target.has_below_left {
            (2 * height).min(count)
        } else {
            height
        };
        let known = most.min(target.inside.1);
        let (inside, beyond) = to.split_at_mut(known);
        let column = samples[place - 1..].iter().step_by(stride);
        for (to, from) in inside.iter_mut().zip(column) {
            *to = *from;
        }
        if !beyond.is_empty() {
            beyond.fill(inside[known - 1]);
        }
    }

    /// Makes the corner smoother, from its neighbours.
    pub(super) fn smooth_corner(&mut self) {
        let value = |sample: S| -> i32 { sample.into() };
        let sum = 5 * (value(self.left[BEFORE]) + value(self.above[BEFORE]));
        let corner = S::of((sum + 6 * value(self.above[BEFORE - 1]) + 8) >> 4);
        self.above[BEFORE - 1] = corner;
        self.left[BEFORE - 1] = corner;
    }
}

/// Smooths samples after the corner; `count` includes the corner.
pub(super) fn smooth<S: Sample>(edge: &mut [S; ROOM], count: usize, strength: usize) {
    let [far, near, middle] = match strength {
        0 => return,
        1 => [0, 4, 8],
        2 => [0, 5, 6],
        _ => [2, 4, 4],
    };
    let from = *edge;
    let first = BEFORE - 1;
    let last = first + count - 1;
    let at = |index: usize| -> i32 { from[index.clamp(first, last)].into() };
    for (index, to) in edge.iter_mut().enumerate().take(last + 1).skip(first + 1) {
        let outer = at(index - 2) + at(index + 2);
        let inner = at(index - 1) + at(index + 1);
        *to = S::of((far * outer + near * inner + middle * at(index) + 8) >> 4);
    }
}

/// Puts samples between the first `count` after the corner, and before them.
pub(super) fn double<S: Sample>(edge: &mut [S; ROOM], count: usize, bit_depth: u32) {
    let most = (1 << bit_depth) - 1;
    let from = *edge;
    let first = BEFORE - 1;
    let last = first + count;
    edge[BEFORE - 2] = from[first];
    for index in 0..count {
        let at = |index: usize| -> i32 { from[index.clamp(first, last)].into() };
        let place = first + index;
        let outer = at(place.saturating_sub(1)) + at(place + 2);
        let inner = at(place) + at(place + 1);
        let between = ((9 * inner - outer + 8) >> 4).clamp(0, most);
        edge[BEFORE + 2 * index - 1] = S::of(between);
        edge[BEFORE + 2 * index] = from[place + 1];
    }
}

/// Whether an edge gets samples between its samples.
///
/// - `sum`: of both sides of the block.
/// - `distance`: degrees between the lines and those straight across the edge.
pub(super) const fn is_doubled(sum: usize, is_smooth: bool, distance: i32) -> bool {
    let most = if is_smooth { 8 } else { 16 };
    distance > 0 && distance < 40 && sum <= most
}

/// How much an edge is smoothed, 0 to 3; see [`is_doubled`].
pub(super) const fn strength(sum: usize, is_smooth: bool, distance: i32) -> usize {
    let d = distance;
    match (sum, is_smooth) {
        (..=8, false) => (d >= 56) as usize,
        (..=16, false) => (d >= 40) as usize,
        (..=24, false) => (d >= 8) as usize + (d >= 16) as usize + (d >= 32) as usize,
        (..=32, false) => 1 + (d >= 4) as usize + (d >= 32) as usize,
        (..=8, true) => (d >= 40) as usize + (d >= 64) as usize,
        (..=16, true) => (d >= 20) as usize + (d >= 48) as usize,
        (..=24, true) => {
            if d >= 4 {
                3
            } else {
                0
            }
        }
        _ => 3,
    }
}
