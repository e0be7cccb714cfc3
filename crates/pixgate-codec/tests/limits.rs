//! What a header promises is checked before anything is decoded.
#![allow(
    clippy::cast_possible_truncation,
    clippy::field_reassign_with_default,
    reason = "made-up samples may wrap; the structures are non-exhaustive"
)]

mod support;

use std::time::{Duration, Instant};

use pixgate_codec::{
    DecodeRequest, ErrorKind, Limits, can_read, can_write, decode, decode_bytes, encode_bytes,
    encoder, open, probe,
};
use pixgate_options::Format;
use pixgate_raster::Channels;
use support::{encoded, picture, settings};

/// A PNG header that promises pixels, and next to no data.
fn promising_png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec();
    png.extend_from_slice(&width.to_be_bytes());
    png.extend_from_slice(&height.to_be_bytes());
    png.extend_from_slice(b"\x08\x06\0\0\0\0\0\0\0\0\0\0\x01IDAT\x78");
    png
}

#[test]
fn promises_cost_nothing() {
    let started = Instant::now();
    let table = [
        (100_000, 100_000, "side"),
        (60_000, 60_000, "pixels"),
        (0, 1, "broken"),
    ];
    for (width, height, expected) in table {
        let error = probe(&promising_png(width, height), &Limits::default()).unwrap_err();
        let found = match error.kind() {
            ErrorKind::SideTooLong { .. } => "side",
            ErrorKind::TooManyPixels { .. } => "pixels",
            ErrorKind::Broken { .. } => "broken",
            _ => "another",
        };
        assert_eq!(found, expected, "{width}x{height}");
    }
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn limits_are_inclusive() {
    let file = encoded(&picture(30, 20, Channels::Rgb), &settings(Format::Png, 80));
    let mut limits = Limits::default();
    limits.max_frame_pixels = 600;
    limits.max_side = 30;
    assert!(probe(&file, &limits).is_ok());
    limits.max_frame_pixels = 599;
    assert!(probe(&file, &limits).is_err());
    limits.max_frame_pixels = 600;
    limits.max_side = 29;
    assert!(probe(&file, &limits).is_err());
}

/// A GIF of 9 x 5 whose only frame says that it has 65535 x 65535 pixels: 4 GiB of indices.
const FRAME_LARGER_THAN_CANVAS: &[u8] = b"GIF89a\x09\0\x05\0\0\0\0\x2c\0\0\0\0\xff\xff\xff\xff\x80\0\0\0\xff\xff\xff\x02\x02\x44\x01\0;";

#[test]
fn a_frame_larger_than_its_canvas_counts_as_one() {
    let error = probe(FRAME_LARGER_THAN_CANVAS, &Limits::default()).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::TooManyPixels { .. }),
        "{error}"
    );
}

#[test]
fn headers_of_other_limits_are_checked_again() {
    let file = encoded(&picture(30, 20, Channels::Rgb), &settings(Format::Png, 80));
    let header = probe(&file, &Limits::default()).unwrap();
    let mut limits = Limits::default();
    limits.max_decode_bytes = 1000;
    let error = decode(&file, &header, &DecodeRequest::default(), &limits).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::TooMuchMemory { limit: 1000, .. }
    ));
}

#[test]
fn blocks_of_metadata_above_the_limit_are_left_out() {
    let mut metadata = pixgate_codec::Metadata::default();
    metadata.icc = Some(vec![3; 5000]);
    let pixels = pixgate_codec::Pixels::Interleaved(picture(8, 8, Channels::Rgb));
    let file = pixgate_codec::encode(&pixels, &settings(Format::Jpeg, 80), &metadata).unwrap();
    let mut limits = Limits::default();
    limits.max_metadata_bytes = 4000;
    let header = probe(&file, &limits).unwrap();
    let decoder = open(&file, &header, &DecodeRequest::default(), &limits).unwrap();
    assert_eq!(decoder.metadata().icc, None);
}

#[test]
fn estimates_are_there_for_every_format() {
    for format in Format::ALL {
        let image = picture(64, 64, Channels::Rgb);
        let layout = pixgate_codec::OutputLayout::Interleaved(image.layout());
        let settings = settings(format, 80);
        if !can_write(format) {
            let result = encoder(layout, &settings, &pixgate_codec::Metadata::default());
            let error = result.err().unwrap();
            assert_eq!(*error.kind(), ErrorKind::CannotWrite { format });
            continue;
        }
        assert!(can_read(format));
        let file = encoded(&image, &settings);
        assert!(encode_bytes(layout, &settings) > file.len() as u64);
        let header = probe(&file, &Limits::default()).unwrap();
        assert!(decode_bytes(&header, &DecodeRequest::default()) > 0);
    }
}
