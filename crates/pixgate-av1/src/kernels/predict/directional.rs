//! Prediction along a line.

use super::Edges;
use crate::kernels::dispatch::dispatch;

/// Samples in a line of an edge: a corner before it and room after it for reading beyond.
const ROOM: usize = 288;
/// Where the edge begins in its room.
const START: usize = 80;

/// Predicts along lines of `angle` degrees, between 36 and 212.
pub(super) fn predict(angle: i32, edges: &Edges, count: usize, to: &mut [u16]) {
    match angle {
        90 => {
            for row in to.chunks_exact_mut(count) {
                row.copy_from_slice(&edges.above[..count]);
            }
        }
        180 => {
            for (row, &left) in to.chunks_exact_mut(count).zip(&edges.left) {
                row.fill(left);
            }
        }
        ..90 => rightwards(
            &Line::new(edges.corner, &edges.above, count),
            step(angle),
            count,
            to,
        ),
        91..180 => between(angle, edges, count, to),
        _ => {
            let mut turned = [0; 4096];
            let turned = &mut turned[..count * count];
            let left = Line::new(edges.corner, &edges.left, count);
            rightwards(&left, step(270 - angle), count, turned);
            turn(turned, count, to);
        }
    }
}

/// An edge with its corner before it, and its last sample again and again after it.
struct Line([u16; ROOM]);

impl Line {
    fn new(corner: u16, edge: &[u16; 128], count: usize) -> Self {
        let mut line = [0; ROOM];
        line[START - 1] = corner;
        line[START..][..2 * count].copy_from_slice(&edge[..2 * count]);
        line[START + 2 * count..].fill(edge[2 * count - 1]);
        Self(line)
    }
}

/// How far a line of `angle` degrees, of less than 90, goes sideways in a row, in 1/64 of a sample.
pub(super) const fn step(angle: i32) -> usize {
    match angle {
        3 => 1023,
        6 => 547,
        9 => 372,
        14 => 273,
        17 => 215,
        20 => 178,
        23 => 151,
        26 => 132,
        29 => 116,
        32 => 102,
        36 => 90,
        39 => 80,
        42 => 71,
        45 => 64,
        48 => 57,
        51 => 51,
        54 => 45,
        58 => 40,
        61 => 35,
        64 => 31,
        67 => 27,
        70 => 23,
        73 => 19,
        76 => 15,
        81 => 11,
        84 => 7,
        _ => 3,
    }
}

/// Angles between 90 and 180 degrees: from above where the line meets that edge, and else from the left.
fn between(angle: i32, edges: &Edges, count: usize, to: &mut [u16]) {
    let (across, down) = (step(180 - angle), step(angle - 90));
    let mut turned = [0; 4096];
    let turned = &mut turned[..count * count];
    leftwards(
        &Line::new(edges.corner, &edges.left, count),
        down,
        count,
        turned,
    );
    turn(turned, count, to);
    leftwards(
        &Line::new(edges.corner, &edges.above, count),
        across,
        count,
        to,
    );
}

dispatch! {
    fn rightwards(edge: &Line, step: usize, count: usize, to: &mut [u16]) = rightwards_body;
}
dispatch! {
    fn leftwards(edge: &Line, step: usize, count: usize, to: &mut [u16]) = leftwards_body;
}
dispatch! {
    fn turn(from: &[u16], count: usize, to: &mut [u16]) = turn_body;
}

/// Lines that come from the right: each row reads further on.
#[inline(always)]
fn rightwards_body(edge: &Line, step: usize, count: usize, to: &mut [u16]) {
    for (y, row) in to.chunks_exact_mut(count).enumerate() {
        let place = (y + 1) * step;
        let first = START + (place >> 6).min(2 * count);
        mix(&edge.0[first..][..count + 1], (place >> 1) & 31, row);
    }
}

/// Lines that come from the left: each row reads further back, as long as there is an edge.
#[inline(always)]
fn leftwards_body(edge: &Line, step: usize, count: usize, to: &mut [u16]) {
    for (y, row) in to.chunks_exact_mut(count).enumerate() {
        let place = (y + 1) * step;
        // Samples before the corner are not in this edge.
        let back = place.div_ceil(64);
        let missing = (back - 1).min(count);
        let part = (place.wrapping_neg() >> 1) & 31;
        let first = START + missing - back.min(START);
        mix(
            &edge.0[first..][..count - missing + 1],
            part,
            &mut row[missing..],
        );
    }
}

/// `row` between each sample of `edge` and the next, `part` in 1/32.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "between two samples; below 32"
)]
fn mix(edge: &[u16], part: usize, row: &mut [u16]) {
    let part = part as u32;
    let next = &edge[1..];
    for ((to, &first), &second) in row.iter_mut().zip(edge).zip(next) {
        let sum = u32::from(first) * (32 - part) + u32::from(second) * part + 16;
        *to = (sum >> 5) as u16;
    }
}

/// Rows become columns.
#[inline(always)]
fn turn_body(from: &[u16], count: usize, to: &mut [u16]) {
    const TILE: usize = 4;
    for y in (0..count).step_by(TILE) {
        for x in (0..count).step_by(TILE) {
            let mut tile = [[0; TILE]; TILE];
            for (row, line) in tile.iter_mut().enumerate() {
                line.copy_from_slice(&from[(y + row) * count + x..][..TILE]);
            }
            for column in 0..TILE {
                let line = tile.map(|line| line[column]);
                to[(x + column) * count + y..][..TILE].copy_from_slice(&line);
            }
        }
    }
}
