//! Drawings and photographs told apart by a look at the whole picture.

use crate::encode::settings::Effort;
use crate::kernels::Side;
use crate::kernels::difference::variance;
use crate::picture::Picture;

/// What a picture is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nature {
    /// Whether palettes are worth their flags.
    pub(crate) has_palettes: bool,
    /// Whether its edges are sharp, or it is like noise: high frequencies matter as much as others.
    pub(crate) is_sharp: bool,
}

/// Looks at every second block of 16x16 of luma.
///
/// There are palettes if some of the blocks that are not of one colour have few, and some are of one colour, as
/// nothing in a photograph is, or nearly all have few. With time they are also looked for where edges are sharp, and
/// fewer blocks need to have few colours.
pub(crate) fn nature(picture: &Picture<'_>, effort: Effort) -> Nature {
    let (width, height) = picture.plane_size(0);
    let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
    let (mut looked_at, mut with_few, mut with_one) = (0, 0, 0);
    let (mut bends, mut deviations) = (0, 0);
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
            bends += bends_of(&samples);
            deviations += variance(&samples, BLOCK, Side::S16);
        }
    }
    let has_time = effort != Effort::Quick;
    let part = if has_time { 14 } else { 6 };
    let has_few = with_few * part >= looked_at - with_one;
    let is_drawn = with_one * 20 > looked_at || with_few * 5 > looked_at * 4;
    let is_sharp = bends * 100 > deviations * SHARP;
    let has_palettes = has_few && is_drawn;
    Nature {
        has_palettes: has_palettes || (has_time && is_sharp),
        is_sharp: has_palettes || is_sharp,
    }
}

/// Squares of how far samples are off the line between their neighbours; of white noise as much as the
/// variance.
fn bends_of(samples: &[u16]) -> u64 {
    let bend = |three: &[u16]| {
        let ends = i64::from(three[0]) + i64::from(three[2]);
        (ends - 2 * i64::from(three[1])).pow(2).unsigned_abs()
    };
    let rows = samples.chunks_exact(BLOCK);
    let sum: u64 = rows.flat_map(|row| row.windows(3).map(bend)).sum();
    sum / 6
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
/// Percent of white noise's bends; photographs have up to 20, small letters 40 and more.
const SHARP: u64 = 28;
