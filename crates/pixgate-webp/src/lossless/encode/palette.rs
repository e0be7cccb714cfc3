//! Pictures of few colours.

use std::collections::HashMap;

use crate::lossless::predict::{BLACK, sub};

/// Most colours of a palette.
pub(crate) const MOST: usize = 256;

/// All colours of a picture, in order, if they are few.
pub(crate) fn colors(pixels: &[u32]) -> Option<Vec<u32>> {
    let mut seen = vec![None; 1 << 10];
    let mut colors = Vec::new();
    let mut last = None;
    for &argb in pixels {
        if last == Some(argb) {
            continue;
        }
        last = Some(argb);
        let mut place = (argb.wrapping_mul(0x9E37_79B1) >> 22) as usize;
        loop {
            match seen[place] {
                None => {
                    if colors.len() == MOST {
                        return None;
                    }
                    seen[place] = Some(argb);
                    colors.push(argb);
                    break;
                }
                Some(found) if found == argb => break,
                Some(_) => place = (place + 1) % seen.len(),
            }
        }
    }
    colors.sort_unstable();
    Some(colors)
}

/// Bits by which rows of indexes are narrower than rows of pixels.
pub(crate) const fn packing(colors: usize) -> u32 {
    match colors {
        ..=2 => 3,
        3..=4 => 2,
        5..=16 => 1,
        _ => 0,
    }
}

/// Differences between colours and those before them.
pub(crate) fn differences(colors: &[u32]) -> Vec<u32> {
    let before = std::iter::once(&0).chain(colors);
    colors
        .iter()
        .zip(before)
        .map(|(&color, &before)| sub(color, before))
        .collect()
}

/// Indexes in green, several to a pixel where there are few colours.
pub(crate) fn pack(pixels: &[u32], width: usize, colors: &[u32]) -> Vec<u32> {
    let numbers: HashMap<u32, u32> = colors.iter().copied().zip(0..).collect();
    let bits = packing(colors.len());
    let each = 8 >> bits;
    let mut packed = Vec::with_capacity(pixels.len() >> bits);
    let (mut last, mut number) = (None, 0);
    for row in pixels.chunks(width) {
        for part in row.chunks(1 << bits) {
            let mut indexes = 0;
            for (place, &argb) in (0_u32..).zip(part) {
                if last != Some(argb) {
                    last = Some(argb);
                    number = numbers.get(&argb).copied().unwrap_or_default();
                }
                indexes |= number << (place * each);
            }
            packed.push(BLACK | indexes << 8);
        }
    }
    packed
}
