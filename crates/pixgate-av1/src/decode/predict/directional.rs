//! Prediction along a line (section 7.11.2.4).

use super::Target;
use super::edge::{self, Edges, double, is_doubled, strength};
use super::smooth;
use crate::kernels::intra::lines::Lines;
use crate::kernels::predict::Mode;
use crate::kernels::sample::Sample;

/// Predicts along lines of `angle` degrees.
///
/// - `filter`: see [`super::Manner::edge_filter`].
pub(super) fn predict<S: Sample>(
    edges: &mut Edges<S>,
    angle: i32,
    filter: Option<bool>,
    target: &Target,
    to: &mut [S],
    stride: usize,
) {
    match angle {
        90 => return smooth::predict(edges, Mode::Vertical, target, to, stride),
        180 => return smooth::predict(edges, Mode::Horizontal, target, to, stride),
        _ => {}
    }
    let doubled = filter.map_or((false, false), |is_smooth| {
        prepare(edges, angle, is_smooth, target)
    });
    let lines = Lines {
        above: &edges.above,
        left: &edges.left,
        doubled,
        angle,
        height: target.size.height(),
    };
    let index = usize::from(target.size.width_log2 - 2).min(4);
    (S::filters().follow[index])(&lines, to, stride);
}

/// Smooths and doubles the edges; whether that above and that on the left are doubled.
fn prepare<S: Sample>(
    edges: &mut Edges<S>,
    angle: i32,
    is_smooth: bool,
    target: &Target,
) -> (bool, bool) {
    let (width, height) = (target.size.width(), target.size.height());
    let sum = width + height;
    if angle > 90 && angle < 180 && sum >= 24 {
        edges.smooth_corner();
    }
    let (above, left) = ((angle - 90).abs(), (angle - 180).abs());
    let (more_above, more_left) = (
        if angle < 90 { height } else { 0 },
        if angle > 180 { width } else { 0 },
    );
    let mut doubled = (false, false);
    if angle < 180 {
        if target.has_above {
            let count = width.min(target.inside.0) + more_above + 1;
            edge::smooth(&mut edges.above, count, strength(sum, is_smooth, above));
        }
        doubled.0 = is_doubled(sum, is_smooth, above);
        if doubled.0 {
            double(&mut edges.above, width + more_above, target.bit_depth);
        }
    }
    if angle > 90 {
        if target.has_left {
            let count = height.min(target.inside.1) + more_left + 1;
            edge::smooth(&mut edges.left, count, strength(sum, is_smooth, left));
        }
        doubled.1 = is_doubled(sum, is_smooth, left);
        if doubled.1 {
            double(&mut edges.left, height + more_left, target.bit_depth);
        }
    }
    doubled
}
