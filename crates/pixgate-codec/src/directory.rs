//! The first directory of a TIFF structure (TIFF 6.0, section 2): of EXIF blocks, and of TIFF files
//! that the tiff crate does not open.
//!
//! Only the first one is looked at, so a chain of directories cannot loop.

use crate::bytes::{array, slice};

/// The first directory, or as much of it as there is.
pub(crate) struct Directory<'a> {
    bytes: &'a [u8],
    is_little: bool,
    /// Where the entries begin.
    first: usize,
    entries: &'a [u8],
}

impl<'a> Directory<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Option<Self> {
        let is_little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let mut directory = Self {
            bytes,
            is_little,
            first: 0,
            entries: &[],
        };
        let at = usize::try_from(directory.long(bytes, 4)?).ok()?;
        let count = usize::from(directory.short(bytes, at)?);
        directory.first = at.checked_add(2)?;
        let entries = bytes.get(directory.first..)?;
        directory.entries = entries.get(..count * ENTRY_BYTES).unwrap_or(entries);
        Some(directory)
    }

    /// Where the value of a 16-bit field is, and the value.
    pub(crate) fn short_field(&self, tag: u16) -> Option<(usize, u16)> {
        let (number, entry) = self.entry(tag)?;
        let is_short = self.short(entry, 2) == Some(TYPE_SHORT);
        let at = self.first + number * ENTRY_BYTES + VALUE;
        is_short.then_some((at, self.short(entry, VALUE)?))
    }

    /// The numbers of a field of 16 or 32 bits; none if it is missing or cut.
    pub(crate) fn numbers(&self, tag: u16) -> Option<Vec<u32>> {
        let (_, entry) = self.entry(tag)?;
        let size = match self.short(entry, 2)? {
            TYPE_SHORT => 2,
            TYPE_LONG => 4,
            _ => return None,
        };
        let count = usize::try_from(self.long(entry, 4)?).ok()?;
        let length = count.checked_mul(size)?;
        let values = if length <= 4 {
            slice(entry, VALUE, length)?
        } else {
            let at = usize::try_from(self.long(entry, VALUE)?).ok()?;
            slice(self.bytes, at, length)?
        };
        let number = |value| match size {
            2 => self.short(value, 0).map(u32::from),
            _ => self.long(value, 0),
        };
        values.chunks_exact(size).map(number).collect()
    }

    /// The first number of a field.
    pub(crate) fn number(&self, tag: u16) -> Option<u32> {
        self.numbers(tag)?.first().copied()
    }

    /// The number and the bytes of a field's entry.
    fn entry(&self, tag: u16) -> Option<(usize, &'a [u8])> {
        let mut entries = self.entries.chunks_exact(ENTRY_BYTES).enumerate();
        entries.find(|(_, entry)| self.short(entry, 0) == Some(tag))
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
/// Where the value is in an entry, or where it says where it is.
const VALUE: usize = 8;
const TYPE_SHORT: u16 = 3;
const TYPE_LONG: u16 = 4;
