//! Chooses how much of green goes out of red, and of both out of blue.

use super::entropy::Logs;
use super::predictor::spread_bits;
use crate::lossless::color::{Multipliers, separate};
use crate::lossless::kernels::Kernels;
use crate::lossless::narrow::count32;

/// Channels of a tile as signed numbers.
#[derive(Debug, Default)]
struct Channels {
    red: Vec<i16>,
    green: Vec<i16>,
    blue: Vec<i16>,
    rest: Vec<i16>,
}

/// Replaces red and blue by what others do not say of them.
///
/// Gives the multipliers of each tile, as pixels.
///
/// - `bits`: of the side of a tile.
pub(crate) fn apply(pixels: &mut [u32], width: usize, bits: u32, kernels: &Kernels) -> Vec<u32> {
    let side = 1 << bits;
    let per_row = width.div_ceil(side);
    let mut chosen: Vec<Multipliers> = Vec::new();
    let mut channels = Channels::default();
    for rows in pixels.chunks_mut(width * side) {
        for left in (0..width).step_by(side) {
            let right = (left + side).min(width);
            channels.collect(rows.chunks(width).map(|row| &row[left..right]));
            let before = chosen.last().copied().filter(|_| left > 0);
            let above = chosen.len().checked_sub(per_row).map(|at| chosen[at]);
            let best = channels.best([before, above], kernels);
            for row in rows.chunks_mut(width) {
                separate(best, &mut row[left..right]);
            }
            chosen.push(best);
        }
    }
    chosen.into_iter().map(Multipliers::to_argb).collect()
}

impl Channels {
    fn collect<'a>(&mut self, rows: impl Iterator<Item = &'a [u32]>) {
        self.red.clear();
        self.green.clear();
        self.blue.clear();
        for &argb in rows.flatten() {
            let [blue, green, red, _] =
                argb.to_le_bytes().map(|byte| i16::from(byte.cast_signed()));
            self.red.push(red);
            self.green.push(green);
            self.blue.push(blue);
        }
    }

    /// - `around`: multipliers of the tiles to the left and above.
    fn best(&mut self, around: [Option<Multipliers>; 2], kernels: &Kernels) -> Multipliers {
        let near = around.map(Option::unwrap_or_default);
        let green_to_red = search(
            &self.red,
            &self.green,
            near.map(|near| near.green_to_red),
            kernels,
        );
        let green_to_blue = search(
            &self.blue,
            &self.green,
            near.map(|near| near.green_to_blue),
            kernels,
        );
        self.rest.clear();
        let blue = self.blue.iter().zip(&self.green);
        self.rest
            .extend(blue.map(|(&blue, &green)| less(blue, green, green_to_blue.into())));
        let red_to_blue = search(
            &self.rest,
            &self.red,
            near.map(|near| near.red_to_blue),
            kernels,
        );
        Multipliers {
            green_to_red,
            green_to_blue,
            red_to_blue,
        }
    }
}

/// What is left of a channel, from -128 to 127.
#[inline(always)]
fn less(channel: i16, other: i16, multiplier: i16) -> i16 {
    (channel - ((multiplier * other) >> 5)) << 8 >> 8
}

/// The sum of what is left of a channel, without signs, and how much of it is 0.
#[inline(always)]
pub(crate) fn rest_sum(channel: &[i16], other: &[i16], multiplier: i16) -> (u32, u32) {
    let (mut sum, mut zeros) = (0, 0);
    for (channel, other) in channel.chunks(256).zip(other.chunks(256)) {
        let (mut part, mut part_zeros) = (0_u16, 0_u16);
        for (&channel, &other) in channel.iter().zip(other) {
            let rest = less(channel, other, multiplier);
            part += rest.unsigned_abs();
            part_zeros += u16::from(rest == 0);
        }
        sum += u32::from(part);
        zeros += u32::from(part_zeros);
    }
    (sum, zeros)
}

/// The multiplier by which the least is left.
fn search(channel: &[i16], other: &[i16], near: [i8; 2], kernels: &Kernels) -> i8 {
    let (mut product, mut square) = (0_i64, 0_i64);
    for (&channel, &other) in channel.iter().zip(other) {
        product += i64::from(i32::from(channel) * i32::from(other));
        square += i64::from(i32::from(other) * i32::from(other));
    }
    if square == 0 {
        return 0;
    }
    let count = count32(channel.len());
    let logs = Logs::new();
    let cost = |multiplier: i8| {
        let (sum, zeros) = (kernels.rest_sum)(channel, other, multiplier.into());
        let extra = if multiplier == 0 || near.contains(&multiplier) {
            0.0
        } else {
            3.0
        };
        spread_bits(logs, count, sum, zeros) + extra
    };
    let slope = (32 * product / square).clamp(-127, 127);
    let slope = i8::try_from(slope).unwrap_or_default();
    let mut best = (cost(0), 0);
    let attempt = |multiplier: i8, best: &mut (f32, i8)| {
        let bits = cost(multiplier);
        if bits < best.0 {
            *best = (bits, multiplier);
        }
    };
    for multiplier in [near[0], near[1], slope] {
        attempt(multiplier, &mut best);
    }
    for step in [4, 2, 1] {
        let middle = best.1;
        attempt(middle.saturating_sub(step), &mut best);
        attempt(middle.saturating_add(step), &mut best);
    }
    best.1
}
