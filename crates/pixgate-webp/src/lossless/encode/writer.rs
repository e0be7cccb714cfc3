//! Bits of a VP8L stream as they are written, the lowest of each byte first.

use crate::lossless::narrow::low32;

/// A growing stream.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    bits: u64,
    count: u32,
}

impl BitWriter {
    /// Adds up to 32 bits.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: u32, count: u32) {
        self.bits |= u64::from(value) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes
                .extend_from_slice(&low32(self.bits).to_le_bytes());
            self.bits >>= 32;
            self.count -= 32;
        }
    }

    /// How many bits there are so far.
    pub(crate) const fn len(&self) -> usize {
        self.bytes.len() * 8 + self.count as usize
    }

    /// The bytes, the last one filled with zeros.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let rest = self.bits.to_le_bytes();
        let count = self.count.div_ceil(8) as usize;
        self.bytes.extend_from_slice(&rest[..count]);
        self.bytes
    }
}
