//! Image format names as URLs spell them.

use std::fmt;
use std::str::FromStr;

use crate::UnknownName;

/// An image format that a URL can name, a source can have or a result can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum Format {
    /// JPEG; `jpg` is accepted as well.
    Jpeg,
    /// JPEG XL.
    Jxl,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// GIF.
    Gif,
    /// Windows icon.
    Ico,
    /// SVG; a result only if the source is SVG.
    Svg,
    /// HEIC (HEVC in HEIF).
    Heic,
    /// AVIF (AV1 in HEIF).
    Avif,
    /// Windows bitmap.
    Bmp,
    /// TIFF.
    Tiff,
    /// PDF; imgproxy Pro.
    Pdf,
    /// MP4 video; imgproxy Pro.
    Mp4,
    /// Whatever turns out smallest; imgproxy Pro.
    Best,
}

impl Format {
    /// Every format, in the order of the table in the URL grammar.
    pub const ALL: [Self; 14] = [
        Self::Jpeg,
        Self::Jxl,
        Self::Png,
        Self::Webp,
        Self::Gif,
        Self::Ico,
        Self::Svg,
        Self::Heic,
        Self::Avif,
        Self::Bmp,
        Self::Tiff,
        Self::Pdf,
        Self::Mp4,
        Self::Best,
    ];

    /// Reads a name exactly as URLs spell it: lower case, `jpg` being `jpeg`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "jpg" {
            return Some(Self::Jpeg);
        }
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The canonical name in URLs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Jxl => "jxl",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Ico => "ico",
            Self::Svg => "svg",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Pdf => "pdf",
            Self::Mp4 => "mp4",
            Self::Best => "best",
        }
    }

    /// The media type that answers carry.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Jxl => "image/jxl",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Ico => "image/x-icon",
            Self::Svg => "image/svg+xml",
            Self::Heic => "image/heif",
            Self::Avif => "image/avif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
            Self::Mp4 => "video/mp4",
            Self::Best => "application/octet-stream",
        }
    }

    /// The file name extension of a result, with its dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => ".jpg",
            Self::Jxl => ".jxl",
            Self::Png => ".png",
            Self::Webp => ".webp",
            Self::Gif => ".gif",
            Self::Ico => ".ico",
            Self::Svg => ".svg",
            Self::Heic => ".heic",
            Self::Avif => ".avif",
            Self::Bmp => ".bmp",
            Self::Tiff => ".tiff",
            Self::Pdf => ".pdf",
            Self::Mp4 => ".mp4",
            Self::Best => "",
        }
    }

    /// Whether results can be transparent.
    #[must_use]
    pub const fn has_alpha(self) -> bool {
        !matches!(self, Self::Jpeg | Self::Pdf | Self::Mp4)
    }

    /// Whether encoding takes a quality setting.
    #[must_use]
    pub const fn has_quality(self) -> bool {
        matches!(
            self,
            Self::Jpeg | Self::Jxl | Self::Webp | Self::Heic | Self::Avif | Self::Tiff
        )
    }

    /// Whether results can carry a colour profile.
    #[must_use]
    pub const fn has_color_profile(self) -> bool {
        matches!(
            self,
            Self::Jpeg | Self::Jxl | Self::Png | Self::Webp | Self::Heic | Self::Avif | Self::Tiff
        )
    }

    /// Whether results can be animated.
    #[must_use]
    pub const fn can_be_animated(self) -> bool {
        matches!(self, Self::Webp | Self::Gif)
    }

    /// Whether results can have more than 8 bits per channel.
    #[must_use]
    pub const fn has_high_depth(self) -> bool {
        matches!(self, Self::Jxl | Self::Png | Self::Avif | Self::Tiff)
    }
}

impl FromStr for Format {
    type Err = UnknownName;

    /// As [`Format::from_name`].
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::from_name(name).ok_or(UnknownName)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
