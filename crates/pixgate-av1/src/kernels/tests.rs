//! The machine's table and the portable one agree where no test beside a body compares them.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "numbers of tests are small"
)]

use super::testing::Numbers;
use super::*;

const SIDES: [Side; 5] = [Side::S4, Side::S8, Side::S16, Side::S32, Side::S64];

#[test]
fn machines_with_vectors_have_kernels_for_them() {
    #[cfg(target_arch = "x86_64")]
    assert_eq!(vectors().is_some(), {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
    });
    #[cfg(target_arch = "aarch64")]
    assert!(vectors().is_some());
}

#[test]
fn chroma_from_luma_is_that_of_its_twin() {
    let mut numbers = Numbers::new(41);
    for side in SIDES {
        for most in [255, 4095] {
            let (at, n) = (side as usize, side.samples());
            let stride = 2 * n + 3;
            let luma = numbers.many(2 * n * stride, 0..most + 1, |value| value as u16);
            let alpha = numbers.next(-16..17);
            let all = |kernels: &Kernels| {
                let (mut quarter, mut whole) = (vec![0; n * n], vec![0; n * n]);
                (kernels.cfl_quarter[at])(&luma, stride, &mut quarter);
                (kernels.cfl_whole[at])(&luma, stride, &mut whole);
                let mut to = vec![0; n * n];
                (kernels.cfl_scaled[at])(most / 2, &whole, alpha, most, &mut to);
                (quarter, whole, to)
            };
            assert_eq!(all(&Kernels::PORTABLE), all(Kernels::detect()), "{side:?}");
        }
    }
}

#[test]
fn levels_are_scaled_and_tallied_as_by_their_twins() {
    let mut numbers = Numbers::new(42);
    for count in [16, 64, 256, 1024] {
        let levels = numbers.many(count, -40..41, |value| value);
        let coefficients = numbers.many(count, -4000..4001, |value| value);
        let numerators = numbers.many(count, 32..200, |value| value);
        let factors: Vec<f32> = numerators.iter().map(|&n| n as f32 / 32.0).collect();
        let all = |kernels: &Kernels| {
            let mut scaled = vec![0; count];
            (kernels.scale)(&levels, &numerators, 97, 1, 1 << 15, &mut scaled);
            (
                scaled,
                (kernels.tally)(&coefficients, &levels, &factors, 97.0),
            )
        };
        assert_eq!(all(&Kernels::PORTABLE), all(Kernels::detect()), "{count}");
    }
}

/// Halves of squares.
fn halves() -> Vec<Size> {
    Size::all_coded()
        .filter(|size| size.as_square().is_none())
        .collect()
}

/// Kinds of transforms that a size has.
fn kinds(size: Size) -> &'static [TransformKind] {
    const KINDS: [TransformKind; 5] = [
        TransformKind::DctDct,
        TransformKind::Identity,
        TransformKind::AdstDct,
        TransformKind::DctAdst,
        TransformKind::AdstAdst,
    ];
    &KINDS[..if size.longer() < Side::S32 { 5 } else { 1 }]
}

#[test]
fn oblong_transforms_give_the_residual_back() {
    let mut numbers = Numbers::new(43);
    for size in halves() {
        for &kind in kinds(size) {
            let (area, width) = (size.area(), size.width.samples());
            let source = numbers.many(area, 0..256, |value| value as u16);
            let mut to = numbers.many(area, 0..256, |value| value as u16);
            let mut residual = vec![0; area];
            difference::residual(&source, width, &to, size, &mut residual);
            let mut coefficients = vec![0; area];
            transform::forward(&residual, size, kind, &mut coefficients);
            let energy = |values: &mut dyn Iterator<Item = i32>| -> f64 {
                values.map(|value| f64::from(value).powi(2)).sum()
            };
            let gain = energy(&mut coefficients.iter().copied())
                / energy(&mut residual.iter().map(|&value| i32::from(value)));
            let expected = if size.is_large() { 16.0 } else { 64.0 };
            assert!(
                (gain / expected - 1.0).abs() < 0.01,
                "{size:?} {kind:?} {gain}"
            );
            transform::inverse_add(&coefficients, size, kind, 32, &mut to, width, 8);
            for (a, b) in source.iter().zip(&to) {
                assert!(a.abs_diff(*b) <= 1, "{size:?} {kind:?}");
            }
        }
    }
}

#[test]
fn oblong_kernels_are_those_of_their_twins() {
    let mut numbers = Numbers::new(44);
    for size in halves() {
        let (at, area) = (size.as_half(), size.area());
        let residual = numbers.many(area, -4095..4096, |value| value as i16);
        for &kind in kinds(size) {
            let all = |kernels: &Kernels| {
                let mut out = vec![0; area];
                (kernels.forward_oblong[at])(&residual, kind, &mut out);
                let mut levels = vec![0; area];
                let (dc, ac) = (Step::new(40, 60), Step::new(57, 50));
                let inverses = vec![1.0; area];
                let used = (kernels.quantize_oblong[at])(&out, &inverses, dc, ac, &mut levels);
                (out, levels, used)
            };
            assert_eq!(
                all(&Kernels::PORTABLE),
                all(Kernels::detect()),
                "{size:?} {kind:?}"
            );
        }
    }
}

#[test]
fn the_difference_of_an_oblong_block_is_that_of_its_squares() {
    let mut numbers = Numbers::new(45);
    for size in halves() {
        let (width, n) = (size.width.samples(), size.shorter().samples());
        let source = numbers.many(64 * 64, 0..256, |value| value as u16);
        let prediction = numbers.many(size.area(), 0..256, |value| value as u16);
        let square = |x: usize, y: usize| {
            let rows = prediction.chunks(width).skip(y).take(n);
            let square: Vec<u16> = rows.flat_map(|row| row[x..x + n].to_vec()).collect();
            difference::satd(&source[y * 64 + x..], 64, &square, size.shorter())
        };
        let other = if width > n {
            square(n, 0)
        } else {
            square(0, n)
        };
        let whole = difference::satd(&source, 64, &prediction, size);
        assert_eq!(whole, square(0, 0) + other, "{size:?}");
    }
}
