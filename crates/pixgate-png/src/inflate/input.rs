//! Bits out of the parts of a file.

#![allow(clippy::cast_possible_truncation, reason = "bits are cut out of words")]

use crate::Error;

/// Bytes that lie in parts.
pub(crate) struct Input<'a, I> {
    rest: &'a [u8],
    parts: I,
}

impl<'a, I: Iterator<Item = &'a [u8]>> Input<'a, I> {
    pub(crate) const fn new(parts: I) -> Self {
        Self { rest: &[], parts }
    }

    /// What is left of the part at hand.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// - `rest`: an end of what [`Input::rest`] gave.
    pub(crate) const fn set_rest(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    fn next(&mut self) -> Option<u8> {
        while self.rest.is_empty() {
            self.rest = self.parts.next()?;
        }
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }
}

/// Bits that were read ahead, the next one lowest.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bits {
    pub(crate) buffer: u64,
    /// How many there are; what is above them in the buffer is not to be relied on.
    pub(crate) count: u32,
}

impl Bits {
    /// Reads ahead to at least 56 bits, or to the end of the input.
    #[inline(always)]
    pub(crate) fn refill<'a, I: Iterator<Item = &'a [u8]>>(&mut self, input: &mut Input<'a, I>) {
        if let Some(word) = input.rest.first_chunk() {
            let bytes = self.add(u64::from_le_bytes(*word));
            input.rest = &input.rest[bytes..];
        } else {
            self.refill_slowly(input);
        }
    }

    /// Takes as much of a word as there is room for; gives the number of bytes.
    #[inline(always)]
    pub(crate) const fn add(&mut self, word: u64) -> usize {
        self.buffer |= word << self.count;
        let bytes = (63 - self.count) >> 3;
        self.count |= 56;
        bytes as usize
    }

    #[cold]
    fn refill_slowly<'a, I: Iterator<Item = &'a [u8]>>(&mut self, input: &mut Input<'a, I>) {
        // Bits above the count are those of bytes that come again now.
        self.buffer &= (1 << self.count) - 1;
        while self.count < 56 {
            let Some(byte) = input.next() else {
                return;
            };
            self.buffer |= u64::from(byte) << self.count;
            self.count += 8;
        }
    }

    /// Goes on behind so many bits, which are there.
    #[inline(always)]
    pub(crate) const fn drop(&mut self, count: u32) {
        self.buffer >>= count;
        self.count = self.count.wrapping_sub(count);
    }

    /// The next bits, 0 beyond the end.
    pub(crate) fn peek<'a, I: Iterator<Item = &'a [u8]>>(
        &mut self,
        input: &mut Input<'a, I>,
        count: u32,
    ) -> u32 {
        self.refill(input);
        (self.buffer & ((1 << count) - 1)) as u32
    }

    /// At most 32 bits.
    pub(crate) fn read<'a, I: Iterator<Item = &'a [u8]>>(
        &mut self,
        input: &mut Input<'a, I>,
        count: u32,
    ) -> Result<u32, Error> {
        if self.count < count {
            self.refill(input);
        }
        if self.count < count {
            return Err(Error::Truncated);
        }
        let value = self.buffer & ((1 << count) - 1);
        self.drop(count);
        Ok(value as u32)
    }

    /// Goes on at a byte's beginning.
    pub(crate) const fn align(&mut self) {
        self.drop(self.count & 7);
    }
}
