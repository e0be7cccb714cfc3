//! Bits to bytes, with byte stuffing.

use crate::{Error, ErrorKind};

/// Appends bits to a file.
#[derive(Debug)]
pub(super) struct BitWriter<'f> {
    file: &'f mut Vec<u8>,
    /// Bytes of the file that are written; those behind are room.
    length: usize,
    /// Bits not written yet, the newest lowest.
    buffer: u64,
    count: u32,
    /// Whether there was no memory for a byte; all further ones are lost.
    is_short: bool,
}

impl<'f> BitWriter<'f> {
    /// - `estimate`: bytes that will probably be written.
    pub(super) fn new(file: &'f mut Vec<u8>, estimate: usize) -> Result<Self, Error> {
        let length = file.len();
        let more = estimate + ROOM;
        file.try_reserve_exact(more).map_err(|_| too_long(more))?;
        file.resize(length + more, 0);
        Ok(Self {
            file,
            length,
            buffer: 0,
            count: 0,
            is_short: false,
        })
    }

    /// Appends `bits`, of which only the lowest `count` may be set, at most 31.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u64, count: u32) {
        let free = 64 - self.count;
        if count < free {
            self.buffer = self.buffer << count | bits;
            self.count += count;
        } else {
            let behind = count - free;
            let word = self.buffer << free | bits >> behind;
            self.buffer = bits;
            self.count = behind;
            self.push_word(word);
        }
    }

    /// Fills the last byte with ones and ends the file there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`] if the file could not grow at some time.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        self.flush();
        self.file.truncate(self.length);
        if self.is_short {
            return Err(too_long(self.length));
        }
        Ok(())
    }

    /// Ends the segment with a restart marker.
    pub(super) fn restart(&mut self, number: u8) {
        self.flush();
        self.push(0xff);
        self.push(crate::markers::RST0 + (number & 7));
    }

    fn flush(&mut self) {
        let padding = (8 - self.count % 8) % 8;
        self.put((1 << padding) - 1, padding);
        while self.count > 0 {
            self.count -= 8;
            self.push_stuffed((self.buffer >> self.count).to_le_bytes()[0]);
        }
    }

    #[inline(always)]
    fn push_word(&mut self, word: u64) {
        // A byte of ones, plus one, loses its highest bit.
        let has_ones = word & !word.wrapping_add(0x0101_0101_0101_0101) & 0x8080_8080_8080_8080;
        let room = self.file.get_mut(self.length..);
        match room.and_then(|room| room.first_chunk_mut::<8>()) {
            Some(room) if has_ones == 0 => {
                *room = word.to_be_bytes();
                self.length += 8;
            }
            _ => word
                .to_be_bytes()
                .into_iter()
                .for_each(|byte| self.push_stuffed(byte)),
        }
    }

    fn push_stuffed(&mut self, byte: u8) {
        self.push(byte);
        if byte == 0xff {
            self.push(0);
        }
    }

    fn push(&mut self, byte: u8) {
        if self.length >= self.file.len() {
            let more = self.file.len() / 2 + ROOM;
            self.is_short |= self.file.try_reserve_exact(more).is_err();
            if self.is_short {
                return;
            }
            self.file.resize(self.file.len() + more, 0);
        }
        self.file[self.length] = byte;
        self.length += 1;
    }
}

fn too_long(bytes: usize) -> Error {
    let bytes = bytes as u64;
    ErrorKind::OutOfMemory { bytes }.into()
}

const ROOM: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffs_and_pads() {
        let mut file = Vec::new();
        let mut writer = BitWriter::new(&mut file, 0).unwrap();
        writer.put(0xff, 8);
        writer.put(0b101, 3);
        writer.restart(9);
        writer.put(0x1_2345, 17);
        writer.put(0xff_ffff, 24);
        writer.finish().unwrap();
        assert_eq!(
            file,
            [
                0xff, 0, 0xbf, 0xff, 0xd1, 0x91, 0xa2, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0
            ]
        );
    }
}
