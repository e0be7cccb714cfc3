//! Files in which nothing has to be repaired.

use std::io::Cursor;

use flate2::{Decompress, FlushDecompress, Status};
use pixgate_raster::zeroed;
use png::Transformations;

use super::PALETTE;
use super::chunks::{Chunks, Kept};
use crate::{Header, Limits};

/// Whether all chunks that pixels are made of stand where they belong, and all pixels are there with
/// right checksums.
pub(crate) fn is_sound(bytes: &[u8], _: &Header, limits: &Limits) -> bool {
    has_right_chunks(bytes) && has_whole_stream(bytes) && has_all_pixels(bytes, limits).is_some()
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

/// Whether the compressed data comes to its own end, which the library does not wait for.
fn has_whole_stream(bytes: &[u8]) -> bool {
    let Ok(mut room) = zeroed::<u8>(ROOM_BYTES) else {
        return false;
    };
    let mut stream = Decompress::new(true);
    for chunk in Chunks::new(bytes).filter(|chunk| chunk.name == b"IDAT") {
        let mut input = chunk.payload;
        loop {
            let before = (stream.total_in(), stream.total_out());
            match stream.decompress(input, &mut room, FlushDecompress::None) {
                Ok(Status::StreamEnd) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
            if before == (stream.total_in(), stream.total_out()) {
                break;
            }
            let read = usize::try_from(stream.total_in() - before.0).unwrap_or(usize::MAX);
            input = input.get(read..).unwrap_or_default();
        }
    }
    false
}

fn has_all_pixels(bytes: &[u8], limits: &Limits) -> Option<()> {
    let mut library = png::Decoder::new(Cursor::new(bytes));
    library.ignore_checksums(false);
    let room = limits.max_decode_bytes;
    library.set_limits(png::Limits {
        bytes: usize::try_from(room).unwrap_or(usize::MAX),
    });
    library.set_transformations(Transformations::IDENTITY);
    let mut reader = library.read_info().ok()?;
    let width = reader.info().width;
    let mut row = zeroed::<u8>(reader.output_line_size(width)?).ok()?;
    while reader.read_row(&mut row).ok()?.is_some() {}
    reader.finish().ok()
}

const ROOM_BYTES: usize = 64 << 10;
