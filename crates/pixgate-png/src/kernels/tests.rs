//! Vector kernels and their portable twins give the same bytes.

use super::{Kernels, ROWS, Stored};
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
                    for kernels in [best, plain] {
                        let mut back = vec![0; count];
                        (kernels.undo)(filter, pixel, [&above, &one], &mut back);
                        assert_eq!(back, row, "{filter:?} {pixel} {count}");
                    }
                }
            }
        }
    }
}

#[test]
fn eight_rows_at_once_agree() {
    let (best, plain) = (Kernels::detect(true), Kernels::PORTABLE);
    let Some(undo_rows) = best.undo_rows else {
        return;
    };
    for pixel in [3, 4] {
        for width in [1, 2, 3, 4, 7, 8, 9, 10, 17, 64, 701] {
            for seed in 0..40_u32 {
                let stride = width * pixel;
                let filters: [Filter; ROWS] = std::array::from_fn(|i| {
                    Filter::ALL[(seed as usize * 7 + i * (1 + seed as usize / 5)) % 5]
                });
                let above = noise(stride, seed + 100);
                let rows = noise(ROWS * (stride + 1), seed);
                let stored = Stored {
                    filters,
                    pixel,
                    stride,
                    rows: &rows,
                };
                let mut expected = vec![0; ROWS * stride];
                let mut last = above.as_slice();
                let outs = expected.chunks_exact_mut(stride);
                for ((row, out), filter) in rows.chunks(stride + 1).zip(outs).zip(filters) {
                    (plain.undo)(filter, pixel, [last, &row[1..]], out);
                    last = out;
                }
                let mut out = vec![0; ROWS * stride];
                undo_rows(&stored, &above, &mut out);
                assert!(out == expected, "{filters:?} {pixel} {width}");
            }
        }
    }
}

#[test]
fn all_neighbours_predict_the_same() {
    let (best, plain) = (Kernels::detect(true), Kernels::PORTABLE);
    // A pixel whose neighbours take all values in turn, the coarser ones in steps.
    for corner in (0..=255).step_by(5) {
        for up in (0..=255).step_by(3) {
            let above: Vec<u8> = (0..256 * 3)
                .map(|i| if i / 3 % 2 == 0 { corner } else { up })
                .collect();
            let stored: Vec<u8> = (0..above.len())
                .map(|i| u8::try_from(i / 3 % 256).unwrap())
                .collect();
            let (mut one, mut two) = (vec![0; above.len()], vec![0; above.len()]);
            (best.undo)(Filter::Paeth, 3, [&above, &stored], &mut one);
            (plain.undo)(Filter::Paeth, 3, [&above, &stored], &mut two);
            assert_eq!(one, two);
        }
    }
}
