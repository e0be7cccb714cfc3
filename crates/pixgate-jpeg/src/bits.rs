//! Entropy-coded data as bits: byte stuffing taken out piece by piece, then read without tests.

use crate::markers::{RST0, RST7, find_marker};

/// Reads the entropy-coded segments of one scan.
///
/// A window of the data is kept free of stuffing; it ends where a marker stands. Behind the end
/// come zeroes, so that reading needs no test: a unit that used them is found out afterwards.
#[derive(Debug)]
pub(crate) struct Bits<'a> {
    data: &'a [u8],
    /// What of `data` was not copied to the window yet.
    raw: usize,
    window: Box<[u8; WINDOW_BYTES + 8]>,
    /// Bytes of the window that are data.
    end: usize,
    /// Whether the window ends where the segment does.
    is_last: bool,
    state: State,
    /// Bytes that were in the window and are not any more.
    gone: u64,
    /// A place in `data` from which bits are counted.
    mark: usize,
    /// How many bytes of the window, gone ones included, come before the mark.
    before_mark: Option<u64>,
}

/// Where reading stands.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    position: usize,
    buffer: u64,
    /// In the lowest six bits; the others do not count.
    count: u32,
    has_invalid_code: bool,
}

impl State {
    /// Bits of the buffer and behind it that were not read.
    #[inline(always)]
    const fn left(self) -> usize {
        (self.count & 63) as usize
    }
}

impl<'a> Bits<'a> {
    /// Starts to read at `offset`, behind a scan header.
    pub(crate) fn new(data: &'a [u8], offset: usize) -> Self {
        let mut bits = Self {
            data,
            raw: offset,
            window: Box::new([0; WINDOW_BYTES + 8]),
            end: 0,
            is_last: false,
            state: State::default(),
            gone: 0,
            mark: usize::MAX,
            before_mark: None,
        };
        bits.fill();
        bits
    }

    /// The place in the data from which on nothing was looked at yet.
    pub(crate) const fn looked_at(&self) -> usize {
        self.raw
    }

    /// Counts bits from a place in the data that was not looked at yet.
    ///
    /// - `place`: behind a byte that is not `0xff`.
    pub(crate) const fn mark(&mut self, place: usize) {
        self.mark = place;
    }

    /// Counts bits from the start, before anything is read.
    pub(crate) const fn mark_start(&mut self) {
        self.before_mark = Some(0);
    }

    /// How many bits behind the mark reading stands, if it is not before it.
    pub(crate) fn behind_mark(&self) -> Option<u64> {
        let bytes = (self.gone + self.state.position as u64).checked_sub(self.before_mark?)?;
        (bytes * 8).checked_sub(self.state.left() as u64)
    }

    /// Makes sure that the next unit's bits are in the window, as far as there are any.
    #[inline(always)]
    pub(crate) fn prepare(&mut self) {
        if self.state.position + UNIT_BYTES > self.end && !self.is_last {
            self.fill();
        }
    }

    /// Goes to a place so many bits behind the mark, at which reading may stand already.
    pub(crate) fn seek(&mut self, place: u64) {
        let mut found = Bits::new(self.data, self.mark);
        found.mark_start();
        let byte = place / 8;
        while !found.is_last && byte >= found.gone + found.end as u64 {
            found.state.position = found.end;
            found.fill();
        }
        let in_window = byte.saturating_sub(found.gone);
        found.state.position = usize::try_from(in_window)
            .unwrap_or(found.end)
            .min(found.end);
        found.prepare();
        let left_of_byte = u32::from((place % 8).to_le_bytes()[0]);
        found.read(|cursor| {
            cursor.refill();
            cursor.skip(left_of_byte);
        });
        *self = found;
    }

    /// Whether more bits were read than there are: the last unit is partly made up.
    #[inline(always)]
    pub(crate) const fn is_overrun(&self) -> bool {
        self.state.position * 8 > self.end * 8 + self.state.left()
    }

    /// Whether no bit is left.
    pub(crate) const fn is_exhausted(&self) -> bool {
        self.is_last && self.state.position * 8 >= self.end * 8 + self.state.left()
    }

    /// Whether a code was met that is in no table, since this was asked last.
    pub(crate) const fn take_invalid_code(&mut self) -> bool {
        std::mem::replace(&mut self.state.has_invalid_code, false)
    }

    /// Reads with a cursor that lives in registers.
    #[inline(always)]
    pub(crate) fn read<T>(&mut self, read: impl FnOnce(&mut Cursor<'_>) -> T) -> T {
        let mut cursor = Cursor {
            window: &self.window,
            state: self.state,
        };
        let value = read(&mut cursor);
        self.state = cursor.state;
        value
    }

    /// Goes on behind the restart marker numbered `expected` (0 to 7).
    ///
    /// Returns whether it was found where it should be; otherwise the best is made of it, as
    /// libjpeg does (`jdmarker.c`, `jpeg_resync_to_restart`).
    pub(crate) fn restart(&mut self, expected: u8) -> bool {
        let mut in_order = true;
        loop {
            let Some(offset) = find_marker(self.data, self.raw) else {
                return self.starve();
            };
            let marker = self.data.get(offset + 1).copied().unwrap_or(0);
            self.raw = offset;
            match Resync::of(marker, expected) {
                Resync::Accept => {
                    self.raw = offset + 2;
                    in_order &= marker == RST0 + expected;
                    break;
                }
                Resync::Skip => self.raw = offset + 2,
                Resync::Leave => return self.starve(),
            }
            in_order = false;
        }
        self.forget();
        self.fill();
        in_order
    }

    /// Where the data behind this scan's segments begins: at a marker, or at the end.
    pub(crate) fn behind(&self) -> usize {
        let mut from = self.raw;
        while let Some(offset) = find_marker(self.data, from) {
            match self.data.get(offset + 1) {
                Some(RST0..=RST7) => from = offset + 2,
                _ => return offset,
            }
        }
        self.data.len()
    }

    fn starve(&mut self) -> bool {
        self.forget();
        self.window[..UNIT_BYTES].fill(0);
        self.is_last = true;
        false
    }

    fn forget(&mut self) {
        self.state = State {
            has_invalid_code: self.state.has_invalid_code,
            ..State::default()
        };
        self.end = 0;
        self.is_last = false;
    }

    #[cold]
    #[inline(never)]
    fn fill(&mut self) {
        let position = self.state.position.min(self.end);
        self.window.copy_within(position..self.end, 0);
        self.end -= position;
        self.gone += position as u64;
        self.state.position -= position;
        let room = WINDOW_BYTES - UNIT_BYTES;
        while self.end < room && !self.is_last {
            self.copy_run(room);
        }
        if self.is_last {
            let end = self.end;
            self.window[end..end + UNIT_BYTES].fill(0);
        }
    }

    /// Copies bytes up to the next `0xff`, and deals with that.
    fn copy_run(&mut self, room: usize) {
        if self.raw == self.mark {
            self.before_mark = Some(self.gone + self.end as u64);
        }
        let to_mark = self.mark.checked_sub(self.raw).filter(|left| *left > 0);
        let rest = self.data.get(self.raw..).unwrap_or_default();
        let most = (room - self.end).min(to_mark.unwrap_or(usize::MAX));
        let rest = &rest[..rest.len().min(most)];
        let length = copy_until_ff(rest, &mut self.window[self.end..]);
        self.raw += length;
        self.end += length;
        if length < rest.len() || rest.is_empty() {
            self.step_over_ff();
        }
    }

    fn step_over_ff(&mut self) {
        match self.data.get(self.raw + 1) {
            Some(0x00) => {
                self.window[self.end] = 0xff;
                self.end += 1;
                self.raw += 2;
            }
            Some(0xff) => self.raw += 1,
            _ => self.is_last = true,
        }
    }
}

/// Copies from the start of `from` up to its first `0xff` and returns how much that is.
fn copy_until_ff(from: &[u8], to: &mut [u8]) -> usize {
    let mut length = 0;
    for (source, target) in from.chunks_exact(8).zip(to.chunks_exact_mut(8)) {
        let word = u64::from_le_bytes(source.try_into().unwrap_or_default());
        target.copy_from_slice(source);
        // Bit 7 of a byte of `ones` is set where a byte of `word` is 0xff, and lower ones are exact.
        let ones = (!word).wrapping_sub(LOW_BITS) & word & HIGH_BITS;
        if ones != 0 {
            return length + (ones.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    let tail = from[length..].iter().zip(&mut to[length..]);
    for (&source, target) in tail {
        if source == 0xff {
            break;
        }
        *target = source;
        length += 1;
    }
    length
}

enum Resync {
    Accept,
    Skip,
    Leave,
}

impl Resync {
    const fn of(marker: u8, expected: u8) -> Self {
        match marker {
            0..0xc0 => Self::Skip,
            RST0..=RST7 => match (marker - RST0).wrapping_sub(expected) & 7 {
                1 | 2 => Self::Leave,
                6 | 7 => Self::Skip,
                _ => Self::Accept,
            },
            _ => Self::Leave,
        }
    }
}

/// The window and the bits taken out of it.
#[derive(Debug)]
pub(crate) struct Cursor<'w> {
    window: &'w [u8; WINDOW_BYTES + 8],
    state: State,
}

impl Cursor<'_> {
    /// Takes as many bytes as fit: at least 56 bits are there afterwards.
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        let state = &mut self.state;
        let start = state.position & (WINDOW_BYTES - 1);
        let bytes = self.window[start..start + 8].try_into();
        let word = u64::from_be_bytes(bytes.unwrap_or_default());
        state.buffer |= word >> (state.count & 63);
        state.position += (63 - state.left()) >> 3;
        state.count |= 56;
    }

    /// The next 1 to 32 bits, which stay.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 32 bits are left")]
    pub(crate) const fn peek(&self, count: u32) -> u32 {
        (self.state.buffer >> (64 - count)) as u32
    }

    /// Drops bits that were looked at: as many as the lowest six bits of `count` say.
    #[inline(always)]
    pub(crate) const fn skip(&mut self, count: u32) {
        self.state.buffer <<= count & 63;
        self.state.count = self.state.count.wrapping_sub(count);
    }

    /// Takes 0 to 16 bits.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 16 bits are left")]
    pub(crate) const fn take(&mut self, count: u32) -> u32 {
        let bits = ((self.state.buffer >> 1) >> (63 - count)) as u32;
        self.skip(count);
        bits
    }

    /// Takes 0 to 56 bits; the first becomes the lowest.
    #[inline(always)]
    pub(crate) const fn take_reversed(&mut self, count: u32) -> u64 {
        let bits = self.state.buffer.reverse_bits() & !(u64::MAX << count);
        self.skip(count);
        bits
    }

    /// Takes bits the last of which are a value (T.81, F.2.2.1, EXTEND).
    ///
    /// - `length`: how many, up to 31, in the lowest six bits; the others do not count.
    /// - `size`: bits of the value, up to 15.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 15 bits are left")]
    pub(crate) const fn take_last(&mut self, length: u32, size: u32) -> i16 {
        let bits = self.state.buffer << (length.wrapping_sub(size) & 63);
        self.skip(length);
        let below = !(bits.cast_signed() >> 63);
        let value = ((bits >> 1) >> (63 - size)).cast_signed();
        (value + (below & ((-1 << size) + 1))) as i16
    }

    pub(crate) const fn note_invalid_code(&mut self) {
        self.state.has_invalid_code = true;
    }
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Size of the window: small enough to stay in the first-level cache beside the tables.
const WINDOW_BYTES: usize = 1 << 14;

/// More than a unit can take: ten blocks of 64 coefficients of 31 bits (T.81, A.2.3 and F.1.2).
const UNIT_BYTES: usize = 2560;

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers made up here"
)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn with_cursor(data: &[u8], check: impl FnOnce(&mut Cursor<'_>)) {
        let mut bits = Bits::new(data, 0);
        bits.read(|cursor| {
            cursor.refill();
            check(cursor);
        });
    }

    fn take_bytes(bits: &mut Bits<'_>, count: usize) -> Vec<u32> {
        let take = |_| {
            bits.prepare();
            bits.read(|cursor| {
                cursor.refill();
                cursor.take(8)
            })
        };
        (0..count).map(take).collect()
    }

    #[test]
    fn takes_stuffing_out_and_stops_at_markers() {
        let data = [1, 0xff, 0, 2, 0xff, 0xff, 0xd9, 7];
        let mut bits = Bits::new(&data, 0);
        assert_eq!(take_bytes(&mut bits, 3), [1, 0xff, 2]);
        assert!(bits.is_exhausted() && !bits.is_overrun());
        assert_eq!(take_bytes(&mut bits, 1), [0]);
        assert!(bits.is_overrun());
        assert_eq!(bits.behind(), 5);
    }

    #[test]
    fn reads_more_than_a_window() {
        let clean: Vec<u8> = (0..100_000u32).map(|i| (i * 7 % 256) as u8).collect();
        let stuffed: Vec<u8> = clean
            .iter()
            .flat_map(|&byte| [byte, 0].into_iter().take(1 + usize::from(byte == 0xff)))
            .collect();
        let mut bits = Bits::new(&stuffed, 0);
        let read = take_bytes(&mut bits, clean.len());
        assert!(
            read.iter()
                .copied()
                .eq(clean.iter().map(|&byte| u32::from(byte)))
        );
        assert!(bits.is_exhausted());
    }

    #[test]
    fn resynchronises_as_libjpeg_does() {
        let data = |marker| [9, 0xff, marker, 5, 0xff, 0xd9];
        let cases = [
            (0xd3, true, 5),
            (0xd7, false, 5),
            (0xd4, false, 0),
            (0xd2, false, 0),
            (0xc4, false, 0),
        ];
        for (marker, in_order, next) in cases {
            let data = data(marker);
            let mut bits = Bits::new(&data, 0);
            assert_eq!(bits.restart(3), in_order, "{marker:x}");
            assert_eq!(take_bytes(&mut bits, 1), [next], "{marker:x}");
        }
    }

    #[test]
    fn finds_every_ff() {
        for at in 0..20 {
            let mut from = [0xfe; 20];
            from[at] = 0xff;
            let mut to = [0; 20];
            assert_eq!(copy_until_ff(&from, &mut to), at);
        }
    }
}
