//! Interlaced PNG, ICO and TIFF: what was encoded comes back.
#![allow(
    clippy::cast_possible_truncation,
    clippy::field_reassign_with_default,
    clippy::panic,
    clippy::unwrap_used,
    reason = "made-up samples may wrap, structures are non-exhaustive, and helpers are tests too"
)]

mod support;

use pixgate_codec::{ErrorKind, Metadata, Pixels, encode};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout, Samples};
use support::{encoded, interleaved, picture, picture_16, read, settings};

#[test]
fn interlaced_png_keeps_every_sample_of_every_size() {
    use Channels::{Grey, GreyAlpha, Rgb, Rgba};
    let mut settings = settings(Format::Png, 80);
    settings.png_interlaced = true;
    for (width, height) in [(1, 1), (2, 3), (4, 5), (5, 1), (1, 9), (8, 8), (37, 29)] {
        for channels in [Grey, GreyAlpha, Rgb, Rgba] {
            for image in [
                picture(width, height, channels),
                picture_16(width, height, channels),
            ] {
                let (header, pixels, _) = read(&encoded(&image, &settings)).unwrap();
                assert!(header.is_multi_pass);
                let read = shown(&interleaved(pixels));
                assert_eq!(read, shown(&image), "{width}x{height}");
            }
        }
    }
}

/// Red, green, blue and alpha in 16 bits, whatever they are stored in.
fn shown(image: &Image) -> Vec<[u16; 4]> {
    let samples: Vec<u16> = match image.samples() {
        Samples::U8(samples) => samples
            .iter()
            .map(|sample| u16::from(*sample) * 257)
            .collect(),
        Samples::U16(samples) => samples.clone(),
        Samples::F32(_) => panic!("float samples"),
    };
    let pixels = samples.chunks_exact(image.layout().channels.count());
    pixels
        .map(|pixel| match *pixel {
            [v] => [v, v, v, u16::MAX],
            [v, a] => [v, v, v, a],
            [r, g, b] => [r, g, b, u16::MAX],
            _ => [pixel[0], pixel[1], pixel[2], pixel[3]],
        })
        .collect()
}

#[test]
fn interlaced_png_is_not_much_larger() {
    let image = picture(300, 200, Channels::Rgb);
    let mut settings = settings(Format::Png, 80);
    let plain = encoded(&image, &settings).len();
    settings.png_interlaced = true;
    let interlaced = encoded(&image, &settings).len();
    assert!(interlaced < plain * 2 + 2000, "{interlaced} {plain}");
}

#[test]
fn icons_keep_every_sample() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        for side in [16, 256] {
            let image = picture(side, side / 2, channels);
            let file = encoded(&image, &settings(Format::Ico, 80));
            let (header, pixels, _) = read(&file).unwrap();
            assert_eq!((header.format, header.channels), (Format::Ico, channels));
            assert_eq!(interleaved(pixels), image);
        }
    }
    let large = Pixels::Interleaved(picture(257, 8, Channels::Rgb));
    let result = encode(&large, &settings(Format::Ico, 80), &Metadata::default());
    assert!(matches!(
        result.unwrap_err().kind(),
        ErrorKind::Unsupported { .. }
    ));
}

#[test]
fn bitmaps_in_icons_are_read_without_their_masks() {
    let mut file = vec![
        0, 0, 1, 0, 1, 0, 2, 1, 0, 0, 1, 0, 32, 0, 56, 0, 0, 0, 22, 0, 0, 0,
    ];
    file.extend_from_slice(&[40, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 32, 0]);
    file.extend_from_slice(&[0; 24]);
    file.extend_from_slice(&[3, 2, 1, 255, 6, 5, 4, 128]);
    file.extend_from_slice(&[255; 8]);
    let (header, pixels, _) = read(&file).unwrap();
    assert_eq!((header.width, header.height), (2, 1));
    let expected = vec![1, 2, 3, 255, 4, 5, 6, 128];
    let expected = Image::from_u8(Layout::u8(2, 1, Channels::Rgba), expected).unwrap();
    assert_eq!(interleaved(pixels), expected);
    assert!(read(&file[..70]).is_err());
    file[6] = 3;
    assert!(read(&file).is_err());
}

#[test]
fn tiff_keeps_every_sample() {
    use Channels::{Cmyk, Grey, GreyAlpha, Rgb, Rgba};
    for channels in [Grey, GreyAlpha, Rgb, Rgba, Cmyk] {
        for image in [picture(237, 129, channels), picture_16(37, 29, channels)] {
            let file = encoded(&image, &settings(Format::Tiff, 80));
            let (header, pixels, _) = read(&file).unwrap();
            assert_eq!(header.channels, channels);
            assert_eq!(interleaved(pixels), image);
        }
    }
}

#[test]
fn tiff_carries_profiles_and_xmp() {
    let mut metadata = Metadata::default();
    metadata.icc = Some((0..5001_u32).map(|i| (i * 31) as u8).collect());
    metadata.xmp = Some(b"<x></x>".to_vec());
    metadata.iptc = Some(b"8BIM\x04\x04\0\0\0\0\0\x06\x1c\x02\x74\0\x01a".to_vec());
    let pixels = Pixels::Interleaved(picture(20, 20, Channels::Rgb));
    let file = encode(&pixels, &settings(Format::Tiff, 80), &metadata).unwrap();
    let (header, _, found) = read(&file).unwrap();
    assert!(header.has_color_profile);
    assert_eq!(found, metadata);
}
