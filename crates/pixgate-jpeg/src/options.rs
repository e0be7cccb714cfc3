//! What the caller wants of a picture.

use crate::{Rounding, Scale};

/// How to decode.
///
/// # Examples
///
/// ```
/// use pixgate_jpeg::{DecodeOptions, Output, Scale};
///
/// let mut options = DecodeOptions::default();
/// options.output = Output::Planes { scales: [Scale::Half, Scale::Full, Scale::Full, Scale::Half] };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeOptions {
    /// The form of the pixels.
    pub output: Output,
    /// What to do about damage.
    pub tolerance: Tolerance,
    /// Scans that a file may have; more of them are damage. Bounds the time of a hostile
    /// progressive file.
    pub max_scans: u32,
    /// What decoding may take, as [`memory_bytes`](crate::memory_bytes) counts it; a file that
    /// needs more is refused before anything is allocated.
    pub max_memory_bytes: u64,
    /// Whether to use the machine's vector instructions; the pixels are the same either way.
    pub simd: bool,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self {
            output: Output::default(),
            tolerance: Tolerance::default(),
            max_scans: 100,
            max_memory_bytes: 1 << 30,
            simd: true,
        }
    }
}

/// The form of decoded pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// All channels of a pixel together: grey, RGB or CMYK, after the colour model.
    ///
    /// YCbCr becomes RGB, YCCK becomes CMYK, and in CMYK 0 is no ink whatever the file says.
    /// Chroma at half the width, or half of both sides, is interpolated with libjpeg's triangle
    /// filter; other ratios are replicated. At a reduced size, chroma that is stored smaller is
    /// reduced less, so that nothing is lost.
    Interleaved {
        /// The size.
        scale: Scale,
        /// The size of a last, partly covered pixel.
        rounding: Rounding,
    },
    /// One plane per component at its stored resolution, colours as they are.
    Planes {
        /// The size of each component.
        scales: [Scale; 4],
    },
}

impl Default for Output {
    fn default() -> Self {
        Self::Interleaved {
            scale: Scale::Full,
            rounding: Rounding::Up,
        }
    }
}

/// What to do about damaged or truncated data behind the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tolerance {
    /// Decode what can be decoded, leave the rest grey, and say so in
    /// [`Decoder::damage`](crate::Decoder::damage).
    #[default]
    Lenient,
    /// Any damage is an error.
    Strict,
}
