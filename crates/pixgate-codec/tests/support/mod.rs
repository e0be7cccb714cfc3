//! Images made in code, and small steps that every test file takes.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::field_reassign_with_default,
    clippy::panic,
    clippy::unwrap_used,
    reason = "made-up samples may wrap, structures are non-exhaustive, and helpers are tests too"
)]

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Error, Header, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Depth, Image, Layout, Samples};

/// A smooth picture with one hard edge; alpha runs from 0 to opaque.
pub(crate) fn picture(width: u32, height: u32, channels: Channels) -> Image {
    let layout = Layout::u8(width, height, channels);
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let edge = if x + y > (width + height) / 2 { 60 } else { 0 };
            let grey = (x * 150 / width + edge) as u8;
            let alpha = (y * 255 / height.max(2).saturating_sub(1)).min(255) as u8;
            let green = (y * 150 / height + edge) as u8;
            match channels {
                Channels::Grey => samples.push(grey),
                Channels::GreyAlpha => samples.extend([grey, alpha]),
                Channels::Rgb => samples.extend([grey, green, 90]),
                Channels::Rgba => samples.extend([grey, green, 90, alpha]),
                Channels::Cmyk => samples.extend([grey, green, 90, 10]),
            }
        }
    }
    Image::from_u8(layout, samples).unwrap()
}

/// The same picture with 16-bit samples whose low bytes matter.
pub(crate) fn picture_16(width: u32, height: u32, channels: Channels) -> Image {
    let image = picture(width, height, channels);
    let Samples::U8(samples) = image.samples() else {
        unreachable!()
    };
    let samples = samples
        .iter()
        .enumerate()
        .map(|(i, sample)| u16::from(*sample) << 8 | (i as u16 * 7) & 255)
        .collect();
    let layout = Layout {
        depth: Depth::U16,
        ..image.layout()
    };
    Image::from_samples(layout, Samples::U16(samples)).unwrap()
}

pub(crate) fn settings(format: Format, quality: u8) -> EncodeSettings {
    EncodeSettings::new(format, quality)
}

pub(crate) fn encoded(image: &Image, settings: &EncodeSettings) -> Vec<u8> {
    let pixels = Pixels::Interleaved(image.clone());
    encode(&pixels, settings, &Metadata::default()).unwrap()
}

pub(crate) fn read(bytes: &[u8]) -> Result<(Header, Pixels, Metadata), Error> {
    read_as(bytes, &DecodeRequest::default())
}

pub(crate) fn read_as(
    bytes: &[u8],
    request: &DecodeRequest,
) -> Result<(Header, Pixels, Metadata), Error> {
    let limits = Limits::default();
    let header = probe(bytes, &limits)?;
    let (pixels, metadata) = decode(bytes, &header, request, &limits)?;
    Ok((header, pixels, metadata))
}

pub(crate) fn interleaved(pixels: Pixels) -> Image {
    match pixels {
        Pixels::Interleaved(image) => image,
        Pixels::Planar(_) => panic!("planes where interleaved pixels were expected"),
    }
}

/// Mean absolute difference of all samples.
pub(crate) fn difference(a: &Image, b: &Image) -> f64 {
    assert_eq!(a.layout(), b.layout());
    let (Samples::U8(a), Samples::U8(b)) = (a.samples(), b.samples()) else {
        panic!("8-bit images expected");
    };
    let sum: u64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.len() as f64
}
