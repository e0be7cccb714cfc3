//! From pixels to bytes.

use pixgate_options::{Format, WebpCompression, WebpPreset};
use pixgate_raster::ChromaSubsampling;

use crate::{Band, Error};

/// How to encode.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodeSettings {
    /// The format of the result.
    pub format: Format,
    /// Quality, 1 to 100, for the formats that have one.
    pub quality: u8,
    /// Chroma resolution of JPEG and AVIF; none leaves it to the quality (4:2:0 below 90).
    pub subsampling: Option<ChromaSubsampling>,
    /// JPEG: progressive scans.
    pub jpeg_progressive: bool,
    /// JPEG: quantisation tables that the quality scales, 0 to 8 as in mozjpeg; none, those of
    /// pixgate-jpeg.
    pub jpeg_quant_table: Option<u8>,
    /// JPEG: trellis quantisation.
    pub jpeg_trellis: bool,
    /// PNG: Adam7 interlacing; palettes are written in order all the same.
    pub png_interlaced: bool,
    /// PNG: effort, 1 to 6: how many bytes are worth how much time.
    pub png_effort: u8,
    /// PNG: fewer samples, fewer bits or indices where all pixels stay the same.
    pub png_reduce: bool,
    /// PNG and GIF: reduce to a palette of this many bits (1, 2, 4, 8).
    pub palette_bits: Option<u8>,
    /// WebP: effort, 1 to 6.
    pub webp_effort: u8,
    /// JPEG XL: effort, 1 to 9: how many rows are looked at before the codes are made.
    pub jxl_effort: u8,
    /// WebP: lossy, nearly lossless or lossless. Animations are lossy or lossless.
    pub webp_compression: WebpCompression,
    /// WebP: sharper chroma when it is lossy, which takes longer.
    pub webp_smart_subsample: bool,
    /// WebP: what lossy encoding is tuned for.
    pub webp_preset: WebpPreset,
    /// AVIF: speed, 0 to 9; more is faster.
    pub avif_speed: u8,
}

impl EncodeSettings {
    /// imgproxy's defaults for a format and quality.
    #[must_use]
    pub const fn new(format: Format, quality: u8) -> Self {
        Self {
            format,
            quality,
            subsampling: None,
            jpeg_progressive: false,
            jpeg_quant_table: None,
            jpeg_trellis: false,
            png_interlaced: false,
            png_effort: 2,
            png_reduce: false,
            palette_bits: None,
            webp_effort: 4,
            jxl_effort: 4,
            webp_compression: WebpCompression::Lossy,
            webp_smart_subsample: false,
            webp_preset: WebpPreset::Default,
            avif_speed: 8,
        }
    }

    /// The chroma resolution that these settings come to.
    #[must_use]
    pub const fn chroma_subsampling(&self) -> ChromaSubsampling {
        match self.subsampling {
            Some(subsampling) => subsampling,
            None if self.quality < 90 => ChromaSubsampling::Both,
            None => ChromaSubsampling::Full,
        }
    }
}

/// One image being encoded, band after band.
pub trait Encoder: Send {
    /// Takes the next rows; bands must follow each other and have the layout that the encoder was
    /// opened with.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`](crate::ErrorKind) for another layout, and
    /// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
    fn write_band(&mut self, band: Band) -> Result<(), Error>;

    /// Ends the file after the last band.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Encoder`](crate::ErrorKind) if rows are missing or the codec failed.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error>;
}
