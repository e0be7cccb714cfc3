//! Kernels of this machine beside their portable twins, and what those promise.

use super::*;
use crate::vp8::modes::{DC, TRUE_MOTION};
use crate::vp8::predict::{self, DIRECTIONS, ORIGIN, STRIDE, means};

/// Made-up numbers.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    fn byte(&mut self) -> u8 {
        // Extremes often.
        match self.next() % 4 {
            0 => 0,
            1 => 255,
            _ => u8::try_from(self.next() % 256).unwrap(),
        }
    }

    fn rows(&mut self) -> Rows {
        std::array::from_fn(|_| std::array::from_fn(|_| self.byte()))
    }
}

#[test]
fn twins_agree() {
    let Some(fast) = vectors() else { return };
    let plain = Kernels::PORTABLE;
    let mut numbers = Numbers(1);
    for round in 0..200_u16 {
        let (source, prediction) = (numbers.rows(), numbers.rows());
        assert_eq!(
            (fast.satd)(&source, &prediction),
            (plain.satd)(&source, &prediction)
        );
        assert_eq!(
            (fast.squares)(&source, &prediction),
            (plain.squares)(&source, &prediction)
        );
        let run = |kernels: &Kernels| {
            let (mut coefficients, mut back) = (Coefficients::default(), Coefficients::default());
            (kernels.forward)(&source, &prediction, &mut coefficients);
            let quantizer = Quantizer::new((4 + round % 150, 96), (4 + round, 110));
            let mut levels = Levels::default();
            (kernels.quantize)(&coefficients, &quantizer, &mut levels, &mut back);
            let mut shown = Rows::default();
            (kernels.inverse)(&back, &prediction, &mut shown);
            (coefficients, levels.blocks, levels.used, back, shown)
        };
        assert_eq!(run(&fast), run(&plain));
        let run = |kernels: &Kernels| {
            let mut rows = Rows::default();
            (kernels.motion)(&source[0], &prediction, &source[1], &mut rows);
            rows
        };
        assert_eq!(run(&fast), run(&plain));
        let edge = std::array::from_fn(|_| numbers.byte());
        let (mut ours, mut twin) = (Predictions::default(), Predictions::default());
        (fast.parts)(&edge, &source, &mut ours);
        (plain.parts)(&edge, &source, &mut twin);
        assert_eq!(ours.satd, twin.satd);
        for mode in 0..10 {
            for y in 0..4 {
                assert_eq!(ours.row(mode, y), twin.row(mode, y));
            }
        }
    }
}

#[test]
fn what_is_transformed_comes_back() {
    let kernels = Kernels::detect();
    let mut numbers = Numbers(7);
    for _ in 0..200 {
        let (source, prediction) = (numbers.rows(), numbers.rows());
        let (mut coefficients, mut shown) = (Coefficients::default(), Rows::default());
        (kernels.forward)(&source, &prediction, &mut coefficients);
        (kernels.inverse)(&coefficients, &prediction, &mut shown);
        for (shown, source) in shown.as_flattened().iter().zip(source.as_flattened()) {
            assert!(shown.abs_diff(*source) <= 1, "{shown} {source}");
        }
    }
}

#[test]
fn parts_are_predicted_as_decoders_do() {
    let kernels = Kernels::detect();
    let mut numbers = Numbers(9);
    for _ in 0..50 {
        let mut area = [0; STRIDE * 17];
        area.fill_with(|| numbers.byte());
        let at = ORIGIN + 4 * STRIDE + 4;
        let edge = predict::edge(&area, at);
        let source = numbers.rows();
        let mut predictions = Predictions::default();
        (kernels.parts)(&edge, &source, &mut predictions);
        for mode in 0..10 {
            let expected = part(&edge, mode);
            let rebuilt = rebuild::part::<lanes::Plain>(rebuild::Edge::read(&area, at), mode);
            for y in 0..4 {
                let row = &expected[4 * y..4 * y + 4];
                assert_eq!(predictions.row(mode, y), row, "{mode}");
                assert_eq!(rebuilt[4 * y..4 * y + 4], *row, "{mode}");
            }
        }
    }
}

/// A subblock by its definition.
fn part(edge: &Edge, mode: u8) -> [u8; 16] {
    match mode {
        DC => [predict::sum_of_neighbours(edge); 16],
        TRUE_MOTION => predict::true_motion(edge),
        _ => {
            let means = means(edge);
            let means = means.as_flattened();
            DIRECTIONS[usize::from(mode - 2)].map(|i| means[usize::from(i & 31)])
        }
    }
}
