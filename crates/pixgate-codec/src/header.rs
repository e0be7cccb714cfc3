//! What is known about an image before a pixel of it is decoded.

use pixgate_options::Format;
use pixgate_raster::{Channels, ChromaSubsampling};

/// Facts read from the first bytes of an image.
///
/// Sizes are *stored* sizes: what the file holds before its orientation is applied. For an
/// animation they are the size of the canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Header {
    /// The format, by content.
    pub format: Format,
    /// Stored width in pixels, at least 1.
    pub width: u32,
    /// Stored height in pixels, at least 1.
    pub height: u32,
    /// Frames, at least 1.
    pub frames: u32,
    /// How stored pixels are turned for display. Formats whose decoders turn them say
    /// [`Orientation::NORMAL`].
    pub orientation: Orientation,
    /// Channels that decoding gives; palettes are expanded.
    pub channels: Channels,
    /// Whether pixels in inks have alpha, which [`Decoder::alpha`](crate::Decoder::alpha) gives
    /// apart from them.
    pub has_ink_alpha: bool,
    /// Bits of a stored colour channel, 1 to 16 (32 for float); palettes count as 8.
    pub bits: u8,
    /// Bits of a palette index, if the image has a palette.
    pub palette_bits: Option<u8>,
    /// Whether a colour profile is embedded.
    pub has_color_profile: bool,
    /// Chroma resolution, if the image is stored as YCbCr and can be decoded to planes.
    pub subsampling: Option<ChromaSubsampling>,
    /// Whether the file is stored in passes (progressive JPEG, interlaced PNG), so that no row is
    /// ready before the whole was read.
    pub is_multi_pass: bool,
    /// Delays and loops, if the file carries both.
    pub animation: Option<Animation>,
    /// Bytes that decoding takes beside those that show in the other fields: pictures on the way to
    /// this one, which may be made of tiles or cut out of something larger (HEIF: AVIF, HEIC), or
    /// extra samples and strips decompressed apart (TIFF).
    pub part_bytes: Option<u64>,
    /// Bytes of rows on their way, if planes of this picture come some rows at a time, so that the whole
    /// is never in memory (AVIF); JPEG and WebP, of which all come so, do not say it here.
    pub band_bytes: Option<u64>,
    /// Which picture of the file this is, and what others belong to it.
    pub parts: Parts,
}

/// Which picture of a file a header is of, and what others belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Parts {
    /// The page, counted from 0, where pages differ ([`probe_pages`](crate::probe_pages)); frames of
    /// animations are chosen by [`DecodeRequest::frame`](crate::DecodeRequest) instead.
    pub page: u32,
    /// Pages that are wanted under this one, if more than one was asked for.
    pub below: Vec<Header>,
    /// The small picture of the same that lies beside it: `thmb` in AVIF and HEIC, the one of EXIF
    /// in JPEG. Its header decodes to it.
    pub thumbnail: Option<Box<Header>>,
    /// Whether this is such a small picture.
    pub is_thumbnail: bool,
    /// Where the page's directory begins, in TIFF.
    pub(crate) place: Option<u32>,
}

impl Header {
    /// A plain still image of 8 bits.
    pub(crate) fn still(format: Format, width: u32, height: u32, channels: Channels) -> Self {
        Self {
            format,
            width,
            height,
            frames: 1,
            orientation: Orientation::NORMAL,
            channels,
            has_ink_alpha: false,
            bits: 8,
            palette_bits: None,
            has_color_profile: false,
            subsampling: None,
            is_multi_pass: false,
            animation: None,
            part_bytes: None,
            band_bytes: None,
            parts: Parts::default(),
        }
    }
}

/// Timing of an animation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Animation {
    /// Milliseconds each frame is shown.
    pub delays_ms: Vec<u32>,
    /// How often the whole is played; 0 is forever.
    pub loop_count: u32,
    /// Whether every frame is as large as the canvas; looked at in WebP only, else false.
    pub fills_canvas: bool,
}

/// How stored pixels are turned for display: the EXIF orientation, 1 to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "u16", into = "u16"))]
pub struct Orientation(u8);

impl From<u16> for Orientation {
    /// As [`from_exif`](Self::from_exif).
    fn from(value: u16) -> Self {
        Self::from_exif(value)
    }
}

impl From<Orientation> for u16 {
    fn from(orientation: Orientation) -> Self {
        Self::from(orientation.exif())
    }
}

impl Orientation {
    /// Stored as displayed (EXIF 1).
    pub const NORMAL: Self = Self(1);

    /// Reads an EXIF value; anything but 1 to 8 counts as 1.
    #[must_use]
    pub const fn from_exif(value: u16) -> Self {
        match value {
            2..=8 => Self(value.to_be_bytes()[1]),
            _ => Self(1),
        }
    }

    /// The EXIF value, 1 to 8.
    #[must_use]
    pub const fn exif(self) -> u8 {
        self.0
    }

    /// Clockwise rotation for display, in degrees: 0, 90, 180 or 270.
    #[must_use]
    pub const fn angle(self) -> u16 {
        match self.0 {
            3 | 4 => 180,
            5 | 6 => 90,
            7 | 8 => 270,
            _ => 0,
        }
    }

    /// Whether the image is mirrored left to right after the rotation.
    #[must_use]
    pub const fn is_flipped(self) -> bool {
        matches!(self.0, 2 | 4 | 5 | 7)
    }

    /// Whether width and height change places.
    #[must_use]
    pub const fn swaps_sides(self) -> bool {
        self.0 >= 5
    }
}
