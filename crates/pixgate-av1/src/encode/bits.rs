//! Headers: numbers of some bits, highest bit first.

/// Writes bits into bytes.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits in the last byte, 0 to 7; 0 when it is full.
    used: u32,
}

impl BitWriter {
    /// The lower `bits` bits of `value`: the specification's f(n).
    pub(crate) fn put(&mut self, value: u32, bits: u32) {
        for bit in (0..bits).rev() {
            self.flag(value >> bit & 1 == 1);
        }
    }

    /// One bit.
    pub(crate) fn flag(&mut self, value: bool) {
        if self.used == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(value) << (7 - self.used);
        }
        self.used = (self.used + 1) % 8;
    }

    /// A one and zeros up to the end of a byte, as an OBU ends.
    pub(crate) fn trail(mut self) -> Vec<u8> {
        self.flag(true);
        self.bytes
    }

    /// Zeros up to the end of a byte.
    pub(crate) fn align(self) -> Vec<u8> {
        self.bytes
    }
}
