//! Files in which nothing has to be repaired.

use pixgate_raster::zeroed;

use super::chunks::{Chunks, Kept};
use super::{PALETTE, decode};
use crate::{Header, Limits};

/// Whether all chunks that pixels are made of stand where they belong, and all pixels are there with
/// right checksums.
pub(crate) fn is_sound(bytes: &[u8], _: &Header, _: &Limits) -> bool {
    has_right_chunks(bytes) && has_all_pixels(bytes).is_some()
}

/// Whether nothing about colours would be left out for decoding.
fn has_right_chunks(bytes: &[u8]) -> bool {
    let Ok(ihdr) = super::image_header(bytes) else {
        return false;
    };
    let color = ihdr[9];
    let count = |name: &[u8; 4]| {
        Chunks::new(bytes)
            .filter(|chunk| chunk.name == name)
            .count()
    };
    let kept = |name: &[u8; 4]| {
        Kept::new(bytes, color)
            .filter(|chunk| chunk.name == name)
            .count()
    };
    // Colours of other types are a suggestion, which no reader needs.
    let has_palette = color != PALETTE || kept(b"PLTE") == count(b"PLTE");
    has_palette && kept(b"tRNS") == count(b"tRNS") && count(b"IHDR") == 1
}

/// Whether checksums are right, the end is there, and the stream has all pixels and ends behind
/// them.
fn has_all_pixels(bytes: &[u8]) -> Option<()> {
    let mut last = None;
    for chunk in Chunks::new(bytes) {
        let is_critical = chunk.name[0].is_ascii_uppercase();
        if is_critical && !chunk.is_as_written() {
            return None;
        }
        last = Some(chunk.name);
        if chunk.name == b"IEND" {
            break;
        }
    }
    last.filter(|name| *name == b"IEND")?;
    let (header, colors, data) = decode::parts(bytes).ok()?;
    let mut decoder = pixgate_png::Decoder::verifying(header, &colors, data).ok()?;
    if header.interlaced {
        let rows = decoder.row_bytes().checked_mul(header.height as usize)?;
        decoder.read_image(&mut zeroed::<u8>(rows).ok()?).ok()?;
    } else {
        let mut row = zeroed::<u8>(decoder.row_bytes()).ok()?;
        for _ in 0..header.height {
            decoder.read_row(&mut row).ok()?;
        }
    }
    decoder.ends_well().then_some(())
}
