//! Prediction of a transform block from the samples around it (section 7.11.2).

mod cfl;
mod directional;
mod edge;
mod filter;
mod smooth;

pub(super) use self::cfl::{CflArea, add_luma, luma_differences};
pub(super) use self::edge::Edges;

use self::edge::Around;
use super::band::Band;
use super::size::Size;
use crate::kernels::predict::Mode;
use crate::kernels::sample::Sample;

/// A block to be predicted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// In the band.
    pub(super) x: usize,
    /// In the superblock row.
    pub(super) y: usize,
    pub(super) size: Size,
    pub(super) has_above: bool,
    pub(super) has_left: bool,
    pub(super) has_above_right: bool,
    pub(super) has_below_left: bool,
    /// Samples from `x` to the right edge of the frame, and from `y` to the lower one.
    pub(super) inside: (usize, usize),
    pub(super) bit_depth: u32,
}

/// How a block is predicted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) mode: Mode,
    /// In steps of 3 degrees.
    pub(super) angle_delta: i32,
    /// `filter_intra_mode`.
    pub(super) filter: Option<u8>,
    /// Whether edges are smoothed (`enable_intra_edge_filter`), and if so whether the block above or
    /// that on the left has a smooth mode.
    pub(super) edge_filter: Option<bool>,
}

/// Predicts a block.
pub(super) fn predict<S: Sample>(
    band: &mut Band<S>,
    edges: &mut Edges<S>,
    target: &Target,
    manner: Manner,
) {
    if let Some(mode) = manner.filter {
        edges.load(band, target, Around::BOTH);
        let stride = band.stride;
        let to = band.samples_mut(target.x, target.y);
        return filter::predict(edges, mode, target, to, stride);
    }
    if let Some(angle) = angle(manner) {
        let around = Around {
            above: angle < 180,
            left: angle > 90,
            above_right: angle < 90,
            below_left: angle > 180,
        };
        edges.load(band, target, around);
        let stride = band.stride;
        let to = band.samples_mut(target.x, target.y);
        return directional::predict(edges, angle, manner.edge_filter, target, to, stride);
    }
    edges.load(band, target, Around::BOTH);
    let stride = band.stride;
    let to = band.samples_mut(target.x, target.y);
    smooth::predict(edges, manner.mode, target, to, stride);
}

/// The angle in degrees of the modes that have one.
const fn angle(manner: Manner) -> Option<i32> {
    let angle = match manner.mode {
        Mode::Vertical => 90,
        Mode::Horizontal => 180,
        Mode::D45 => 45,
        Mode::D135 => 135,
        Mode::D113 => 113,
        Mode::D157 => 157,
        Mode::D203 => 203,
        Mode::D67 => 67,
        _ => return None,
    };
    Some(angle + 3 * manner.angle_delta)
}
