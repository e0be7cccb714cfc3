//! RGB to the planes of lossy pictures: 4:2:0, BT.601, luma 16 to 235, chroma 16 to 240.

mod averaged;
mod light;
mod sharp;
#[cfg(test)]
mod tests;

use crate::Error;
use crate::lossless::low8;

/// A picture in 4:2:0.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Yuv {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Y, a row after the other.
    pub luma: Vec<u8>,
    /// Cb and Cr, of half the size, rounded up.
    pub chroma: [Vec<u8>; 2],
}

/// How chroma is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Chroma {
    /// The mean of the pixels it stands for; those that are opaque count for more.
    #[default]
    Averaged,
    /// So that what decoders make of luma and chroma together comes near the picture: edges between
    /// saturated colours keep their brightness. Takes several times as long.
    Sharp,
}

impl Yuv {
    /// Makes planes of pixels: red, green, blue, and alpha where `C` is 4.
    ///
    /// - `pixels`: a row after the other.
    /// - `size`: width and height.
    ///
    /// # Errors
    ///
    /// [`Error::SampleCount`] if the size is not that of the pixels, [`Error::OutOfMemory`].
    ///
    /// # Examples
    ///
    /// ```
    /// use pixgate_webp::yuv::{Chroma, Yuv};
    ///
    /// let red = Yuv::new(&[[255, 0, 0]; 4], (2, 2), Chroma::Averaged)?;
    /// assert_eq!((red.luma[0], red.chroma[0][0], red.chroma[1][0]), (81, 90, 240));
    /// # Ok::<(), pixgate_webp::Error>(())
    /// ```
    pub fn new<const C: usize>(
        pixels: &[[u8; C]],
        size: (u32, u32),
        chroma: Chroma,
    ) -> Result<Self, Error> {
        const { assert!(C == 3 || C == 4, "RGB or RGBA") }
        let wanted = size.0 as usize * size.1 as usize;
        if pixels.len() != wanted {
            let found = pixels.len();
            return Err(Error::SampleCount { wanted, found });
        }
        match chroma {
            Chroma::Averaged => averaged::convert(pixels, size),
            Chroma::Sharp => sharp::convert(pixels, size),
        }
    }
}

/// Bytes that [`Yuv::new`] takes at most, the planes included.
#[must_use]
pub fn yuv_bytes(width: u32, height: u32, chroma: Chroma) -> u64 {
    let pixels = u64::from(width.next_multiple_of(2)) * u64::from(height.next_multiple_of(2));
    let rows = 64 * u64::from(width.next_multiple_of(2));
    match chroma {
        Chroma::Averaged => pixels * 3 / 2 + rows,
        Chroma::Sharp => pixels * 3 / 2 + pixels * 12 + rows + (64 << 10),
    }
}

/// How much of a pixel is seen.
#[inline(always)]
fn opacity<const C: usize>(pixel: &[u8; C]) -> u8 {
    match C {
        4 => pixel[3],
        _ => 255,
    }
}

/// The nearest sample.
#[inline(always)]
fn sample(value: f32) -> u8 {
    low8(crate::lossless::rounded(value.clamp(0.0, 255.0)))
}

/// Shares of red, green and blue in luma (BT.601).
const SHARES: [f32; 3] = [0.299, 0.587, 0.114];
/// Luma of white less that of black, by that of RGB.
const LUMA_SCALE: f32 = 219.0 / 255.0;
/// Differences of blue and red from luma to chroma.
const CHROMA_SCALES: [f32; 2] = [
    0.5 / (1.0 - SHARES[2]) * (224.0 / 255.0),
    0.5 / (1.0 - SHARES[0]) * (224.0 / 255.0),
];
