//! The directories of a TIFF structure (TIFF 6.0, section 2): of EXIF blocks, and of TIFF files.
//!
//! Each says where the next one is; whoever follows them minds that the chain may loop.

use crate::bytes::{array, slice};

/// A field as it is stored.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) tag: u16,
    pub(crate) kind: u16,
    pub(crate) count: u32,
    /// The value, or where it is, in the byte order of the file.
    pub(crate) slot: &'a [u8; 4],
}

/// A directory, or as much of it as there is.
pub(crate) struct Directory<'a> {
    bytes: &'a [u8],
    is_little: bool,
    entries: &'a [u8],
    /// Where the next one is; 0 behind the last.
    next: u32,
}

impl<'a> Directory<'a> {
    /// The first directory.
    pub(crate) fn of(bytes: &'a [u8]) -> Option<Self> {
        let header = Self::empty(bytes)?;
        Self::at(bytes, header.long(bytes, 4)?)
    }

    /// The directory that begins there.
    pub(crate) fn at(bytes: &'a [u8], place: u32) -> Option<Self> {
        let mut directory = Self::empty(bytes)?;
        let at = usize::try_from(place).ok()?;
        let count = usize::from(directory.short(bytes, at)?);
        let entries = bytes.get(at.checked_add(2)?..)?;
        let length = count * ENTRY_BYTES;
        directory.entries = entries.get(..length).unwrap_or(entries);
        directory.next = directory.long(entries, length).unwrap_or(0);
        Some(directory)
    }

    fn empty(bytes: &'a [u8]) -> Option<Self> {
        let is_little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self {
            bytes,
            is_little,
            entries: &[],
            next: 0,
        })
    }

    /// Whether it has no field.
    pub(crate) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where the next one is; none behind the last.
    pub(crate) fn next_place(&self) -> Option<u32> {
        (self.next != 0).then_some(self.next)
    }

    pub(crate) const fn is_little(&self) -> bool {
        self.is_little
    }

    /// A field whose value lies in the file as a whole.
    pub(crate) fn field(&self, tag: u16) -> Option<Field<'a>> {
        let entry = self.entry(tag)?;
        let field = Field {
            tag,
            kind: self.short(entry, 2)?,
            count: self.long(entry, 4)?,
            slot: entry.get(VALUE..)?.first_chunk()?,
        };
        // Sizes of the types 1 to 12 (TIFF 6.0, section 2).
        let size =
            [1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8].get(usize::from(field.kind).checked_sub(1)?)?;
        let length = usize::try_from(field.count).ok()?.checked_mul(*size)?;
        if length > 4 {
            let at = usize::try_from(self.long(entry, VALUE)?).ok()?;
            slice(self.bytes, at, length)?;
        }
        Some(field)
    }

    /// The first value of a field of 8 or 16 bits.
    pub(crate) fn small_number(&self, tag: u16) -> Option<u16> {
        let entry = self.entry(tag)?;
        match self.short(entry, 2)? {
            TYPE_BYTE => entry.get(VALUE).copied().map(u16::from),
            TYPE_SHORT => self.short(entry, VALUE),
            _ => None,
        }
    }

    /// The numbers of a field of 16 or 32 bits; none if it is missing or cut.
    pub(crate) fn numbers(&self, tag: u16) -> Option<Vec<u32>> {
        let entry = self.entry(tag)?;
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

    /// The first value of a field of fractions.
    pub(crate) fn fraction(&self, tag: u16) -> Option<f64> {
        let entry = self.entry(tag)?;
        let is_fraction = self.short(entry, 2)? == TYPE_RATIONAL;
        let at = usize::try_from(self.long(entry, VALUE)?).ok()?;
        let numerator = self.long(self.bytes, at)?;
        let denominator = self.long(self.bytes, at.checked_add(4)?)?;
        let value = f64::from(numerator) / f64::from(denominator);
        Some(value).filter(|value| is_fraction && value.is_finite())
    }

    /// The first number of a field.
    pub(crate) fn number(&self, tag: u16) -> Option<u32> {
        self.numbers(tag)?.first().copied()
    }

    /// The bytes of a field's entry.
    fn entry(&self, tag: u16) -> Option<&'a [u8]> {
        let mut entries = self.entries.chunks_exact(ENTRY_BYTES);
        entries.find(|entry| self.short(entry, 0) == Some(tag))
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
const TYPE_BYTE: u16 = 1;
const TYPE_SHORT: u16 = 3;
const TYPE_LONG: u16 = 4;
const TYPE_RATIONAL: u16 = 5;
