//! The segments of JPEG (ITU-T T.81, annex B).

use crate::bytes::slice;
use crate::{Metadata, Resolution};

/// Keeps what codes the pixels; blocks of metadata come right behind the start.
pub(crate) fn replace_metadata(bytes: &[u8], metadata: &Metadata) -> Option<Vec<u8>> {
    let mut file = crate::strip::room_for(bytes, metadata)?;
    let mut rest = bytes.strip_prefix(&[0xff, SOI])?;
    file.extend([0xff, SOI]);
    if starts_with_jfif(rest) {
        // JFIF 1.1, no thumbnail.
        let density = density(metadata.resolution);
        push(&mut file, APP0, &[b"JFIF\0\x01\x01", &density, b"\0\0"])?;
    }
    push_metadata(&mut file, metadata)?;
    let mut has_frame = false;
    loop {
        let marker = next_marker(&mut rest)?;
        if marker == EOI {
            file.extend([0xff, EOI]);
            return has_frame.then_some(file);
        }
        let segment = next_segment(&mut rest)?;
        let payload = segment.get(2..)?;
        match marker {
            SOF0..=SOF2 if payload.first() == Some(&8) => has_frame = true,
            DHT | DQT | DRI | SOS => {}
            APP14 if payload.starts_with(b"Adobe") => {}
            APP0..=APP15 | COM => continue,
            _ => return None,
        }
        file.extend([0xff, marker]);
        file.extend_from_slice(segment);
        if marker == SOS {
            file.extend_from_slice(coded_data(&mut rest)?);
        }
    }
}

/// Unit and density; without one pixels are square.
fn density(resolution: Option<Resolution>) -> [u8; 5] {
    let inches = resolution.map(Resolution::in_whole_inches);
    let (across, down) = inches.unwrap_or((1, 1));
    let ([a, b], [c, d]) = (across.to_be_bytes(), down.to_be_bytes());
    [u8::from(inches.is_some()), a, b, c, d]
}

fn starts_with_jfif(segments: &[u8]) -> bool {
    segments.starts_with(&[0xff, APP0]) && segments.get(4..9) == Some(b"JFIF\0")
}

fn push_metadata(file: &mut Vec<u8>, metadata: &Metadata) -> Option<()> {
    let Metadata {
        icc,
        exif,
        xmp,
        iptc,
        resolution: _,
    } = metadata;
    for (marker, name, block) in [
        (APP1, b"Exif\0\0".as_slice(), exif),
        (APP1, b"http://ns.adobe.com/xap/1.0/\0", xmp),
        (APP13, b"Photoshop 3.0\0", iptc),
    ] {
        if let Some(block) = block {
            push(file, marker, &[name, block])?;
        }
    }
    let parts = icc.as_deref().unwrap_or_default().chunks(ICC_PART_BYTES);
    let count = u8::try_from(parts.len()).ok()?;
    for (number, part) in (1..=count).zip(parts) {
        push(file, APP2, &[b"ICC_PROFILE\0", &[number, count], part])?;
    }
    Some(())
}

/// Appends a segment; none if it would be too long for one.
fn push(file: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) -> Option<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let length = u16::try_from(length + 2).ok()?;
    file.extend([0xff, marker]);
    file.extend(length.to_be_bytes());
    for part in parts {
        file.extend_from_slice(part);
    }
    Some(())
}

/// Markers may have any number of fill bytes in front.
pub(super) fn next_marker(rest: &mut &[u8]) -> Option<u8> {
    let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
    let (marker, behind) = rest.get(fill..)?.split_first()?;
    *rest = behind;
    (fill > 0).then_some(*marker)
}

/// A segment with its length in front.
pub(super) fn next_segment<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let [high, low] = *rest.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let segment = slice(rest, 0, length)?;
    *rest = rest.get(length..)?;
    Some(segment)
}

/// Coded data up to the next marker that is no restart.
fn coded_data<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let is_end = |pair: &[u8]| matches!(pair, [0xff, code] if !matches!(code, 0 | 0xd0..=0xd7));
    let length = rest.windows(2).position(is_end)?;
    let (data, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(data)
}

const SOF0: u8 = 0xc0;
const SOF2: u8 = 0xc2;
const DHT: u8 = 0xc4;
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const DQT: u8 = 0xdb;
const DRI: u8 = 0xdd;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP13: u8 = 0xed;
const APP14: u8 = 0xee;
const APP15: u8 = 0xef;
const COM: u8 = 0xfe;

/// What fits into a segment beside its name.
const ICC_PART_BYTES: usize = 65_519;
