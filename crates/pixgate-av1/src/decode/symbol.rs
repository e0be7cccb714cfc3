//! The entropy decoder (section 8.2): symbols with adapting probabilities.

use std::ops::{Deref, DerefMut};

use crate::kernels::symbols::{Before, choose};

/// Reads symbols from the bytes of a tile.
///
/// Beyond the end of the bytes all bits are zero.
#[derive(Clone, Debug)]
pub(super) struct SymbolDecoder {
    /// `SymbolValue` in the upper 16 bits; below them what follows, inverted. Bits not read yet are
    /// ones.
    window: u64,
    /// `SymbolRange`: 32768 to 65535.
    range: u32,
    /// Bits in `window` that were read, less the 15 that `SymbolValue` needs.
    spare: i32,
    /// Of the next byte, among those of the tile.
    position: usize,
    adapts: bool,
}

/// Probabilities of `N` values: element `i` below `N - 1` is that of a value above `i`, in 1/32768;
/// the last one counts symbols, up to 32.
pub(super) type Cdf<const N: usize> = [u16; N];

impl SymbolDecoder {
    /// - `adapts`: not `disable_cdf_update`.
    pub(super) const fn new(adapts: bool) -> Self {
        Self {
            window: u64::MAX >> 1,
            range: 1 << 15,
            spare: -15,
            position: 0,
            adapts,
        }
    }

    /// The decoder with the bytes of its tile.
    pub(super) fn with<'s>(&'s mut self, bytes: &'s [u8]) -> Symbols<'s> {
        let mut reader = Reader {
            window: self.window,
            range: self.range,
            spare: self.spare,
            adapts: self.adapts,
            bytes: bytes.get(self.position..).unwrap_or(&[]),
        };
        reader.refill_if_needed();
        Symbols {
            reader,
            state: self,
            length: bytes.len(),
        }
    }
}

/// A [`SymbolDecoder`] at work; when dropped, the decoder knows where it goes on.
pub(super) struct Symbols<'s> {
    reader: Reader<'s>,
    state: &'s mut SymbolDecoder,
    /// Of the tile, in bytes.
    length: usize,
}

/// What reads symbols. Who reads many of them has a copy that stays in registers, and gives it back.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'s> {
    window: u64,
    range: u32,
    spare: i32,
    adapts: bool,
    /// What was not read yet.
    bytes: &'s [u8],
}

impl<'s> Deref for Symbols<'s> {
    type Target = Reader<'s>;

    #[inline(always)]
    fn deref(&self) -> &Reader<'s> {
        &self.reader
    }
}

impl DerefMut for Symbols<'_> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}

impl Drop for Symbols<'_> {
    fn drop(&mut self) {
        self.state.window = self.reader.window;
        self.state.range = self.reader.range;
        self.state.spare = self.reader.spare;
        self.state.position = self.length - self.reader.bytes.len();
    }
}

impl Reader<'_> {
    /// One of `N` values, whose probabilities adapt.
    #[inline(always)]
    pub(super) fn symbol<const N: usize>(&mut self, cdf: &mut Cdf<N>) -> usize {
        let value = self.value();
        let scale = self.range >> 8;
        let mut upper = self.range;
        let mut symbol = 0;
        let mut lower = 0;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "there are at most 16 symbols"
        )]
        let mut least = MINIMUM * (N as u32 - 1);
        for &above in &cdf[..N - 1] {
            lower = scaled(scale, above) + least;
            if value >= lower {
                break;
            }
            upper = lower;
            lower = 0;
            least -= MINIMUM;
            symbol += 1;
        }
        self.narrow(upper, lower);
        if self.adapts {
            adapt(cdf, symbol);
        }
        symbol
    }

    /// One of four values, whose probabilities adapt: as [`Self::symbol`], but which it is decides no
    /// branch.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "both have sixteen bits")]
    pub(super) fn symbol_of_four(&mut self, cdf: &mut Cdf<4>) -> usize {
        let before = Before {
            range: self.range as u16,
            value: self.value() as u16,
            adapts: self.adapts,
        };
        let choice = choose(cdf, before);
        self.narrow(choice.upper.into(), choice.lower.into());
        choice.symbol
    }

    /// One of two values, whose probabilities adapt.
    #[inline(always)]
    pub(super) fn flag(&mut self, cdf: &mut Cdf<2>) -> bool {
        let lower = scaled(self.range >> 8, cdf[0]) + MINIMUM;
        let is_one = self.split(lower);
        if self.adapts {
            let count = cdf[1];
            let rate = 4 + (count >> 4);
            if is_one {
                cdf[0] += ((1 << 15) - cdf[0]) >> rate;
            } else {
                cdf[0] -= cdf[0] >> rate;
            }
            cdf[1] = count + u16::from(count < 32);
        }
        is_one
    }

    /// One of two values; a one has the probability `chance` / 32768 and adapts nothing.
    #[inline]
    pub(super) fn flag_of(&mut self, chance: u16) -> bool {
        let lower = scaled(self.range >> 8, chance) + MINIMUM;
        self.split(lower)
    }

    /// A bit that is as likely one as zero.
    #[inline(always)]
    pub(super) fn bit(&mut self) -> bool {
        let lower = ((self.range >> 8) << 7) + MINIMUM;
        self.split(lower)
    }

    /// L(n): a number of `count` bits, highest bit first.
    #[inline]
    pub(super) fn literal(&mut self, count: u32) -> u32 {
        (0..count).fold(0, |value, _| value << 1 | u32::from(self.bit()))
    }

    /// NS(n): a number below `limit`, which is at least 1.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        let width = 32 - limit.leading_zeros();
        let short = (1 << width) - limit;
        let value = self.literal(width - 1);
        if value < short {
            return value;
        }
        (value << 1) + u32::from(self.bit()) - short
    }

    /// `decode_signed_subexp_with_ref_bool`: a number from `low` to below `high`, near to `reference`.
    pub(super) fn near(&mut self, low: i32, high: i32, k: u32, reference: i32) -> i32 {
        let (most, reference) = (high - low, reference - low);
        let value = self.sub_exponential(most, k);
        let value = if reference << 1 <= most {
            recenter(reference, value)
        } else {
            most - 1 - recenter(most - 1 - reference, value)
        };
        value + low
    }

    /// `decode_subexp_bool`: a number below `count`.
    fn sub_exponential(&mut self, count: i32, k: u32) -> i32 {
        let (mut start, mut bits) = (0, k);
        loop {
            let size = 1 << bits;
            if count <= start + 3 * size {
                let rest = (count - start).max(1).unsigned_abs();
                return self.below(rest).cast_signed() + start;
            }
            if !self.bit() {
                return self.literal(bits).cast_signed() + start;
            }
            start += size;
            bits = if start == size { k } else { bits + 1 };
        }
    }

    /// `SymbolValue`.
    #[inline(always)]
    fn value(&self) -> u32 {
        (self.window >> 48) as u32
    }

    /// Takes one of two parts of the range.
    #[inline(always)]
    fn split(&mut self, lower: u32) -> bool {
        let is_one = self.value() < lower;
        let (upper, lower) = if is_one {
            (lower, 0)
        } else {
            (self.range, lower)
        };
        self.narrow(upper, lower);
        is_one
    }

    /// The range becomes its part from `lower` to `upper`.
    #[inline(always)]
    fn narrow(&mut self, upper: u32, lower: u32) {
        let range = upper - lower;
        let shift = range.leading_zeros() - 16;
        let window = self.window - (u64::from(lower) << 48);
        self.range = range << shift;
        self.window = ((window + 1) << shift).wrapping_sub(1);
        self.spare -= shift.cast_signed();
        self.refill_if_needed();
    }

    #[inline(always)]
    fn refill_if_needed(&mut self) {
        if self.spare < 0 {
            // By value, so that a copy in registers stays there.
            (self.window, self.spare, self.bytes) = refill(self.window, self.spare, self.bytes);
        }
    }
}

/// Reads whole bytes, as many as there is room for.
#[inline(never)]
fn refill(window: u64, spare: i32, bytes: &[u8]) -> (u64, i32, &[u8]) {
    let known = (spare + 15).unsigned_abs();
    let count = (63 - known) / 8;
    let next = match bytes.split_first_chunk::<8>() {
        Some((next, _)) => u64::from_be_bytes(*next),
        None => bytes
            .iter()
            .rev()
            .fold(0, |all, &byte| all >> 8 | u64::from(byte) << 56),
    };
    let taken = next >> (64 - 8 * count);
    (
        window ^ taken << (63 - known - 8 * count),
        spare + (8 * count).cast_signed(),
        bytes.get(count as usize..).unwrap_or(&[]),
    )
}

/// A probability as a part of the range.
#[inline(always)]
fn scaled(scale: u32, chance: u16) -> u32 {
    (scale * u32::from(chance >> 6)) >> 1
}

/// Makes `symbol` more likely, the faster the fewer symbols were seen (section 8.3.2).
#[inline(always)]
fn adapt<const N: usize>(cdf: &mut Cdf<N>, symbol: usize) {
    let count = cdf[N - 1];
    let rate = 4 + (count >> 4) + u16::from(N > 3);
    for (i, chance) in cdf[..N - 1].iter_mut().enumerate() {
        let more = ((1 << 15) - *chance) >> rate;
        let less = *chance >> rate;
        *chance = if i < symbol {
            *chance + more
        } else {
            *chance - less
        };
    }
    cdf[N - 1] = count + u16::from(count < 32);
}

/// `inverse_recenter`.
const fn recenter(reference: i32, value: i32) -> i32 {
    if value > 2 * reference {
        value
    } else if value & 1 == 1 {
        reference - ((value + 1) >> 1)
    } else {
        reference + (value >> 1)
    }
}

/// What every symbol gets of the range, however unlikely it is.
const MINIMUM: u32 = 4;
