//! Prediction along a line in blocks that are twice as wide as high, or the other way round
//! (section 7.11.2.4).

use super::Edges;
use super::directional::step;
use super::edge::{EdgeFilter, is_doubled, strength};
use crate::kernels::Size;

/// Predicts along lines of `angle` degrees, between 36 and 212.
pub(super) fn predict(angle: i32, edges: &Edges, size: Size, filter: EdgeFilter, to: &mut [u16]) {
    let (width, height) = (size.width.samples(), size.height.samples());
    let rows = to.chunks_exact_mut(width);
    match angle {
        90 => rows.for_each(|row| row.copy_from_slice(&edges.above[..width])),
        180 => rows
            .zip(&edges.left)
            .for_each(|(row, &left)| row.fill(left)),
        ..90 => rightwards(&above(angle, edges, size, filter), step(angle), size, to),
        91..180 => {
            let above = above(angle, edges, size, filter);
            let left = left(angle, edges, size, filter);
            let (across, down) = (step(180 - angle), step(angle - 90));
            for (y, row) in rows.enumerate() {
                for (x, to) in row.iter_mut().enumerate() {
                    *to = above
                        .behind(x, (y + 1) * across)
                        .or_else(|| left.behind(y, (x + 1) * down))
                        .unwrap_or(edges.corner);
                }
            }
        }
        _ => {
            let left = left(angle, edges, size, filter);
            let turned = Size {
                width: size.height,
                height: size.width,
            };
            let mut columns = [0; 512];
            let columns = &mut columns[..width * height];
            rightwards(&left, step(270 - angle), turned, columns);
            for (y, row) in rows.enumerate() {
                for (to, column) in row.iter_mut().zip(columns.chunks_exact(height)) {
                    *to = column[y];
                }
            }
        }
    }
}

/// Lines that come from beyond the end of an edge: each row reads further on.
fn rightwards(line: &Line, step: usize, size: Size, to: &mut [u16]) {
    let last = (size.width.samples() + size.height.samples() - 1) << line.doubled;
    let rows = to.chunks_exact_mut(size.width.samples());
    for (row, place) in rows.zip((step..).step_by(step)) {
        let first = place >> (6 - line.doubled);
        let part = (place << line.doubled >> 1) & 31;
        for (x, to) in row.iter_mut().enumerate() {
            let at = first + (x << line.doubled);
            *to = if at < last {
                line.mixed(BEFORE + at, part)
            } else {
                line.samples[BEFORE + last]
            };
        }
    }
}

/// Samples before the first one: the corner, and one for doubling.
const BEFORE: usize = 2;
/// The longest edge of 48 samples, doubled only if it has up to 16.
const ROOM: usize = BEFORE + 64;

/// An edge that lines are followed along.
struct Line {
    samples: [u16; ROOM],
    /// 1 if there are samples between its samples.
    doubled: usize,
}

impl Line {
    /// - `count`: samples after the corner.
    fn new(corner: u16, edge: &[u16; 128], count: usize) -> Self {
        let mut samples = [edge[count - 1]; ROOM];
        samples[BEFORE - 2..BEFORE].fill(corner);
        samples[BEFORE..][..count].copy_from_slice(&edge[..count]);
        Self {
            samples,
            doubled: 0,
        }
    }

    /// Between a sample and the next, `part` in 1/32.
    fn mixed(&self, at: usize, part: usize) -> u16 {
        let [first, second] = [self.samples[at], self.samples[at + 1]].map(usize::from);
        u16::try_from((first * (32 - part) + second * part + 16) >> 5).unwrap_or(u16::MAX)
    }

    /// `back` / 64 samples before the one at `place`, unless it is before the corner.
    fn behind(&self, place: usize, back: usize) -> Option<u16> {
        // Counted from as far before the first sample as there is.
        let from_corner = ((place + 1) << 6).checked_sub(back)?;
        let at = (from_corner >> (6 - self.doubled)) + BEFORE - (1 << self.doubled);
        Some(self.mixed(at, (from_corner << self.doubled >> 1) & 31))
    }

    /// Smooths the first `count` samples after the corner, or puts samples between them.
    fn filter(
        &mut self,
        count: usize,
        is_known: bool,
        sum: usize,
        distance: i32,
        filter: EdgeFilter,
    ) {
        if is_known {
            self.smooth(count, strength(sum, filter.is_smooth, distance));
        }
        if is_doubled(sum, filter.is_smooth, distance) {
            self.double(count, filter.bit_depth);
        }
    }

    fn smooth(&mut self, count: usize, strength: usize) {
        let [far, near, middle] = match strength {
            0 => return,
            1 => [0, 4, 8],
            2 => [0, 5, 6],
            _ => [2, 4, 4],
        };
        let from = self.samples;
        let (first, last) = (BEFORE - 1, BEFORE + count - 1);
        let at = |index: usize| u32::from(from[index.clamp(first, last)]);
        for index in BEFORE..=last {
            let outer = at(index - 2) + at(index + 2);
            let inner = at(index - 1) + at(index + 1);
            let sum = far * outer + near * inner + middle * at(index);
            self.samples[index] = u16::try_from((sum + 8) >> 4).unwrap_or(u16::MAX);
        }
    }

    fn double(&mut self, count: usize, bit_depth: u32) {
        let from = self.samples;
        let (first, last) = (BEFORE - 1, BEFORE + count - 1);
        let at = |index: usize| i32::from(from[index.clamp(first, last)]);
        for index in 0..count {
            let place = first + index;
            let near = at(place) + at(place + 1);
            let far = at(place.saturating_sub(1)) + at(place + 2);
            let between = ((9 * near - far + 8) >> 4).clamp(0, (1 << bit_depth) - 1);
            self.samples[first + 2 * index] = u16::try_from(between).unwrap_or(0);
            self.samples[first + 2 * index + 1] = from[place + 1];
        }
        self.samples[BEFORE - 2] = from[first];
        self.doubled = 1;
    }
}

/// The corner for lines of `angle` degrees.
fn corner(angle: i32, edges: &Edges, sum: usize) -> u16 {
    if angle > 90 && angle < 180 && sum >= 24 {
        let sides = 5 * (edges.left[0] + edges.above[0]);
        return (sides + 6 * edges.corner + 8) >> 4;
    }
    edges.corner
}

/// The edge above for lines of `angle` degrees, below 180.
fn above(angle: i32, edges: &Edges, size: Size, filter: EdgeFilter) -> Line {
    let (width, height) = (size.width.samples(), size.height.samples());
    let sum = width + height;
    let corner = corner(angle, edges, sum);
    let count = if angle < 90 { sum } else { width };
    let mut line = Line::new(corner, &edges.above, count);
    let distance = (angle - 90).abs();
    line.filter(count, edges.has_above, sum, distance, filter);
    line
}

/// The edge to the left for lines of `angle` degrees, above 90.
fn left(angle: i32, edges: &Edges, size: Size, filter: EdgeFilter) -> Line {
    let (width, height) = (size.width.samples(), size.height.samples());
    let sum = width + height;
    let corner = corner(angle, edges, sum);
    let count = if angle > 180 { sum } else { height };
    let mut line = Line::new(corner, &edges.left, count);
    let distance = (angle - 180).abs();
    line.filter(count, edges.has_left, sum, distance, filter);
    line
}
