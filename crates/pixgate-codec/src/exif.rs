//! The one fact of EXIF that decoding needs: the orientation.

use crate::Orientation;
use crate::bytes::{array, slice};

/// Reads the orientation out of a TIFF structure; anything odd counts as stored upright.
///
/// Only the first directory is looked at, so a chain of directories cannot loop.
/// Tag 0x0112 of EXIF 2.32, section 4.6.4.
pub(crate) fn orientation(tiff: &[u8]) -> Orientation {
    find_short(tiff, TAG_ORIENTATION).map_or(Orientation::NORMAL, Orientation::from_exif)
}

fn find_short(tiff: &[u8], wanted: u16) -> Option<u16> {
    field(tiff, wanted).map(|(_, value)| value)
}

/// Where the value of a 16-bit field of the first directory is, and the value.
pub(crate) fn field(tiff: &[u8], wanted: u16) -> Option<(usize, u16)> {
    let order = match tiff.get(..4)? {
        b"II*\0" => Order::Little,
        b"MM\0*" => Order::Big,
        _ => return None,
    };
    let directory = usize::try_from(order.long(tiff, 4)?).ok()?;
    let count = usize::from(order.short(tiff, directory)?);
    let first = directory.checked_add(2)?;
    let mut entries = tiff.get(first..)?.chunks_exact(ENTRY_BYTES).take(count);
    let number = entries.position(|entry| order.short(entry, 0) == Some(wanted))?;
    let entry = first.checked_add(number.checked_mul(ENTRY_BYTES)?)?;
    let is_short = order.short(tiff, entry.checked_add(2)?) == Some(TYPE_SHORT);
    let at = entry.checked_add(8)?;
    is_short.then_some((at, order.short(tiff, at)?))
}

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn short(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = array(bytes, at)?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    fn long(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = array(bytes, at)?;
        Some(match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        })
    }
}

/// Takes the `Exif\0\0` away that JPEG, and sometimes WebP, puts in front.
pub(crate) fn without_prefix(block: &[u8]) -> &[u8] {
    match slice(block, 0, PREFIX.len()) {
        Some(start) if start == PREFIX => block.get(PREFIX.len()..).unwrap_or_default(),
        _ => block,
    }
}

/// What JPEG puts in front of EXIF.
pub(crate) const PREFIX: &[u8] = b"Exif\0\0";

const TAG_ORIENTATION: u16 = 0x0112;
const TYPE_SHORT: u16 = 3;
const ENTRY_BYTES: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_byte_orders() {
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!(orientation(little).exif(), 6);
        assert_eq!(orientation(big).exif(), 8);
    }

    #[test]
    fn takes_odd_structures_as_upright() {
        let table: &[&[u8]] = &[
            b"",
            b"II*\0",
            b"II*\0\xFF\xFF\xFF\xFF\0\0",
            b"II*\0\x08\0\0\0\xFF\xFF\x12\x01\x03\0",
            b"II*\0\x08\0\0\0\x01\0\x12\x01\x04\0\x01\0\0\0\x06\0\0\0",
            b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0",
        ];
        for tiff in table {
            assert_eq!(orientation(tiff), Orientation::NORMAL, "{tiff:?}");
        }
    }
}
