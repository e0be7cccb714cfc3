//! Results in every format, and what travels with the pixels, from end to end.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, can_write, decode, encode, probe,
};
use pixgate_engine::{Cancel, Encoded, Negotiation, Settings, run};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::{exif, options};

const ALL: [Format; 6] = [
    Format::Jpeg,
    Format::Png,
    Format::Gif,
    Format::Bmp,
    Format::Webp,
    Format::Avif,
];

#[test]
fn every_format_is_made_from_every_other() {
    let formats = || ALL.into_iter().filter(|format| can_write(*format));
    for from in formats() {
        let source = encoded(from, &Metadata::default());
        for to in formats() {
            let result = made(&source, &format!("rs:fill:40:40/f:{to}"));
            assert_eq!((result.width, result.height), (40, 40), "{from} to {to}");
            assert_eq!(result.format, to);
            // The left half is red, the right one blue.
            let image = pixels(&result.bytes);
            let (left, right) = (color(&image, 8, 20), color(&image, 32, 20));
            assert!(left[0] > 180 && left[2] < 70, "{from} to {to}: {left:?}");
            assert!(right[2] > 180 && right[0] < 70, "{from} to {to}: {right:?}");
        }
    }
}

#[test]
fn turned_pixels_lose_their_orientation_and_kept_metadata_stays() {
    let mut metadata = Metadata::default();
    metadata.exif = Some(exif(6));
    let source = encoded(Format::Jpeg, &metadata);
    for (text, orientation, size) in [
        ("sm:0", 1, (60, 80)),
        ("sm:0/ar:0", 6, (80, 60)),
        ("sm:0/ar:0/rot:180", 1, (80, 60)),
        ("sm:0/f:webp", 1, (60, 80)),
    ] {
        let result = made(&source, text);
        let header = probe(&result.bytes, &Limits::default()).unwrap();
        assert_eq!(header.orientation.exif(), orientation, "{text}");
        assert_eq!((header.width, header.height), size, "{text}");
    }
}

fn made(source: &[u8], text: &str) -> Encoded {
    let header = probe(source, &Limits::default()).unwrap();
    let (settings, negotiation) = (Settings::default(), Negotiation::default());
    let plan = pixgate_engine::plan(&options(text), &header, &settings, &negotiation).unwrap();
    run(&plan, source, &Cancel::never()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Red on the left, blue on the right.
fn encoded(format: Format, metadata: &Metadata) -> Vec<u8> {
    let layout = Layout::u8(80, 60, Channels::Rgb);
    let pixel = |i: u32| {
        if i % 80 < 40 {
            [220, 30, 30]
        } else {
            [30, 30, 220]
        }
    };
    let image = Image::from_u8(layout, (0..80 * 60).flat_map(pixel).collect()).unwrap();
    let settings = EncodeSettings::new(format, 90);
    encode(&Pixels::Interleaved(image), &settings, metadata).unwrap()
}

fn pixels(bytes: &[u8]) -> Image {
    let limits = Limits::default();
    let header = probe(bytes, &limits).unwrap();
    let decoded = decode(bytes, &header, &DecodeRequest::default(), &limits).unwrap();
    match decoded.0 {
        Pixels::Interleaved(image) => image,
        Pixels::Planar(_) => panic!("planes were not asked for"),
    }
}

fn color(image: &Image, x: u32, y: u32) -> [u8; 3] {
    let view = image.view::<u8>().unwrap();
    let pixel = view.pixel(x, y);
    [0, 1, 2].map(|channel| pixel[channel])
}
