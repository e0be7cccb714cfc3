//! Pixels to the chunks of a picture, of its own or as a frame.

use crate::Error;
use crate::container::{FLAG_ALPHA, extended, file, push_chunk};
use crate::lossless::{self, AlphaOptions, EncodeOptions, encode_alpha};
use crate::memory::zeroed;
use crate::vp8::{self, Encoder};
use crate::yuv::{Chroma, Yuv};

/// How pixels are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// By VP8, with a plane of alpha beside it where something is not opaque.
    Lossy {
        /// Quality, effort and preset.
        settings: vp8::Settings,
        /// How chroma is made.
        chroma: Chroma,
    },
    /// By VP8L.
    Lossless(EncodeOptions),
}

/// Encodes a picture to a file.
///
/// - `pixels`: red, green, blue and alpha, a row after the other.
/// - `size`: width and height.
///
/// # Errors
///
/// [`Error::Size`] and [`Error::SampleCount`] if the size is not that of the pixels or of a picture,
/// [`Error::TooLong`] and [`Error::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_webp::vp8::Settings;
/// use pixgate_webp::yuv::Chroma;
/// use pixgate_webp::{Coding, encode};
///
/// let pixels = vec![[200, 30, 30, 128]; 64 * 48];
/// let settings = Settings::new(75);
/// let chroma = Chroma::Averaged;
/// let file = encode(pixels, (64, 48), Coding::Lossy { settings, chroma })?;
/// assert!(file.starts_with(b"RIFF"));
/// # Ok::<(), pixgate_webp::Error>(())
/// ```
pub fn encode(pixels: Vec<[u8; 4]>, size: (u32, u32), coding: Coding) -> Result<Vec<u8>, Error> {
    let Frame { chunks, .. } = Frame::new(pixels, size, coding)?;
    still(&chunks, size)
}

/// A file around the chunks of one picture.
pub(crate) fn still(chunks: &[u8], size: (u32, u32)) -> Result<Vec<u8>, Error> {
    if !chunks.starts_with(b"ALPH") {
        return file(chunks);
    }
    let mut whole = Vec::new();
    push_chunk(&mut whole, *b"VP8X", &extended(FLAG_ALPHA, size))?;
    whole
        .try_reserve_exact(chunks.len())
        .map_err(|_| Error::OutOfMemory {
            bytes: chunks.len() as u64,
        })?;
    whole.extend_from_slice(chunks);
    file(&whole)
}

/// A picture that is encoded.
pub(crate) struct Frame {
    /// `ALPH` and `VP8 `, or `VP8L`.
    pub(crate) chunks: Vec<u8>,
    pub(crate) has_alpha: bool,
}

impl Frame {
    pub(crate) fn new(
        pixels: Vec<[u8; 4]>,
        size: (u32, u32),
        coding: Coding,
    ) -> Result<Self, Error> {
        let has_alpha = pixels.iter().any(|pixel| pixel[3] != 255);
        let mut chunks = Vec::new();
        match coding {
            Coding::Lossless(options) => {
                let mut argb = zeroed(pixels.len())?;
                for (to, [red, green, blue, alpha]) in argb.iter_mut().zip(pixels) {
                    *to = u32::from_be_bytes([alpha, red, green, blue]);
                }
                let stream = lossless::encode(argb, size, options)?;
                push_chunk(&mut chunks, *b"VP8L", &stream)?;
            }
            Coding::Lossy { settings, chroma } => {
                let alpha = has_alpha.then(|| plane_of(&pixels)).transpose()?;
                if let Some(alpha) = &alpha {
                    let options = AlphaOptions::new(settings.effort, 100);
                    let content = encode_alpha(alpha, size, options)?;
                    push_chunk(&mut chunks, *b"ALPH", &content)?;
                }
                let yuv = Yuv::new(&pixels, size, chroma)?;
                drop(pixels);
                let payload = lossy(yuv, alpha, settings)?;
                push_chunk(&mut chunks, *b"VP8 ", &payload)?;
            }
        }
        Ok(Self { chunks, has_alpha })
    }
}

/// The last bytes of pixels.
fn plane_of(pixels: &[[u8; 4]]) -> Result<Vec<u8>, Error> {
    let mut plane = zeroed(pixels.len())?;
    for (to, pixel) in plane.iter_mut().zip(pixels) {
        *to = pixel[3];
    }
    Ok(plane)
}

/// The content of a `VP8 ` chunk.
fn lossy(yuv: Yuv, alpha: Option<Vec<u8>>, settings: vp8::Settings) -> Result<Vec<u8>, Error> {
    let (width, height) = yuv.size;
    let mut encoder = Encoder::new(width, height, settings)?;
    let [cb, cr] = &yuv.chroma;
    encoder.push_planes(&yuv.luma, [cb, cr])?;
    drop(yuv);
    if let Some(alpha) = alpha {
        encoder.hide(&alpha)?;
    }
    encoder.finish()
}

/// Bytes that [`encode`] takes at most, the pixels and the file included.
///
/// An upper estimate, for pixels of which some are not opaque.
#[must_use]
pub fn encode_bytes(width: u32, height: u32, coding: &Coding) -> u64 {
    let pixels = u64::from(width) * u64::from(height);
    match coding {
        Coding::Lossless(_) => pixels * 8 + lossless::encode_bytes(width, height),
        Coding::Lossy { settings, chroma } => {
            let options = AlphaOptions::new(settings.effort, 100);
            let alpha = lossless::encode_alpha_bytes(width, height, options);
            let planes = crate::yuv::yuv_bytes(width, height, *chroma);
            let encoder = vp8::encode_bytes(width, height, settings);
            pixels * 6 + alpha.max(planes + encoder)
        }
    }
}
