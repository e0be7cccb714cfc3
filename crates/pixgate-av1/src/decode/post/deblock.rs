//! The deblocking of a superblock row: which edges are filtered, and how strongly (section 7.14.2).

use super::facts::{Facts, TransformLog2};
use super::frame::{Deblocking, PostFrame};
use super::window::Window;
use crate::kernels::filters::Filters;
use crate::kernels::filters::deblock::{Edges, REACH, Sharpness, rows_above};
use crate::kernels::sample::Sample;

/// One plane of a superblock row.
struct Plane<'a> {
    index: usize,
    shifts: (usize, usize),
    /// Units of 4 samples within the frame: columns, and rows from the first of the superblock row on.
    columns: usize,
    rows: usize,
    transforms: &'a [TransformLog2],
    facts: &'a Facts,
    sharpness: Sharpness,
}

/// Deblocks a superblock row: all vertical edges, then all horizontal ones but for what lies below.
///
/// - `first_row`: of luma.
pub(super) fn deblock<S: Sample>(
    frame: &PostFrame,
    deblocking: Deblocking,
    facts: &Facts,
    first_row: usize,
    windows: &mut [Window<S>; 3],
) {
    let filters = S::filters();
    for (index, window) in windows.iter_mut().enumerate().take(frame.planes()) {
        if !deblocking.planes[index] {
            continue;
        }
        let (x, y) = frame.shifts(index);
        let rows = frame
            .superblock()
            .min(frame.height.saturating_sub(first_row));
        let plane = Plane {
            index,
            shifts: (x, y),
            columns: frame.width.div_ceil(4 << x),
            rows: rows.div_ceil(4 << y),
            transforms: if index == 0 {
                &facts.luma
            } else {
                &facts.chroma
            },
            facts,
            sharpness: Sharpness {
                value: deblocking.sharpness,
                bit_depth: frame.bit_depth,
            },
        };
        for row in (0..plane.rows).step_by(4) {
            plane.filter_columns(filters, row, (first_row >> y) + 4 * row, window);
        }
        for row in 0..plane.rows {
            let place = (first_row >> y) + 4 * row;
            if place > 0 {
                plane.filter_row(filters, row, place, window);
            }
        }
    }
}

impl Plane<'_> {
    /// Filters vertical edges of sixteen rows from `place` on, whose first unit is `row`.
    fn filter_columns<S: Sample>(
        &self,
        filters: &Filters<S>,
        row: usize,
        place: usize,
        window: &mut Window<S>,
    ) {
        let stride = window.stride;
        let samples = window.rows_mut(place);
        // Sixteen columns before those whose edges are filtered, these, and some that no edge changes.
        let mut columns = [[0; 16]; 36];
        let mut is_loaded = false;
        for first in (0..self.columns).step_by(4) {
            let x = 4 * first;
            let edges: [Edges; 4] =
                std::array::from_fn(|column| self.vertical_edges(row, first + column));
            if edges.iter().all(Edges::are_none) {
                if is_loaded {
                    (filters.to_rows)(&columns[..16], &mut samples[x - 16..], stride);
                    is_loaded = false;
                }
                continue;
            }
            if !is_loaded && x > 0 {
                (filters.to_columns)(&samples[x - 16..], stride, &mut columns[..16]);
            }
            (filters.to_columns)(&samples[x..], stride, &mut columns[16..32]);
            for (column, edges) in edges.iter().enumerate() {
                if !edges.are_none() {
                    let lines = &mut columns[16 + 4 * column - REACH..];
                    (filters.vertical_edges)(lines, self.index == 0, edges, self.sharpness);
                }
            }
            if x > 0 {
                (filters.to_rows)(&columns[..16], &mut samples[x - 16..], stride);
            }
            columns.copy_within(16..32, 0);
            is_loaded = true;
        }
        if is_loaded {
            let x = 4 * ((self.columns - 1) / 4 * 4);
            (filters.to_rows)(&columns[..16], &mut samples[x..], stride);
        }
    }

    /// Filters horizontal edges of all columns at the row `place`, which is that of the unit `row`.
    fn filter_row<S: Sample>(
        &self,
        filters: &Filters<S>,
        row: usize,
        place: usize,
        window: &mut Window<S>,
    ) {
        let stride = window.stride;
        let is_luma = self.index == 0;
        for first in (0..self.columns).step_by(4) {
            let edges = self.horizontal_edges(row, first, place);
            if !edges.are_none() {
                let above = rows_above(is_luma, &edges);
                let samples = &mut window.rows_mut(place - above)[4 * first..];
                (filters.horizontal_edges)(samples, stride, is_luma, &edges, self.sharpness);
            }
        }
    }

    /// Edges on the left of units of a column, four rows from `row` on.
    fn vertical_edges(&self, row: usize, column: usize) -> Edges {
        let mut edges = Edges::default();
        if column == 0 || column >= self.columns {
            return edges;
        }
        let stride = self.facts.columns;
        let pass = if self.index == 0 { 0 } else { self.index + 1 };
        let rows = self.rows.saturating_sub(row).min(4);
        for (edge, row) in (row..row + rows).enumerate() {
            let at = (row + 1) * stride + column;
            let (before, behind) = (self.transforms[at - 1].width, self.transforms[at].width);
            if is_inner(column, behind) {
                continue;
            }
            let at = self.level_at(row, column);
            let level = self.facts.levels[at][pass];
            let other = self.facts.levels[at - (1 << self.shifts.0)][pass];
            edges.sizes[edge] = before.min(behind).min(4) - 1;
            edges.levels[edge] = if level == 0 { other } else { level };
        }
        edges
    }

    /// Edges above four units of a row.
    fn horizontal_edges(&self, row: usize, first: usize, place: usize) -> Edges {
        let mut edges = Edges::default();
        let stride = self.facts.columns;
        let pass = self.index + 1;
        let columns = self.columns.saturating_sub(first).min(4);
        for (edge, column) in (first..first + columns).enumerate() {
            let at = (row + 1) * stride + column;
            let (before, behind) = (
                self.transforms[at - stride].height,
                self.transforms[at].height,
            );
            if is_inner(place / 4, behind) {
                continue;
            }
            let at = self.level_at(row, column);
            let level = self.facts.levels[at][pass];
            let other = self.facts.levels[at - (stride << self.shifts.1)][pass];
            edges.sizes[edge] = before.min(behind).min(4) - 1;
            edges.levels[edge] = if level == 0 { other } else { level };
        }
        edges
    }

    /// Where the level of a unit is.
    fn level_at(&self, row: usize, column: usize) -> usize {
        let (x, y) = self.shifts;
        (((row << y) | y) + 1) * self.facts.columns + ((column << x) | x)
    }
}

/// Whether a unit is not the first of a transform with a side of which `log2` is the binary logarithm.
fn is_inner(unit: usize, log2: u8) -> bool {
    unit & ((1 << log2 >> 2) - 1) != 0
}
