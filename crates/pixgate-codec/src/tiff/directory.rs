//! Fields of the first directory, for kinds of files that the tiff crate does not open (TIFF 6.0,
//! section 2).

use crate::bytes::{array, slice};

/// The first directory of a file.
pub(super) struct Directory<'a> {
    bytes: &'a [u8],
    is_little: bool,
    entries: &'a [u8],
}

impl<'a> Directory<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let is_little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let mut directory = Self {
            bytes,
            is_little,
            entries: &[],
        };
        let at = usize::try_from(directory.long(bytes, 4)?).ok()?;
        let count = usize::from(directory.short(bytes, at)?);
        let entries = bytes.get(at.checked_add(2)?..)?;
        directory.entries = entries.get(..count * ENTRY_BYTES).unwrap_or(entries);
        Some(directory)
    }

    /// The numbers of a field of 16 or 32 bits; none if it is missing or cut.
    pub(super) fn numbers(&self, tag: u16) -> Option<Vec<u32>> {
        let mut entries = self.entries.chunks_exact(ENTRY_BYTES);
        let entry = entries.find(|entry| self.short(entry, 0) == Some(tag))?;
        let size = match self.short(entry, 2)? {
            3 => 2,
            4 => 4,
            _ => return None,
        };
        let count = usize::try_from(self.long(entry, 4)?).ok()?;
        let length = count.checked_mul(size)?;
        let values = if length <= 4 {
            slice(entry, 8, length)?
        } else {
            let at = usize::try_from(self.long(entry, 8)?).ok()?;
            slice(self.bytes, at, length)?
        };
        let number = |value| match size {
            2 => self.short(value, 0).map(u32::from),
            _ => self.long(value, 0),
        };
        values.chunks_exact(size).map(number).collect()
    }

    /// The first number of a field.
    pub(super) fn number(&self, tag: u16) -> Option<u32> {
        self.numbers(tag)?.first().copied()
    }

    fn short(&self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = array(bytes, at)?;
        Some(match self.is_little {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        })
    }

    fn long(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = array(bytes, at)?;
        Some(match self.is_little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        })
    }
}

const ENTRY_BYTES: usize = 12;
