//! DEFLATE, read (RFC 1951), a row's worth at a time.

#![allow(clippy::cast_possible_truncation, reason = "bytes are read as bits")]

mod input;
mod symbols;
mod table;

pub(crate) use input::{Bits, Input};
pub(crate) use table::{Distances, Entry, Literals};

use crate::Error;
use crate::deflate::{CODE_ORDER, WINDOW};
use crate::error::filled;

/// A zlib stream being read from parts of a file.
pub(crate) struct Inflater<'a, I> {
    input: Input<'a, I>,
    bits: Bits,
    /// The window, and what was not taken yet.
    room: Vec<u8>,
    /// What of the room is written and what of that was taken.
    written: usize,
    taken: usize,
    state: State,
    is_last: bool,
    literals: Literals,
    distances: Distances,
    /// [`Inflater::symbols`], as the machine can best run it.
    read_symbols: ReadSymbols<'a, I>,
    /// Sum of what was taken, if it is wanted.
    adler: Option<simd_adler32::Adler32>,
}

/// See [`Inflater::symbols`].
pub(crate) type ReadSymbols<'a, I> = fn(&mut Inflater<'a, I>) -> Result<(), Error>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Block,
    /// So many bytes as they are.
    Stored(usize),
    Symbols,
    End,
    Failed(Error),
}

impl<'a, I: Iterator<Item = &'a [u8]>> Inflater<'a, I> {
    /// - `most`: most bytes that are taken at once.
    /// - `verify`: whether the checksum is looked at.
    /// - `read_symbols`: the kernel for the inner loop.
    pub(crate) fn new(
        parts: I,
        most: usize,
        verify: bool,
        read_symbols: ReadSymbols<'a, I>,
    ) -> Result<Self, Error> {
        Ok(Self {
            input: Input::new(parts),
            bits: Bits::default(),
            room: filled(most.max(LEAST_ROOM).saturating_add(WINDOW + SLACK))?,
            written: 0,
            taken: 0,
            state: State::Start,
            is_last: false,
            read_symbols,
            literals: Literals::new(),
            distances: Distances::new(),
            adler: verify.then(simd_adler32::Adler32::new),
        })
    }

    /// Bytes that a reader takes for pieces of this size.
    pub(crate) const fn bytes(most: usize) -> usize {
        let least = if most > LEAST_ROOM { most } else { LEAST_ROOM };
        WINDOW
            .saturating_add(least)
            .saturating_add(SLACK + (64 << 10))
    }

    /// The next bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] if there are fewer, [`Error::Stream`] for what makes no sense.
    pub(crate) fn take(&mut self, count: usize) -> Result<&[u8], Error> {
        while self.written - self.taken < count {
            match self.state {
                State::Failed(error) => return Err(error),
                State::End => return Err(Error::Truncated),
                _ => {}
            }
            if self.written + count > self.room.len() - SLACK {
                self.drop_front();
            }
            if let Err(error) = self.advance() {
                self.state = State::Failed(error);
            }
        }
        let start = self.taken;
        self.taken += count;
        let taken = self.room.get(start..self.taken).unwrap_or_default();
        if let Some(adler) = &mut self.adler {
            adler.write(taken);
        }
        Ok(taken)
    }

    /// All bytes to the end of the stream, whose checksum must be right.
    ///
    /// - `most`: more are an error.
    pub(crate) fn take_all(&mut self, most: usize) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        loop {
            let ready = self.written - self.taken;
            if ready > most - all.len() {
                return Err(Error::Unsupported("more data than allowed"));
            }
            let taken = self.take(ready)?;
            crate::error::grow(&mut all, ready)?;
            all.extend_from_slice(taken);
            match self.state {
                State::Failed(error) => return Err(error),
                State::End => {
                    let is_right = self.ends_well();
                    return is_right.then_some(all).ok_or(Error::Stream("checksum"));
                }
                _ => {}
            }
            self.drop_front();
            if let Err(error) = self.advance() {
                self.state = State::Failed(error);
            }
        }
    }

    /// Whether nothing but the end and its checksum follows what was taken.
    pub(crate) fn ends_well(&mut self) -> bool {
        while !matches!(self.state, State::End | State::Failed(_)) && self.written == self.taken {
            self.drop_front();
            if let Err(error) = self.advance() {
                self.state = State::Failed(error);
            }
        }
        if self.state != State::End || self.written > self.taken {
            return false;
        }
        let sum = self.adler.as_ref().map(simd_adler32::Adler32::finish);
        self.bits.align();
        let stored = [(); 4].map(|()| self.bits.read(&mut self.input, 8).ok());
        let stored = stored
            .iter()
            .try_fold(0_u32, |sum, byte| Some(sum << 8 | (*byte)?));
        sum.is_none_or(|sum| stored == Some(sum))
    }

    /// Makes room; the window is kept.
    fn drop_front(&mut self) {
        let keep = self.taken.min(self.written.saturating_sub(WINDOW));
        if keep > 0 {
            self.room.copy_within(keep..self.written, 0);
            self.written -= keep;
            self.taken -= keep;
        }
    }

    /// Decodes some more.
    fn advance(&mut self) -> Result<(), Error> {
        match self.state {
            State::Start => self.read_frame(),
            State::Block if self.is_last => {
                self.state = State::End;
                Ok(())
            }
            State::Block => self.read_block(),
            State::Stored(left) => self.copy_stored(left),
            State::Symbols => (self.read_symbols)(self),
            State::End | State::Failed(_) => Ok(()),
        }
    }

    /// The frame's beginning (RFC 1950).
    fn read_frame(&mut self) -> Result<(), Error> {
        let method = self.bits.read(&mut self.input, 8)?;
        let flags = self.bits.read(&mut self.input, 8)?;
        let is_right = method & 15 == 8 && method >> 4 <= 7 && flags & 32 == 0;
        if !is_right || !(method << 8 | flags).is_multiple_of(31) {
            return Err(Error::Stream("header"));
        }
        self.state = State::Block;
        Ok(())
    }

    fn read_block(&mut self) -> Result<(), Error> {
        self.is_last = self.bits.read(&mut self.input, 1)? == 1;
        self.state = match self.bits.read(&mut self.input, 2)? {
            0 => {
                self.bits.align();
                let length = self.bits.read(&mut self.input, 16)?;
                if self.bits.read(&mut self.input, 16)? != length ^ 0xFFFF {
                    return Err(Error::Stream("length of a stored block"));
                }
                State::Stored(length as usize)
            }
            1 => {
                self.fixed_codes()?;
                State::Symbols
            }
            2 => {
                self.read_codes()?;
                State::Symbols
            }
            _ => return Err(Error::Stream("kind of a block")),
        };
        Ok(())
    }

    fn copy_stored(&mut self, left: usize) -> Result<(), Error> {
        let end = self.room.len() - SLACK;
        let room = self.room.get_mut(self.written..end).unwrap_or_default();
        let mut count = 0;
        for slot in room.iter_mut().take(left) {
            match self.bits.read(&mut self.input, 8) {
                Ok(byte) => *slot = byte as u8,
                Err(error) => {
                    self.written += count;
                    return Err(error);
                }
            }
            count += 1;
        }
        self.written += count;
        self.state = match left - count {
            0 => State::Block,
            left => State::Stored(left),
        };
        Ok(())
    }

    fn fixed_codes(&mut self) -> Result<(), Error> {
        let mut lengths = [8_u8; 288];
        lengths[144..256].fill(9);
        lengths[256..280].fill(7);
        self.literals.build_literals(&lengths)?;
        self.distances.build_distances(&[5; 32])
    }

    /// The codes in front of a block (RFC 1951, section 3.2.7).
    fn read_codes(&mut self) -> Result<(), Error> {
        let literals = self.bits.read(&mut self.input, 5)? as usize + 257;
        let distances = self.bits.read(&mut self.input, 5)? as usize + 1;
        let count = self.bits.read(&mut self.input, 4)? as usize + 4;
        if literals > 286 || distances > 30 {
            return Err(Error::Stream("number of codes"));
        }
        let mut lengths = [0; 19];
        for symbol in CODE_ORDER.iter().take(count) {
            lengths[usize::from(*symbol)] = self.bits.read(&mut self.input, 3)? as u8;
        }
        let code = table::small_table(&lengths)?;
        let mut all = [0; 286 + 30];
        let end = literals + distances;
        let mut at = 0;
        while at < end {
            let (symbol, bits) = code[self.bits.peek(&mut self.input, 7) as usize];
            self.bits.read(&mut self.input, u32::from(bits))?;
            let (value, times) = match symbol {
                0..=15 => (symbol, 1),
                16 if at == 0 => return Err(Error::Stream("repeated code length")),
                16 => (all[at - 1], 3 + self.bits.read(&mut self.input, 2)?),
                17 => (0, 3 + self.bits.read(&mut self.input, 3)?),
                18 => (0, 11 + self.bits.read(&mut self.input, 7)?),
                _ => return Err(Error::Stream("code of code lengths")),
            };
            let run = all[..end].get_mut(at..at + times as usize);
            run.ok_or(Error::Stream("too many code lengths"))?
                .fill(value);
            at += times as usize;
        }
        if all[256] == 0 {
            return Err(Error::Stream("no end of block"));
        }
        self.literals.build_literals(&all[..literals])?;
        self.distances.build_distances(&all[literals..end])
    }
}

/// Bytes behind the room's end that a match or a wide copy may reach.
pub(crate) const SLACK: usize = 258 + 64;
/// Bytes that are decoded at once at least.
const LEAST_ROOM: usize = 64 << 10;
