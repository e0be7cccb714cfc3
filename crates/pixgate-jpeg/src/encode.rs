//! From samples to a file.

mod base_tables;
mod bit_writer;
mod blocks;
pub(crate) mod entropy;
pub(crate) mod fdct;
mod optimal;
mod planes;
pub(crate) mod progression;
mod quality;
mod segments;
pub(crate) mod split;
mod tokens;
mod trellis;

use pixgate_raster::{ChromaSubsampling, View};

pub(crate) use self::blocks::Picture;
use self::quality::Quantization;
use crate::kernels::Kernels;
use crate::{Error, ErrorKind};

/// What to encode.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Source<'a> {
    /// Luminance: one channel.
    Grey(View<'a, u8>),
    /// Interleaved RGB, turned into YCbCr and subsampled as the options say.
    Rgb(View<'a, u8>),
    /// Interleaved CMYK, 0 for no ink; written as Adobe's programs do, without a profile's help.
    Cmyk(View<'a, u8>),
    /// Y, Cb and Cr (BT.601, full range), one channel each.
    Planes {
        /// The planes; chroma of the size that `subsampling` gives for the size of luma.
        planes: [View<'a, u8>; 3],
        /// Resolution of the chroma planes.
        subsampling: ChromaSubsampling,
    },
}

/// How to encode.
///
/// # Examples
///
/// ```
/// use pixgate_jpeg::{EncodeOptions, Source, encode, Header};
/// use pixgate_raster::{Channels, Layout, View};
///
/// let pixels = [200; 20 * 10 * 3];
/// let view = View::new(&pixels, Layout::u8(20, 10, Channels::Rgb), 60)?;
/// let mut options = EncodeOptions::default();
/// options.quality = 75;
/// let file = encode(Source::Rgb(view), &options)?;
/// assert_eq!(Header::read(&file)?.width, 20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EncodeOptions<'a> {
    /// 1 (smallest) to 100 (best), on libjpeg's scale; other values are clamped.
    pub quality: u8,
    /// Which quantisation tables the quality scales: none, our own, which keep more quality in the
    /// same bytes; 0 those of T.81, 1 to 8 those of mozjpeg.
    pub quant_table: Option<u8>,
    /// Whether quotients are chosen by what they cost together, instead of one by one: fewer bytes
    /// for the same quality, and more time.
    pub trellis: bool,
    /// Resolution of chroma when RGB is encoded.
    pub subsampling: ChromaSubsampling,
    /// How coefficients are coded.
    pub entropy: Entropy,
    /// Units between restart markers; 0 is none. Progressive files have none.
    pub restart_interval: u16,
    /// Whether to use the machine's vector instructions; the file is the same either way.
    pub simd: bool,
    /// EXIF block to embed: a TIFF file.
    pub exif: Option<&'a [u8]>,
    /// ICC profile to embed.
    pub icc: Option<&'a [u8]>,
    /// XMP packet to embed.
    pub xmp: Option<&'a [u8]>,
    /// Photoshop's resources to embed, among which is IPTC.
    pub photoshop: Option<&'a [u8]>,
    /// Pixels per inch, across and down, for the JFIF segment; CMYK has none.
    pub density_per_inch: Option<(u16, u16)>,
}

impl Default for EncodeOptions<'_> {
    fn default() -> Self {
        Self {
            quality: 80,
            quant_table: None,
            trellis: false,
            subsampling: ChromaSubsampling::Both,
            entropy: Entropy::default(),
            restart_interval: 0,
            simd: true,
            exif: None,
            icc: None,
            xmp: None,
            photoshop: None,
            density_per_inch: None,
        }
    }
}

/// How coefficients are coded; the picture is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Entropy {
    /// One scan, the typical tables of T.81: fastest and largest.
    Typical,
    /// One scan, tables made for the picture.
    #[default]
    Optimized,
    /// Several scans, libjpeg's progression, tables made for each: smallest.
    Progressive,
}

/// Encodes a picture.
///
/// Takes, besides the file, three bytes for each sample of the planes: all quantised coefficients
/// are made before the first is coded.
///
/// # Errors
///
/// [`ErrorKind::InvalidSize`] if a side is over 65,535 or planes do not fit each other,
/// [`ErrorKind::InvalidComponents`] if a view has another number of channels,
/// [`ErrorKind::MetadataTooLong`], and [`ErrorKind::OutOfMemory`].
pub fn encode(source: Source<'_>, options: &EncodeOptions<'_>) -> Result<Vec<u8>, Error> {
    let quantization = Quantization::new(options.quality, options.quant_table);
    let kernels = Kernels::detect(options.simd);
    let picture = Picture::new(&source, options, &quantization, &kernels)?;
    let mut file = Vec::new();
    segments::write_start(&mut file, options, matches!(source, Source::Cmyk(_)))?;
    segments::write_tables(&mut file, &quantization.tables[..picture.tables()]);
    segments::write_frame(&mut file, &picture, options.entropy == Entropy::Progressive);
    (kernels.write_scans)(
        &mut file,
        &picture,
        options.entropy,
        options.restart_interval,
    )?;
    file.extend([0xff, crate::markers::EOI]);
    Ok(file)
}

/// Checks the size of a picture and returns it in 16 bits.
fn checked_size(width: u32, height: u32) -> Result<(u16, u16), Error> {
    match (u16::try_from(width), u16::try_from(height)) {
        (Ok(w), Ok(h)) if w > 0 && h > 0 => Ok((w, h)),
        _ => Err(ErrorKind::InvalidSize { width, height }.into()),
    }
}
