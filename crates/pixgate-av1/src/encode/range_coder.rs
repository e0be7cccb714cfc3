//! The entropy coder: symbols with adapting probabilities (AV1 specification, sections 8.2 and 8.3,
//! seen from the writing side), and the same interface to only count what they would cost.

use crate::encode::cdf::{Cdf, WHOLE};
use crate::encode::cost::cost_of;

/// Takes symbols in the order of the bitstream.
pub(crate) trait Coder {
    /// One of `N` values by its present probability.
    fn symbol<const N: usize>(&mut self, cdf: &mut Cdf<N>, value: usize);

    /// A bit that is one with probability `chance` / 32768 and adapts nothing.
    fn bit(&mut self, chance: u16, value: bool);

    /// The lower `bits` bits of a number, highest first, each as likely one as zero.
    fn literal(&mut self, value: u32, bits: u32) {
        for bit in (0..bits).rev() {
            self.bit(EVEN, value >> bit & 1 == 1);
        }
    }
}

/// As likely one as zero.
const EVEN: u16 = 1 << 14;

/// Writes symbols.
///
/// The state is an interval: its lower end in `low` with digits that were not put out yet, its
/// length in `range`, kept between 2^15 and 2^16.
pub(crate) struct RangeEncoder {
    low: u64,
    range: u32,
    /// Digits in `low` above those still needed, less 9 before the first byte.
    count: i32,
    /// What is put out; a carry may still run into it.
    bytes: Vec<u8>,
}

impl RangeEncoder {
    pub(crate) fn new() -> Self {
        Self {
            low: 0,
            range: 1 << 15,
            count: -9,
            bytes: Vec::new(),
        }
    }

    /// Narrows the interval to the part from `from` down to `to`, counted from its upper end in
    /// 1/32768; `above` symbols follow the chosen one.
    #[inline]
    fn narrow(&mut self, from: u32, to: u32, above: u32) {
        let scaled = |probability: u32| ((self.range >> 8) * (probability >> 6)) >> 1;
        let lower = scaled(to) + MINIMUM * above;
        if from < WHOLE {
            let upper = scaled(from) + MINIMUM * (above + 1);
            self.low += u64::from(self.range - upper);
            self.range = upper - lower;
        } else {
            self.range -= lower;
        }
        self.normalize();
    }

    #[inline]
    fn normalize(&mut self) {
        let shift = self.range.leading_zeros() - 16;
        self.low <<= shift;
        self.range <<= shift;
        self.count += shift.cast_signed();
        if self.count >= ENOUGH {
            self.flush();
        }
    }

    /// Puts out all bytes that are whole.
    #[cold]
    fn flush(&mut self) {
        while self.count >= 0 {
            let below = self.count + 16;
            self.put(self.low >> below);
            self.low &= (1 << below) - 1;
            self.count -= 8;
        }
    }

    /// Puts out a byte, and adds its carry to those before.
    fn put(&mut self, digit: u64) {
        let [byte, carry, ..] = digit.to_le_bytes();
        if carry > 0 {
            for before in self.bytes.iter_mut().rev() {
                *before = before.wrapping_add(1);
                if *before != 0 {
                    break;
                }
            }
        }
        self.bytes.push(byte);
    }

    /// The bytes of a tile: as few as tell the last symbol for sure, the rest of it being zero.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let mut count = self.count;
        let mut left = count + 10;
        let mut end = ((self.low + 0x3FFF) & !0x3FFF) | 0x4000;
        while left > 0 {
            self.put(end >> (count + 16));
            end &= (1 << (count + 16)) - 1;
            left -= 8;
            count -= 8;
        }
        self.bytes
    }
}

impl Coder for RangeEncoder {
    #[inline]
    fn symbol<const N: usize>(&mut self, cdf: &mut Cdf<N>, value: usize) {
        let (from, to) = cdf.interval(value);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "there are at most 16 symbols"
        )]
        let above = (N - 1 - value) as u32;
        self.narrow(from, to, above);
        cdf.adapt(value);
    }

    fn bit(&mut self, chance: u16, value: bool) {
        let chance = u32::from(chance);
        let (from, to, above) = if value {
            (chance, 0, 0)
        } else {
            (WHOLE, chance, 1)
        };
        self.narrow(from, to, above);
    }
}

/// Counts what symbols would cost, in 1/[`ONE_BIT`] of a bit, and adapts nothing.
#[derive(Default)]
pub(crate) struct Cost(pub(crate) u32);

/// What a bit costs in [`Cost`].
pub(crate) const ONE_BIT: u32 = 256;

impl Coder for Cost {
    #[inline]
    fn symbol<const N: usize>(&mut self, cdf: &mut Cdf<N>, value: usize) {
        self.0 += cdf.cost(value);
    }

    fn bit(&mut self, chance: u16, value: bool) {
        self.0 += u32::from(cost_of(u32::from(if value {
            chance
        } else {
            (1 << 15) - chance
        })));
    }

    fn literal(&mut self, _value: u32, bits: u32) {
        self.0 += bits * ONE_BIT;
    }
}

/// What every symbol gets of the interval, however unlikely it is.
const MINIMUM: u32 = 4;
/// Digits that are gathered before bytes are put out; a symbol adds up to 15, and 64 have place.
const ENOUGH: i32 = 24;
