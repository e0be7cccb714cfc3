//! Coefficients of macroblocks (RFC 6386, section 13).

use super::bits::Bits;
use super::header::Steps;
use super::kernels::ZIGZAG;
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

/// Coefficients of the 25th block go into the first 16: these are 16 of luma, 4 of each chroma.
pub(super) struct Residue {
    pub(super) blocks: [[i16; 16]; 24],
    /// How much each block has: nothing, a DC coefficient only, or more.
    pub(super) kinds: [Kind; 24],
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nothing,
    Flat,
    Full,
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
}

impl Residue {
    pub(super) const fn new() -> Self {
        Self {
            blocks: [[0; 16]; 24],
            kinds: [Kind::Nothing; 24],
        }
    }

    /// Reads all blocks of a macroblock; false if all are empty.
    pub(super) fn read(
        &mut self,
        bits: &mut Bits<'_>,
        (places, steps): (&Places, &Steps),
        (above, left): (&mut Edge, &mut Edge),
        has_second: bool,
    ) -> bool {
        self.blocks = [[0; 16]; 24];
        // A copy stays in registers.
        let mut reader = *bits;
        let mut has_any = false;
        let first = usize::from(has_second);
        if has_second {
            let mut block = [0; 16];
            let context = above.0[8] + left.0[8];
            let kind = (&places.0[1], steps.second);
            let end = coefficients(&mut reader, kind, context, 0, &mut block);
            let is_used = u8::from(end > 0);
            (above.0[8], left.0[8]) = (is_used, is_used);
            if end > 0 {
                for (block, dc) in self.blocks.iter_mut().zip(second_order(&block)) {
                    block[0] = dc;
                }
            }
        }
        let luma = if has_second { 0 } else { 3 };
        let groups = [
            (0, 0, 4, luma, steps.luma),
            (16, 4, 2, 2, steps.chroma),
            (20, 6, 2, 2, steps.chroma),
        ];
        for (start, edge, side, kind, steps) in groups {
            let first = if edge == 0 { first } else { 0 };
            for y in 0..side {
                for x in 0..side {
                    let index = start + y * side + x;
                    let (above, left) = (&mut above.0[edge + x], &mut left.0[edge + y]);
                    let block = &mut self.blocks[index];
                    let kind = (&places.0[kind], steps);
                    let end = coefficients(&mut reader, kind, *above + *left, first, block);
                    let is_used = u8::from(end > first);
                    (*above, *left) = (is_used, is_used);
                    self.kinds[index] = match end {
                        2.. => Kind::Full,
                        _ if block[0] != 0 => Kind::Flat,
                        _ => Kind::Nothing,
                    };
                    has_any |= self.kinds[index] != Kind::Nothing;
                }
            }
        }
        *bits = reader;
        has_any
    }
}

/// Reads one block and returns the place behind its last coefficient.
///
/// - `kind`: probabilities by place, and the steps of DC and AC.
/// - `context`: how many of the blocks above and to the left have coefficients.
/// - `first`: the first place that is coded.
#[inline]
fn coefficients(
    bits: &mut Bits<'_>,
    (places, steps): (&[[[u8; 11]; 3]; 17], [i32; 2]),
    context: u8,
    first: usize,
    block: &mut [i16; 16],
) -> usize {
    let mut place = first;
    let mut probs = &places[first][usize::from(context.min(2))];
    while place < 16 {
        if !bits.bit(probs[0]) {
            return place;
        }
        while !bits.bit(probs[1]) {
            place += 1;
            if place == 16 {
                return 16;
            }
            probs = &places[place][0];
        }
        let next = &places[place + 1];
        let value = if bits.bit(probs[2]) {
            let value = large(bits, probs);
            probs = &next[2];
            value
        } else {
            probs = &next[1];
            1
        };
        let step = steps[usize::from(place > 0)];
        #[expect(
            clippy::cast_possible_truncation,
            reason = "at most 2048 * 157, cut as the format has it"
        )]
        let coefficient = (bits.signed(value) * step) as i16;
        block[ZIGZAG[place]] = coefficient;
        place += 1;
    }
    16
}

/// A value of at least 2 (13.2).
fn large(bits: &mut Bits<'_>, probs: &[u8; 11]) -> i32 {
    if !bits.bit(probs[3]) {
        return match bits.bit(probs[4]) {
            true => 3 + bits.number(probs[5]),
            false => 2,
        };
    }
    if !bits.bit(probs[6]) {
        return match bits.bit(probs[7]) {
            true => 7 + 2 * bits.number(165) + bits.number(145),
            false => 5 + bits.number(159),
        };
    }
    let high = bits.number(probs[8]);
    let low = bits.number(if high == 0 { probs[9] } else { probs[10] });
    let category = 2 * high + low;
    let extra = EXTRA_BITS[usize::try_from(category).unwrap_or_default() & 3];
    let value = extra
        .iter()
        .fold(0, |value, prob| value << 1 | bits.number(*prob));
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
