//! Codes into literals and copies.

use super::table::Entry;
use super::{Inflater, SLACK, State};
use crate::Error;
use crate::kernels::Run;

impl<'a, I: Iterator<Item = &'a [u8]>> Inflater<'a, I> {
    /// Decodes until the block ends or the room is full.
    #[inline(always)]
    pub(crate) fn symbols(&mut self) -> Result<(), Error> {
        let end = self.room.len() - SLACK;
        while self.written < end && self.state == State::Symbols {
            let mut run = Run::new(self.input.rest(), self.bits, &mut self.room, self.written);
            let result = run.go(&self.literals, &self.distances);
            let rest = run.rest();
            (self.bits, self.written) = run.finish();
            self.input.set_rest(rest);
            if result? {
                self.state = State::Block;
            } else if self.written < end {
                self.symbol()?;
            }
        }
        Ok(())
    }

    /// As [`Inflater::symbols`], one symbol after the other.
    #[cfg(test)]
    pub(crate) fn plain_symbols(&mut self) -> Result<(), Error> {
        let end = self.room.len() - SLACK;
        while self.written < end && self.state == State::Symbols {
            self.symbol()?;
        }
        Ok(())
    }

    /// Decodes one symbol, with all questions: what lies between two parts of the file, and the last.
    #[inline(never)]
    fn symbol(&mut self) -> Result<(), Error> {
        self.bits.refill(&mut self.input);
        let entry = self.literals.find_single(self.bits.buffer);
        self.has(entry)?;
        let saved = self.bits.buffer;
        self.bits.drop(entry.bits());
        if entry.is_literal() {
            if let Some(place) = self.room.get_mut(self.written) {
                *place = entry.literals().to_le_bytes()[0];
            }
            self.written += 1;
        } else if entry.is_end() {
            self.state = State::Block;
        } else {
            let length = entry.length(saved)?;
            self.bits.refill(&mut self.input);
            let entry = self.distances.find(self.bits.buffer);
            self.has(entry)?;
            let distance = entry.distance(self.bits.buffer, self.written)?;
            self.bits.drop(entry.bits());
            for at in self.written..self.written + length {
                let byte = self.room.get(at - distance).copied();
                if let (Some(place), Some(byte)) = (self.room.get_mut(at), byte) {
                    *place = byte;
                }
            }
            self.written += length;
        }
        Ok(())
    }

    /// Whether the bits of an entry are there.
    fn has(&self, entry: Entry) -> Result<(), Error> {
        let is_there = entry.bits() <= self.bits.count;
        is_there.then_some(()).ok_or(Error::Truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels;

    /// Bytes in which all kinds of copies are worth it.
    fn sample(seed: u32) -> Vec<u8> {
        let mut state = seed;
        let mut next = move |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        let mut bytes: Vec<u8> = (0..300).map(|_| next(200) as u8).collect();
        while bytes.len() < 200_000 {
            let most = if next(2) == 0 { 40 } else { 300 };
            let distance = 1 + next(most);
            let most = if next(8) == 0 { 600 } else { 40 };
            let length = 1 + next(most);
            for _ in 0..length {
                bytes.push(bytes[bytes.len() - distance]);
            }
            for _ in 0..next(20) {
                bytes.push((next(16) * next(16)) as u8);
            }
        }
        bytes
    }

    #[test]
    fn runs_and_single_symbols_agree() {
        for seed in 0..6 {
            let bytes = sample(seed);
            let stream = crate::compress_zlib(&bytes).unwrap();
            for part in [1, 7, 500, stream.len()] {
                let of = |read| {
                    let mut stream = Inflater::new(stream.chunks(part), 0, true, read).unwrap();
                    stream.take_all(1 << 20).unwrap()
                };
                assert!(of(kernels::read_symbols) == bytes, "{seed} {part}");
                assert!(of(Inflater::plain_symbols) == bytes, "{seed} {part}");
            }
        }
    }
}
