//! Quick decisions: blocks are divided where their samples are lively, and nothing is tried out.

use super::Search;
use crate::encode::context::Place;
use crate::encode::partition::Division;
use crate::encode::settings::Effort;
use crate::encode::trial::SOURCE_STRIDE;
use crate::kernels::Side;
use crate::kernels::difference::variance;

impl Search {
    /// Whether blocks are decided about by their samples alone, and nothing is tried out.
    pub(super) fn is_direct(&self) -> bool {
        self.parameters.effort == Effort::Quick && !self.has_palettes
    }

    /// Divides a block if its samples say so; there is no cost to compare.
    pub(super) fn search_directly(&mut self, place: Place) -> f32 {
        if self.wants_parts(place) {
            return self.search_parts(place, f32::INFINITY);
        }
        self.arena.set_division(place, Division::Whole);
        self.block(place)
    }

    /// Whether one quarter of a block is lively, or its quarters differ more than a gradient's.
    #[expect(clippy::cast_precision_loss, reason = "a step")]
    fn wants_parts(&self, place: Place) -> bool {
        let limit = match place.size.width {
            Side::S32 => LIVELY_32,
            Side::S16 => LIVELY_16,
            _ => LIVELY_8,
        };
        let step = self.parameters.steps[0][1] as f32 / 8.0;
        let (quarters, whole) = if place.size.width == Side::S8 {
            (
                self.deviations_of_4(place),
                self.moments(place.x / 2, place.y / 2, 1),
            )
        } else {
            let half = place.size.width.samples() / 16;
            (
                self.deviations_of_8(place, half),
                self.moments(place.x / 2, place.y / 2, 2 * half),
            )
        };
        let liveliest = quarters
            .iter()
            .fold(0.0, |most, quarter| quarter.0.max(most));
        let most = quarters
            .iter()
            .fold(0.0, |most, quarter| quarter.1.max(most));
        liveliest > limit * step || whole > UNLIKE_GRADIENT * most + step
    }

    /// Of the four blocks of 4x4 of one of 8x8: the deviation, twice.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn deviations_of_4(&self, place: Place) -> [(f32, f32); 4] {
        place.parts().map(|part| {
            let at = part.y * 4 * SOURCE_STRIDE + part.x * 4;
            let squares = variance(&self.source[0][at..], SOURCE_STRIDE, Side::S4);
            let deviation = (squares as f32 / 16.0).sqrt();
            (deviation, deviation)
        })
    }

    /// Of the quarters of a block, whose sides are `half` times 8: the mean deviation of their blocks of
    /// 8x8, and the largest.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn deviations_of_8(&self, place: Place, half: usize) -> [(f32, f32); 4] {
        place.parts().map(|part| {
            let (mut sum, mut most) = (0.0, 0.0_f32);
            for y in 0..half {
                for x in 0..half {
                    let deviation = self.moments(part.x / 2 + x, part.y / 2 + y, 1);
                    sum += deviation;
                    most = most.max(deviation);
                }
            }
            (sum / (half * half) as f32, most)
        })
    }

    /// The deviation of a square of `side` times 8 samples at a place in units of 8.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn moments(&self, x: usize, y: usize, side: usize) -> f32 {
        let (mut sum, mut squares) = (0, 0);
        for row in self.moments.chunks_exact(8).skip(y).take(side) {
            for &(first, second) in &row[x..x + side] {
                sum += u64::from(first);
                squares += second;
            }
        }
        let count = (side * side * 64) as u64;
        ((squares - sum * sum / count) as f32 / count as f32).sqrt()
    }
}

/// Deviations in steps from which blocks of 32, 16 and 8 are divided without more ado.
const LIVELY_32: f32 = 0.8;
const LIVELY_16: f32 = 1.4;
const LIVELY_8: f32 = 4.0;
/// How much larger the deviation of a block is than that of its parts if it has an edge between them;
/// a gradient's is four times as large.
const UNLIKE_GRADIENT: f32 = 6.0;
