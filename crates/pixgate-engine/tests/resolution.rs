//! How many pixels an inch has, as results say.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, Resolution, decode, encode, probe,
};
use pixgate_engine::{Cancel, Negotiation, Settings, run};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};

fn source(format: Format, resolution: Option<f64>, exif: Option<Vec<u8>>) -> Vec<u8> {
    let layout = Layout::u8(40, 30, Channels::Rgb);
    let samples = (0..layout.samples().unwrap()).map(|place| (place % 251).to_le_bytes()[0]);
    let image = Image::from_u8(layout, samples.collect()).unwrap();
    let mut metadata = Metadata::default();
    metadata.resolution = resolution.and_then(|inches| Resolution::per_inch(inches, inches));
    metadata.exif = exif;
    let settings = EncodeSettings::new(format, 90);
    encode(&Pixels::Interleaved(image), &settings, &metadata).unwrap()
}

fn result(source: &[u8], options: &str, settings: &Settings) -> Vec<u8> {
    let header = probe(source, &Limits::default()).unwrap();
    let options = support::options(options);
    let plan = pixgate_engine::plan(&options, &header, settings, &Negotiation::default()).unwrap();
    run(&plan, source, &Cancel::never()).unwrap().bytes
}

fn read(file: &[u8]) -> (Pixels, Metadata) {
    let limits = Limits::default();
    let header = probe(file, &limits).unwrap();
    decode(file, &header, &DecodeRequest::default(), &limits).unwrap()
}

/// Pixels per inch across, as the file says, in whole ones.
fn inches(file: &[u8]) -> Option<u32> {
    let inches = read(file).1.resolution?.in_inches().0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    let inches = inches.round() as u32;
    Some(inches)
}

#[test]
fn is_written_where_there_is_a_place_whether_metadata_is_stripped_or_not() {
    let settings = Settings::default();
    let source = source(Format::Png, Some(96.0), None);
    for format in ["png", "jpg", "tiff", "bmp"] {
        for (options, expected) in [
            ("dpi:300", 300),
            ("dpi:300/sm:0", 300),
            ("dpi:72.5", 73),
            ("sm:1", 72),
            ("dpi:0", 72),
            ("sm:0", 96),
            ("dpi:0/sm:0", 96),
        ] {
            let file = result(&source, &format!("{options}/f:{format}"), &settings);
            let found = inches(&file).unwrap();
            assert!(
                found.abs_diff(expected) <= 1,
                "{options}/f:{format}: {found}"
            );
        }
    }
    for format in ["gif", "ico", "webp"] {
        let file = result(&source, &format!("dpi:300/f:{format}"), &settings);
        assert_eq!(inches(&file), None, "{format}");
    }
}

#[test]
fn the_setting_is_for_stripped_files_alone() {
    let mut settings = Settings::default();
    settings.strip_metadata_dpi = 150.0;
    let png = source(Format::Png, Some(96.0), None);
    assert_eq!(inches(&result(&png, "f:jpg", &settings)), Some(150));
    assert_eq!(inches(&result(&png, "sm:0/f:jpg", &settings)), Some(96));
    assert_eq!(inches(&result(&png, "dpi:300/f:jpg", &settings)), Some(300));
    settings.strip_metadata_dpi = 0.0;
    assert_eq!(inches(&result(&png, "f:jpg", &settings)), None);
}

#[test]
fn pixels_never_change() {
    let settings = Settings::default();
    for format in [Format::Png, Format::Jpeg] {
        let source = source(format, None, None);
        for target in ["png", "jpg", "webp", "tiff"] {
            let plain = result(&source, &format!("f:{target}"), &settings);
            let with = result(&source, &format!("dpi:240/f:{target}"), &settings);
            assert_eq!(read(&plain).0, read(&with).0, "{format} to {target}");
        }
    }
}

#[test]
fn what_a_source_says_in_exif_is_replaced() {
    let settings = Settings::default();
    let source = source(Format::Jpeg, Some(96.0), Some(support::exif(1)));
    for format in ["jpg", "webp", "png"] {
        let file = result(&source, &format!("dpi:300/sm:0/f:{format}"), &settings);
        let exif = read(&file).1.exif.unwrap();
        // Numerator of the first fraction, and the unit.
        let fraction = [3_000_000_u32.to_le_bytes(), 10_000_u32.to_le_bytes()].concat();
        assert!(exif.windows(8).any(|window| window == fraction), "{format}");
        let unit = [0x28, 0x01, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0];
        assert!(exif.windows(12).any(|window| window == unit), "{format}");
    }
    let file = result(&source, "dpi:300/f:webp", &settings);
    assert_eq!(read(&file).1.exif, None);
}

#[test]
fn the_source_that_stands_in_for_a_larger_result_says_it_too() {
    let layout = Layout::u8(64, 48, Channels::Rgb);
    let samples =
        (0..layout.samples().unwrap()).map(|place| (place * place % 253).to_le_bytes()[0]);
    let image = Image::from_u8(layout, samples.collect()).unwrap();
    let poor = EncodeSettings::new(Format::Jpeg, 5);
    let poor = encode(&Pixels::Interleaved(image), &poor, &Metadata::default()).unwrap();
    let file = result(&poor, "q:95", &Settings::default());
    assert_eq!((file.len(), inches(&file)), (poor.len(), Some(72)));
    // Asked for, it is written whatever the source has room for.
    let file = result(&poor, "q:95/dpi:300", &Settings::default());
    assert!(file.len() > poor.len());
    assert_eq!(inches(&file), Some(300));
}
