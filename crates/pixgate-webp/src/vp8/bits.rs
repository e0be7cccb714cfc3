//! The boolean entropy decoder (RFC 6386, section 7).
//!
//! Each boolean waits for the range that the one before left, so that what counts is how few steps
//! lie between two ranges. With `r` for the range and `p` for the probability, the range is
//! `1 + ((r - 1) p >> 8)` if the boolean is false, and `r` less that if it is true; written as
//! `(r p + 256 - p) >> 8` and `(r (256 - p) + p - 1) >> 8` both are a product and a sum, and how far
//! they are moved up is seen before they are shifted down.

/// The range of a boolean that is false.
pub(super) const fn split(range: u32, zero: u8) -> u32 {
    let zero = zero as u32;
    (range * zero + (256 - zero)) >> 8
}

/// Reads booleans of known probability.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'a> {
    /// Bytes that are not in `value` yet.
    data: &'a [u8],
    /// What is left of the data so far, from the highest bit down.
    value: u64,
    /// How many bits of `value` count; those below are zero or the same as in `data`.
    held: u32,
    /// From 128 to 255.
    range: u32,
    /// By how many bits the last boolean moved on.
    moved: u32,
    /// How many of the bits stand for what is behind the end.
    missing: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        let mut bits = Self {
            data,
            value: 0,
            held: 0,
            range: 255,
            moved: 0,
            missing: 0,
        };
        bits.fill();
        bits
    }

    /// Holds at least 56 bits: what eight booleans take, less one bit.
    #[inline(always)]
    pub(super) fn fill(&mut self) {
        if let Some(chunk) = self.data.first_chunk::<8>() {
            self.value |= u64::from_be_bytes(*chunk) >> (self.held & 63);
            let bytes = (63_u32.wrapping_sub(self.held) >> 3) as usize;
            self.data = self.data.get(bytes..).unwrap_or_default();
            self.held |= 56;
        } else {
            self.fill_last();
        }
    }

    /// Single bytes at the end, zeros behind it.
    #[cold]
    fn fill_last(&mut self) {
        while self.held < 56 {
            let byte = match self.data.split_first() {
                Some((byte, rest)) => {
                    self.data = rest;
                    *byte
                }
                None => {
                    self.missing = self.missing.saturating_add(8);
                    0
                }
            };
            self.value |= u64::from(byte) << (56 - self.held);
            self.held += 8;
        }
    }

    /// Whether the last boolean, which looks at eight bits, saw some that are not there.
    pub(super) const fn is_cut(&self) -> bool {
        self.held + self.moved < self.missing.saturating_add(8)
    }

    /// Holds at least so many bits, at most 56: seven for each boolean that follows, and one more.
    #[inline(always)]
    pub(super) fn hold(&mut self, bits: u32) {
        if self.held < bits {
            self.fill();
        }
    }

    /// A boolean that is false with a probability of `zero` in 256.
    #[inline(always)]
    pub(super) fn bit(&mut self, zero: u8) -> bool {
        self.hold(8);
        self.held_bit(zero)
    }

    /// A boolean whose bits are held.
    #[inline(always)]
    pub(super) fn held_bit(&mut self, zero: u8) -> bool {
        let zero = u32::from(zero);
        let if_false = self.range * zero + (256 - zero);
        let if_true = self.range * (256 - zero) + zero - 1;
        let threshold = u64::from(if_false >> 8) << 56;
        if self.value >= threshold {
            self.value -= threshold;
            self.narrow(if_true);
            true
        } else {
            self.narrow(if_false);
            false
        }
    }

    /// Takes a range that is 256 times too large, and moves it up to 128 at least.
    #[inline(always)]
    const fn narrow(&mut self, range: u32) {
        let shift = range.leading_zeros() & 15;
        self.range = (range >> 8) << shift;
        self.value <<= shift;
        self.held = self.held.wrapping_sub(shift);
        self.moved = shift;
    }

    /// The highest 32 bits, and which of the 128 ranges it is.
    #[inline(always)]
    pub(super) const fn look(&self) -> (u32, usize) {
        ((self.value >> 32) as u32, self.range as usize & 127)
    }

    /// Where the range ends among the highest 32 bits.
    #[inline(always)]
    pub(super) const fn end(&self) -> u32 {
        self.range << 24
    }

    /// Takes a part of the range, which the data lies in.
    ///
    /// - `from`, `to`: where it is among the highest 32 bits.
    /// - `is_signed`: whether the last of its booleans is a sign.
    #[inline(always)]
    pub(super) const fn take(&mut self, (from, to): (u32, u32), is_signed: bool) {
        let width = to.wrapping_sub(from);
        let shift = width.leading_zeros();
        let left = self.value.wrapping_sub((from as u64) << 32);
        self.value = left.wrapping_shl(shift);
        self.range = width.wrapping_shl(shift) >> 24;
        self.held = self.held.wrapping_sub(shift);
        self.moved = if is_signed { 1 } else { shift };
    }

    /// The same as a number.
    #[inline(always)]
    pub(super) fn number(&mut self, zero: u8) -> i32 {
        i32::from(self.bit(zero))
    }

    /// A value with its sign behind it, which is held: a boolean that is as often true as false, and
    /// not the first one. No range but the first is 255, so that it always moves on by one bit.
    #[inline(always)]
    pub(super) const fn held_sign(&mut self, value: i32) -> i32 {
        let threshold = ((self.range as u64 + 1) >> 1) << 56;
        let is_negative = self.value >= threshold;
        let all = (is_negative as u64).wrapping_neg();
        self.value = self.value.wrapping_sub(threshold & all) << 1;
        self.range = (self.range + !is_negative as u32) & 254;
        self.held = self.held.wrapping_sub(1);
        self.moved = 1;
        let sign = -(is_negative as i32);
        (value ^ sign) - sign
    }

    /// A flag.
    pub(super) fn flag(&mut self) -> bool {
        self.bit(128)
    }

    /// A number of so many bits.
    pub(super) fn literal(&mut self, count: u32) -> i32 {
        (0..count).fold(0, |value, _| value << 1 | self.number(128))
    }

    /// A number with a sign behind it, or 0 where a flag says that there is none.
    pub(super) fn optional(&mut self, count: u32) -> i32 {
        if !self.flag() {
            return 0;
        }
        let value = self.literal(count);
        if self.flag() { -value } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_the_bits_of_the_data() {
        // A probability of one half halves the range: the first bits come out nearly as they are.
        let mut bits = Bits::new(&[0b1010_0000, 0, 0, 0]);
        assert_eq!(bits.literal(3), 0b101);
        assert!(!bits.is_cut());
    }

    #[test]
    fn reading_on_behind_the_end_is_noticed() {
        let mut bits = Bits::new(&[0x55; 20]);
        let _ = bits.literal(20 * 8 - 16);
        assert!(!bits.is_cut());
        let _ = bits.literal(30) + bits.literal(30);
        assert!(bits.is_cut());
    }
}
