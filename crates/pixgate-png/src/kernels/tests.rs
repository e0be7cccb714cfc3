//! Vector kernels and their portable twins give the same bytes.

use super::Kernels;
use crate::filter::{Filter, Rows};

/// Bytes that look like nothing, the same each time.
fn noise(count: usize, seed: u32) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

#[test]
fn filters_and_sums_agree() {
    let (best, plain) = (Kernels::detect(true), Kernels::PORTABLE);
    for pixel in [1, 2, 3, 4, 6, 8] {
        for count in [0, 1, 2, 3, 7, 8, 31, 32, 33, 100, 257, 4800, 5000] {
            let (row, above) = (noise(count, 1), noise(count, 2));
            let rows = Rows {
                row: &row,
                above: &above,
                pixel,
            };
            for filter in Filter::ALL {
                let (mut one, mut two) = (vec![0; count], vec![0; count]);
                (best.filter)(filter, rows, &mut one);
                (plain.filter)(filter, rows, &mut two);
                assert_eq!(one, two, "{filter:?} {pixel} {count}");
                assert_eq!((best.sum)(&one), (plain.sum)(&two));
                if count % pixel == 0 {
                    (best.undo)(filter, pixel, &above, &mut one);
                    (plain.undo)(filter, pixel, &above, &mut two);
                    assert_eq!(one, row, "{filter:?} {pixel} {count}");
                    assert_eq!(two, row, "{filter:?} {pixel} {count}");
                }
            }
        }
    }
}

#[test]
fn four_rows_at_once_agree() {
    let (best, plain) = (Kernels::detect(true), Kernels::PORTABLE);
    let Some(undo_rows) = best.undo_rows else {
        return;
    };
    for pixel in [3, 4] {
        for width in [1, 2, 3, 4, 5, 9, 64, 701] {
            for seed in 0..40_u32 {
                let count = width * pixel;
                let filters: [Filter; 4] = std::array::from_fn(|i| {
                    Filter::ALL[(seed as usize * 7 + i * (1 + seed as usize / 5)) % 5]
                });
                let above = noise(count, seed + 100);
                let mut rows: [Vec<u8>; 4] =
                    std::array::from_fn(|i| noise(count, seed * 4 + u32::try_from(i).unwrap()));
                let mut expected = rows.clone();
                let mut last = above.clone();
                for (row, filter) in expected.iter_mut().zip(filters) {
                    (plain.undo)(filter, pixel, &last, row);
                    last.clone_from(row);
                }
                let [a, b, c, d] = &mut rows;
                undo_rows(filters, pixel, &above, [a, b, c, d]);
                assert_eq!(rows, expected, "{filters:?} {pixel} {width}");
            }
        }
    }
}
