//! Size and arrangement of an image's samples.

use crate::{Error, ErrorKind};

/// Which channels a pixel has, in the order they lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Channels {
    /// One luminance value.
    Grey,
    /// Luminance, alpha.
    GreyAlpha,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, alpha.
    Rgba,
    /// Cyan, magenta, yellow, black; 0 is no ink.
    Cmyk,
}

impl Channels {
    /// Number of samples in a pixel, 1 to 4.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    /// Whether the last channel is alpha.
    #[must_use]
    pub const fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }

    /// The same colours with an alpha channel; CMYK has none and stays.
    #[must_use]
    pub const fn with_alpha(self) -> Self {
        match self {
            Self::Grey | Self::GreyAlpha => Self::GreyAlpha,
            Self::Rgb | Self::Rgba => Self::Rgba,
            Self::Cmyk => Self::Cmyk,
        }
    }

    /// The same colours without an alpha channel.
    #[must_use]
    pub const fn without_alpha(self) -> Self {
        match self {
            Self::Grey | Self::GreyAlpha => Self::Grey,
            Self::Rgb | Self::Rgba => Self::Rgb,
            Self::Cmyk => Self::Cmyk,
        }
    }
}

/// How a sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Depth {
    /// 8-bit integer, 0 to 255.
    U8,
    /// 16-bit integer in the machine's byte order, 0 to 65535.
    U16,
    /// 32-bit float; 0 to 1 is the nominal range.
    F32,
}

impl Depth {
    /// Bytes a sample takes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16 => 2,
            Self::F32 => 4,
        }
    }
}

/// Size and arrangement of an interleaved image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Layout {
    /// Pixels in a row, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// Channels of each pixel.
    pub channels: Channels,
    /// Storage of each sample.
    pub depth: Depth,
}

impl Layout {
    /// Describes an 8-bit image.
    #[must_use]
    pub const fn u8(width: u32, height: u32, channels: Channels) -> Self {
        Self {
            width,
            height,
            channels,
            depth: Depth::U8,
        }
    }

    /// The same arrangement at another size.
    #[must_use]
    pub const fn sized(self, width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            ..self
        }
    }

    /// The same size and depth with other channels.
    #[must_use]
    pub const fn with_channels(self, channels: Channels) -> Self {
        Self { channels, ..self }
    }

    /// Samples in a row.
    #[must_use]
    pub const fn row_samples(self) -> usize {
        self.width as usize * self.channels.count()
    }

    /// Bytes of the whole image; never overflows for 32-bit sides.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        let pixel = self.channels.count() as u64 * self.depth.bytes() as u64;
        (self.width as u64 * self.height as u64).saturating_mul(pixel)
    }

    /// Samples of the whole image.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSize`] if a side is zero or the bytes exceed what the machine can
    /// address in one buffer.
    pub fn samples(self) -> Result<usize, Error> {
        let invalid = ErrorKind::InvalidSize {
            width: self.width,
            height: self.height,
        };
        if self.width == 0 || self.height == 0 || isize::try_from(self.bytes()).is_err() {
            return Err(invalid.into());
        }
        usize::try_from(self.bytes() / self.depth.bytes() as u64).map_err(|_| invalid.into())
    }
}
