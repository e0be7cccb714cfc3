//! The BMP headers: OS/2 core, Windows V1 to V5.

use pixgate_options::Format;
use pixgate_raster::Channels;

use crate::bytes::{le16, le32, slice};
use crate::{Error, ErrorKind, Header, Limits};

/// Reads the facts of a BMP file.
pub(crate) fn header(bytes: &[u8], _: &Limits) -> Result<Header, Error> {
    Info::read(bytes).map(|info| info.header())
}

/// What a BMP's headers say.
#[derive(Debug, Clone)]
pub(crate) struct Info {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(super) is_top_down: bool,
    pub(crate) bits: u16,
    pub(super) compression: Compression,
    /// Red, green, blue and alpha masks of 16- and 32-bit pixels.
    pub(super) masks: [u32; 4],
    /// Colours as red, green, blue.
    pub(super) palette: Vec<[u8; 3]>,
    /// Where the pixels start.
    pub(crate) offset: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Rle8,
    Rle4,
}

impl Info {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let short = || broken("header ends early");
        let offset = le32(bytes, 10).ok_or_else(short)?;
        let length = le32(bytes, 14).ok_or_else(short)?;
        let mut info = match length {
            12 => Self::core(bytes).ok_or_else(short)?,
            40 | 52 | 56 | 64 | 108 | 124 => Self::windows(bytes).ok_or_else(short)??,
            _ => return Err(broken("length of the information header")),
        };
        info.offset = usize::try_from(offset).map_err(|_| broken("offset of the pixels"))?;
        if info.width == 0 || info.height == 0 {
            return Err(broken("a side of zero"));
        }
        Ok(info)
    }

    /// Reads the bitmap of an icon, which has no file header: a 40-byte header whose height counts
    /// the mask too, a palette, and uncompressed pixels.
    pub(crate) fn icon(bytes: &[u8]) -> Option<Result<Self, Error>> {
        let width = le32(bytes, 4)?;
        let height = le32(bytes, 8)? / 2;
        let bits = le16(bytes, 14)?;
        if le32(bytes, 0)? != 40 || le32(bytes, 16)? != 0 || width > ICON_SIDE || height > ICON_SIDE
        {
            return Some(Err(broken("an icon's bitmap header")));
        }
        if width == 0 || height == 0 {
            return Some(Err(broken("a side of zero")));
        }
        let mut info = Self::plain(width, height, bits);
        let colors = usize::try_from(le32(bytes, 32)?).ok()?;
        if let Err(error) = info.set_compression(0) {
            return Some(Err(error));
        }
        let result = info.read_palette(bytes, 40, colors);
        info.offset = 40 + 4 * info.palette.len();
        Some(result.map(|()| info))
    }

    fn core(bytes: &[u8]) -> Option<Self> {
        let bits = le16(bytes, 24).filter(|bits| matches!(bits, 1 | 2 | 4 | 8 | 16 | 24 | 32))?;
        let mut info = Self::plain(le16(bytes, 18)?.into(), le16(bytes, 20)?.into(), bits);
        if bits <= 8 {
            let count = 1_usize << bits;
            let entries = bytes.get(26..).unwrap_or_default().chunks_exact(3);
            info.palette = entries.take(count).map(|c| [c[2], c[1], c[0]]).collect();
        }
        Some(info)
    }

    fn windows(bytes: &[u8]) -> Option<Result<Self, Error>> {
        let length = le32(bytes, 14)?;
        let width = possible(le32(bytes, 18)?.cast_signed());
        let height = possible(le32(bytes, 22)?.cast_signed());
        let (Ok(width), true) = (u32::try_from(width), height != 0) else {
            return Some(Err(broken("a side of zero or below")));
        };
        let mut info = Self::plain(width, height.unsigned_abs(), le16(bytes, 28)?);
        info.is_top_down = height < 0;
        let compression = le32(bytes, 30)?;
        let colors = usize::try_from(le32(bytes, 46)?).ok()?;
        if let Err(error) = info.set_compression(compression) {
            return Some(Err(error));
        }
        let mut palette = 14 + usize::try_from(length).ok()?;
        if matches!(compression, 3 | 6) {
            // A short header has its masks behind it, the longer ones inside, at the same place;
            // whether a short one has a fourth shows in the room before the pixels.
            let has_room = length == 40 && le32(bytes, 10)? >= 70;
            let count = if compression == 6 || length >= 56 || has_room {
                4
            } else {
                3
            };
            for (i, mask) in info.masks.iter_mut().enumerate().take(count) {
                *mask = le32(bytes, 54 + 4 * i)?;
            }
            palette += if length == 40 { 4 * count } else { 0 };
        } else if length >= 56 && info.bits == 32 {
            info.masks[3] = le32(bytes, 66)?;
        }
        Some(info.read_palette(bytes, palette, colors).map(|()| info))
    }

    fn plain(width: u32, height: u32, bits: u16) -> Self {
        Self {
            width,
            height,
            is_top_down: false,
            bits,
            compression: Compression::None,
            masks: if bits == 16 { MASKS_555 } else { MASKS_888 },
            palette: Vec::new(),
            offset: 0,
        }
    }

    fn set_compression(&mut self, compression: u32) -> Result<(), Error> {
        self.compression = match (compression, self.bits) {
            (0, 1 | 2 | 4 | 8 | 16 | 24) | (3 | 6, 16 | 32) => Compression::None,
            (0, 32) => {
                // The reference takes the fourth byte of a plain 32-bit file as alpha.
                self.masks[3] = 0xFF00_0000;
                Compression::None
            }
            (1, 8) => Compression::Rle8,
            (2, 4) => Compression::Rle4,
            _ => return Err(broken("compression and bits per pixel")),
        };
        if matches!(compression, 3 | 6) {
            self.masks = [0; 4];
        }
        Ok(())
    }

    fn read_palette(&mut self, bytes: &[u8], at: usize, colors: usize) -> Result<(), Error> {
        if self.bits > 8 {
            return Ok(());
        }
        let most = 1_usize << self.bits;
        let count = if colors == 0 { most } else { colors };
        if count > most {
            return Err(broken("number of palette entries"));
        }
        let entries = slice(bytes, at, 4 * count).ok_or_else(|| broken("palette ends early"))?;
        self.palette = entries
            .chunks_exact(4)
            .map(|c| [c[2], c[1], c[0]])
            .collect();
        Ok(())
    }

    pub(crate) fn channels(&self) -> Channels {
        if self.bits >= 16 && self.masks[3] != 0 {
            Channels::Rgba
        } else {
            Channels::Rgb
        }
    }

    fn header(&self) -> Header {
        let depth = match self.palette.len() {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        };
        let palette_bits = (self.bits <= 8).then_some(depth);
        Header {
            palette_bits,
            is_multi_pass: !self.is_top_down,
            ..Header::still(Format::Bmp, self.width, self.height, self.channels())
        }
    }
}

/// A side as the reference understands it: one that its library cannot have counts as 1.
const fn possible(side: i32) -> i32 {
    if side.unsigned_abs() > LONGEST_SIDE {
        1
    } else {
        side
    }
}

pub(super) fn broken(what: &'static str) -> Error {
    let format = Format::Bmp;
    ErrorKind::Broken { format, what }.into()
}

/// `VIPS_MAX_COORD` of libvips 8.18.
const LONGEST_SIDE: u32 = 100_000_000;
/// What an icon's directory can say.
const ICON_SIDE: u32 = 256;
const MASKS_555: [u32; 4] = [0x7C00, 0x03E0, 0x001F, 0];
const MASKS_888: [u32; 4] = [0x00FF_0000, 0x0000_FF00, 0x0000_00FF, 0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_that_nothing_can_have_count_as_one() {
        let mut file = [0; 54];
        file[..2].copy_from_slice(b"BM");
        (file[10], file[14], file[26], file[28]) = (54, 40, 1, 24);
        for (width, height, expected) in [
            (6, i32::MAX, Some((6, 1))),
            (i32::MAX, 6, Some((1, 6))),
            (6, i32::MIN, Some((6, 1))),
            (100_000_000, -6, Some((100_000_000, 6))),
            (-6, 6, None),
            (6, 0, None),
        ] {
            file[18..22].copy_from_slice(&width.to_le_bytes());
            file[22..26].copy_from_slice(&height.to_le_bytes());
            let size = Info::read(&file).map(|info| (info.width, info.height));
            assert_eq!(size.ok(), expected, "{width} {height}");
        }
    }
}
