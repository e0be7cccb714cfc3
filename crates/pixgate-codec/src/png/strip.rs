//! The chunks of PNG (W3C PNG, third edition, section 5).

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};
use pixgate_raster::zeroed;

use crate::Metadata;
use crate::bytes::{be32, slice};

/// Keeps the image and how its pixels are shown; metadata comes right behind the header.
pub(crate) fn replace_metadata(bytes: &[u8], metadata: &Metadata) -> Option<Vec<u8>> {
    let mut file = crate::strip::room_for(bytes, metadata)?;
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    file.extend_from_slice(SIGNATURE);
    let mut pixels = Stream::new()?;
    let transparency = crate::png::transparency(bytes);
    loop {
        let chunk = next_chunk(&mut rest)?;
        let name = chunk.get(4..8)?;
        let is_kept = match name {
            b"sRGB" | b"cICP" => metadata.icc.is_none(),
            // Readers that are strict refuse a file for transparency that others ignore.
            b"tRNS" => transparency.is_some_and(|counts| {
                let payload = chunk.get(8..chunk.len() - 4);
                payload.is_some_and(|payload| std::ptr::eq(payload, counts))
            }),
            b"PLTE" => (chunk.len() - 12).is_multiple_of(3),
            _ => KEPT.contains(&name),
        };
        if is_kept {
            file.extend_from_slice(chunk);
        } else if name.first()?.is_ascii_uppercase() && name != b"PLTE" {
            return None;
        }
        if name == b"IDAT" {
            pixels.read(chunk.get(8..chunk.len() - 4)?)?;
        }
        match name {
            b"IHDR" => push_metadata(&mut file, metadata)?,
            b"IEND" => return pixels.is_whole.then_some(file),
            _ => {}
        }
    }
}

/// Compressed pixels that are looked at on the way: strict readers refuse what does not end well.
struct Stream {
    inflate: Decompress,
    /// Pixels, seen by nobody.
    scratch: Vec<u8>,
    is_whole: bool,
}

impl Stream {
    fn new() -> Option<Self> {
        Some(Self {
            inflate: Decompress::new(true),
            scratch: zeroed(SCRATCH_BYTES).ok()?,
            is_whole: false,
        })
    }

    /// None if the data cannot be decompressed, or its checksum is wrong.
    fn read(&mut self, mut data: &[u8]) -> Option<()> {
        let mut is_full = false;
        while (!data.is_empty() || is_full) && !self.is_whole {
            let before = (self.inflate.total_in(), self.inflate.total_out());
            let flush = FlushDecompress::None;
            let scratch = &mut self.scratch;
            self.is_whole =
                self.inflate.decompress(data, scratch, flush).ok()? == Status::StreamEnd;
            let used = usize::try_from(self.inflate.total_in() - before.0).ok()?;
            let made = usize::try_from(self.inflate.total_out() - before.1).ok()?;
            // What did not fit comes with the next turn.
            is_full = made == SCRATCH_BYTES;
            data = data.get(used..)?;
            if used == 0 && made == 0 && !self.is_whole && !data.is_empty() {
                return None;
            }
        }
        Some(())
    }
}

fn push_metadata(file: &mut Vec<u8>, metadata: &Metadata) -> Option<()> {
    if let Some(icc) = &metadata.icc {
        let mut compressed = ZlibEncoder::new(b"icc\0\0".to_vec(), Compression::default());
        compressed.write_all(icc).ok()?;
        push(file, b"iCCP", &[&compressed.finish().ok()?])?;
    }
    if let Some(resolution) = metadata.resolution {
        let (across, down) = resolution.in_metres();
        let numbers = [across.to_be_bytes(), down.to_be_bytes()];
        push(file, b"pHYs", &[numbers.as_flattened(), &[METRES]])?;
    }
    if let Some(exif) = &metadata.exif {
        push(file, b"eXIf", &[exif])?;
    }
    metadata.xmp.as_ref().map_or(Some(()), |xmp| {
        // Not compressed, no language, no translation.
        push(file, b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", xmp])
    })
}

fn push(file: &mut Vec<u8>, name: &[u8; 4], parts: &[&[u8]]) -> Option<()> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let start = file.len() + 4;
    file.try_reserve(length.checked_add(12)?).ok()?;
    file.extend(u32::try_from(length).ok()?.to_be_bytes());
    file.extend_from_slice(name);
    for part in parts {
        file.extend_from_slice(part);
    }
    let sum = checksum(file.get(start..)?);
    file.extend(sum.to_be_bytes());
    Some(())
}

/// A whole chunk whose checksum is right.
fn next_chunk<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(be32(rest, 0)?).ok()?;
    let end = length.checked_add(8)?;
    let chunk = slice(rest, 0, end.checked_add(4)?)?;
    *rest = rest.get(chunk.len()..)?;
    (checksum(chunk.get(4..end)?) == be32(chunk, end)?).then_some(chunk)
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

/// The unit of `pHYs`.
const METRES: u8 = 1;
const SCRATCH_BYTES: usize = 32 << 10;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The image, and what colours and transparency its samples stand for.
const KEPT: [&[u8]; 7] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM",
];
