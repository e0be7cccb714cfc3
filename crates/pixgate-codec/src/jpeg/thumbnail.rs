//! The small picture that EXIF holds (EXIF 2.32, section 4.5.5).

use super::strip::{next_marker, next_segment};
use crate::directory::Directory;
use crate::{Header, Limits, bytes};

/// The header of the small picture, if there is one that can be read; it lies as the main one does.
pub(super) fn header(bytes: &[u8], main: &Header, limits: &Limits) -> Option<Header> {
    let mut header = super::plain_header(thumbnail(bytes)?).ok()?;
    limits.check_header(&header).ok()?;
    header.orientation = main.orientation;
    header.has_color_profile = main.has_color_profile;
    header.parts.is_thumbnail = true;
    Some(header)
}

/// The small picture, a JPEG file of its own.
pub(super) fn thumbnail(bytes: &[u8]) -> Option<&[u8]> {
    let tiff = exif(bytes)?;
    let main = Directory::of(tiff)?;
    let directory = Directory::at(tiff, main.next_place()?)?;
    if directory.small_number(COMPRESSION)? != JPEG {
        return None;
    }
    let at = usize::try_from(directory.number(START)?).ok()?;
    let length = usize::try_from(directory.number(LENGTH)?).ok()?;
    bytes::slice(tiff, at, length).filter(|file| file.starts_with(&[0xff, 0xd8]))
}

/// The TIFF structure of the first EXIF segment.
fn exif(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    loop {
        match next_marker(&mut rest)? {
            SOS | EOI => return None,
            marker => {
                let payload = next_segment(&mut rest)?.get(2..)?;
                let tiff = payload.strip_prefix(b"Exif\0").filter(|_| marker == APP1);
                if let Some(tiff) = tiff {
                    return tiff.get(1..);
                }
            }
        }
    }
}

const APP1: u8 = 0xe1;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const COMPRESSION: u16 = 0x0103;
const JPEG: u16 = 6;
const START: u16 = 0x0201;
const LENGTH: u16 = 0x0202;
