//! Files cut anywhere: an error or a picture, never a panic.
#![allow(
    clippy::cast_possible_truncation,
    clippy::field_reassign_with_default,
    clippy::panic,
    clippy::unwrap_used,
    reason = "made-up samples may wrap, structures are non-exhaustive, and helpers are tests too"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, ErrorKind, Limits, Metadata, Pixels, can_write, decode, encode, probe,
};
use pixgate_options::Format;
use pixgate_raster::Channels;
use support::{encoded, picture, read, settings};

fn files() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for format in Format::ALL.into_iter().filter(|format| can_write(*format)) {
        for channels in [Channels::Grey, Channels::Rgb] {
            files.push(encoded(&picture(40, 28, channels), &settings(format, 80)));
        }
        let mut settings = settings(format, 80);
        settings.jpeg_progressive = true;
        settings.palette_bits = Some(4);
        let mut metadata = Metadata::default();
        metadata.exif = Some(vec![0; 40]);
        metadata.icc = (format != Format::Jxl).then(|| vec![1; 300]);
        let pixels = Pixels::Interleaved(picture(40, 28, Channels::Rgb));
        files.push(encode(&pixels, &settings, &metadata).unwrap());
    }
    files
}

fn cuts(length: usize) -> impl Iterator<Item = usize> {
    (0..length.min(1024)).chain((1024..length).step_by(97))
}

#[test]
fn cut_files_never_panic() {
    let limits = Limits::default();
    for file in files() {
        assert!(read(&file).is_ok());
        for cut in cuts(file.len()) {
            let bytes = &file[..cut];
            let Ok(header) = probe(bytes, &limits) else {
                continue;
            };
            for planar in [false, true] {
                let mut request = DecodeRequest::default();
                request.planar = planar;
                if let Err(error) = decode(bytes, &header, &request, &limits) {
                    let is_panic = matches!(error.kind(), ErrorKind::Panicked { .. });
                    assert!(!is_panic, "{} cut at {cut}", header.format);
                }
            }
        }
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let limits = Limits::default();
    for file in files() {
        for at in (0..file.len()).step_by(3) {
            let mut bytes = file.clone();
            bytes[at] ^= 1 << (at % 8) | 0x80;
            let Ok(header) = probe(&bytes, &limits) else {
                continue;
            };
            let result = decode(&bytes, &header, &DecodeRequest::default(), &limits);
            if let Err(error) = result {
                let is_panic = matches!(error.kind(), ErrorKind::Panicked { .. });
                assert!(!is_panic, "{} byte {at}", header.format);
            }
        }
    }
}

#[test]
fn pictures_whose_data_ends_early_are_shown_as_far_as_they_go() {
    for format in [Format::Jpeg, Format::Png, Format::Gif] {
        let mut image = picture(200, 200, Channels::Rgb);
        for (i, sample) in image.slice_mut::<u8>().unwrap().iter_mut().enumerate() {
            *sample = (i.wrapping_mul(2_654_435_761) >> 13) as u8;
        }
        let file = encoded(&image, &settings(format, 80));
        let (_, pixels, _) = read(&file[..file.len() / 2]).unwrap();
        assert_eq!(pixels.size(), (200, 200), "{format}");
    }
}
