//! The machine's predictions and the portable ones agree.

use super::lines::{BEFORE, Lines};
use super::*;
use crate::kernels::filters::{AllFilters, Filters, detect};
use crate::kernels::testing::Numbers;

const MODES: [Mode; 7] = [
    Mode::Dc,
    Mode::Vertical,
    Mode::Horizontal,
    Mode::Smooth,
    Mode::SmoothVertical,
    Mode::SmoothHorizontal,
    Mode::Paeth,
];

fn compare<S: Sample>(portable: &Filters<S>, best: &Filters<S>, bit_depth: u32) {
    let mut numbers = Numbers::new(7);
    for round in 0..2_000 {
        let width = usize::try_from(numbers.next(0..5)).unwrap();
        let height = 4usize << numbers.next(0..5);
        let (columns, stride) = (4usize << width, 70);
        let above: Vec<S> = numbers.many(320, 0..1 << bit_depth, S::of);
        let left: Vec<S> = numbers.many(320, 0..1 << bit_depth, S::of);
        let blank = vec![S::default(); stride * height];
        let (mut first, mut second) = (blank.clone(), blank);
        let beside = Beside {
            above: &above[..columns],
            left: &left[..height],
            corner: above[columns],
            average: left[height],
        };
        let mode = MODES[round % MODES.len()];
        (portable.plain[width])(&beside, mode, &mut first, stride);
        (best.plain[width])(&beside, mode, &mut second, stride);
        assert_eq!(first, second, "{mode:?} {columns}x{height}");
        let is_doubled = columns + height <= 16 && numbers.next(0..2) == 0;
        let base = [45, 67, 113, 135, 157, 203][round % 6];
        let lines = Lines {
            above: &above,
            left: &left,
            doubled: (is_doubled, is_doubled),
            angle: base + 3 * numbers.next(-3..4),
            height,
        };
        (portable.follow[width])(&lines, &mut first, stride);
        (best.follow[width])(&lines, &mut second, stride);
        assert_eq!(first, second, "{lines:?}");
    }
    assert_eq!(BEFORE, 16);
}

#[test]
fn predictions_agree_in_both_kinds_of_samples() {
    compare(&AllFilters::PORTABLE.bytes, &detect().bytes, 8);
    compare(&AllFilters::PORTABLE.words, &detect().words, 12);
}
