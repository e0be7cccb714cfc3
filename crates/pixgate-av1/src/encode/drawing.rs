//! Drawings and photographs told apart.

use crate::picture::Picture;

/// Whether enough of a picture's blocks have few colours that palettes are worth their flags, or one
/// colour only, as around letters.
///
/// Looks at every fourth block of 16x16 of luma: two passes over a picture would be too many.
pub(crate) fn is_drawing(picture: &Picture<'_>) -> bool {
    let (width, height) = picture.plane_size(0);
    let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
    let (mut looked_at, mut with_few, mut with_one) = (0, 0, 0);
    let mut samples = [0; BLOCK * BLOCK];
    for row in 0..rows {
        for column in (row % 2..columns).step_by(2) {
            for (y, to) in samples.chunks_exact_mut(BLOCK).enumerate() {
                picture.copy_row(0, column * BLOCK, row * BLOCK + y, to);
            }
            looked_at += 1;
            match colors(&samples) {
                1 => with_one += 1,
                2..=FEW => with_few += 1,
                _ => {}
            }
        }
    }
    with_few * 10 > looked_at || (with_few + with_one) * 3 > looked_at
}

/// How many different samples a block has, counted up to one more than [`FEW`].
fn colors(samples: &[u16]) -> usize {
    let mut colors = [0; FEW];
    let mut count = 0;
    let mut last = None;
    for &sample in samples {
        if last == Some(sample) || colors[..count].contains(&sample) {
            last = Some(sample);
            continue;
        }
        last = Some(sample);
        if count == FEW {
            return FEW + 1;
        }
        colors[count] = sample;
        count += 1;
    }
    count
}

/// Side of the blocks.
const BLOCK: usize = 16;
/// Colours that a palette has place for.
const FEW: usize = 8;
