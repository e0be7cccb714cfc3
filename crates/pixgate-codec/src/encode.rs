//! From pixels to bytes.

use pixgate_options::{Format, WebpCompression, WebpPreset};
use pixgate_raster::ChromaSubsampling;

use crate::boundary::{ContainedEncoder, contain};
#[cfg(feature = "avif")]
use crate::heif;
#[cfg(feature = "jxl")]
use crate::jxl;
use crate::room::check_room;
#[cfg(feature = "libwebp")]
use crate::webp;
use crate::whole::WholeEncoder;
use crate::{
    Band, Error, ErrorKind, Metadata, OutputLayout, Pixels, bmp, gif, ico, jpeg, png, tiff,
};

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

/// Whether this build can encode a format.
#[must_use]
pub const fn can_write(format: Format) -> bool {
    let is_always = matches!(
        format,
        Format::Jpeg | Format::Png | Format::Gif | Format::Bmp | Format::Ico | Format::Tiff
    );
    is_always
        || (matches!(format, Format::Webp) && cfg!(feature = "libwebp"))
        || (matches!(format, Format::Avif) && cfg!(feature = "avif"))
        || (matches!(format, Format::Jxl) && cfg!(feature = "jxl"))
}

/// Bytes that an encoder takes for itself at most: buffers, codec state and the result.
///
/// An upper estimate. Encoders that know whole images only collect the bands, which is counted;
/// the caller's own copy of the pixels is not.
#[must_use]
pub fn encode_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let (width, height) = layout.size();
    let pixels = u64::from(width) * u64::from(height);
    let collected = layout.bytes();
    let work = match settings.format {
        Format::Png if settings.palette_bits.is_none() && !settings.png_interlaced => {
            return collected + collected / 8 + 16 * u64::from(width) + (1 << 20);
        }
        // For each sample its coefficient, at most one symbol, and the result.
        Format::Jpeg => jpeg_samples(layout, settings).saturating_mul(31) / 4,
        Format::Webp => pixels.saturating_mul(webp_pixel_bytes(layout, settings)),
        Format::Avif => avif_bytes_of(layout, settings),
        // Indices and the result.
        Format::Png if settings.palette_bits.is_none() => collected,
        Format::Png | Format::Gif => pixels.saturating_mul(3),
        // The PNG inside.
        Format::Ico => collected,
        Format::Tiff => collected,
        // Bits of all groups, put together at the end; 16-bit samples once more.
        Format::Jxl => collected.saturating_mul(4),
        _ => pixels.saturating_mul(4),
    };
    collected.saturating_add(work).saturating_add(4 << 20)
}

/// What the C library takes for a pixel beside the image, which no allocator of ours sees: planes,
/// macroblocks, tokens and the result; measured with black and white noise, and rounded up.
fn webp_pixel_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let has_alpha = match layout {
        OutputLayout::Interleaved(layout) => layout.channels.has_alpha(),
        OutputLayout::Planar { alpha, .. } => alpha,
    };
    match (settings.webp_compression, settings.quality) {
        (WebpCompression::Lossy, _) if has_alpha => 42,
        (WebpCompression::Lossy, ..=50) => 15,
        (WebpCompression::Lossy, ..=80) => 19,
        (WebpCompression::Lossy, ..=90) => 24,
        (WebpCompression::Lossy, _) => 32,
        _ if has_alpha => 46,
        _ => 41,
    }
}

/// Planes, and the result up to five times while it grows and is put into boxes; its bytes for each
/// sample were measured with noise.
fn avif_bytes_of(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let (width, height) = layout.size();
    let pixels = u64::from(width) * u64::from(height);
    let (has_color, has_alpha, is_wide) = match layout {
        OutputLayout::Interleaved(layout) => (
            layout.channels.count() > 2,
            layout.channels.has_alpha(),
            layout.depth.bytes() > 1,
        ),
        OutputLayout::Planar {
            subsampling, alpha, ..
        } => (subsampling.is_some(), alpha, false),
    };
    let is_full = settings.chroma_subsampling() == ChromaSubsampling::Full;
    let halves = match (has_color, is_full) {
        (false, _) => 2,
        (true, false) => 3,
        (true, true) => 6,
    } + if has_alpha { 2 } else { 0 };
    let of_sample = match (is_wide, settings.quality) {
        (false, ..=89) => 1 + 5,
        (false, _) => 1 + 8,
        (true, ..=89) => 2 + 6,
        (true, _) => 2 + 13,
    };
    pixels.saturating_mul(halves * of_sample) / 2
}

/// Samples of all components, chroma as it is written.
fn jpeg_samples(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let (width, height) = layout.size();
    let pixels = u64::from(width.next_multiple_of(16)) * u64::from(height.next_multiple_of(16));
    let subsampling = match layout {
        OutputLayout::Interleaved(layout) => match layout.channels.count() {
            1 | 2 => return pixels,
            3 => settings.chroma_subsampling(),
            _ => return pixels.saturating_mul(4),
        },
        OutputLayout::Planar { subsampling, .. } => match subsampling {
            Some(subsampling) => subsampling,
            None => return pixels,
        },
    };
    match subsampling {
        ChromaSubsampling::Both => pixels.saturating_mul(3) / 2,
        ChromaSubsampling::Horizontal => pixels.saturating_mul(2),
        ChromaSubsampling::Full => pixels.saturating_mul(3),
    }
}

/// Starts to encode an image of this layout.
///
/// `metadata` is written where the format has a place for it; take out what must not appear.
///
/// # Errors
///
/// [`ErrorKind::CannotWrite`] for formats that this build has no encoder for, and
/// [`ErrorKind::Unsupported`] for a layout that the format does not take.
pub fn encoder(
    layout: OutputLayout,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Box<dyn Encoder>, Error> {
    let format = settings.format;
    if !can_write(format) {
        return Err(ErrorKind::CannotWrite { format }.into());
    }
    let inner = contain(format, || encoder_of(layout, settings, metadata))?;
    Ok(Box::new(ContainedEncoder::new(format, inner)))
}

fn encoder_of(
    layout: OutputLayout,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Box<dyn Encoder>, Error> {
    match settings.format {
        Format::Png => {
            check_room(settings.format, encode_bytes(layout, settings))?;
            png::stream(layout, settings, metadata)
        }
        _ => Ok(WholeEncoder::boxed(
            layout,
            settings,
            metadata,
            encode_format,
        )),
    }
}

/// Encodes a whole image.
///
/// # Errors
///
/// As [`encoder`], and [`ErrorKind::Encoder`] if the codec failed.
pub fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    contain(settings.format, || {
        encode_format(pixels, settings, metadata)
    })
}

fn encode_format(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let layout = pixels.output_layout();
    let work = encode_bytes(layout, settings).saturating_sub(layout.bytes());
    check_room(settings.format, work)?;
    match settings.format {
        Format::Jpeg => jpeg::encode(pixels, settings, metadata),
        Format::Png => png::encode(pixels, settings, metadata),
        #[cfg(feature = "libwebp")]
        Format::Webp => webp::encode(pixels, settings, metadata),
        #[cfg(feature = "avif")]
        Format::Avif => heif::encode(pixels, settings, metadata),
        #[cfg(feature = "jxl")]
        Format::Jxl => jxl::encode(pixels, settings, metadata),
        Format::Gif => gif::encode(pixels, settings, metadata),
        Format::Bmp => bmp::encode(pixels, settings, metadata),
        Format::Ico => ico::encode(pixels, settings, metadata),
        Format::Tiff => tiff::encode(pixels, settings, metadata),
        format => Err(ErrorKind::CannotWrite { format }.into()),
    }
}
