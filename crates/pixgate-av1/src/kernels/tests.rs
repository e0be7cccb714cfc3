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
