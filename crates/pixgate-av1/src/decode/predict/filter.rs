//! Prediction by a recursive filter (section 7.11.2.3).

use super::Target;
use super::edge::{BEFORE, Edges};
use crate::kernels::sample::Sample;

/// Predicts units of 4x2 samples, each from what is around it.
///
/// - `mode`: `filter_intra_mode`, 0 to 4.
pub(super) fn predict<S: Sample>(
    edges: &Edges<S>,
    mode: u8,
    target: &Target,
    to: &mut [S],
    stride: usize,
) {
    let (width, height) = (target.size.width(), target.size.height());
    let most = (1 << target.bit_depth) - 1;
    let taps = &TAPS[usize::from(mode).min(TAPS.len() - 1)];
    for y in (0..height).step_by(2) {
        for x in (0..width).step_by(4) {
            let mut around = [0i32; 7];
            for (index, around) in around[..5].iter_mut().enumerate() {
                *around = match (y, x + index) {
                    (0, column) => edges.above[BEFORE + column - 1].into(),
                    (_, 0) => edges.left[BEFORE + y - 1].into(),
                    (_, column) => to[(y - 1) * stride + column - 1].into(),
                };
            }
            for (index, around) in around[5..].iter_mut().enumerate() {
                *around = if x == 0 {
                    edges.left[BEFORE + y + index].into()
                } else {
                    to[(y + index) * stride + x - 1].into()
                };
            }
            for (index, taps) in taps.iter().enumerate() {
                let products = taps
                    .iter()
                    .zip(around)
                    .map(|(&tap, value)| i32::from(tap) * value);
                let sum: i32 = products.sum();
                // Halves are rounded away from zero.
                let value = if sum < 0 {
                    -((8 - sum) >> 4)
                } else {
                    (sum + 8) >> 4
                };
                to[(y + index / 4) * stride + x + index % 4] = S::of(value.clamp(0, most));
            }
        }
    }
}

/// `Intra_Filter_Taps`: of the corner, four samples above and two on the left, for each sample.
const TAPS: [[[i8; 7]; 8]; 5] = [
    [
        [-6, 10, 0, 0, 0, 12, 0],
        [-5, 2, 10, 0, 0, 9, 0],
        [-3, 1, 1, 10, 0, 7, 0],
        [-3, 1, 1, 2, 10, 5, 0],
        [-4, 6, 0, 0, 0, 2, 12],
        [-3, 2, 6, 0, 0, 2, 9],
        [-3, 2, 2, 6, 0, 2, 7],
        [-3, 1, 2, 2, 6, 3, 5],
    ],
    [
        [-10, 16, 0, 0, 0, 10, 0],
        [-6, 0, 16, 0, 0, 6, 0],
        [-4, 0, 0, 16, 0, 4, 0],
        [-2, 0, 0, 0, 16, 2, 0],
        [-10, 16, 0, 0, 0, 0, 10],
        [-6, 0, 16, 0, 0, 0, 6],
        [-4, 0, 0, 16, 0, 0, 4],
        [-2, 0, 0, 0, 16, 0, 2],
    ],
    [
        [-8, 8, 0, 0, 0, 16, 0],
        [-8, 0, 8, 0, 0, 16, 0],
        [-8, 0, 0, 8, 0, 16, 0],
        [-8, 0, 0, 0, 8, 16, 0],
        [-4, 4, 0, 0, 0, 0, 16],
        [-4, 0, 4, 0, 0, 0, 16],
        [-4, 0, 0, 4, 0, 0, 16],
        [-4, 0, 0, 0, 4, 0, 16],
    ],
    [
        [-2, 8, 0, 0, 0, 10, 0],
        [-1, 3, 8, 0, 0, 6, 0],
        [-1, 2, 3, 8, 0, 4, 0],
        [0, 1, 2, 3, 8, 2, 0],
        [-1, 4, 0, 0, 0, 3, 10],
        [-1, 3, 4, 0, 0, 4, 6],
        [-1, 2, 3, 4, 0, 4, 4],
        [-1, 2, 2, 3, 4, 3, 3],
    ],
    [
        [-12, 14, 0, 0, 0, 14, 0],
        [-10, 0, 14, 0, 0, 12, 0],
        [-9, 0, 0, 14, 0, 11, 0],
        [-8, 0, 0, 0, 14, 10, 0],
        [-10, 12, 0, 0, 0, 0, 14],
        [-9, 1, 12, 0, 0, 0, 12],
        [-8, 0, 0, 12, 0, 1, 11],
        [-7, 0, 0, 1, 12, 1, 9],
    ],
];
