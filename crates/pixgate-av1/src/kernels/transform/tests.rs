#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "numbers of tests are small"
)]

use std::f64::consts::PI;

mod inverse;
mod plain;

use super::*;
use crate::kernels::testing::Numbers;

const KINDS: [TransformKind; 5] = [
    TransformKind::DctDct,
    TransformKind::AdstDct,
    TransformKind::DctAdst,
    TransformKind::AdstAdst,
    TransformKind::Identity,
];

/// Sides and kinds that exist.
fn pairs() -> impl Iterator<Item = (Side, TransformKind)> {
    [Side::S4, Side::S8, Side::S16, Side::S32]
        .into_iter()
        .flat_map(|side| KINDS.map(|kind| (side, kind)))
        .filter(|&(side, kind)| {
            side < Side::S32 || matches!(kind, TransformKind::DctDct | TransformKind::Identity)
        })
}

/// The base functions of a transform with `count` numbers, of unit length.
fn base(line: Line, count: usize, frequency: usize, place: usize) -> f64 {
    let (n, k, x) = (count as f64, frequency as f64, place as f64);
    match line {
        Line::Cosines => {
            let scale = if frequency == 0 { 1.0 } else { 2.0 };
            (scale / n).sqrt() * (PI * (2.0 * x + 1.0) * k / (2.0 * n)).cos()
        }
        Line::Sines if count == 4 => {
            2.0 / 3.0 * 2.0_f64.sqrt() * (PI * (x + 1.0) * (2.0 * k + 1.0) / 9.0).sin()
                / 2.0_f64.sqrt()
        }
        Line::Sines | Line::Flipped => {
            (2.0 / n).sqrt() * (PI * (2.0 * x + 1.0) * (2.0 * k + 1.0) / (4.0 * n)).sin()
        }
        Line::Identity => f64::from(u8::from(frequency == place)),
    }
}

/// The forward transform as a matrix, with the scale of coefficients.
fn exact(residual: &[i16], side: Side, kind: TransformKind) -> Vec<f64> {
    let n = side.samples();
    let scale = if side == Side::S32 { 4.0 } else { 8.0 };
    let mut rows = vec![0.0; n * n];
    for (y, row) in residual.chunks(n).enumerate() {
        for h in 0..n {
            rows[y * n + h] = (0..n)
                .map(|x| f64::from(row[x]) * base(kind.horizontal(), n, h, x))
                .sum();
        }
    }
    let mut out = vec![0.0; n * n];
    for v in 0..n {
        for h in 0..n {
            out[v * n + h] = scale
                * (0..n)
                    .map(|y| rows[y * n + h] * base(kind.vertical(), n, v, y))
                    .sum::<f64>();
        }
    }
    out
}

#[test]
fn forward_is_the_transform_of_the_books() {
    let mut numbers = Numbers::new(1);
    for (side, kind) in pairs() {
        let count = side.samples().pow(2);
        let residual = numbers.many(count, -1023..1024, |value| value as i16);
        let mut out = vec![0; count];
        forward(&residual, side, kind, &mut out);
        let expected = exact(&residual, side, kind);
        let largest = expected
            .iter()
            .fold(0.0, |most: f64, value| most.max(value.abs()));
        for (value, expected) in out.iter().zip(&expected) {
            let error = (f64::from(*value) - expected).abs();
            assert!(error < 0.6 + largest * 5e-4, "{side:?} {kind:?}: {error}");
        }
    }
}

#[test]
fn inverse_gives_the_residual_back() {
    let mut numbers = Numbers::new(2);
    for (side, kind) in pairs() {
        for bit_depth in [8, 10, 12] {
            let count = side.samples().pow(2);
            let most = 1 << bit_depth;
            let source = numbers.many(count, 0..most, |value| value as u16);
            let mut to = numbers.many(count, 0..most, |value| value as u16);
            let residual: Vec<i16> = source
                .iter()
                .zip(&to)
                .map(|(&a, &b)| (i32::from(a) - i32::from(b)) as i16)
                .collect();
            let mut coefficients = vec![0; count];
            forward(&residual, side, kind, &mut coefficients);
            let side_samples = side.samples();
            inverse_add(
                &coefficients,
                side,
                kind,
                side_samples,
                &mut to,
                side_samples,
                bit_depth,
            );
            let allowed = 1 + i32::from(bit_depth > 8) + 2 * i32::from(bit_depth > 10);
            for (a, b) in source.iter().zip(&to) {
                let error = (i32::from(*a) - i32::from(*b)).abs();
                assert!(error <= allowed, "{side:?} {kind:?} {bit_depth}: {error}");
            }
        }
    }
}

#[test]
fn the_used_corner_is_enough() {
    let mut numbers = Numbers::new(3);
    for (side, kind) in pairs() {
        let n = side.samples();
        for used in 0..=n {
            let mut coefficients = vec![0; n * n];
            for row in coefficients.chunks_mut(n).take(used) {
                for value in &mut row[..used] {
                    *value = numbers.next(-2000..2000);
                }
            }
            let mut whole = vec![512; n * (n + 3)];
            let mut part = whole.clone();
            inverse_add(&coefficients, side, kind, n, &mut whole, n + 3, 10);
            inverse_add(&coefficients, side, kind, used, &mut part, n + 3, 10);
            assert_eq!(whole, part, "{side:?} {kind:?} {used}");
            let gaps = part.chunks(n + 3).flat_map(|row| &row[n..]);
            assert!(gaps.into_iter().all(|&value| value == 512));
        }
    }
}

#[test]
fn twins_agree() {
    let mut numbers = Numbers::new(4);
    for (side, kind) in pairs() {
        let n = side.samples();
        let residual = numbers.many(n * n, -4095..4096, |value| value as i16);
        let (mut first, mut second) = (vec![0; n * n], vec![0; n * n]);
        forward(&residual, side, kind, &mut first);
        portable_forward(&residual, side, kind, &mut second);
        assert_eq!(first, second, "{side:?} {kind:?}");
    }
}

fn portable_forward(residual: &[i16], side: Side, kind: TransformKind, out: &mut [i32]) {
    match side {
        Side::S4 => forward_body::<[i32; 4], 4, 4>(residual, kind, out),
        Side::S8 => forward_body::<[i32; 8], 8, 8>(residual, kind, out),
        Side::S16 => forward_body::<[i32; 8], 16, 16>(residual, kind, out),
        _ => forward_body::<[i32; 8], 32, 32>(residual, kind, out),
    }
}
