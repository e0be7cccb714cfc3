//! The binary arithmetic decoder (T.81, annex D).

use crate::markers::{RST0, RST7, find_marker};

/// A probability and which value is the likelier: bit 7 that value, below it the place in
/// [`STATES`].
pub(super) type State = u8;

/// A state that never moves from one half, for bits as likely as not.
const EVEN: State = 113;

/// Decodes binary decisions from the entropy-coded segments of a scan.
#[derive(Debug)]
pub(super) struct Coder<'a> {
    data: &'a [u8],
    position: usize,
    /// The code register.
    code: u32,
    /// The interval that is left.
    interval: u32,
    /// Bits of the code register that are not used yet, less eight; below zero: none read.
    spare: i32,
    /// Bytes that were made up behind the end of the segment.
    made_up: u32,
}

impl<'a> Coder<'a> {
    pub(super) fn new(data: &'a [u8], position: usize) -> Self {
        let mut coder = Self {
            data,
            position,
            code: 0,
            interval: 0,
            spare: 0,
            made_up: 0,
        };
        coder.begin();
        coder
    }

    fn begin(&mut self) {
        (self.code, self.interval, self.spare) = (0, 0, -16);
        self.made_up = 0;
    }

    /// Where the data behind this scan's segments begins: at a marker, or at the end.
    pub(super) fn behind(&self) -> usize {
        let mut from = self.position;
        while let Some(offset) = find_marker(self.data, from) {
            match self.data.get(offset + 1) {
                Some(RST0..=RST7) => from = offset + 2,
                _ => return offset,
            }
        }
        self.data.len()
    }

    /// Whether far more was decoded than is there.
    pub(super) const fn is_overrun(&self) -> bool {
        self.made_up > MADE_UP_BYTES
    }

    /// Goes on behind the next marker, if it is the restart marker with this number.
    pub(super) fn restart(&mut self, number: u8) -> bool {
        self.begin();
        match find_marker(self.data, self.position) {
            Some(offset) if self.data.get(offset + 1) == Some(&(RST0 + (number & 7))) => {
                self.position = offset + 2;
                true
            }
            _ => {
                self.made_up = MADE_UP_BYTES + 1;
                false
            }
        }
    }

    /// One decision that nothing is known about.
    pub(super) fn even(&mut self) -> bool {
        let mut state = EVEN;
        self.decide(&mut state)
    }

    /// One decision (figures D.14 to D.20); the state learns from it.
    #[inline]
    pub(super) fn decide(&mut self, state: &mut State) -> bool {
        while self.interval < 0x8000 {
            self.renormalize();
        }
        let likely = *state & 0x80;
        let of = &STATES[usize::from(*state & 0x7f).min(113)];
        let size = u32::from(of.size);
        self.interval -= size;
        let start = self.interval << self.spare;
        let is_upper = self.code >= start;
        let is_smaller = self.interval < size;
        if is_upper {
            self.code -= start;
            self.interval = size;
        } else if self.interval >= 0x8000 {
            return likely != 0;
        }
        // The larger part belongs to the likelier value, whichever part that is.
        if is_upper == is_smaller {
            *state = likely | of.likely;
            return likely != 0;
        }
        *state = (likely ^ of.exchange) | of.unlikely;
        likely == 0
    }

    fn renormalize(&mut self) {
        self.spare -= 1;
        if self.spare < 0 {
            self.code = self.code << 8 | u32::from(self.next_byte());
            self.spare += 8;
            if self.spare < 0 {
                self.spare += 1;
                if self.spare == 0 {
                    self.interval = 0x8000;
                }
            }
        }
        self.interval <<= 1;
    }

    /// The next byte without stuffing; zeroes at a marker and behind the end.
    fn next_byte(&mut self) -> u8 {
        let byte = self.data.get(self.position).copied();
        match (byte, self.data.get(self.position + 1)) {
            (Some(0xff), Some(0)) => {
                self.position += 2;
                0xff
            }
            (Some(0xff), Some(0xff)) => {
                self.position += 1;
                self.next_byte_behind_fill()
            }
            (None | Some(0xff), _) => {
                self.made_up = self.made_up.saturating_add(1);
                0
            }
            (Some(byte), _) => {
                self.position += 1;
                byte
            }
        }
    }

    /// Fill bytes come before a marker, or before what is stuffed.
    fn next_byte_behind_fill(&mut self) -> u8 {
        while self.data.get(self.position + 1) == Some(&0xff) {
            self.position += 1;
        }
        self.next_byte()
    }
}

/// The decoder reads two bytes ahead, and an encoder may leave out zeroes at the end (T.81, D.1.8).
const MADE_UP_BYTES: u32 = 1 << 10;

#[derive(Debug, Clone, Copy)]
struct Estimate {
    /// Size of the less likely value's part.
    size: u16,
    unlikely: u8,
    likely: u8,
    /// Bit 7: the values change their parts when the less likely one comes.
    exchange: u8,
}

const fn s(size: u16, unlikely: u8, likely: u8, exchange: bool) -> Estimate {
    Estimate {
        size,
        unlikely,
        likely,
        exchange: if exchange { 0x80 } else { 0 },
    }
}

/// T.81, table D.3, and one that stays as it is.
#[rustfmt::skip]
static STATES: [Estimate; 114] = [
    s(0x5a1d, 1, 1, true), s(0x2586, 14, 2, false), s(0x1114, 16, 3, false),
    s(0x080b, 18, 4, false), s(0x03d8, 20, 5, false), s(0x01da, 23, 6, false),
    s(0x00e5, 25, 7, false), s(0x006f, 28, 8, false), s(0x0036, 30, 9, false),
    s(0x001a, 33, 10, false), s(0x000d, 35, 11, false), s(0x0006, 9, 12, false),
    s(0x0003, 10, 13, false), s(0x0001, 12, 13, false), s(0x5a7f, 15, 15, true),
    s(0x3f25, 36, 16, false), s(0x2cf2, 38, 17, false), s(0x207c, 39, 18, false),
    s(0x17b9, 40, 19, false), s(0x1182, 42, 20, false), s(0x0cef, 43, 21, false),
    s(0x09a1, 45, 22, false), s(0x072f, 46, 23, false), s(0x055c, 48, 24, false),
    s(0x0406, 49, 25, false), s(0x0303, 51, 26, false), s(0x0240, 52, 27, false),
    s(0x01b1, 54, 28, false), s(0x0144, 56, 29, false), s(0x00f5, 57, 30, false),
    s(0x00b7, 59, 31, false), s(0x008a, 60, 32, false), s(0x0068, 62, 33, false),
    s(0x004e, 63, 34, false), s(0x003b, 32, 35, false), s(0x002c, 33, 9, false),
    s(0x5ae1, 37, 37, true), s(0x484c, 64, 38, false), s(0x3a0d, 65, 39, false),
    s(0x2ef1, 67, 40, false), s(0x261f, 68, 41, false), s(0x1f33, 69, 42, false),
    s(0x19a8, 70, 43, false), s(0x1518, 72, 44, false), s(0x1177, 73, 45, false),
    s(0x0e74, 74, 46, false), s(0x0bfb, 75, 47, false), s(0x09f8, 77, 48, false),
    s(0x0861, 78, 49, false), s(0x0706, 79, 50, false), s(0x05cd, 48, 51, false),
    s(0x04de, 50, 52, false), s(0x040f, 50, 53, false), s(0x0363, 51, 54, false),
    s(0x02d4, 52, 55, false), s(0x025c, 53, 56, false), s(0x01f8, 54, 57, false),
    s(0x01a4, 55, 58, false), s(0x0160, 56, 59, false), s(0x0125, 57, 60, false),
    s(0x00f6, 58, 61, false), s(0x00cb, 59, 62, false), s(0x00ab, 61, 63, false),
    s(0x008f, 61, 32, false), s(0x5b12, 65, 65, true), s(0x4d04, 80, 66, false),
    s(0x412c, 81, 67, false), s(0x37d8, 82, 68, false), s(0x2fe8, 83, 69, false),
    s(0x293c, 84, 70, false), s(0x2379, 86, 71, false), s(0x1edf, 87, 72, false),
    s(0x1aa9, 87, 73, false), s(0x174e, 72, 74, false), s(0x1424, 72, 75, false),
    s(0x119c, 74, 76, false), s(0x0f6b, 74, 77, false), s(0x0d51, 75, 78, false),
    s(0x0bb6, 77, 79, false), s(0x0a40, 77, 48, false), s(0x5832, 80, 81, true),
    s(0x4d1c, 88, 82, false), s(0x438e, 89, 83, false), s(0x3bdd, 90, 84, false),
    s(0x34ee, 91, 85, false), s(0x2eae, 92, 86, false), s(0x299a, 93, 87, false),
    s(0x2516, 86, 71, false), s(0x5570, 88, 89, true), s(0x4ca9, 95, 90, false),
    s(0x44d9, 96, 91, false), s(0x3e22, 97, 92, false), s(0x3824, 99, 93, false),
    s(0x32b4, 99, 94, false), s(0x2e17, 93, 86, false), s(0x56a8, 95, 96, true),
    s(0x4f46, 101, 97, false), s(0x47e5, 102, 98, false), s(0x41cf, 103, 99, false),
    s(0x3c3d, 104, 100, false), s(0x375e, 99, 93, false), s(0x5231, 105, 102, false),
    s(0x4c0f, 106, 103, false), s(0x4639, 107, 104, false), s(0x415e, 103, 99, false),
    s(0x5627, 105, 106, true), s(0x50e7, 108, 107, false), s(0x4b85, 109, 103, false),
    s(0x5597, 110, 109, false), s(0x504f, 111, 107, false), s(0x5a10, 110, 111, true),
    s(0x5522, 112, 109, false), s(0x59eb, 112, 111, true), s(0x5a1d, 113, 113, false),
];
