//! Thumbnails that lie in sources, in place of their pictures.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{EncodeSettings, Header, Limits, Metadata, Pixels, can_write, encode, probe};
use pixgate_engine::{
    Cancel, EmbeddedThumbnails, Encoded, ErrorKind, Negotiation, Plan, Settings, Warning, plan, run,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::pages::exif_with_thumbnail;

fn jpeg(size: (u32, u32), color: [u8; 3], metadata: &Metadata) -> Vec<u8> {
    let layout = Layout::u8(size.0, size.1, Channels::Rgb);
    let image = Image::from_u8(layout, color.repeat((size.0 * size.1) as usize)).unwrap();
    let settings = EncodeSettings::new(Format::Jpeg, 90);
    encode(&Pixels::Interleaved(image), &settings, metadata).unwrap()
}

/// A blue picture with a red thumbnail.
fn source(size: (u32, u32), orientation: u8, thumbnail: &[u8]) -> Vec<u8> {
    let mut metadata = Metadata::default();
    metadata.exif = Some(exif_with_thumbnail(orientation, thumbnail));
    jpeg(size, [0, 0, 200], &metadata)
}

fn red(width: u32, height: u32) -> Vec<u8> {
    jpeg((width, height), [200, 0, 0], &Metadata::default())
}

fn all() -> Settings {
    let mut settings = Settings::default();
    settings.embedded_thumbnails = EmbeddedThumbnails::All;
    settings
}

fn planned(source: &[u8], options: &str, settings: &Settings) -> Plan {
    let header = probe(source, &Limits::default()).unwrap();
    let options = support::options(options);
    plan(&options, &header, settings, &Negotiation::default()).unwrap()
}

fn made(source: &[u8], options: &str, settings: &Settings) -> Encoded {
    let plan = planned(source, options, settings);
    run(&plan, source, &Cancel::never()).unwrap()
}

/// Whether the result shows the thumbnail.
fn is_red(result: &Encoded) -> bool {
    let header = probe(&result.bytes, &Limits::default()).unwrap();
    let request = pixgate_codec::DecodeRequest::default();
    let decoded = pixgate_codec::decode(&result.bytes, &header, &request, &Limits::default());
    let (Pixels::Interleaved(image), _) = decoded.unwrap() else {
        panic!("planes came");
    };
    image.view::<u8>().unwrap().pixel(0, 0)[0] > 100
}

#[test]
fn is_used_only_where_it_is_asked_for_and_allowed() {
    let source = source((320, 240), 1, &red(160, 120));
    let heif = Settings::default();
    let mut always = all();
    always.enforce_thumbnail = true;
    for (options, settings, size, is_thumbnail) in [
        ("f:png", &heif, (320, 240), false),
        ("eth:1/f:png", &heif, (320, 240), false),
        ("f:png", &all(), (320, 240), false),
        ("eth:1/f:png", &all(), (160, 120), true),
        ("f:png", &always, (160, 120), true),
        ("eth:0/f:png", &always, (320, 240), false),
        ("eth:1/w:80/f:png", &all(), (80, 60), true),
        ("eth:1/w:300/f:png", &all(), (160, 120), true),
        ("eth:1/w:300/el:1/f:png", &all(), (300, 225), true),
    ] {
        let result = made(&source, options, settings);
        assert_eq!((result.width, result.height), size, "{options}");
        assert_eq!(is_red(&result), is_thumbnail, "{options}");
    }
}

#[test]
fn one_of_another_shape_is_not_the_picture() {
    let source = source((300, 200), 1, &red(160, 120));
    let result = made(&source, "eth:1/f:png", &all());
    assert_eq!((result.width, result.height), (300, 200));
}

#[test]
fn is_turned_as_the_picture_is() {
    let source = source((320, 240), 6, &red(160, 120));
    let result = made(&source, "eth:1/f:png", &all());
    assert_eq!((result.width, result.height), (120, 160));
}

#[test]
fn one_that_cannot_be_read_gives_way_to_the_picture() {
    let mut thumbnail = red(160, 120);
    // Two tables are taken for one.
    let at = thumbnail
        .windows(2)
        .position(|pair| pair == [0xff, 0xda])
        .unwrap();
    thumbnail.truncate(at + 8);
    let cut = source((320, 240), 1, &thumbnail);
    let result = made(&cut, "eth:1/f:png", &all());
    assert!(matches!(
        (result.width, result.height),
        (160, 120) | (320, 240)
    ));
    let none = source((320, 240), 1, b"\xff\xd8 no picture");
    let result = made(&none, "eth:1/f:png", &all());
    assert_eq!((result.width, result.height), (320, 240));
}

#[test]
fn limits_are_those_of_the_picture() {
    let source = source((320, 240), 1, &red(160, 120));
    let header = probe(&source, &Limits::default()).unwrap();
    let mut settings = all();
    settings.max_src_resolution = 320 * 240 - 1;
    let options = support::options("eth:1");
    let refused = plan(&options, &header, &settings, &Negotiation::default());
    let error = refused.unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::SourceTooLarge { width: 320, .. }
    ));
}

#[test]
fn the_source_itself_never_stands_in_for_the_thumbnail() {
    let source = source((320, 240), 1, &red(160, 120));
    let plan = planned(&source, "eth:1", &all());
    assert!(
        plan.remarks()
            .iter()
            .any(|remark| remark.contains("thumbnail"))
    );
    let result = run(&plan, &source, &Cancel::never()).unwrap();
    assert_eq!((result.width, result.height), (160, 120));
    assert_ne!(result.bytes, source);
}

/// An AVIF file whose alpha is declared to be its thumbnail, which is grey then.
fn avif() -> Vec<u8> {
    let layout = Layout::u8(32, 32, Channels::Rgba);
    let image = Image::from_u8(layout, [200, 0, 0, 64].repeat(32 * 32)).unwrap();
    let settings = EncodeSettings::new(Format::Avif, 95);
    let image = Pixels::Interleaved(image);
    let mut file = encode(&image, &settings, &Metadata::default()).unwrap();
    let at = file.windows(4).position(|name| name == b"auxl").unwrap();
    file[at..at + 4].copy_from_slice(b"thmb");
    file
}

#[test]
fn the_thumbnail_of_an_avif_file_is_used_as_in_imgproxy() {
    if !can_write(Format::Avif) {
        return;
    }
    let source = avif();
    let header: Header = probe(&source, &Limits::default()).unwrap();
    assert_eq!(header.channels, Channels::Rgb);
    let thumbnail = header.parts.thumbnail.as_deref().unwrap();
    assert_eq!((thumbnail.width, thumbnail.channels), (32, Channels::Grey));
    let settings = Settings::default();
    assert!(is_red(&made(&source, "f:png", &settings)));
    let plan = planned(&source, "eth:1/f:png", &settings);
    assert_eq!(plan.warnings, []);
    let result = run(&plan, &source, &Cancel::never()).unwrap();
    let found = probe(&result.bytes, &Limits::default()).unwrap();
    assert_eq!(found.channels, Channels::Grey);
    assert!(!is_red(&result));
}

#[test]
fn a_picture_without_one_says_so() {
    if !can_write(Format::Avif) {
        return;
    }
    let layout = Layout::u8(32, 32, Channels::Rgb);
    let image = Pixels::Interleaved(Image::zeroed(layout).unwrap());
    let settings = EncodeSettings::new(Format::Avif, 95);
    let source = encode(&image, &settings, &Metadata::default()).unwrap();
    let plan = planned(&source, "eth:1/f:png", &Settings::default());
    assert_eq!(plan.warnings, [Warning::NoThumbnail]);
}
