//! Marker segments.

use super::EncodeOptions;
use super::blocks::Picture;
use super::optimal::Code;
use crate::markers::{APP0, APP1, APP2, APP13, APP14, DHT, DQT, DRI, SOI, SOS};
use crate::quantization::ZIGZAG;
use crate::{Error, ErrorKind};

/// The start of the file and its metadata.
pub(super) fn write_start(
    file: &mut Vec<u8>,
    options: &EncodeOptions<'_>,
    is_cmyk: bool,
) -> Result<(), Error> {
    file.extend([0xff, SOI]);
    if is_cmyk {
        // Version 100, no flags, no transform.
        write(file, APP14, &[b"Adobe\0\x64\0\0\0\0\0"])?;
    } else {
        write(file, APP0, &[b"JFIF\0\x01\x01", &density(options), b"\0\0"])?;
    }
    if let Some(exif) = options.exif {
        write(file, APP1, &[b"Exif\0\0", exif])?;
    }
    if let Some(xmp) = options.xmp {
        write(file, APP1, &[b"http://ns.adobe.com/xap/1.0/\0", xmp])?;
    }
    if let Some(photoshop) = options.photoshop {
        write(file, APP13, &[b"Photoshop 3.0\0", photoshop])?;
    }
    options.icc.map_or(Ok(()), |icc| write_profile(file, icc))
}

/// Unit and density; without one pixels are square.
fn density(options: &EncodeOptions<'_>) -> [u8; 5] {
    let (unit, (across, down)) = match options.density_per_inch {
        Some(density) => (1, density),
        None => (0, (1, 1)),
    };
    let ([a, b], [c, d]) = (across.to_be_bytes(), down.to_be_bytes());
    [unit, a, b, c, d]
}

fn write_profile(file: &mut Vec<u8>, icc: &[u8]) -> Result<(), Error> {
    let parts = icc.chunks(ICC_PART_BYTES);
    let too_long = ErrorKind::MetadataTooLong { length: icc.len() };
    let count = u8::try_from(parts.len()).map_err(|_| too_long)?;
    for (number, part) in (1..=count).zip(parts) {
        write(file, APP2, &[b"ICC_PROFILE\0", &[number, count], part])?;
    }
    Ok(())
}

/// Quantisation tables, natural order.
pub(super) fn write_tables(file: &mut Vec<u8>, tables: &[[u8; 64]]) {
    for (number, table) in (0..).zip(tables) {
        file.extend([0xff, DQT, 0, 67, number]);
        file.extend(ZIGZAG.map(|at| table[usize::from(at)]));
    }
}

/// The frame header.
pub(super) fn write_frame(file: &mut Vec<u8>, picture: &Picture, is_progressive: bool) {
    let count = picture.components.len().to_le_bytes()[0];
    let marker = if is_progressive { 0xc2 } else { 0xc0 };
    file.extend([0xff, marker, 0, 8 + 3 * count, 8]);
    file.extend(picture.height.to_be_bytes());
    file.extend(picture.width.to_be_bytes());
    file.push(count);
    for (id, component) in (1..).zip(&picture.components) {
        let (across, down) = component.unit;
        let factors = (across << 4 | down).to_le_bytes()[0];
        file.extend([id, factors, component.table]);
    }
}

/// A Huffman table; `slot` is its class (0 or 16) and number.
pub(super) fn write_code(file: &mut Vec<u8>, slot: u8, code: &Code) {
    let length = u16::try_from(19 + code.symbols.len()).unwrap_or(u16::MAX);
    file.extend([0xff, DHT]);
    file.extend(length.to_be_bytes());
    file.push(slot);
    file.extend(code.counts);
    file.extend(&code.symbols);
}

/// The restart interval, if there is one.
pub(super) fn write_restart_interval(file: &mut Vec<u8>, interval: u16) {
    if interval > 0 {
        file.extend([0xff, DRI, 0, 4]);
        file.extend(interval.to_be_bytes());
    }
}

/// A scan header.
///
/// - `components`: their numbers, from 0, and tables (DC in the high half).
/// - `band`: first and last coefficient.
/// - `step`: the bit that earlier scans came down to, and the one that this scan does.
pub(super) fn write_scan(
    file: &mut Vec<u8>,
    components: &[(u8, u8)],
    band: (u8, u8),
    step: (u8, u8),
) {
    let count = components.len().to_le_bytes()[0];
    file.extend([0xff, SOS, 0, 6 + 2 * count, count]);
    for &(number, tables) in components {
        file.extend([number + 1, tables]);
    }
    file.extend([band.0, band.1, step.0 << 4 | step.1]);
}

fn write(file: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) -> Result<(), Error> {
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    let too_long = ErrorKind::MetadataTooLong { length };
    let length = u16::try_from(length).map_err(|_| too_long)?;
    file.extend([0xff, marker]);
    file.extend(length.to_be_bytes());
    parts.iter().for_each(|part| file.extend(*part));
    Ok(())
}

/// What fits into a segment beside the name and the numbers.
const ICC_PART_BYTES: usize = 65_533 - 14;
