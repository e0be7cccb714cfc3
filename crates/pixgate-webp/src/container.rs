//! What is around the streams: RIFF chunks (WebP container specification).

use crate::Error;

/// Appends a chunk; one of an odd length gets a byte more.
///
/// # Errors
///
/// [`Error::TooLong`] if the length does not fit 32 bits, [`Error::OutOfMemory`].
pub fn push_chunk(to: &mut Vec<u8>, name: [u8; 4], content: &[u8]) -> Result<(), Error> {
    let length = u32::try_from(content.len()).map_err(|_| TOO_LONG)?;
    reserve(to, content.len().saturating_add(9))?;
    to.extend_from_slice(&name);
    to.extend_from_slice(&length.to_le_bytes());
    to.extend_from_slice(content);
    if content.len() % 2 == 1 {
        to.push(0);
    }
    Ok(())
}

/// Puts the header of a file in front of its chunks.
///
/// # Errors
///
/// As [`push_chunk`].
///
/// # Examples
///
/// ```
/// use pixgate_webp::container::{file, push_chunk};
/// use pixgate_webp::lossless::{EncodeOptions, encode};
///
/// let stream = encode(vec![0xFF33_6699; 6], (3, 2), EncodeOptions::default())?;
/// let mut chunks = Vec::new();
/// push_chunk(&mut chunks, *b"VP8L", &stream)?;
/// assert!(file(&chunks)?.starts_with(b"RIFF"));
/// # Ok::<(), pixgate_webp::Error>(())
/// ```
pub fn file(chunks: &[u8]) -> Result<Vec<u8>, Error> {
    let mut whole = Vec::new();
    reserve(&mut whole, chunks.len().saturating_add(12))?;
    let length = chunks.len().saturating_add(4);
    let length = u32::try_from(length).map_err(|_| TOO_LONG)?;
    whole.extend_from_slice(b"RIFF");
    whole.extend_from_slice(&length.to_le_bytes());
    whole.extend_from_slice(b"WEBP");
    whole.extend_from_slice(chunks);
    Ok(whole)
}

/// The content of a `VP8X` chunk, which says what else a file has.
///
/// - `flags`: a sum of [`FLAG_ALPHA`], [`FLAG_ANIMATION`], [`FLAG_ICC`], [`FLAG_EXIF`] and [`FLAG_XMP`].
/// - `size`: width and height of the canvas, 1 to 2^24 each.
#[must_use]
pub const fn extended(flags: u8, (width, height): (u32, u32)) -> [u8; 10] {
    let [w0, w1, w2, _] = width.saturating_sub(1).to_le_bytes();
    let [h0, h1, h2, _] = height.saturating_sub(1).to_le_bytes();
    [flags, 0, 0, 0, w0, w1, w2, h0, h1, h2]
}

/// Frames follow.
pub const FLAG_ANIMATION: u8 = 0x02;
/// XMP follows the pixels.
pub const FLAG_XMP: u8 = 0x04;
/// EXIF follows the pixels.
pub const FLAG_EXIF: u8 = 0x08;
/// Something is not opaque.
pub const FLAG_ALPHA: u8 = 0x10;
/// A colour profile precedes the pixels.
pub const FLAG_ICC: u8 = 0x20;

fn reserve(to: &mut Vec<u8>, bytes: usize) -> Result<(), Error> {
    to.try_reserve(bytes).map_err(|_| Error::OutOfMemory {
        bytes: bytes as u64,
    })
}

const TOO_LONG: Error = Error::TooLong { what: "a chunk" };
