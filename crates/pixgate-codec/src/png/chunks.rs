//! The chunks of a file (PNG 3, section 5), and those of them that its pixels are made of.
//!
//! Checksums are not looked at, as the reference does not, and a missing end is put there: many
//! files are damaged there and nowhere else. What would stand in the way of the pixels (transparency
//! that cannot be, chunks of an animation) is left out, for the facts as for the library, so that
//! both see the same picture.

use super::{PALETTE, XMP_KEYWORD};
use crate::bytes::{be32, slice};

/// A chunk; a cut one shows what is there of it.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'a> {
    pub(super) name: &'a [u8; 4],
    pub(super) payload: &'a [u8],
    /// The checksum that the file gives.
    checksum: Option<u32>,
}

/// All chunks, in order.
#[derive(Clone)]
pub(super) struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Chunks<'a> {
    /// - `bytes`: a file, beginning with its signature.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: SIGNATURE.len(),
        }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let length = usize::try_from(be32(self.bytes, self.at)?).ok()?;
        let name = self.bytes.get(self.at + 4..)?.first_chunk()?;
        let start = self.at + 8;
        let payload = slice(self.bytes, start, length)
            .or_else(|| self.bytes.get(start..))
            .unwrap_or_default();
        let end = start.checked_add(length)?;
        self.at = end.checked_add(4)?;
        Some(Chunk {
            name,
            payload,
            checksum: be32(self.bytes, end),
        })
    }
}

/// The chunks that count: pixels and what belongs to them, profile, EXIF and XMP.
#[derive(Clone)]
pub(super) struct Kept<'a> {
    chunks: Chunks<'a>,
    /// Colour type.
    color: u8,
    /// Entries of the palette, if there was one.
    entries: Option<usize>,
    has_transparency: bool,
    is_behind_pixels: bool,
    is_done: bool,
}

impl<'a> Kept<'a> {
    /// - `color`: the colour type.
    pub(super) const fn new(bytes: &'a [u8], color: u8) -> Self {
        Self {
            chunks: Chunks::new(bytes),
            color,
            entries: None,
            has_transparency: false,
            is_behind_pixels: false,
            is_done: false,
        }
    }

    fn keeps(&mut self, chunk: &Chunk<'_>) -> bool {
        match chunk.name {
            b"IDAT" => {
                self.is_behind_pixels = true;
                true
            }
            b"PLTE" => self.keeps_palette(chunk.payload),
            b"tRNS" => self.keeps_transparency(chunk),
            b"iTXt" => chunk.payload.starts_with(XMP_KEYWORD.as_bytes()),
            b"iCCP" | b"eXIf" => true,
            _ => false,
        }
    }

    /// The first palette in front of the pixels, in a file that has indices.
    fn keeps_palette(&mut self, payload: &[u8]) -> bool {
        let is_kept = self.color == PALETTE && self.entries.is_none() && !self.is_behind_pixels;
        if is_kept {
            self.entries = Some(payload.len() / 3);
        }
        is_kept
    }

    /// The first transparency between palette and pixels that is whole and has the length that
    /// the colour type asks for.
    fn keeps_transparency(&mut self, chunk: &Chunk<'_>) -> bool {
        let fits = match self.color {
            0 => chunk.payload.len() == 2,
            2 => chunk.payload.len() == 6,
            PALETTE => (1..=self.entries.unwrap_or(0)).contains(&chunk.payload.len()),
            _ => false,
        };
        let is_kept =
            fits && !self.has_transparency && !self.is_behind_pixels && chunk.is_as_written();
        self.has_transparency |= is_kept;
        is_kept
    }
}

impl Chunk<'_> {
    /// Whether name and payload give the checksum.
    ///
    /// For pixels only transparency is asked: by mistake it hides the picture, and to leave it out harms less.
    pub(super) fn is_as_written(&self) -> bool {
        let mut sum = flate2::Crc::new();
        sum.update(self.name);
        sum.update(self.payload);
        self.checksum == Some(sum.sum())
    }
}

impl<'a> Iterator for Kept<'a> {
    type Item = Chunk<'a>;

    /// Everything but `IHDR` and `IEND`.
    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_done {
            let chunk = self.chunks.next()?;
            self.is_done = chunk.name == b"IEND";
            if self.keeps(&chunk) {
                return Some(chunk);
            }
        }
        None
    }
}

/// Bytes of `IHDR`.
pub(super) const HEADER_BYTES: usize = 13;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: [u8; HEADER_BYTES] = [0, 0, 0, 1, 0, 0, 0, 1, 8, 3, 0, 0, 0];

    fn chunk(name: &[u8; 4], payload: &[u8]) -> Vec<u8> {
        let mut sum = flate2::Crc::new();
        sum.update(name);
        sum.update(payload);
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[..], name, payload, &sum.sum().to_be_bytes()].concat()
    }

    fn file(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let chunks = chunks
            .iter()
            .flat_map(|(name, payload)| chunk(name, payload));
        SIGNATURE.iter().copied().chain(chunks).collect()
    }

    fn kept(bytes: &[u8]) -> Vec<String> {
        let names = Kept::new(bytes, PALETTE);
        let names = names
            .map(|c| String::from_utf8_lossy(c.name).into_owned() + &c.payload.len().to_string());
        names.collect()
    }

    #[test]
    fn keeps_what_counts() {
        let bytes = file(&[
            (b"IHDR", &HEADER),
            (b"tRNS", &[1]),
            (b"PLTE", &[1, 2, 3]),
            (b"PLTE", &[1, 2, 3, 4, 5, 6]),
            (b"acTL", &[0; 8]),
            (b"tRNS", &[1, 2]),
            (b"tRNS", &[7]),
            (b"tRNS", &[8]),
            (b"fcTL", &[0; 3]),
            (b"IDAT", &[1, 2]),
            (b"tEXt", b"a\0b"),
            (b"IDAT", &[3]),
            (b"tRNS", &[9]),
        ]);
        let expected = ["PLTE3", "tRNS1", "IDAT2", "IDAT1"];
        assert_eq!(kept(&bytes), expected);
        let found = Kept::new(&bytes, PALETTE).find(|c| c.name == b"tRNS");
        assert_eq!(found.unwrap().payload, [7]);
    }

    #[test]
    fn transparency_with_another_checksum_is_left_out() {
        let mut bytes = file(&[(b"IHDR", &HEADER), (b"PLTE", &[1, 2, 3]), (b"tRNS", &[1])]);
        assert_eq!(kept(&bytes), ["PLTE3", "tRNS1"]);
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(kept(&bytes), ["PLTE3"]);
    }

    #[test]
    fn a_cut_chunk_is_as_long_as_it_is() {
        let bytes = file(&[(b"IHDR", &HEADER), (b"IDAT", &[1, 2, 3, 4])]);
        let names: Vec<_> = (0..7)
            .map(|cut| kept(&bytes[..bytes.len() - cut]))
            .collect();
        assert_eq!(names[4], ["IDAT4"]);
        assert_eq!(names[6], ["IDAT2"]);
    }
}
