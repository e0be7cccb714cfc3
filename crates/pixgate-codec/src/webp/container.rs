//! RIFF chunks of WebP: reading them, and adding metadata to an encoded image.

use pixgate_options::Format;

use crate::bytes::le32;
use crate::{Error, ErrorKind, Limits, Metadata};

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
                super::FLAG_ALPHA
            } else {
                0
            }
        });
    for (block, flag) in [(icc, FLAG_ICC), (exif, FLAG_EXIF), (xmp, FLAG_XMP)] {
        flags |= if block.is_some() { flag } else { 0 };
    }
    let mut body = Vec::new();
    push(&mut body, b"VP8X", &vp8x(flags, size))?;
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
                let flags = chunk.payload.first()? & (super::FLAG_ALPHA | super::FLAG_ANIMATION);
                let side = |at| super::side_of(chunk.payload, at);
                if flags != 0 {
                    push(&mut body, b"VP8X", &vp8x(flags, (side(4)?, side(7)?))).ok()?;
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
    let mut whole = Vec::new();
    reserve(&mut whole, chunks.len() + 12)?;
    let length = u32::try_from(chunks.len() + 4).map_err(|_| too_long())?;
    whole.extend_from_slice(b"RIFF");
    whole.extend_from_slice(&length.to_le_bytes());
    whole.extend_from_slice(b"WEBP");
    whole.extend_from_slice(chunks);
    Ok(whole)
}

fn has_lossless_alpha(file: &[u8]) -> bool {
    let bits = Chunks::new(file).content(b"VP8L").and_then(|p| le32(p, 1));
    bits.is_some_and(|bits| bits >> 28 & 1 == 1)
}

/// The content of a VP8X chunk.
pub(super) fn vp8x(flags: u8, (width, height): (u32, u32)) -> [u8; 10] {
    let [w0, w1, w2, _] = (width - 1).to_le_bytes();
    let [h0, h1, h2, _] = (height - 1).to_le_bytes();
    [flags, 0, 0, 0, w0, w1, w2, h0, h1, h2]
}

fn push_some(body: &mut Vec<u8>, name: &[u8; 4], block: &Option<Vec<u8>>) -> Result<(), Error> {
    block
        .as_ref()
        .map_or(Ok(()), |block| push(body, name, block))
}

/// Appends a chunk.
pub(super) fn push(body: &mut Vec<u8>, name: &[u8; 4], payload: &[u8]) -> Result<(), Error> {
    let length = u32::try_from(payload.len()).map_err(|_| too_long())?;
    reserve(body, payload.len() + 9)?;
    body.extend_from_slice(name);
    body.extend_from_slice(&length.to_le_bytes());
    body.extend_from_slice(payload);
    if payload.len() % 2 == 1 {
        body.push(0);
    }
    Ok(())
}

fn reserve(to: &mut Vec<u8>, bytes: usize) -> Result<(), Error> {
    to.try_reserve(bytes).map_err(|_| {
        let bytes = bytes as u64;
        ErrorKind::OutOfMemory { bytes }.into()
    })
}

fn too_long() -> Error {
    let format = Format::Webp;
    ErrorKind::Encoder { format }.into()
}

const FLAG_ICC: u8 = 0x20;
const FLAG_EXIF: u8 = 0x08;
const FLAG_XMP: u8 = 0x04;
