//! Prediction from what is beside a block alone: averages, copies, smooth modes and Paeth (sections
//! 7.11.2.2, 7.11.2.5 and 7.11.2.6).

use super::Target;
use super::edge::{BEFORE, Edges};
use crate::kernels::intra::Beside;
use crate::kernels::predict::Mode;
use crate::kernels::sample::Sample;

/// Predicts a block from the edges beside it.
pub(super) fn predict<S: Sample>(
    edges: &Edges<S>,
    mode: Mode,
    target: &Target,
    to: &mut [S],
    stride: usize,
) {
    let (width, height) = (target.size.width(), target.size.height());
    let above = &edges.above[BEFORE..][..width];
    let left = &edges.left[BEFORE..][..height];
    let average = match mode {
        Mode::Dc => average(above, left, target),
        _ => S::default(),
    };
    let beside = Beside {
        above,
        left,
        corner: edges.above[BEFORE - 1],
        average,
    };
    let index = usize::from(target.size.width_log2 - 2).min(4);
    (S::filters().plain[index])(&beside, mode, to, stride);
}

/// The average of the edges that are in the tile.
fn average<S: Sample>(above: &[S], left: &[S], target: &Target) -> S {
    let sum = |edge: &[S]| {
        edge.iter()
            .map(|&sample| Into::<i32>::into(sample))
            .sum::<i32>()
    };
    let count = |edge: &[S]| i32::try_from(edge.len()).unwrap_or(1);
    let (width, height) = (count(above), count(left));
    let value = match (target.has_above, target.has_left) {
        (true, true) => {
            let count = width + height;
            (sum(above) + sum(left) + count / 2) / count
        }
        (true, false) => (sum(above) + width / 2) >> target.size.width_log2,
        (false, true) => (sum(left) + height / 2) >> target.size.height_log2,
        (false, false) => 1 << (target.bit_depth - 1),
    };
    S::of(value)
}
