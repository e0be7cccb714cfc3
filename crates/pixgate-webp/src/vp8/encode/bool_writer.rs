//! The boolean entropy encoder (RFC 6386, section 7).

use crate::Error;

/// Writes booleans of known probability.
#[derive(Debug)]
pub(super) struct BoolWriter {
    bytes: Vec<u8>,
    /// What is not written yet: `pending` bits in front of the eight that the range works on.
    low: u64,
    pending: u32,
    /// The range less one, 127 to 254.
    range: u32,
    /// No memory was left for some bytes.
    is_cut: bool,
}

impl BoolWriter {
    pub(super) const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            low: 0,
            pending: 0,
            range: 254,
            is_cut: false,
        }
    }

    /// A boolean that is false with a probability of `zero` in 256.
    #[inline(always)]
    pub(super) fn bit(&mut self, bit: bool, zero: u8) {
        let split = (self.range * u32::from(zero)) >> 8;
        let range = if bit {
            self.low += u64::from(split) + 1;
            self.range - split
        } else {
            split + 1
        };
        // Back to at least 128.
        let shift = range.leading_zeros().wrapping_sub(24);
        self.range = (range << shift) - 1;
        self.low <<= shift;
        self.pending += shift;
        if self.pending >= 40 {
            self.write_out();
        }
    }

    /// Four bytes that only a carry can still change.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the carry is looked at before"
    )]
    fn write_out(&mut self) {
        let kept = self.pending + 8 - 32;
        let ready = self.low >> kept;
        self.low &= (1 << kept) - 1;
        self.pending -= 32;
        if ready >> 32 != 0 {
            self.carry();
        }
        self.append(&(ready as u32).to_be_bytes());
    }

    fn append(&mut self, bytes: &[u8]) {
        if self.bytes.try_reserve(bytes.len()).is_err() {
            self.is_cut = true;
            return;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Adds one to the number that the bytes are.
    fn carry(&mut self) {
        for byte in self.bytes.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                return;
            }
        }
    }

    /// A flag.
    pub(super) fn flag(&mut self, bit: bool) {
        self.bit(bit, 128);
    }

    /// A number of so many bits.
    pub(super) fn literal(&mut self, value: u32, count: u32) {
        for place in (0..count).rev() {
            self.flag(value >> place & 1 == 1);
        }
    }

    /// A flag for zero, or a number of so many bits with a sign behind it.
    pub(super) fn optional(&mut self, value: i32, count: u32) {
        self.flag(value != 0);
        if value != 0 {
            self.literal(value.unsigned_abs(), count);
            self.flag(value < 0);
        }
    }

    /// All that was written.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        let bits = self.pending + 8;
        let padding = bits.next_multiple_of(8) - bits;
        let bits = bits + padding;
        let rest = self.low << padding;
        if rest >> bits != 0 {
            self.carry();
        }
        let bytes = rest.to_be_bytes();
        let count = (bits / 8) as usize;
        self.append(&bytes[8 - count..]);
        match self.is_cut {
            true => Err(Error::OutOfMemory {
                bytes: self.bytes.len() as u64,
            }),
            false => Ok(self.bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vp8::bits::Bits;

    #[test]
    fn what_is_written_is_read() {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        for length in [0, 1, 7, 100, 5000] {
            let bits: Vec<(bool, u8)> = (0..length)
                .map(|_| {
                    let prob = u8::try_from(next() % 255 + 1).unwrap();
                    (next() % 256 >= u32::from(prob), prob)
                })
                .collect();
            let mut writer = BoolWriter::new();
            for (bit, prob) in &bits {
                writer.bit(*bit, *prob);
            }
            let bytes = writer.finish().unwrap();
            let mut reader = Bits::new(&bytes);
            for (bit, prob) in &bits {
                assert_eq!(reader.bit(*prob), *bit);
            }
            assert!(!reader.is_cut());
        }
    }

    #[test]
    fn carries_run_through_many_bytes() {
        let mut writer = BoolWriter::new();
        for _ in 0..500 {
            writer.bit(true, 254);
            writer.bit(true, 1);
        }
        let bytes = writer.finish().unwrap();
        let mut reader = Bits::new(&bytes);
        for _ in 0..500 {
            assert!(reader.bit(254) && reader.bit(1));
        }
    }
}
