//! The image header (PNG 3, section 11.2.1).

use crate::Error;

/// What the samples of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ColorType {
    /// Grey.
    Grey = 0,
    /// Red, green, blue.
    Rgb = 2,
    /// An index into the palette.
    Palette = 3,
    /// Grey, alpha.
    GreyAlpha = 4,
    /// Red, green, blue, alpha.
    Rgba = 6,
}

impl ColorType {
    /// Samples of a pixel.
    #[must_use]
    pub const fn samples(self) -> usize {
        match self {
            Self::Grey | Self::Palette => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    /// Whether there is an alpha sample.
    #[must_use]
    pub const fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }

    const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Grey),
            2 => Some(Self::Rgb),
            3 => Some(Self::Palette),
            4 => Some(Self::GreyAlpha),
            6 => Some(Self::Rgba),
            _ => None,
        }
    }
}

/// Size and kind of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Pixels of a row, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// Bits of a sample: 1, 2, 4, 8 or 16.
    pub depth: u8,
    /// What the samples are.
    pub color: ColorType,
    /// Whether the pixels come in the seven passes of Adam7.
    pub interlaced: bool,
}

impl Header {
    /// Bytes of the chunk.
    pub const BYTES: usize = 13;

    /// Reads the content of an `IHDR` chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] for what PNG does not have.
    pub fn parse(content: &[u8; Self::BYTES]) -> Result<Self, Error> {
        let [
            w0,
            w1,
            w2,
            w3,
            h0,
            h1,
            h2,
            h3,
            depth,
            color,
            method,
            filter,
            interlace,
        ] = *content;
        let header = Self {
            width: u32::from_be_bytes([w0, w1, w2, w3]),
            height: u32::from_be_bytes([h0, h1, h2, h3]),
            depth,
            color: ColorType::from_code(color).ok_or(Error::Broken("colour type"))?,
            interlaced: interlace == 1,
        };
        if method != 0 || filter != 0 || interlace > 1 {
            return Err(Error::Broken("compression, filter or interlace method"));
        }
        header.check()?;
        Ok(header)
    }

    /// Whether PNG allows this.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if not.
    pub const fn check(&self) -> Result<(), Error> {
        if self.width == 0 || self.height == 0 || self.width > MOST || self.height > MOST {
            return Err(Error::Broken("a side of zero or beyond 2147483647"));
        }
        match (self.color, self.depth) {
            (ColorType::Grey, 1 | 2 | 4 | 8 | 16)
            | (ColorType::Palette, 1 | 2 | 4 | 8)
            | (ColorType::Rgb | ColorType::GreyAlpha | ColorType::Rgba, 8 | 16) => Ok(()),
            _ => Err(Error::Broken("colour type and bit depth")),
        }
    }

    /// The content of the `IHDR` chunk.
    #[must_use]
    pub const fn content(&self) -> [u8; Self::BYTES] {
        let [w0, w1, w2, w3] = self.width.to_be_bytes();
        let [h0, h1, h2, h3] = self.height.to_be_bytes();
        let (color, interlace) = (self.color as u8, self.interlaced as u8);
        [
            w0, w1, w2, w3, h0, h1, h2, h3, self.depth, color, 0, 0, interlace,
        ]
    }

    /// Bits of a pixel.
    #[must_use]
    pub const fn pixel_bits(&self) -> usize {
        self.color.samples() * self.depth as usize
    }

    /// Bytes between a byte and the one that filters call left.
    #[must_use]
    pub const fn pixel_bytes(&self) -> usize {
        self.pixel_bits().div_ceil(8)
    }

    /// Bytes of so many pixels in a row, without the filter byte.
    #[must_use]
    pub const fn bytes_of(&self, pixels: usize) -> usize {
        // Wide rows of a hostile header must not wrap on 32-bit machines.
        let whole = (pixels / 8).saturating_mul(self.pixel_bits());
        whole.saturating_add((pixels % 8 * self.pixel_bits()).div_ceil(8))
    }

    /// Bytes of a row, without the filter byte.
    #[must_use]
    pub const fn row_bytes(&self) -> usize {
        self.bytes_of(self.width as usize)
    }
}

const MOST: u32 = 0x7FFF_FFFF;
