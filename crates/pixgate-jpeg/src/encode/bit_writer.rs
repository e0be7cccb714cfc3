//! Bits to bytes, with byte stuffing.

/// Appends bits to a file.
#[derive(Debug)]
pub(super) struct BitWriter<'f> {
    file: &'f mut Vec<u8>,
    /// Bits not written yet, the newest lowest.
    buffer: u64,
    count: u32,
}

impl<'f> BitWriter<'f> {
    pub(super) const fn new(file: &'f mut Vec<u8>) -> Self {
        Self {
            file,
            buffer: 0,
            count: 0,
        }
    }

    /// Appends the lowest `count` bits of `bits`, at most 27.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.buffer = self.buffer << count | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.flush_word();
        }
    }

    /// Appends the lowest `count` bits of `bits`, at most 64.
    pub(super) fn put_long(&mut self, bits: u64, count: u32) {
        let mut left = count;
        while left > 0 {
            let part = left.min(16);
            left -= part;
            let bits = bits >> left & ((1 << part) - 1);
            self.put(u32::try_from(bits).unwrap_or(0), part);
        }
    }

    /// Fills the last byte with ones.
    pub(super) fn finish(&mut self) {
        let padding = (8 - self.count % 8) % 8;
        self.put((1 << padding) - 1, padding);
        while self.count > 0 {
            self.count -= 8;
            let byte = (self.buffer >> self.count).to_le_bytes()[0];
            self.push(byte);
        }
    }

    /// Ends the segment with a restart marker.
    pub(super) fn restart(&mut self, number: u8) {
        self.finish();
        self.file
            .extend([0xff, crate::markers::RST0 + (number & 7)]);
    }

    fn flush_word(&mut self) {
        self.count -= 32;
        let [.., a, b, c, d] = (self.buffer >> self.count).to_be_bytes();
        let bytes = [a, b, c, d];
        if bytes.contains(&0xff) {
            bytes.into_iter().for_each(|byte| self.push(byte));
        } else {
            self.file.extend_from_slice(&bytes);
        }
    }

    fn push(&mut self, byte: u8) {
        self.file.push(byte);
        if byte == 0xff {
            self.file.push(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffs_and_pads() {
        let mut file = Vec::new();
        let mut writer = BitWriter::new(&mut file);
        writer.put(0xff, 8);
        writer.put(0b101, 3);
        writer.restart(9);
        writer.put(0x1_2345, 17);
        writer.put(0xff_ffff, 24);
        writer.finish();
        assert_eq!(
            file,
            [
                0xff, 0, 0xbf, 0xff, 0xd1, 0x91, 0xa2, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0
            ]
        );
    }
}
