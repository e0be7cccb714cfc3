//! Profile, EXIF, XMP and resolution out of the chunks (PNG 3, section 11.3).

use pixgate_png::decompress_zlib;

use super::chunks::Kept;
use super::{XMP_KEYWORD, image_header, resolution};
use crate::{Metadata, exif};

/// What a file says of its pixels; blocks of more than `most` bytes and broken ones are left out.
pub(super) fn collect(bytes: &[u8], most: usize) -> Metadata {
    let mut metadata = Metadata {
        resolution: resolution(bytes),
        ..Metadata::default()
    };
    let Ok(ihdr) = image_header(bytes) else {
        return metadata;
    };
    let mut is_behind_pixels = false;
    for chunk in Kept::new(bytes, ihdr[9]) {
        let block = chunk.payload;
        match chunk.name {
            b"IDAT" => is_behind_pixels = true,
            b"iCCP" if metadata.icc.is_none() && !is_behind_pixels => {
                metadata.icc = profile(block, most);
            }
            b"eXIf" if metadata.exif.is_none() => {
                let block = exif::without_prefix(block);
                metadata.exif = (block.len() <= most).then(|| block.to_vec());
            }
            b"iTXt" if metadata.xmp.is_none() => metadata.xmp = xmp(block, most),
            _ => {}
        }
    }
    metadata
}

/// Behind its name and the method, compressed.
fn profile(block: &[u8], most: usize) -> Option<Vec<u8>> {
    let (_, rest) = split_text(block)?;
    let (method, compressed) = rest.split_first()?;
    if *method != 0 {
        return None;
    }
    decompress_zlib(compressed, most).ok()
}

/// Behind keyword, compression, language and translated keyword.
fn xmp(block: &[u8], most: usize) -> Option<Vec<u8>> {
    let (keyword, rest) = split_text(block)?;
    let (flags, rest) = rest.split_first_chunk::<2>()?;
    let (_, rest) = split_text(rest)?;
    let (_, text) = split_text(rest)?;
    if keyword != XMP_KEYWORD.as_bytes() {
        return None;
    }
    let text = match *flags {
        [0, _] if text.len() <= most => text.to_vec(),
        [1, 0] => decompress_zlib(text, most).ok()?,
        _ => return None,
    };
    String::from_utf8(text).ok().map(String::into_bytes)
}

/// What stands in front of a zero, and behind it.
fn split_text(block: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = block.iter().position(|byte| *byte == 0)?;
    Some((block.get(..end)?, block.get(end + 1..)?))
}
