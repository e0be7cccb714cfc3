//! The one fact of EXIF that decoding needs: the orientation.

use crate::Orientation;
use crate::bytes::slice;
use crate::directory::Directory;

/// Reads the orientation out of a TIFF structure; anything odd counts as stored upright.
///
/// Tag 0x0112 of EXIF 2.32, section 4.6.4.
pub(crate) fn orientation(tiff: &[u8]) -> Orientation {
    Directory::of(tiff).map_or(Orientation::NORMAL, |directory| orientation_in(&directory))
}

/// The orientation that a directory gives.
pub(crate) fn orientation_in(directory: &Directory<'_>) -> Orientation {
    let value = directory.small_number(TAG_ORIENTATION);
    value.map_or(Orientation::NORMAL, Orientation::from_exif)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_byte_orders() {
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!(orientation(little).exif(), 6);
        assert_eq!(orientation(big).exif(), 8);
        let byte = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x01\0\0\0\x01\x06\0\0\0";
        assert_eq!(orientation(byte).exif(), 6);
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
