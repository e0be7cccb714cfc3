//! Bits into bytes, lowest first.

/// Bits that do not fill a byte yet, between blocks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pending {
    buffer: u64,
    count: u32,
}

/// Writes bits into room that was made before.
pub(crate) struct BitWriter<'a> {
    room: &'a mut [u8],
    at: usize,
    buffer: u64,
    count: u32,
}

impl<'a> BitWriter<'a> {
    /// - `room`: what will be written, and eight bytes more.
    pub(crate) const fn new(room: &'a mut [u8], pending: Pending) -> Self {
        Self {
            room,
            at: 0,
            buffer: pending.buffer,
            count: pending.count,
        }
    }

    /// Adds bits; at most 56 between two calls of [`BitWriter::flush`].
    #[inline(always)]
    pub(crate) const fn push(&mut self, bits: u64, count: u32) {
        self.buffer |= bits << self.count;
        self.count += count;
    }

    /// Moves whole bytes out.
    #[inline(always)]
    pub(crate) fn flush(&mut self) {
        let rest = self.room.get_mut(self.at..);
        if let Some(bytes) = rest.and_then(<[u8]>::first_chunk_mut) {
            *bytes = self.buffer.to_le_bytes();
        }
        self.at += (self.count >> 3) as usize;
        self.buffer >>= self.count & 56;
        self.count &= 7;
    }

    /// Adds few bits and moves whole bytes out.
    pub(crate) fn write(&mut self, bits: u64, count: u32) {
        self.push(bits, count);
        self.flush();
    }

    /// Goes on at a byte's beginning.
    pub(crate) fn align(&mut self) {
        self.count = self.count.next_multiple_of(8);
        self.flush();
    }

    /// Bytes as they are, at a byte's beginning.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        if let Some(room) = self.room.get_mut(self.at..end) {
            room.copy_from_slice(bytes);
        }
        self.at = end;
    }

    /// How many bytes were written, and the bits that are left.
    pub(crate) const fn finish(self) -> (usize, Pending) {
        let pending = Pending {
            buffer: self.buffer,
            count: self.count,
        };
        (self.at, pending)
    }
}
