//! Bits of a VP8L stream, the lowest of each byte first.

use super::narrow::low32;
use crate::Error;
use crate::error::broken;

/// Reads bits; behind the last byte there are zeros, which [`BitReader::check`] complains about.
#[derive(Clone, Debug)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
    bits: u64,
    count: u32,
    /// Bits that were added behind the end.
    padding: u64,
}

/// How many bits there are at least after [`BitReader::refill`].
pub(crate) const REFILLED: u32 = 56;

impl<'a> BitReader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            bits: 0,
            count: 0,
            padding: 0,
        }
    }

    /// Makes at least [`REFILLED`] bits ready.
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        let next = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk);
        if let Some(next) = next {
            // Bits above `count` are those that the next refill puts there again.
            self.bits |= u64::from_le_bytes(*next) << self.count;
            self.at += ((63 - self.count) >> 3) as usize;
            self.count |= REFILLED;
        } else {
            self.refill_at_end();
        }
    }

    #[cold]
    fn refill_at_end(&mut self) {
        while self.count < REFILLED {
            if let Some(&byte) = self.bytes.get(self.at) {
                self.bits |= u64::from(byte) << self.count;
                self.at += 1;
            } else {
                self.padding += 8;
            }
            self.count += 8;
        }
    }

    /// How many bits are ready.
    #[inline(always)]
    pub(crate) const fn ready(&self) -> u32 {
        self.count
    }

    /// The next bits; those beyond what is ready mean nothing.
    #[inline(always)]
    pub(crate) const fn peek(&self) -> u32 {
        low32(self.bits)
    }

    /// Goes on by bits that are ready.
    #[inline(always)]
    pub(crate) const fn consume(&mut self, count: u32) {
        self.bits >>= count;
        self.count -= count;
    }

    /// Takes up to 24 bits that are ready.
    #[inline(always)]
    pub(crate) const fn take(&mut self, count: u32) -> u32 {
        let value = self.peek() & ((1 << count) - 1);
        self.consume(count);
        value
    }

    /// Reads up to 24 bits.
    #[inline]
    pub(crate) fn read(&mut self, count: u32) -> u32 {
        self.refill();
        self.take(count)
    }

    /// Reads one bit.
    pub(crate) fn flag(&mut self) -> bool {
        self.read(1) == 1
    }

    /// Whether all bits taken so far were in the stream.
    #[inline(always)]
    pub(crate) fn is_within(&self) -> bool {
        self.padding <= u64::from(self.count)
    }

    /// How many times 64 bits can be taken that are in the stream for sure; at least one is tried.
    #[inline(always)]
    pub(crate) fn sure(&self) -> usize {
        ((self.bytes.len() - self.at) / 8).max(1)
    }

    /// Refuses to have read beyond the end.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.is_within() {
            Ok(())
        } else {
            Err(broken("VP8L data that end early"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_from_the_lowest_on() {
        let bytes: Vec<u8> = (0..40).collect();
        let mut reader = BitReader::new(&bytes);
        for byte in &bytes {
            let low = reader.read(3);
            let high = reader.read(5);
            assert_eq!(low | high << 3, u32::from(*byte));
        }
        assert!(reader.is_within());
        assert!(!reader.flag());
        assert!(!reader.is_within());
    }
}
