//! Finds where pixels were before.

use crate::lossless::distance::FARTHEST;
use crate::lossless::narrow::{count32, low16};

/// Longest copy.
pub(crate) const LONGEST: usize = 4096;

/// The longest copy that was found for each pixel.
#[derive(Debug)]
pub(crate) struct Matches {
    pub(crate) lengths: Vec<u16>,
    pub(crate) distances: Vec<u32>,
}

/// How hard is looked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// Most places that are looked at for a long copy.
    pub(crate) depth: u32,
    /// Most places that are looked at for a short copy.
    pub(crate) short_depth: u32,
    /// Shortest copy, of 3 or 4 pixels.
    pub(crate) least: usize,
    /// Length of a copy that is long enough.
    pub(crate) nice: usize,
    /// Length from which on less is looked for.
    pub(crate) good: usize,
}

/// Pixels that long copies are found by.
const LONG: usize = 8;
const NOWHERE: u32 = u32::MAX;

/// Places with the same pixels, the newest first.
struct Chains {
    heads: Vec<u32>,
    before: Vec<u32>,
    run: Run,
    shift: u32,
    /// How many pixels are the same.
    count: usize,
}

impl Chains {
    fn new(pixels: usize, count: usize) -> Self {
        let bits = count32(pixels).max(2).ilog2().clamp(8, 16);
        Self {
            heads: vec![NOWHERE; 1 << bits],
            before: vec![NOWHERE; pixels],
            run: Run::default(),
            shift: 32 - bits,
            count,
        }
    }

    /// Adds a place, and gives the one before it.
    #[inline(always)]
    fn add(&mut self, pixels: &[u32], at: usize) -> u32 {
        if at + self.count > pixels.len() {
            return NOWHERE;
        }
        let key = self.run.key(&pixels[at..], at, self.count) >> self.shift;
        let candidate = std::mem::replace(&mut self.heads[key], count32(at));
        self.before[at] = candidate;
        candidate
    }
}

impl Matches {
    /// Looks for the longest copy from each pixel on.
    pub(crate) fn find(pixels: &[u32], search: Search) -> Self {
        let mut found = Self {
            lengths: vec![0; pixels.len()],
            distances: vec![0; pixels.len()],
        };
        let mut long = Chains::new(pixels.len(), LONG);
        let mut short = Chains::new(pixels.len(), search.least);
        let mut best = Copy::default();
        for at in 0..pixels.len() {
            best.length = best.length.saturating_sub(1);
            if best.length < search.nice {
                let far = long.add(pixels, at);
                let near = short.add(pixels, at);
                if best.length < search.least {
                    best = Copy::default();
                }
                let depth = if best.length >= search.good {
                    search.depth / 4
                } else {
                    search.depth
                };
                best.improve(pixels, at, (&long.before, far), depth, search.nice);
                if best.length < LONG {
                    let depth = search.short_depth;
                    best.improve(pixels, at, (&short.before, near), depth, search.nice);
                }
                if best.length < search.least {
                    best = Copy::default();
                }
            }
            found.lengths[at] = low16(count32(best.length));
            found.distances[at] = count32(best.distance);
        }
        found
    }
}

/// Where runs of one colour end.
#[derive(Debug, Default)]
struct Run {
    end: usize,
}

impl Run {
    /// A hash of the next pixels; in a run of one colour of how many are left of it.
    #[inline(always)]
    fn key(&mut self, pixels: &[u32], at: usize, least: usize) -> usize {
        let first = &pixels[..least];
        let last = first[least - 1];
        let (mut mixed, mut third) = (u64::from(first[0]) | u64::from(first[1]) << 32, first[2]);
        if first.iter().all(|&argb| argb == last) {
            if self.end <= at {
                let same = pixels
                    .iter()
                    .take(LONGEST)
                    .take_while(|&&argb| argb == last);
                self.end = at + same.count();
            }
            third = count32(self.end - at) ^ 0x5A5A_0000;
        }
        let rest = u64::from(third) | u64::from(last) << 32;
        mixed = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ rest.rotate_left(17);
        mixed = mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (mixed >> 32) as usize
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Copy {
    length: usize,
    distance: usize,
}

impl Copy {
    /// Takes a longer copy if there is one in a chain.
    #[inline(always)]
    fn improve(
        &mut self,
        pixels: &[u32],
        at: usize,
        (before, mut candidate): (&[u32], u32),
        depth: u32,
        nice: usize,
    ) {
        let most = LONGEST.min(pixels.len() - at);
        let mut length = self.length;
        for _ in 0..depth {
            let from = candidate as usize;
            if candidate == NOWHERE || at - from > FARTHEST || length >= most {
                break;
            }
            candidate = before[from];
            if pixels[from + length] != pixels[at + length] {
                continue;
            }
            let same = common(&pixels[from..], &pixels[at..at + most]);
            if same > length {
                length = same;
                *self = Self {
                    length,
                    distance: at - from,
                };
                if length >= nice {
                    break;
                }
            }
        }
    }
}

/// How many pixels are the same from the first on.
#[inline(always)]
pub(crate) fn common(a: &[u32], b: &[u32]) -> usize {
    let blocks = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    let mut at = 0;
    for (a, b) in blocks {
        if a != b {
            break;
        }
        at += 8;
    }
    let rest = a[at.min(a.len())..].iter().zip(&b[at.min(b.len())..]);
    at + rest.take_while(|(a, b)| a == b).count()
}
