//! Rates against the coder, and what is kept.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers of tests"
)]

use super::*;
use crate::encode::coefficients::{self, Levels};
use crate::encode::model::Model;
use crate::encode::range_coder::Cost;
use crate::kernels::predict::Mode;
use crate::kernels::testing::Numbers;
use crate::kernels::transform::TransformKind;

/// Coefficients that become smaller to the right and down, and their nearest levels.
fn block(numbers: &mut Numbers, side: Side, step: i32) -> (Vec<i32>, Vec<i32>, usize) {
    let n = side.samples();
    let coefficients: Vec<i32> = (0..n * n)
        .map(|i| {
            let range = 900 / (1 + 2 * (i / n + i % n) as i32);
            numbers.next(-range..range + 1)
        })
        .collect();
    let round = |&value: &i32| (value.abs() + step / 2) / step * value.signum();
    let levels: Vec<i32> = coefficients.iter().map(round).collect();
    let used = (0..n * n)
        .filter(|&i| levels[i] != 0)
        .map(|i| (i / n).max(i % n) + 1)
        .max()
        .unwrap_or(0);
    (coefficients, levels, used)
}

#[test]
fn rates_are_those_of_the_coder() {
    let mut numbers = Numbers::new(7);
    let mut model = Model::new(100);
    for side in [Side::S4, Side::S8, Side::S16, Side::S32] {
        for round in 0..40 {
            let step = 20 + 10 * (round % 20);
            let (coefficients, mut levels, used) = block(&mut numbers, side, step);
            let is_chroma = round % 2 == 1;
            let context = BlockContext {
                all_zero: if is_chroma { 8 } else { 0 },
                dc_sign: (round % 3) as usize,
            };
            let outcome = Task {
                model: &model.coefficients,
                coefficients: &coefficients,
                levels: &mut levels,
                used,
                size: side.into(),
                is_chroma,
                context,
                steps: [step as f32; 2],
                factors: &[1.0; 1024],
                lambda: (step * step) as f32 * 0.1 / ONE_BIT as f32,
                kind_cost: 0,
            }
            .run();
            let n = side.samples();
            let order = scan(side);
            let last = order.iter().rposition(|&at| levels[usize::from(at)] != 0);
            assert_eq!(outcome.eob, last.map_or(0, |last| last + 1));
            let corner = (0..n * n)
                .filter(|&i| levels[i] != 0)
                .map(|i| (i / n).max(i % n) + 1);
            assert_eq!(outcome.used, corner.max().unwrap_or(0));
            let mut cost = Cost::default();
            let coded = Levels {
                levels: &levels,
                eob: outcome.eob,
                size: side.into(),
                is_chroma,
            };
            coefficients::code(&mut cost, &mut model, &coded, context, None);
            assert_eq!(outcome.rate, cost.0, "{side:?} in round {round}");
        }
    }
    // A kind of transform costs extra, and only then.
    let mut cost = Cost::default();
    coefficients::code_kind(
        &mut cost,
        &mut model,
        Side::S8.into(),
        TransformKind::DctDct,
        Mode::Dc,
    );
    assert!(cost.0 > 0);
}

#[test]
fn lonely_levels_go_and_heavy_ones_stay() {
    let model = Model::new(100);
    for (size, stays) in [(51, false), (400, true)] {
        let mut coefficients = [0; 64];
        coefficients[63] = size;
        let mut levels = coefficients.map(|value| (value + 50) / 100);
        let outcome = Task {
            model: &model.coefficients,
            coefficients: &coefficients,
            levels: &mut levels,
            used: 8,
            size: Side::S8.into(),
            is_chroma: false,
            context: BlockContext {
                all_zero: 0,
                dc_sign: 0,
            },
            steps: [100.0; 2],
            factors: &[1.0; 1024],
            lambda: 1000.0 / ONE_BIT as f32,
            kind_cost: 0,
        }
        .run();
        assert_eq!(outcome.eob > 0, stays);
        assert_eq!(levels[63] != 0, stays);
    }
}
