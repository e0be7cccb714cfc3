//! The inner loop of decompression, far from the ends of input and room.

use super::copy::copy_match;
use crate::Error;
use crate::inflate::{Bits, Distances, Entry, Literals, SLACK};

/// Symbols that are decoded without a question for each.
pub(crate) struct Run<'a, 'b> {
    input: &'a [u8],
    buffer: u64,
    count: u8,
    room: &'b mut [u8],
    written: usize,
}

impl<'a, 'b> Run<'a, 'b> {
    /// - `room`: what was decoded, up to `written`, and what is free, [`SLACK`] of which is not counted
    ///   on.
    pub(crate) fn new(input: &'a [u8], bits: Bits, room: &'b mut [u8], written: usize) -> Self {
        Self {
            input,
            buffer: bits.buffer,
            count: u8::try_from(bits.count).unwrap_or(0),
            room,
            written,
        }
    }

    /// The input that is left.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.input
    }

    /// Bits that were read ahead, and what was written.
    pub(crate) fn finish(self) -> (Bits, usize) {
        let bits = Bits {
            buffer: self.buffer,
            count: self.count.into(),
        };
        (bits, self.written)
    }

    /// Decodes until one of the ends is near, or the block ends: then the answer is true.
    ///
    /// The next look-up begins before more bits are put behind those that it needs: what one look-up
    /// waits for is the last one and nothing else.
    #[inline(always)]
    pub(crate) fn go(&mut self, literals: &Literals, distances: &Distances) -> Result<bool, Error> {
        let end = self.room.len().saturating_sub(SLACK);
        if self.input.len() < INPUT + WORD || self.written > end {
            return Ok(false);
        }
        self.refill();
        let mut entry = literals.look(self.buffer);
        while self.input.len() >= INPUT && self.written < end {
            // Three look-ups take 36 bits of 56; there are 12 for one that follows.
            if entry.is_literal() {
                self.put(entry);
                entry = literals.look(self.buffer);
                if entry.is_literal() {
                    self.put(entry);
                    entry = literals.look(self.buffer);
                    if entry.is_literal() {
                        self.put(entry);
                        entry = literals.look(self.buffer);
                        self.refill();
                        continue;
                    }
                }
            }
            if !entry.is_value() {
                entry = literals.find(self.buffer);
                if entry.is_literal() {
                    self.put(entry);
                    entry = literals.look(self.buffer);
                    self.refill();
                    continue;
                }
                if entry.is_end() {
                    self.drop(entry);
                    return Ok(true);
                }
            }
            let length = entry.length(self.buffer)?;
            self.drop(entry);
            // A distance takes 28 bits at most, and then there are 12 for the next look-up.
            if self.count < 40 {
                self.refill();
            }
            let far = distances.find(self.buffer);
            let distance = far.distance(self.buffer, self.written)?;
            self.drop(far);
            entry = literals.look(self.buffer);
            self.refill();
            // SAFETY: a turn begins below `end` and writes eight literals at most, so `SLACK` less
            // eight are free here, and `distance` was compared with what was written.
            unsafe { copy_match(self.room, self.written, length, distance) };
            self.written += length;
        }
        Ok(false)
    }

    /// Reads ahead to at least 56 bits, at most twice in a turn.
    #[inline(always)]
    fn refill(&mut self) {
        debug_assert!(self.input.len() >= WORD);
        // SAFETY: a turn begins with `INPUT` bytes or more, each call takes seven at most, and a
        // second one finds a word still.
        unsafe {
            let word = self.input.as_ptr().cast::<u64>().read_unaligned();
            self.buffer |= u64::from_le(word) << (self.count & 63);
            let taken = usize::from((63 - self.count) >> 3 & 7);
            self.input = self.input.get_unchecked(taken..);
        }
        self.count |= 56;
    }

    /// Writes one or two literals, at most four times in a turn.
    #[inline(always)]
    fn put(&mut self, entry: Entry) {
        debug_assert!(self.written + 2 <= self.room.len());
        // SAFETY: a turn begins with `SLACK` bytes free or more, and eight are written at most.
        unsafe {
            let place = self.room.as_mut_ptr().add(self.written);
            place
                .cast::<u16>()
                .write_unaligned(entry.literals().to_le());
        }
        self.written += entry.count();
        self.drop(entry);
    }

    /// Goes on behind an entry; the low byte is its bits alone, so nothing need be cut out of it.
    #[inline(always)]
    const fn drop(&mut self, entry: Entry) {
        self.buffer >>= entry.low_byte() & 63;
        self.count = self.count.wrapping_sub(entry.low_byte());
    }
}

/// Bytes that are read at once.
const WORD: usize = 8;
/// Input with which a turn begins: two words, the second at most seven bytes behind the first.
const INPUT: usize = 2 * WORD;
