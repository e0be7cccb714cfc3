//! Guesses by what transforms a picture becomes smallest.

use super::entropy::Logs;
use super::matches::Matches;
use crate::lossless::predict::{mean, sub};

/// Transforms of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transforms {
    pub(crate) green: bool,
    pub(crate) predictor: bool,
    pub(crate) color: bool,
}

/// How often each byte comes, by channel: blue, green, red, alpha.
struct Counts([[u32; 256]; 4]);

impl Counts {
    fn add(&mut self, argb: u32) {
        for (counts, byte) in self.0.iter_mut().zip(argb.to_le_bytes()) {
            counts[usize::from(byte)] += 1;
        }
    }

    fn bits(&self, logs: Logs) -> f32 {
        let channels = self.0.iter();
        channels
            .map(|counts| logs.bits(counts.iter().copied()))
            .sum()
    }
}

fn without_green(argb: u32) -> u32 {
    let green = argb >> 8 & 0xFF;
    sub(argb, green | green << 16)
}

/// What a picture looks like before it is transformed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Analysis {
    pub(crate) transforms: Transforms,
    /// Whether copies make more than a few of its pixels.
    pub(crate) has_copies: bool,
}

impl Analysis {
    /// A picture of a few colours.
    pub(crate) const INDEXED: Self = Self {
        transforms: Transforms {
            green: false,
            predictor: false,
            color: false,
        },
        has_copies: true,
    };
}

/// Bits that a copy takes, and that one of differences takes, which repeat less often.
const COPY: f32 = 22.0;
const COPY_OF_DIFFERENCES: f32 = 37.0;
/// Shortest copy that counts.
const SHORTEST: usize = 4;

/// Compares what is left to code by each set of transforms where copies make the rest.
///
/// - `colors`: all of them, in order, if they are few.
/// - `matches`: of the pixels as they are.
pub(crate) fn analyse(
    pixels: &[u32],
    width: usize,
    colors: Option<&[u32]>,
    matches: &Matches,
) -> Analysis {
    let mut indexes = [0_u32; 256];
    let mut counts: [Counts; 4] = std::array::from_fn(|_| Counts([[0; 256]; 4]));
    let (mut copies, mut copies_of_differences, mut saved) = (0.0, 0.0, 0.0);
    let sizes = sizes();
    let mut at = width + 1;
    while let Some(&argb) = pixels.get(at) {
        let length = usize::from(matches.lengths[at]);
        if length >= SHORTEST {
            let part = at..at + length;
            let bits: f32 = part
                .map(|at| size(&sizes, without_green(difference(pixels, width, at))))
                .sum();
            copies += COPY;
            copies_of_differences += bits.min(COPY_OF_DIFFERENCES);
            saved += (bits - COPY_OF_DIFFERENCES).max(0.0);
            at += length;
            continue;
        }
        let (left, top) = (pixels[at - 1], pixels[at - width]);
        if argb != left && argb != top {
            let index = colors.and_then(|colors| colors.binary_search(&argb).ok());
            if let Some(count) = index.and_then(|index| indexes.get_mut(index)) {
                *count += 1;
            }
            let difference = difference(pixels, width, at);
            counts[0].add(argb);
            counts[1].add(without_green(argb));
            counts[2].add(difference);
            counts[3].add(without_green(difference));
        }
        at += 1;
    }
    let logs = Logs::new();
    let [mut plain, green, predicted, both] = counts.map(|counts| counts.bits(logs));
    if colors.is_some() {
        plain = plain.min(logs.bits(indexes.into_iter()));
    }
    let by_differences = predicted.min(both) + copies_of_differences;
    let predictor = by_differences < plain.min(green) + copies;
    Analysis {
        transforms: Transforms {
            green: if predictor {
                both < predicted
            } else {
                green < plain
            },
            predictor,
            color: predictor,
        },
        has_copies: saved > by_differences / 32.0,
    }
}

fn difference(pixels: &[u32], width: usize, at: usize) -> u32 {
    sub(pixels[at], mean(pixels[at - 1], pixels[at - width]))
}

/// About how many bits a difference takes, by its byte.
fn sizes() -> [f32; 256] {
    let mut sizes = [0.3; 256];
    for (byte, bits) in (0..=u8::MAX).zip(&mut sizes).skip(1) {
        let size = f32::from(byte.cast_signed().unsigned_abs());
        *bits = 1.2 + 1.4 * (1.0 + size).log2();
    }
    sizes
}

fn size(sizes: &[f32; 256], difference: u32) -> f32 {
    let [blue, green, red, alpha] = difference.to_le_bytes().map(usize::from);
    let opaque = if alpha == 0 { 0.0 } else { sizes[alpha] };
    sizes[blue] + sizes[green] + sizes[red] + opaque
}

/// Some rows of a large picture, and at least the first ones of a small one.
pub(crate) fn sample(pixels: &[u32], width: usize) -> Vec<u32> {
    const PIXELS: usize = 1 << 18;
    const ROWS: usize = 16;
    let bands = pixels.len().div_ceil(width * ROWS);
    let step = pixels.len().div_ceil(PIXELS).min(bands);
    let chosen = pixels.chunks(width * ROWS).step_by(step);
    chosen.flatten().copied().collect()
}
