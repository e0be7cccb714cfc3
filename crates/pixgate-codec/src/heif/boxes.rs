//! ISO base media boxes and a cursor for their fields (ISO/IEC 14496-12, section 4.2).

use crate::bytes::{be32, slice};

/// The boxes of a run of bytes, name and content; stops at the first that does not fit.
pub(super) struct Boxes<'a>(pub(super) &'a [u8]);

impl<'a> Boxes<'a> {
    /// The content of the first box of this name.
    pub(super) fn content(mut self, name: &[u8; 4]) -> Option<&'a [u8]> {
        self.find(|(found, _)| *found == name)
            .map(|(_, content)| content)
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = (&'a [u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.0.get(4..)?.first_chunk()?;
        let (head, length) = match be32(self.0, 0)? {
            0 => (8, self.0.len()),
            1 => {
                let high = usize::try_from(be32(self.0, 8)?).ok()?;
                let low = usize::try_from(be32(self.0, 12)?).ok()?;
                (16, (high == 0).then_some(low)?)
            }
            length => (8, usize::try_from(length).ok()?),
        };
        let content = slice(self.0, head, length.checked_sub(head)?)?;
        self.0 = self.0.get(length..)?;
        Some((name, content))
    }
}

/// Reads fields one after the other.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// An unsigned big-endian number of 0 to 8 bytes.
    pub(super) fn number(&mut self, bytes: usize) -> Option<u64> {
        let digits = self.bytes(bytes)?;
        Some(digits.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        u16::try_from(self.number(2)?).ok()
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        u32::try_from(self.number(4)?).ok()
    }

    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The version and flags that begin a "full" box.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        let [version, a, b, c] = *self.bytes(4)?.first_chunk()?;
        Some((version, u32::from_be_bytes([0, a, b, c])))
    }
}
