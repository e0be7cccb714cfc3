//! Inverse transforms of all sizes and kinds.

use super::plain;
use crate::kernels::Kernels;
use crate::kernels::sample::Sample;
use crate::kernels::testing::Numbers;
use crate::kernels::transform::reconstruct::{self, Between, Block, Scratch};
use crate::kernels::transform::size::Line;
use crate::kernels::transform::{TransformKind, TransformSize};

/// Sizes and kinds that exist.
fn pairs() -> impl Iterator<Item = (TransformSize, TransformKind)> {
    TransformSize::ALL
        .into_iter()
        .flat_map(|size| TransformKind::ALL.map(|kind| (size, kind)))
        .filter(|&(size, kind)| {
            let most = match size.width_log2().max(size.height_log2()) {
                ..=4 => return true,
                5 => [Line::Cosines, Line::Identity].as_slice(),
                _ => [Line::Cosines].as_slice(),
            };
            kind.vertical() == kind.horizontal() && most.contains(&kind.vertical())
        })
}

/// Coefficients of a block whose first `columns` and `rows` are not zero.
fn coefficients(
    numbers: &mut Numbers,
    size: TransformSize,
    (columns, rows): (usize, usize),
    limit: i32,
) -> Vec<i32> {
    let (width, height) = (size.coded_width(), size.coded_height());
    let mut coefficients = vec![0; width * height];
    for row in coefficients.chunks_mut(width).take(rows) {
        for value in row.iter_mut().take(columns) {
            *value = numbers.next(-limit..limit);
        }
    }
    coefficients
}

/// Compares one block with the listing of the specification.
fn compare<S: Sample>(
    numbers: &mut Numbers,
    (size, kind): (TransformSize, TransformKind),
    used: (usize, usize),
    limit: i32,
    bit_depth: u32,
) {
    let mut coefficients = coefficients(numbers, size, used, limit);
    let (width, height) = (size.width(), size.height());
    let stride = width + 3;
    let before: Vec<S> = numbers.many(stride * height, 0..1 << bit_depth, S::of);
    let residual = plain::inverse(&coefficients, size, kind, bit_depth);
    let mut after = before.clone();
    let block = Block {
        size,
        kind,
        used,
        sum: reconstruct::sum_of_sizes(&coefficients),
        bit_depth,
    };
    let (mut long, mut short) = (vec![0; 64 * 32], vec![0; 64 * 32]);
    let mut twin = vec![0; width * height];
    let between = &mut Between {
        long: &mut long,
        short: &mut short,
    };
    let portable = &Kernels::PORTABLE.passes;
    reconstruct::inverse(portable, &coefficients, block, between, &mut twin);
    for (twin, &residual) in twin.into_iter().zip(&residual) {
        let near = residual.clamp(i16::MIN.into(), i16::MAX.into());
        assert_eq!(i64::from(twin), near, "{size:?} {kind:?}");
    }
    Scratch::new().add(&mut coefficients, block, &mut after, stride);
    assert!(coefficients.iter().all(|&value| value == 0));
    for (index, (before, after)) in before.iter().zip(&after).enumerate() {
        let (y, x) = (index / stride, index % stride);
        let expected = if x < width {
            let sum = i64::from(Into::<i32>::into(*before)) + residual[y * width + x];
            S::of(sum.clamp(0, (1 << bit_depth) - 1) as i32)
        } else {
            *before
        };
        assert_eq!(
            *after, expected,
            "{size:?} {kind:?} {used:?} {bit_depth} at {x}, {y}"
        );
    }
}

#[test]
fn all_are_those_of_the_specification() {
    let mut numbers = Numbers::new(61);
    for pair in pairs() {
        let (width, height) = (pair.0.coded_width(), pair.0.coded_height());
        let mut uses = vec![(1, 1), (width, height), (2, 1), (1, 2)];
        uses.push((
            numbers.next(1..width as i32 + 1) as usize,
            numbers.next(1..height as i32 + 1) as usize,
        ));
        for used in uses {
            for bits in [4, 8, 11, 15] {
                compare::<u8>(&mut numbers, pair, used, 1 << bits, 8);
                for depth in [8, 10, 12] {
                    let limit = 1 << (bits + depth as i32 - 8);
                    compare::<u16>(&mut numbers, pair, used, limit, depth);
                }
            }
        }
    }
}

#[test]
fn lossless_blocks_come_back() {
    let mut numbers = Numbers::new(62);
    let mut scratch = Scratch::new();
    for bit_depth in [8, 10, 12] {
        let most = 1 << bit_depth;
        let residual: Vec<i32> = numbers.many(16, 1 - most..most, |value| value);
        let mut coefficients = forward_walsh_hadamard(&residual);
        let before: Vec<u16> = residual
            .iter()
            .map(|&r| r.min(0).unsigned_abs() as u16)
            .collect();
        let mut after = before.clone();
        scratch.add_lossless(&mut coefficients, &mut after, 4, bit_depth);
        for ((before, after), residual) in before.iter().zip(after).zip(residual) {
            assert_eq!(i32::from(after), i32::from(*before) + residual);
        }
        assert_eq!(coefficients, [0; 16]);
    }
}

/// Steps of the inverse in reverse, columns first.
fn forward_walsh_hadamard(residual: &[i32]) -> Vec<i32> {
    let line = |[mut a, mut b, mut c, mut d]: [i32; 4]| {
        d -= c;
        a += b;
        let e = (a - d) >> 1;
        b = e - b;
        c = e - c;
        [a - c, c, d + b, b]
    };
    let mut columns = [[0; 4]; 4];
    for x in 0..4 {
        let column = line(std::array::from_fn(|y| residual[4 * y + x]));
        for y in 0..4 {
            columns[y][x] = column[y];
        }
    }
    columns
        .into_iter()
        .flat_map(line)
        .map(|value| value << 2)
        .collect()
}
