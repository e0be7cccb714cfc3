//! BMP output: uncompressed, 8 bits per channel, rows top to bottom.

use pixgate_options::Format;
use pixgate_raster::{Channels, Image};

use crate::{EncodeSettings, Error, ErrorKind, Metadata, Pixels, Resolution};

/// Encodes a whole image: a V5 header and BGR or BGRA, or a V1 header and a grey palette.
pub(crate) fn encode(
    pixels: &Pixels,
    _: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let Pixels::Interleaved(image) = pixels else {
        return Err(unsupported("YCbCr planes"));
    };
    let channels = match image.layout().channels {
        Channels::Grey => 1,
        Channels::Rgb => 3,
        Channels::GreyAlpha | Channels::Rgba => 4,
        Channels::Cmyk => return Err(unsupported("CMYK")),
    };
    let file = Plan::new(image, channels, metadata.resolution)?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(file.length)
        .map_err(|_| ErrorKind::OutOfMemory {
            bytes: file.length as u64,
        })?;
    file.push_headers(&mut bytes);
    push_rows(&mut bytes, image, file.stride)?;
    Ok(bytes)
}

struct Plan {
    width: u32,
    height: u32,
    channels: u32,
    stride: usize,
    offset: usize,
    length: usize,
    /// Across and down.
    pixels_per_metre: (u32, u32),
}

impl Plan {
    fn new(image: &Image, channels: u32, resolution: Option<Resolution>) -> Result<Self, Error> {
        let offset = if channels == 1 {
            14 + 40 + 1024
        } else {
            14 + 124
        };
        let stride = (u64::from(image.width()) * u64::from(channels)).next_multiple_of(4);
        let length = stride * u64::from(image.height()) + offset;
        // The format counts its bytes in 32 bits.
        u32::try_from(length).map_err(|_| unsupported("more than 4 GiB"))?;
        let size = |bytes| usize::try_from(bytes).map_err(|_| ErrorKind::OutOfMemory { bytes });
        Ok(Self {
            width: image.width(),
            height: image.height(),
            channels,
            stride: size(stride)?,
            offset: size(offset)?,
            length: size(length)?,
            pixels_per_metre: resolution.map_or(SCREEN, Resolution::in_metres),
        })
    }

    fn push_headers(&self, to: &mut Vec<u8>) {
        let field = |to: &mut Vec<u8>, value: u32| to.extend_from_slice(&value.to_le_bytes());
        let size = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        to.extend_from_slice(b"BM");
        field(to, size(self.length));
        field(to, 0);
        field(to, size(self.offset));
        field(to, if self.channels == 1 { 40 } else { 124 });
        field(to, self.width);
        field(to, self.height.wrapping_neg());
        field(to, 1 | (8 * self.channels) << 16);
        field(to, 0);
        field(to, size(self.length - self.offset));
        field(to, self.pixels_per_metre.0);
        field(to, self.pixels_per_metre.1);
        if self.channels == 1 {
            field(to, 256);
            field(to, 0);
            to.extend((0..=255).flat_map(|grey| [grey, grey, grey, 0]));
        } else {
            field(to, 0);
            field(to, 0);
            for mask in [0x00FF_0000, 0x0000_FF00, 0x0000_00FF, 0xFF00_0000] {
                field(to, mask);
            }
            to.extend_from_slice(b"BGRs");
            to.resize(to.len() + 48, 0);
            field(to, INTENT_IMAGES);
            to.resize(self.offset, 0);
        }
    }
}

fn push_rows(to: &mut Vec<u8>, image: &Image, stride: usize) -> Result<(), Error> {
    let view = image
        .view::<u8>()
        .map_err(|_| unsupported("more than 8 bits"))?;
    for row in view.rows() {
        let start = to.len();
        match image.layout().channels {
            Channels::Rgb => to.extend(row.chunks_exact(3).flat_map(|p| [p[2], p[1], p[0]])),
            Channels::Rgba => {
                to.extend(row.chunks_exact(4).flat_map(|p| [p[2], p[1], p[0], p[3]]));
            }
            Channels::GreyAlpha => {
                to.extend(row.chunks_exact(2).flat_map(|p| [p[0], p[0], p[0], p[1]]));
            }
            Channels::Grey | Channels::Cmyk => to.extend_from_slice(row),
        }
        to.resize(start + stride, 0);
    }
    Ok(())
}

fn unsupported(what: &'static str) -> Error {
    let format = Format::Bmp;
    ErrorKind::Unsupported { format, what }.into()
}

/// 72 pixels per inch.
const SCREEN: (u32, u32) = (2835, 2835);
/// `LCS_GM_IMAGES`.
const INTENT_IMAGES: u32 = 4;
