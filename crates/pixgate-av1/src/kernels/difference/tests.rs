#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "numbers of tests are small"
)]

use super::*;
use crate::kernels::testing::Numbers;

const SIDES: [Side; 5] = [Side::S4, Side::S8, Side::S16, Side::S32, Side::S64];

/// Sum of the sizes of a Hadamard transform, by its definition.
fn transformed(block: &[i32], n: usize) -> f64 {
    let sign = |a: usize, b: usize| 1 - 2 * ((a & b).count_ones() % 2) as i32;
    let mut sum = 0;
    for v in 0..n {
        for h in 0..n {
            let mut value = 0;
            for y in 0..n {
                for x in 0..n {
                    value += block[y * n + x] * sign(v, y) * sign(h, x);
                }
            }
            sum += value.abs();
        }
    }
    f64::from(sum) / n as f64
}

#[test]
fn sums_are_those_of_the_definitions() {
    let mut numbers = Numbers::new(31);
    for side in SIDES {
        for bit_depth in [8, 10, 12] {
            for is_wild in [false, true] {
                let (n, stride) = (side.samples(), side.samples() + 5);
                let most = (1 << bit_depth) - 1;
                let mut sample = |_: usize| match is_wild {
                    true => most * numbers.next(0..2),
                    false => numbers.next(0..most + 1),
                };
                let source: Vec<u16> = (0..n * stride).map(|x| sample(x) as u16).collect();
                let prediction: Vec<u16> = (0..n * n).map(|x| sample(x) as u16).collect();
                check(&source, stride, &prediction, side);
            }
        }
    }
}

fn check(source: &[u16], stride: usize, prediction: &[u16], side: Side) {
    let n = side.samples();
    let at = |y: usize, x: usize| i32::from(source[y * stride + x]);
    let differences: Vec<i32> = (0..n * n)
        .map(|i| at(i / n, i % n) - i32::from(prediction[i]))
        .collect();
    let mut out = vec![0; n * n];
    residual(source, stride, prediction, side, &mut out);
    assert!(
        out.iter()
            .zip(&differences)
            .all(|(&a, &b)| i32::from(a) == b)
    );

    let tile = n.min(8);
    let mut sum = 0.0;
    for y in (0..n).step_by(tile) {
        for x in (0..n).step_by(tile) {
            let block: Vec<i32> = (0..tile * tile)
                .map(|i| differences[(y + i / tile) * n + x + i % tile])
                .collect();
            sum += transformed(&block, tile);
        }
    }
    let found = f64::from(satd(source, stride, prediction, side));
    assert!((found - sum).abs() <= 0.5, "{side:?}: {found} for {sum}");

    let mean = (0..n * n).map(|i| f64::from(at(i / n, i % n))).sum::<f64>() / (n * n) as f64;
    let spread: f64 = (0..n * n)
        .map(|i| (f64::from(at(i / n, i % n)) - mean).powi(2))
        .sum();
    let found = variance(source, stride, side) as f64;
    assert!(
        (found - spread).abs() <= 1.0,
        "{side:?}: {found} for {spread}"
    );
}

#[test]
fn equal_blocks_do_not_differ() {
    let block = vec![700; 64 * 64];
    for side in SIDES {
        assert_eq!(satd(&block, side.samples(), &block, side), 0);
        assert_eq!(variance(&block, 64, side), 0);
    }
}

#[test]
fn twins_agree() {
    let mut numbers = Numbers::new(32);
    for side in SIDES {
        let n = side.samples();
        let source = numbers.many(n * n, 0..4096, |value| value as u16);
        let prediction = numbers.many(n * n, 0..4096, |value| value as u16);
        let (mut first, mut second) = (vec![0; n * n], vec![0; n * n]);
        residual(&source, n, &prediction, side, &mut first);
        let portable = Kernels::PORTABLE;
        (portable.subtract[side as usize])(&source, n, &prediction, &mut second);
        assert_eq!(first, second);
        let twin = match side {
            Side::S4 => (portable.satd_of_4)(&source, n, &prediction),
            _ => (portable.satd_by_8)(&source, n, &prediction, n),
        };
        assert_eq!(satd(&source, n, &prediction, side), twin);
        let moments = |kernels: &Kernels| (kernels.moments[side as usize])(&source, n);
        assert_eq!(moments(Kernels::detect()), moments(&portable));
    }
}
