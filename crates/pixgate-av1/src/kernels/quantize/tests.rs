use super::*;
use crate::kernels::Side;
use crate::kernels::testing::Numbers;

const SIDES: [Side; 4] = [Side::S4, Side::S8, Side::S16, Side::S32];

/// Level by division of whole numbers.
fn divided(coefficient: i32, step: i32, rounding: i32, side: Side) -> i32 {
    let size = i64::from(coefficient.abs()) << u32::from(side == Side::S32);
    let level = (size * 128 + i64::from(step * rounding)) / i64::from(step * 128);
    i32::try_from(level).unwrap() * coefficient.signum()
}

#[test]
fn levels_are_as_by_division() {
    let mut numbers = Numbers::new(21);
    for side in SIDES {
        for (dc, ac) in [(4, 4), (8, 9), (100, 113), (1336, 1828), (21387, 29247)] {
            let count = side.samples().pow(2);
            let quantizer = Quantizer::new(dc, ac, 60, 45);
            let coefficients = numbers.many(count, -9000..9000, |value| value);
            let mut levels = vec![1; count];
            quantizer.quantize(&coefficients, side, Weights::FLAT, &mut levels);
            for (index, (&level, &coefficient)) in levels.iter().zip(&coefficients).enumerate() {
                let (step, rounding) = if index == 0 { (dc, 60) } else { (ac, 45) };
                let expected = divided(coefficient, step, rounding, side);
                // A quotient that is just whole may fall on either side.
                let scaled = coefficient.abs() << u32::from(side == Side::S32);
                let is_edge = (scaled * 128 + step * rounding) % (step * 128) == 0;
                let error = (level - expected).abs();
                assert!(
                    error <= i32::from(is_edge),
                    "{coefficient} by {step}: {level}"
                );
            }
        }
    }
}

#[test]
fn used_is_the_smallest_square() {
    let quantizer = Quantizer::new(10, 10, 64, 64);
    for side in SIDES {
        let n = side.samples();
        let mut levels = vec![7; n * n];
        assert_eq!(
            quantizer.quantize(&vec![0; n * n], side, Weights::FLAT, &mut levels),
            0
        );
        assert!(levels.iter().all(|&level| level == 0));
        for y in 0..n {
            for x in 0..n {
                let mut coefficients = vec![0; n * n];
                coefficients[y * n + x] = -40;
                let used = quantizer.quantize(&coefficients, side, Weights::FLAT, &mut levels);
                assert_eq!(used, x.max(y) + 1);
            }
        }
    }
}

#[test]
fn coefficients_by_hand() {
    let quantizer = Quantizer::new(10, 20, 64, 64);
    let mut levels = vec![0; 64];
    levels[..4].copy_from_slice(&[3, -3, 4000, -4000]);
    levels[63] = 5;
    let mut out = vec![9; 64];
    quantizer.dequantize(&levels, (Side::S8, 8), Weights::FLAT, 8, &mut out);
    assert_eq!(out[..5], [30, -60, 32767, -32768, 0]);
    assert_eq!(out[63], 100);
    quantizer.dequantize(&levels, (Side::S8, 1), Weights::FLAT, 8, &mut out);
    assert_eq!((out[0], out[63]), (30, 0));
    quantizer.dequantize(&levels, (Side::S8, 0), Weights::FLAT, 8, &mut out);
    assert_eq!(out[0], 0);

    let quantizer = Quantizer::new(11, 21, 64, 64);
    let mut levels = vec![0; 1024];
    levels[..3].copy_from_slice(&[3, -3, 0xf_ffff]);
    let mut out = vec![9; 1024];
    quantizer.dequantize(&levels, (Side::S32, 32), Weights::FLAT, 12, &mut out);
    assert_eq!(out[..2], [16, -31]);
    assert_eq!(out[2], (1 << 19) - 1);
}

#[test]
fn twins_agree() {
    let mut numbers = Numbers::new(22);
    let quantizer = Quantizer::new(90, 110, 60, 45);
    for side in SIDES {
        let count = side.samples().pow(2);
        let coefficients = numbers.many(count, -200..200, |value| value);
        let (mut first, mut second) = (vec![0; count], vec![0; count]);
        let used = quantizer.quantize(&coefficients, side, Weights::FLAT, &mut first);
        let (dc, ac) = (quantizer.dc, quantizer.ac);
        let twin = match side {
            Side::S4 => {
                quantize_body::<4, 4>(&coefficients, Weights::FLAT.inverses, dc, ac, &mut second)
            }
            Side::S8 => {
                quantize_body::<8, 8>(&coefficients, Weights::FLAT.inverses, dc, ac, &mut second)
            }
            Side::S16 => {
                quantize_body::<16, 16>(&coefficients, Weights::FLAT.inverses, dc, ac, &mut second)
            }
            _ => quantize_body::<32, 32>(
                &coefficients,
                Weights::FLAT.inverses,
                dc.halved(),
                ac.halved(),
                &mut second,
            ),
        };
        assert_eq!((used, first), (twin, second));
    }
}
