//! Pictures, made here.

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Header, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_options::Format;

use super::server::Answer;

/// A colour for each position.
pub(crate) type Paint<'p> = dyn Fn(u32, u32) -> [u8; 3] + 'p;

/// A smooth picture.
pub(crate) fn picture(format: Format, width: u32, height: u32) -> Vec<u8> {
    painted(format, (width, height), 1, &gradient)
}

/// A picture of this content; an orientation other than 1 is written as EXIF.
pub(crate) fn painted(
    format: Format,
    (width, height): (u32, u32),
    orientation: u8,
    paint: &Paint<'_>,
) -> Vec<u8> {
    let bitmap = bitmap(width, height, paint);
    if format == Format::Bmp {
        return bitmap;
    }
    let mut metadata = Metadata::default();
    if orientation != 1 {
        metadata.exif = Some(exif(orientation));
    }
    let settings = EncodeSettings::new(format, 80);
    encode(&pixels(&bitmap), &settings, &metadata).unwrap()
}

fn pixels(bytes: &[u8]) -> Pixels {
    let limits = Limits::default();
    let header = probe(bytes, &limits).unwrap();
    let request = DecodeRequest::default();
    decode(bytes, &header, &request, &limits).unwrap().0
}

pub(crate) fn gradient(x: u32, y: u32) -> [u8; 3] {
    [x / 2, y / 2, (x + y) / 4].map(low_byte)
}

fn low_byte(value: u32) -> u8 {
    value.to_le_bytes()[0]
}

/// Uncompressed, 24 bits, bottom row first.
fn bitmap(width: u32, height: u32, paint: &Paint<'_>) -> Vec<u8> {
    let padding = vec![0; (width % 4) as usize];
    let mut rows = Vec::new();
    for y in (0..height).rev() {
        rows.extend((0..width).flat_map(|x| {
            let [red, green, blue] = paint(x, y);
            [blue, green, red]
        }));
        rows.extend_from_slice(&padding);
    }
    let rows_size = u32::try_from(rows.len()).unwrap();
    let mut file = b"BM".to_vec();
    for word in [54 + rows_size, 0, 54, 40, width, height, 0x0018_0001, 0] {
        file.extend(word.to_le_bytes());
    }
    for word in [rows_size, 2835, 2835, 0, 0] {
        file.extend(word.to_le_bytes());
    }
    file.extend(rows);
    file
}

/// A TIFF structure with nothing but an orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff
}

/// A well-formed PNG that claims this size and has one byte of pixels.
pub(crate) fn boasting_png(width: u32, height: u32) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let data = [0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1];
    for (name, content) in [
        (b"IHDR", header.as_slice()),
        (b"IDAT", &data),
        (b"IEND", &[]),
    ] {
        let length = u32::try_from(content.len()).unwrap();
        let named = [name.as_slice(), content].concat();
        file.extend(length.to_be_bytes());
        file.extend(&named);
        file.extend(crc32(&named).to_be_bytes());
    }
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1));
    let fold = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(u32::MAX, fold)
}

/// What a successful answer's body is.
pub(crate) fn shown(answer: &Answer) -> Header {
    assert_eq!(answer.status, 200, "{}", answer.text());
    probe(&answer.body, &Limits::default()).unwrap()
}
