//! ICO: one entry of the directory, read as PNG or bitmap; written with a PNG inside.

use pixgate_options::Format;
use pixgate_raster::convert::convert_channels;
use pixgate_raster::{Channels, Image, Layout};

use crate::bmp::{self, Info};
use crate::buffered::WholeDecoder;
use crate::bytes::{le16, le32, slice};
use crate::row::{Reading, Row, Writing, collected_bytes};
use crate::signature::pattern;
use crate::{
    DecodeRequest, Decoder, EncodeSettings, Error, ErrorKind, Header, Limits, Metadata,
    OutputLayout, Pixels, png,
};

/// What this build does with icons.
pub(crate) const FORMAT: Row = Row {
    format: Format::Ico,
    signatures: &[&pattern(b"\0\0\x01\0")],
    reading: Some(Reading {
        header,
        pages: None,
        decode_bytes,
        open,
        frames: None,
        is_sound: None,
        replace_metadata: None,
    }),
    writing: Some(Writing {
        encode,
        encode_bytes,
        stream: None,
        animation: None,
    }),
};

/// Reads the facts of the largest entry.
fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let entry = Entry::best(bytes)?;
    let inner = match entry.payload {
        Payload::Png(png) => png::header(png, limits).map_err(of_icon)?,
        Payload::Bitmap(_) => {
            let info = entry.bitmap()?;
            let palette_bits = u8::try_from(info.bits).ok().filter(|bits| *bits <= 8);
            Header {
                palette_bits,
                ..Header::still(Format::Ico, info.width, info.height, Channels::Rgba)
            }
        }
    };
    if (inner.width, inner.height) != entry.size {
        return Err(broken("an entry of another size than the directory says"));
    }
    Ok(Header {
        format: Format::Ico,
        ..inner
    })
}

/// Opens the largest entry.
fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let entry = Entry::best(bytes)?;
    match entry.payload {
        Payload::Png(png) => {
            let inner = png::header(png, limits).map_err(of_icon)?;
            if (inner.width, inner.height) != (header.width, header.height) {
                return Err(broken("another size than its header"));
            }
            png::open(png, &inner, request, limits).map_err(of_icon)
        }
        Payload::Bitmap(bitmap) => {
            let info = entry.bitmap()?;
            let layout = Layout::u8(info.width, info.height, Channels::Rgba);
            let work = move || {
                let pixels = bitmap.get(info.offset..).unwrap_or_default();
                bmp::icon(&info, pixels)
                    .map(Pixels::Interleaved)
                    .map_err(of_icon)
            };
            let layout = OutputLayout::Interleaved(layout);
            Ok(WholeDecoder::boxed(layout, Metadata::default(), work))
        }
    }
}

/// As for PNG, and a bitmap before it has alpha.
fn decode_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    png::decode_bytes(header, request)
}

/// The PNG inside.
fn encode_bytes(layout: OutputLayout, _: &EncodeSettings) -> u64 {
    collected_bytes(layout, layout.bytes())
}

/// Encodes a whole image as an icon of one entry.
fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let (width, height) = pixels.size();
    if width.max(height) > MAX_SIDE {
        return Err(unsupported("a side of more than 256 pixels"));
    }
    let png = EncodeSettings::new(Format::Png, settings.quality);
    let png = match pixels {
        Pixels::Interleaved(image) => {
            let image = colored(image)?;
            // Icons are shown in places of their own size.
            let metadata = Metadata {
                resolution: None,
                ..metadata.clone()
            };
            png::encode_for_icon(&image, &png, &metadata).map_err(of_icon)?
        }
        Pixels::Planar(_) => return Err(unsupported("YCbCr planes")),
    };
    let length = u32::try_from(png.len()).map_err(|_| ErrorKind::Internal)?;
    let has_alpha = pixels.layout().is_some_and(|l| l.channels.has_alpha());
    let bits = if has_alpha { 32 } else { 24 };
    // 256 is written as 0.
    let side = |side: u32| side.to_le_bytes()[0];
    let mut file = vec![
        0,
        0,
        1,
        0,
        1,
        0,
        side(width),
        side(height),
        0,
        0,
        1,
        0,
        bits,
        0,
    ];
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(&FIRST_PAYLOAD.to_le_bytes());
    file.extend_from_slice(&png);
    Ok(file)
}

/// Old readers of icons know PNG in colour only.
fn colored(image: &Image) -> Result<Image, Error> {
    let channels = match image.layout().channels {
        Channels::Grey => Channels::Rgb,
        Channels::GreyAlpha => Channels::Rgba,
        Channels::Cmyk => return Err(unsupported("CMYK")),
        channels => channels,
    };
    Ok(convert_channels(image.clone(), channels)?)
}

/// An entry of the directory with its data.
struct Entry<'a> {
    size: (u32, u32),
    payload: Payload<'a>,
}

enum Payload<'a> {
    Png(&'a [u8]),
    Bitmap(&'a [u8]),
}

impl<'a> Entry<'a> {
    /// The entry that is shown: one replaces the best so far if it is wider or higher, or if one
    /// of its sides is 256.
    fn best(bytes: &'a [u8]) -> Result<Self, Error> {
        let count = usize::from(le16(bytes, 4).ok_or_else(|| broken("no directory"))?);
        let entries = bytes.get(6..).unwrap_or_default().chunks_exact(16);
        let mut best: Option<(&[u8], (u32, u32))> = None;
        for entry in entries.take(count) {
            let (width, height) = (side(entry[0]), side(entry[1]));
            let is_better = best.is_none_or(|(_, (best_width, best_height))| {
                width > best_width || height > best_height || width.max(height) == MAX_SIDE
            });
            if is_better {
                best = Some((entry, (width, height)));
            }
        }
        let (entry, size) = best.ok_or_else(|| broken("no entry"))?;
        Self::read(bytes, entry, size).ok_or_else(|| broken("an entry outside the file"))
    }

    fn read(bytes: &'a [u8], entry: &[u8], size: (u32, u32)) -> Option<Self> {
        let length = usize::try_from(le32(entry, 8)?).ok()?;
        let start = usize::try_from(le32(entry, 12)?).ok()?;
        let data = slice(bytes, start, length)?;
        let payload = if data.starts_with(b"\x89PNG\r\n\x1A\n") {
            Payload::Png(data)
        } else {
            Payload::Bitmap(data)
        };
        Some(Self { size, payload })
    }

    fn bitmap(&self) -> Result<Info, Error> {
        let (Payload::Png(data) | Payload::Bitmap(data)) = self.payload;
        let info = Info::icon(data).ok_or_else(|| broken("bitmap header ends early"))?;
        info.map_err(of_icon)
    }
}

/// A side as the directory has it; 0 is 256.
fn side(byte: u8) -> u32 {
    match byte {
        0 => MAX_SIDE,
        byte => byte.into(),
    }
}

/// An error of the format inside, as one of the icon.
fn of_icon(error: Error) -> Error {
    let format = Format::Ico;
    let kind = match error.kind() {
        ErrorKind::Broken { what, .. } => ErrorKind::Broken { format, what },
        ErrorKind::Unsupported { what, .. } => ErrorKind::Unsupported { format, what },
        kind => kind.clone(),
    };
    Error::with_source(kind, error)
}

fn broken(what: &'static str) -> Error {
    let format = Format::Ico;
    ErrorKind::Broken { format, what }.into()
}

fn unsupported(what: &'static str) -> Error {
    let format = Format::Ico;
    ErrorKind::Unsupported { format, what }.into()
}

/// Longest side of an entry.
const MAX_SIDE: u32 = 256;
/// Where the data of a directory of one entry starts.
const FIRST_PAYLOAD: u32 = 22;

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory whose entries hold what they are called by their place.
    fn directory(sides: &[(u8, u8)]) -> Vec<u8> {
        let count = u8::try_from(sides.len()).unwrap();
        let mut file = vec![0, 0, 1, 0, count, 0];
        for (i, (width, height)) in (0..).zip(sides) {
            file.extend_from_slice(&[*width, *height, 0, 0, 1, 0, 32, 0, 1, 0, 0, 0]);
            file.extend_from_slice(&[6 + 16 * count + i, 0, 0, 0]);
        }
        file.extend(0..count);
        file
    }

    #[test]
    fn chooses_the_entry_that_is_larger_or_the_last_of_256() {
        let table: &[(&[(u8, u8)], u8)] = &[
            (&[(48, 16), (16, 17)], 1),
            (&[(16, 16), (16, 16)], 0),
            (&[(0, 0), (32, 32)], 0),
            (&[(32, 32), (0, 0), (16, 16)], 1),
            (&[(0, 0), (0, 0)], 1),
        ];
        for (sides, expected) in table {
            let file = directory(sides);
            let Payload::Bitmap(data) = Entry::best(&file).unwrap().payload else {
                unreachable!()
            };
            assert_eq!(data, [*expected], "{sides:?}");
        }
    }

    #[test]
    fn refuses_directories_without_data() {
        let mut file = directory(&[(16, 16)]);
        file.pop();
        for bytes in [&file[..], &file[..6], &[0, 0, 1, 0, 0, 0], &[0, 0, 1, 0]] {
            assert!(Entry::best(bytes).is_err(), "{bytes:?}");
        }
    }
}
