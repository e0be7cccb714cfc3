//! The orientation that EXIF asks for.

/// Reads the orientation out of an EXIF block, 1 to 8.
///
/// - `exif`: a TIFF file beginning with its byte-order mark, as
///   [`Metadata::exif`](crate::Metadata) holds it.
///
/// None if the first directory has no orientation, or one that means nothing.
pub(crate) fn orientation(exif: &[u8]) -> Option<u8> {
    let tiff = Tiff::new(exif)?;
    let directory = usize::try_from(tiff.u32(4)?).ok()?;
    let count = usize::from(tiff.u16(directory)?);
    let first = directory.checked_add(2)?;
    (0..count)
        .map_while(|index| first.checked_add(index * ENTRY_BYTES))
        .find(|&entry| tiff.u16(entry) == Some(TAG))
        .and_then(|entry| tiff.value(entry))
}

struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let is_little = match bytes.first_chunk()? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self { bytes, is_little })
    }

    fn value(&self, entry: usize) -> Option<u8> {
        let value = match self.u16(entry.checked_add(2)?)? {
            1 => u32::from(*self.bytes.get(entry.checked_add(8)?)?),
            3 => u32::from(self.u16(entry.checked_add(8)?)?),
            4 => self.u32(entry.checked_add(8)?)?,
            _ => return None,
        };
        u8::try_from(value).ok().filter(|v| (1..=8).contains(v))
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }
}

const ENTRY_BYTES: usize = 12;
const TAG: u16 = 0x0112;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_byte_orders_and_all_types_of_numbers() {
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x04\0\x01\0\0\0\x03\0\0\0";
        assert_eq!(orientation(little), Some(3));
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!(orientation(big), Some(8));
        let byte = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x01\0\0\0\x01\x06\0\0\0";
        assert_eq!(orientation(byte), Some(6));
    }

    #[test]
    fn ignores_nonsense() {
        let far = b"MM\0*\xff\xff\xff\xff\0\x01";
        let nine = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0";
        let cut = b"MM\0*\0\0\0\x08\xff\xff\x01\x12\0\x03";
        for exif in [&far[..], nine, cut, b"", b"II"] {
            assert_eq!(orientation(exif), None);
        }
    }
}
