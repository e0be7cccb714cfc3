//! Headers: numbers of some bits, highest bit first (section 4.10).

use super::error::DecodeError;

/// Reads bits from bytes. Beyond the end all bits are zero; [`BitReader::check`] tells.
#[derive(Clone, Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// In bits.
    position: usize,
}

impl<'a> BitReader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// One bit.
    pub(super) fn flag(&mut self) -> bool {
        let byte = self.bytes.get(self.position / 8).copied().unwrap_or(0);
        let bit = byte >> (7 - self.position % 8) & 1;
        self.position += 1;
        bit == 1
    }

    /// f(n): a number of up to 32 bits.
    pub(super) fn bits(&mut self, count: u32) -> u32 {
        (0..count).fold(0, |value, _| value << 1 | u32::from(self.flag()))
    }

    /// f(n) of up to 8 bits.
    pub(super) fn small(&mut self, count: u32) -> u8 {
        self.bits(count.min(8)).to_le_bytes()[0]
    }

    /// su(n): a signed number of `count` bits.
    pub(super) fn signed(&mut self, count: u32) -> i32 {
        let value = self.bits(count).cast_signed();
        let sign = 1 << (count - 1);
        if value & sign == 0 {
            value
        } else {
            value - 2 * sign
        }
    }

    /// ns(n): a number below `limit`, which is at least 1.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        let width = 32 - limit.leading_zeros();
        let short = (1u64 << width) - u64::from(limit);
        let value = self.bits(width - 1);
        if u64::from(value) < short {
            return value;
        }
        let long = u64::from(value) * 2 + u64::from(self.flag()) - short;
        u32::try_from(long).unwrap_or(0)
    }

    /// uvlc(): only skipped.
    pub(super) fn skip_uvlc(&mut self) {
        let mut zeros = 0;
        while zeros < 32 && !self.flag() {
            zeros += 1;
        }
        self.bits(zeros);
    }

    /// Bytes that were read, also in part.
    pub(super) const fn length(&self) -> usize {
        self.position.div_ceil(8)
    }

    /// Whether all that was read was there.
    pub(super) fn check(&self) -> Result<(), DecodeError> {
        if self.position > self.bytes.len() * 8 {
            return Err(DecodeError::Truncated);
        }
        Ok(())
    }
}
