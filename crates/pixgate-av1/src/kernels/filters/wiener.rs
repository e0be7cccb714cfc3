//! The Wiener filter of loop restoration (section 7.17.4).

use super::tile::{RESTORE_ABOVE, RESTORE_LEFT, TILE_STRIDE};
use crate::kernels::sample::Sample;
use crate::kernels::words::Words;

/// The filter of a unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wiener {
    /// Coefficients of the three outer taps on each side, and of the one in the middle.
    horizontal: [i16; 4],
    vertical: [i16; 4],
    bit_depth: u32,
}

impl Wiener {
    /// - `vertical`, `horizontal`: `LrWiener`, passes 0 and 1.
    pub(crate) fn new(vertical: [i8; 3], horizontal: [i8; 3], bit_depth: u32) -> Self {
        let whole = |taps: [i8; 3]| {
            let [a, b, c] = taps.map(i16::from);
            [a, b, c, 128 - 2 * (a + b + c)]
        };
        Self {
            horizontal: whole(horizontal),
            vertical: whole(vertical),
            bit_depth,
        }
    }
}

/// Filters a tile into samples whose rows are `stride` apart; sixteen columns at a time.
///
/// - `width`, `rows`: at most 64 each.
#[inline(always)]
pub(in crate::kernels) fn wiener_body<S: Sample, V: Words>(
    tile: &[u16],
    (width, rows): (usize, usize),
    wiener: Wiener,
    to: &mut [S],
    stride: usize,
) {
    let rounds = if wiener.bit_depth == 12 {
        (5, 9)
    } else {
        (3, 11)
    };
    let top = V::splat(i16::MAX >> (15 - wiener.bit_depth));
    let rows = rows.min(64);
    for x in (0..width).step_by(16) {
        let mut between = [V::splat(0); 64 + 2 * RESTORE_ABOVE];
        let between = &mut between[..rows + 2 * RESTORE_ABOVE];
        for (row, to) in between.iter_mut().enumerate() {
            let samples = &tile[row * TILE_STRIDE + RESTORE_LEFT - 3 + x..][..22];
            *to = horizontal(samples, wiener, rounds.0);
        }
        for (row, lines) in between.windows(7).enumerate() {
            let sum = if wiener.bit_depth == 8 {
                near(lines, wiener.vertical)
            } else {
                far(lines, wiener.vertical)
            };
            let sum = V::plus_wide(sum, V::splat_wide(1 << rounds.1 >> 1));
            let value = V::narrow(sum, rounds.1).max(V::splat(0)).min(top);
            S::store(value, &mut to[row * stride + x..]);
        }
    }
}

/// One row of sixteen numbers.
#[inline(always)]
fn horizontal<V: Words>(samples: &[u16], wiener: Wiener, round: u32) -> V {
    let mut lines = [V::splat(0); 7];
    for (tap, line) in lines.iter_mut().enumerate() {
        *line = V::load(&samples[tap..]);
    }
    let sum = near(&lines, wiener.horizontal);
    let sum = V::plus_wide(sum, V::splat_wide(1 << round >> 1));
    // `offset`, and `limit` less it.
    let least = -1 << (wiener.bit_depth + 6 - round);
    let most = 3 * -least - 1;
    V::narrow(sum, round)
        .max(V::splat(least))
        .min(V::splat(most))
}

/// Seven taps of numbers that stay within sixteen bits when two are added.
#[inline(always)]
fn near<V: Words>(lines: &[V], [a, b, c, d]: [i16; 4]) -> V::Wide {
    let outer = V::dot(lines[0].plus(lines[6]), lines[1].plus(lines[5]), [a, b]);
    let inner = V::dot(lines[2].plus(lines[4]), lines[3], [c, d]);
    V::plus_wide(outer, inner)
}

/// Seven taps.
#[inline(always)]
fn far<V: Words>(lines: &[V], [a, b, c, d]: [i16; 4]) -> V::Wide {
    let first = V::plus_wide(
        V::dot(lines[0], lines[1], [a, b]),
        V::dot(lines[2], lines[3], [c, d]),
    );
    let second = V::plus_wide(
        V::dot(lines[4], lines[5], [c, b]),
        V::dot(lines[6], V::splat(0), [a, 0]),
    );
    V::plus_wide(first, second)
}
