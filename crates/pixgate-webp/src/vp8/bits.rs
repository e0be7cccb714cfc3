//! The boolean entropy decoder (RFC 6386, section 7).

/// Reads booleans of known probability.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    value: u64,
    /// Bits of `value` below the eight that are compared; negative when more are needed.
    spare: i32,
    /// The range less one, 127 to 254.
    range: u32,
    /// Whether a byte was missing.
    is_cut: bool,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        let mut bits = Self {
            data,
            value: 0,
            spare: -8,
            range: 254,
            is_cut: false,
        };
        bits.load();
        bits
    }

    /// Seven bytes at a time, single ones at the end, zeros behind it.
    #[inline]
    fn load(&mut self) {
        if let (Some(chunk), Some(rest)) = (self.data.first_chunk::<8>(), self.data.get(7..)) {
            self.value = self.value << 56 | u64::from_be_bytes(*chunk) >> 8;
            self.spare += 56;
            self.data = rest;
        } else {
            let (byte, rest) = match self.data.split_first() {
                Some((byte, rest)) => (*byte, rest),
                None => {
                    self.is_cut = true;
                    (0, self.data)
                }
            };
            self.value = self.value << 8 | u64::from(byte);
            self.spare += 8;
            self.data = rest;
        }
    }

    /// Whether more was read than there is.
    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// A boolean that is false with a probability of `zero` in 256.
    #[inline(always)]
    pub(super) fn bit(&mut self, zero: u8) -> bool {
        if self.spare < 0 {
            self.load();
        }
        let split = (self.range * u32::from(zero)) >> 8;
        let threshold = u64::from(split) << self.spare;
        let is_one = self.value >> self.spare > u64::from(split);
        let range = if is_one {
            self.value -= threshold + (1 << self.spare);
            self.range - split
        } else {
            split + 1
        };
        // Back to at least 128.
        let shift = range.leading_zeros().wrapping_sub(24);
        self.range = (range << shift) - 1;
        self.spare -= shift.cast_signed();
        is_one
    }

    /// The same as a number.
    #[inline(always)]
    pub(super) fn number(&mut self, zero: u8) -> i32 {
        i32::from(self.bit(zero))
    }

    /// A value with its sign behind it.
    #[inline(always)]
    pub(super) fn signed(&mut self, value: i32) -> i32 {
        if self.bit(128) { -value } else { value }
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
        self.signed(value)
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
