//! Chooses how the pixels of each tile are predicted.

use super::entropy::Logs;
use crate::lossless::kernels::{Kernels, ModeSums};
use crate::lossless::narrow::count32;
use crate::lossless::predict::{Around, BLACK, predict, sub};

/// Where pixels lie that are predicted alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    /// The first pixel.
    pub(crate) at: usize,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Pixels in a row of the picture.
    pub(crate) width: usize,
}

/// Replaces pixels by their differences from what is predicted.
///
/// Gives the mode of each tile, as pixels.
///
/// - `bits`: of the side of a tile, 2 to 5.
pub(crate) fn apply(pixels: &mut [u32], width: usize, bits: u32, kernels: &Kernels) -> Vec<u32> {
    let modes = choose(pixels, width, bits, kernels);
    let per_row = width.div_ceil(1 << bits);
    let mut row = vec![0; width];
    for y in (0..pixels.len() / width).rev() {
        let tiles = &modes[(y >> bits) * per_row..][..per_row];
        subtract_row(pixels, y, tiles, bits, &mut row, kernels);
        pixels[y * width..][..width].copy_from_slice(&row);
    }
    modes
        .iter()
        .map(|&mode| BLACK | u32::from(mode) << 8)
        .collect()
}

fn subtract_row(
    pixels: &[u32],
    y: usize,
    tiles: &[u8],
    bits: u32,
    row: &mut [u32],
    kernels: &Kernels,
) {
    let width = row.len();
    let start = y * width;
    if y == 0 {
        row[0] = sub(pixels[0], BLACK);
        for x in 1..width {
            row[x] = sub(pixels[x], pixels[x - 1]);
        }
        return;
    }
    row[0] = sub(pixels[start], pixels[start - width]);
    let side = 1 << bits;
    for (tile, &mode) in tiles.iter().enumerate() {
        let first = (tile * side).max(1);
        let end = ((tile + 1) * side).min(width);
        if first < end {
            (kernels.subtract)(mode, pixels, start + first, width, &mut row[first..end]);
        }
    }
}

fn choose(pixels: &[u32], width: usize, bits: u32, kernels: &Kernels) -> Vec<u8> {
    let height = pixels.len() / width;
    let side = 1 << bits;
    let per_row = width.div_ceil(side);
    let mut modes: Vec<u8> = Vec::with_capacity(per_row * height.div_ceil(side));
    for top in (0..height).step_by(side) {
        for left in (0..width).step_by(side) {
            let (x, y) = (left.max(1), top.max(1));
            let area = Area {
                at: y * width + x,
                columns: (left + side).min(width).saturating_sub(x),
                rows: (top + side).min(height).saturating_sub(y),
                width,
            };
            let above = modes.len().checked_sub(per_row).map(|at| modes[at]);
            let before = modes.last().copied().filter(|_| left > 0);
            modes.push(best_mode(pixels, area, [above, before], kernels));
        }
    }
    modes
}

/// - `around`: modes of the tiles above and to the left, which cost a little less.
fn best_mode(pixels: &[u32], area: Area, around: [Option<u8>; 2], kernels: &Kernels) -> u8 {
    let count = area.columns * area.rows;
    if count == 0 {
        return around[1].or(around[0]).unwrap_or(0);
    }
    let mut sums = ModeSums::default();
    (kernels.mode_sums)(pixels, area, &mut sums);
    let mut best = (f32::MAX, 0);
    let logs = Logs::new();
    let count = count32(count);
    for (mode, (sums, zeros)) in (0..).zip(sums.sums.iter().zip(&sums.zeros)) {
        let channels = sums.iter().zip(zeros);
        let mut bits: f32 = channels
            .map(|(&sum, &zeros)| spread_bits(logs, count, sum, zeros))
            .sum();
        if around.contains(&Some(mode)) {
            bits -= 3.0;
        }
        if bits < best.0 {
            best = (bits, mode);
        }
    }
    best.1
}

/// About how many bits differences take by a code made for them: whether each is 0, its sign, and
/// its size, which is taken to be spread geometrically.
///
/// - `sum`: of the differences without signs.
/// - `zeros`: how many are 0.
#[inline(always)]
pub(crate) fn spread_bits(logs: Logs, count: u32, sum: u32, zeros: u32) -> f32 {
    let others = count - zeros;
    let whether = logs.of(count) - logs.of(zeros) - logs.of(others);
    let sizes = logs.of(sum) - logs.of(others) - logs.of(sum - others);
    whether + others as f32 + sizes
}

/// Sums of differences without signs, by mode and channel.
#[inline(always)]
pub(crate) fn mode_sums(pixels: &[u32], area: Area, sums: &mut ModeSums) {
    for row in 0..area.rows {
        let start = area.at + row * area.width;
        for at in start..start + area.columns {
            let around = around(pixels, at, area.width);
            let modes = sums.sums.iter_mut().zip(&mut sums.zeros);
            for (mode, (sums, zeros)) in (0..).zip(modes) {
                let difference = sub(pixels[at], predict(mode, around)).to_le_bytes();
                for ((sum, zeros), byte) in sums.iter_mut().zip(zeros).zip(difference) {
                    *sum += u32::from(byte.cast_signed().unsigned_abs());
                    *zeros += u32::from(byte == 0);
                }
            }
        }
    }
}

#[inline(always)]
fn around(pixels: &[u32], at: usize, width: usize) -> Around {
    Around {
        left: pixels[at - 1],
        top: pixels[at - width],
        top_left: pixels[at - width - 1],
        top_right: pixels[at - width + 1],
    }
}

/// Differences of a part of a row.
///
/// - `at`: the first pixel, neither in the first row nor in the first column.
#[inline(always)]
pub(crate) fn subtract(mode: u8, pixels: &[u32], at: usize, width: usize, out: &mut [u32]) {
    for (at, out) in (at..).zip(out) {
        *out = sub(pixels[at], predict(mode, around(pixels, at, width)));
    }
}

/// The bits of a side at which a picture has at most this many tiles.
pub(crate) fn tile_bits(width: usize, height: usize, least: u32, tiles: usize) -> u32 {
    let count = |bits: u32| width.div_ceil(1 << bits) * height.div_ceil(1 << bits);
    (least..9).find(|&bits| count(bits) <= tiles).unwrap_or(9)
}
