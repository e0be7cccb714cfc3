//! RIFF chunks of WebP: reading them, and adding metadata to an encoded image.

use pixgate_webp::container::{
    self, FLAG_ALPHA, FLAG_ANIMATION, FLAG_EXIF, FLAG_ICC, FLAG_XMP, extended,
};

use crate::bytes::le32;
use crate::{Error, Limits, Metadata};

/// A chunk; a cut one shows what is there of it.
pub(super) struct Chunk<'a> {
    pub(super) name: &'a [u8; 4],
    pub(super) payload: &'a [u8],
    is_whole: bool,
}

/// The chunks of a file, in order.
pub(super) struct Chunks<'a> {
    rest: &'a [u8],
}

impl<'a> Chunks<'a> {
    /// - `bytes`: a file that starts with `RIFF????WEBP`.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes.get(12..).unwrap_or_default(),
        }
    }

    /// - `rest`: chunks without a file around them.
    pub(super) const fn within(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    /// The content of the first chunk of this name.
    pub(super) fn content(mut self, name: &[u8; 4]) -> Option<&'a [u8]> {
        self.find(|chunk| chunk.name == name)
            .map(|chunk| chunk.payload)
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.rest.first_chunk()?;
        let length = usize::try_from(le32(self.rest, 4)?).ok()?;
        let content = self.rest.get(8..)?;
        let payload = content.get(..length).unwrap_or(content);
        let padded = length.checked_add(length & 1)?;
        self.rest = content.get(padded..).unwrap_or_default();
        let is_whole = payload.len() == length;
        Some(Chunk {
            name,
            payload,
            is_whole,
        })
    }
}

/// Rewrites a still image in the extended format, with metadata around its pixels.
///
/// - `file`: what an encoder made; returned as it is if there is nothing to add.
pub(super) fn with_metadata(
    file: Vec<u8>,
    size: (u32, u32),
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let Metadata { icc, exif, xmp, .. } = metadata;
    if icc.is_none() && exif.is_none() && xmp.is_none() {
        return Ok(file);
    }
    let mut flags = Chunks::new(&file)
        .content(b"VP8X")
        .and_then(|payload| payload.first().copied())
        .unwrap_or_else(|| {
            if has_lossless_alpha(&file) {
                FLAG_ALPHA
            } else {
                0
            }
        });
    for (block, flag) in [(icc, FLAG_ICC), (exif, FLAG_EXIF), (xmp, FLAG_XMP)] {
        flags |= if block.is_some() { flag } else { 0 };
    }
    let mut body = Vec::new();
    push(&mut body, b"VP8X", &extended(flags, size))?;
    push_some(&mut body, b"ICCP", icc)?;
    for chunk in Chunks::new(&file).filter(|chunk| chunk.name != b"VP8X") {
        push(&mut body, chunk.name, chunk.payload)?;
    }
    push_some(&mut body, b"EXIF", exif)?;
    push_some(&mut body, b"XMP ", xmp)?;
    with_riff(&body)
}

/// Keeps the chunks of pixels and frames of a whole file; these blocks are all its metadata.
pub(crate) fn replace_metadata(file: &[u8], metadata: &Metadata) -> Option<Vec<u8>> {
    let length = usize::try_from(le32(file, 4)?).ok()?;
    let file = file.get(..length.checked_add(8)?)?;
    let mut body = Vec::new();
    for chunk in Chunks::new(file) {
        if !chunk.is_whole {
            return None;
        }
        match chunk.name {
            b"VP8X" => {
                let flags = chunk.payload.first()? & (FLAG_ALPHA | FLAG_ANIMATION);
                let side = |at| super::side_of(chunk.payload, at);
                if flags != 0 {
                    push(&mut body, b"VP8X", &extended(flags, (side(4)?, side(7)?))).ok()?;
                }
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" => {
                push(&mut body, chunk.name, chunk.payload).ok()?;
            }
            _ => {}
        }
    }
    let stripped = with_riff(&body).ok()?;
    let header = super::header(&stripped, &Limits::default()).ok()?;
    with_metadata(stripped, (header.width, header.height), metadata).ok()
}

/// Puts the RIFF header in front of chunks.
pub(super) fn with_riff(chunks: &[u8]) -> Result<Vec<u8>, Error> {
    container::file(chunks).map_err(super::of_webp)
}

fn has_lossless_alpha(file: &[u8]) -> bool {
    let bits = Chunks::new(file).content(b"VP8L").and_then(|p| le32(p, 1));
    bits.is_some_and(|bits| bits >> 28 & 1 == 1)
}

fn push_some(body: &mut Vec<u8>, name: &[u8; 4], block: &Option<Vec<u8>>) -> Result<(), Error> {
    block
        .as_ref()
        .map_or(Ok(()), |block| push(body, name, block))
}

/// Appends a chunk.
pub(super) fn push(body: &mut Vec<u8>, name: &[u8; 4], payload: &[u8]) -> Result<(), Error> {
    container::push_chunk(body, *name, payload).map_err(super::of_webp)
}
