//! Coefficients of macroblocks (RFC 6386, section 13).

use std::ops::Range;

use super::bits::Bits;
use super::cuts::{Cuts, FIRST, States};
use super::header::Steps;
use super::kernels::{Coefficients, ZIGZAG};
use super::tables::TokenProbs;
use super::transform::second_order;

/// Probabilities by block kind and place instead of band, with one place more than there is.
pub(super) struct Places([[[[u8; 11]; 3]; 17]; 4]);

impl Places {
    pub(super) fn new(probs: &TokenProbs) -> Self {
        let of_kind = |kind: usize| std::array::from_fn(|place| probs[kind][BANDS[place]]);
        Self(std::array::from_fn(of_kind))
    }
}

/// Coefficients of a macroblock: those of the 25th block went into the first 16.
pub(super) struct Residue {
    /// Four blocks each, side by side: the rows of luma from the top down, Cb, Cr.
    pub(super) groups: [Coefficients; 6],
    /// A bit for each block that has some, in the order of the groups.
    used: u32,
}

/// Which blocks next to the macroblock had coefficients: 4 of luma, 2 and 2 of chroma, the second
/// order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Edge(pub(super) [u8; 9]);

impl Edge {
    /// A macroblock without coefficients leaves the second order as it is, if it has none.
    pub(super) const fn clear(&mut self, has_second: bool) {
        let second = self.0[8];
        self.0 = [0; 9];
        if !has_second {
            self.0[8] = second;
        }
    }

    /// A bit for each of some blocks, the first lowest.
    #[inline(always)]
    fn flags(&self, blocks: Range<usize>) -> u32 {
        let flags = self.0[blocks].iter().rev();
        flags.fold(0, |all, flag| all << 1 | u32::from(*flag))
    }

    /// Takes the lowest of some bits for a block.
    #[inline(always)]
    fn set(&mut self, block: usize, flags: u32) {
        self.0[block] = u8::from(flags & 1 != 0);
    }
}

/// What is known of a kind of block.
#[derive(Clone, Copy)]
struct Kind<'a> {
    /// Probabilities by place.
    places: &'a [[[u8; 11]; 3]; 17],
    /// What follows from them, if it is known.
    states: Option<&'a States>,
    /// DC and AC steps.
    steps: [i32; 2],
}

impl Residue {
    pub(super) const fn new() -> Self {
        Self {
            groups: [[[0; 16]; 4]; 6],
            used: 0,
        }
    }

    /// Whether any block of luma has coefficients.
    #[inline(always)]
    pub(super) const fn has_luma(&self) -> bool {
        self.used & 0xFFFF != 0
    }

    /// Whether any block of chroma has coefficients.
    #[inline(always)]
    pub(super) const fn has_chroma(&self) -> bool {
        self.used >> 16 != 0
    }

    /// Takes a macroblock without coefficients.
    pub(super) const fn clear(&mut self) {
        self.used = 0;
    }

    /// Reads all blocks of a macroblock; false if all are empty.
    #[inline(always)]
    pub(super) fn read(
        &mut self,
        bits: &mut Bits<'_>,
        (places, cuts, steps): (&Places, Option<&Cuts>, &Steps),
        (above, left): (&mut Edge, &mut Edge),
        has_second: bool,
    ) -> bool {
        self.groups = [[[0; 16]; 4]; 6];
        let kind = |kind: usize, steps| Kind {
            places: &places.0[kind & 3],
            states: cuts.and_then(|cuts| cuts.of_kind(kind)),
            steps,
        };
        // A copy stays in registers.
        let mut reader = *bits;
        let mut used = 0;
        let mut luma = 3;
        if has_second {
            let kind = kind(1, steps.second);
            used = self.read_second(&mut reader, kind, (&mut above.0[8], &mut left.0[8]));
            luma = 0;
        }
        let of_luma = kind(luma, steps.luma);
        let (luma, chroma) = self.groups.split_at_mut(4);
        used |= read_luma(&mut reader, of_luma, (above, left), has_second, luma);
        let of_chroma = kind(2, steps.chroma);
        used |= read_chroma(&mut reader, of_chroma, (above, left), chroma) << 16;
        *bits = reader;
        self.used = used;
        used != 0
    }

    /// Reads the block of luma's DC coefficients; which blocks got some.
    #[inline(always)]
    fn read_second(
        &mut self,
        bits: &mut Bits<'_>,
        kind: Kind<'_>,
        (above, left): (&mut u8, &mut u8),
    ) -> u32 {
        let mut wide = [[0; 16]; 4];
        let end = read_block(bits, kind, u32::from(*above + *left), (0, 0), &mut wide);
        *above = u8::from(end > 0);
        *left = *above;
        if end == 0 {
            return 0;
        }
        let mut block = [0; 16];
        for (to, from) in block.as_chunks_mut::<4>().0.iter_mut().zip(&wide) {
            to.copy_from_slice(&from[..4]);
        }
        let mut used = 0;
        for (i, value) in second_order(&block).into_iter().enumerate() {
            self.groups[i / 4][0][i % 4 * 4] = value;
            used |= u32::from(value != 0) << i;
        }
        used
    }
}

/// Reads sixteen blocks; which of them have coefficients.
///
/// One loop without others inside of it, and flags in a register: where loops end is foreseen badly
/// between branches that depend on data.
#[inline(always)]
fn read_luma(
    bits: &mut Bits<'_>,
    kind: Kind<'_>,
    (above, left): (&mut Edge, &mut Edge),
    has_second: bool,
    groups: &mut [Coefficients],
) -> u32 {
    let first = usize::from(has_second);
    // Flags of the blocks above those of the first row, then of all blocks.
    let mut flags = above.flags(0..4);
    let lefts = left.flags(0..4);
    let mut beside = 0;
    for block in 0..16 {
        if block % 4 == 0 {
            beside = lefts >> (block / 4) & 1;
        }
        let context = (flags >> block & 1) + beside;
        let Some(group) = groups.get_mut(block / 4) else {
            break;
        };
        let end = read_block(bits, kind, context, (first, block % 4 * 4), group);
        beside = u32::from(end > first);
        flags |= beside << (block + 4);
    }
    for i in 0..4 {
        above.set(i, flags >> (16 + i));
        left.set(i, flags >> (7 + 4 * i));
    }
    flags >> 4
}

/// Reads four blocks of each kind of chroma; which of them have coefficients.
#[inline(always)]
fn read_chroma(
    bits: &mut Bits<'_>,
    kind: Kind<'_>,
    (above, left): (&mut Edge, &mut Edge),
    groups: &mut [Coefficients],
) -> u32 {
    // For each kind, flags of the two blocks above, then of the four, 16 bits apart.
    let mut flags = above.flags(4..6) | above.flags(6..8) << 16;
    let lefts = left.flags(4..8);
    let mut beside = 0;
    for block in 0..8 {
        if block % 2 == 0 {
            beside = lefts >> (block / 2) & 1;
        }
        let at = block / 4 * 16 + block % 4;
        let context = (flags >> at & 1) + beside;
        let Some(group) = groups.get_mut(block / 4) else {
            break;
        };
        let end = read_block(bits, kind, context, (0, block % 4 * 4), group);
        beside = u32::from(end > 0);
        flags |= beside << (at + 2);
    }
    for i in 0..4 {
        above.set(4 + i, flags >> (i / 2 * 16 + 4 + i % 2));
        left.set(4 + i, flags >> (i / 2 * 16 + 3 + i % 2 * 2));
    }
    flags >> 2 & 0xF | flags >> 14 & 0xF0
}

/// Reads one block and returns the place behind its last coefficient.
///
/// - `context`: how many of the blocks above and to the left have coefficients.
/// - `first`, `column`: the first place that is coded, and the block's column within `to`.
#[inline(always)]
fn read_block(
    bits: &mut Bits<'_>,
    kind: Kind<'_>,
    context: u32,
    (first, column): (usize, usize),
    to: &mut Coefficients,
) -> usize {
    let before = context.min(2) as usize;
    bits.hold(HELD);
    if !bits.held_bit(kind.places[first][before][0]) {
        return first;
    }
    match kind.states {
        Some(states) => by_cuts(bits, (kind, states), before, (first, column), to),
        None => by_booleans(bits, kind, before, (first, column), to),
    }
}

/// Reads a block that does not end at once, one boolean after the other.
#[inline(always)]
fn by_booleans(
    bits: &mut Bits<'_>,
    Kind { places, steps, .. }: Kind<'_>,
    before: usize,
    (first, column): (usize, usize),
    to: &mut Coefficients,
) -> usize {
    let mut place = first;
    let mut probs = &places[first][before];
    loop {
        while !bits.held_bit(probs[1]) {
            place += 1;
            if place == 16 {
                return 16;
            }
            probs = &places[place][0];
            bits.hold(HELD);
        }
        let next = &places[place + 1];
        let value = if bits.held_bit(probs[2]) {
            let value = large(bits, probs);
            probs = &next[2];
            value
        } else {
            probs = &next[1];
            1
        };
        put(to, (place, column), bits.held_sign(value), steps);
        place += 1;
        if place == 16 {
            return 16;
        }
        bits.hold(HELD);
        if !bits.held_bit(probs[0]) {
            return place;
        }
    }
}

/// The same with one look for each coefficient.
#[inline(always)]
fn by_cuts(
    bits: &mut Bits<'_>,
    (Kind { places, steps, .. }, states): (Kind<'_>, &States),
    mut before: usize,
    (first, column): (usize, usize),
    to: &mut Coefficients,
) -> usize {
    let start = match before {
        0 => BANDS[first] * 3,
        _ => FIRST - 1 + before,
    };
    let mut ranges = &states[start & 31];
    for place in first..16 {
        bits.hold(HELD);
        let (high, range) = bits.look();
        let cut = ranges[range];
        if high < cut.end {
            bits.take((0, cut.end), false);
            return place;
        }
        let value = if high >= cut.minus {
            bits.take((cut.minus, bits.end()), false);
            let value = large(bits, &places[place][before]);
            before = 2;
            bits.held_sign(value)
        } else {
            let (is_one, is_negative) = (high >= cut.zero, high >= cut.plus);
            let one = match is_negative {
                true => (cut.plus, cut.minus),
                false => (cut.zero, cut.plus),
            };
            let part = if is_one { one } else { (cut.end, cut.zero) };
            bits.take(part, is_one);
            before = usize::from(is_one);
            i32::from(is_one) - 2 * i32::from(is_negative)
        };
        ranges = &states[(STATES_BEHIND[place] + before) & 31];
        put(to, (place, column), value, steps);
    }
    16
}

/// Puts a coefficient where it belongs.
#[inline(always)]
fn put(to: &mut Coefficients, (place, column): (usize, usize), value: i32, steps: [i32; 2]) {
    let step = steps[usize::from(place > 0)];
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 2048 * 157, cut as the format has it"
    )]
    let coefficient = (value * step) as i16;
    let at = ZIGZAG[place];
    to[at / 4][(at % 4 + column) & 15] = coefficient;
}

/// The first of the three states of what follows a place.
const STATES_BEHIND: [usize; 16] = {
    let mut states = [0; 16];
    let mut place = 0;
    while place < 16 {
        states[place] = BANDS[place + 1] * 3;
        place += 1;
    }
    states
};

/// What three booleans and a sign need.
const HELD: u32 = 3 * 7 + 8;

/// A value of at least 2 (13.2); the bit of its sign is held behind it.
#[inline(always)]
fn large(bits: &mut Bits<'_>, probs: &[u8; 11]) -> i32 {
    bits.hold(5 * 7 + 8);
    if !bits.held_bit(probs[3]) {
        return match bits.held_bit(probs[4]) {
            true => 3 + i32::from(bits.held_bit(probs[5])),
            false => 2,
        };
    }
    if !bits.held_bit(probs[6]) {
        return match bits.held_bit(probs[7]) {
            true => 7 + 2 * i32::from(bits.held_bit(165)) + i32::from(bits.held_bit(145)),
            false => 5 + i32::from(bits.held_bit(159)),
        };
    }
    let high = i32::from(bits.held_bit(probs[8]));
    let low = i32::from(bits.held_bit(if high == 0 { probs[9] } else { probs[10] }));
    let category = 2 * high + low;
    let extra = EXTRA_BITS[usize::try_from(category).unwrap_or_default() & 3];
    let value = extra
        .iter()
        .fold(0, |value, prob| value << 1 | bits.number(*prob));
    bits.hold(8);
    value + 3 + (8 << category)
}

/// Probabilities of the bits of large values, categories 3 to 6.
pub(super) const EXTRA_BITS: [&[u8]; 4] = [
    &[173, 148, 140],
    &[176, 155, 140, 135],
    &[180, 157, 141, 134, 130],
    &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129],
];

/// The band of each place; the last is never used.
pub(super) const BANDS: [usize; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_look_tells_what_booleans_do() {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        for round in 0..60_usize {
            let mut probs = crate::vp8::tables::TOKEN_PROBS;
            if round % 3 > 0 {
                let all = probs.as_flattened_mut().as_flattened_mut();
                all.as_flattened_mut().fill_with(|| match next() {
                    byte if round % 3 == 2 => byte & 7,
                    byte => byte,
                });
            }
            let (places, cuts) = (Places::new(&probs), Cuts::new(&probs).unwrap());
            let data: Vec<u8> = (0..600).map(|_| next()).collect();
            let (mut one, mut other) = (Bits::new(&data), Bits::new(&data));
            // No sign is the first boolean of a stream.
            assert_eq!(one.bit(100), other.bit(100));
            let number = round % 4;
            let first = usize::from(number == 0);
            for _ in 0..200 {
                let kind = |states| Kind {
                    places: &places.0[number],
                    states,
                    steps: [9, 7],
                };
                let context = u32::from(next() % 3);
                let mut blocks = [Coefficients::default(); 2];
                let [ours, theirs] = &mut blocks;
                let states = cuts.of_kind(number);
                let end = read_block(&mut one, kind(states), context, (first, 4), ours);
                let expected = read_block(&mut other, kind(None), context, (first, 4), theirs);
                assert_eq!((end, &*ours), (expected, &*theirs), "{round}");
                assert_eq!(one.look(), other.look(), "{round}");
                assert_eq!(one.is_cut(), other.is_cut(), "{round}");
            }
        }
    }
}
