//! A source that is smaller than what coding it anew gives comes out itself.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    EncodeSettings, Limits, Metadata, Pixels, animation_encoder, can_write, encode, probe,
};
use pixgate_engine::{Cancel, Encoded, Negotiation, Preference, Settings, SmallerSource, run};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::{exif, options};

/// A picture of noise, coded so poorly that any other coding is larger.
fn poor(format: Format, metadata: &Metadata) -> Vec<u8> {
    let mut settings = EncodeSettings::new(format, 5);
    settings.webp_effort = 6;
    settings.avif_speed = 9;
    encode(&noise(), &settings, metadata).unwrap()
}

fn noise() -> Pixels {
    let layout = Layout::u8(96, 64, Channels::Rgb);
    let mut state = 1_u32;
    let samples = (0..layout.bytes()).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    Pixels::Interleaved(Image::from_u8(layout, samples.collect()).unwrap())
}

fn made(source: &[u8], text: &str, settings: &Settings, negotiation: Negotiation) -> Encoded {
    let header = probe(source, &Limits::default()).unwrap();
    let plan = pixgate_engine::plan(&options(text), &header, settings, &negotiation).unwrap();
    run(&plan, source, &Cancel::never()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The defaults, and no resolution in stripped files, which those here do not have.
fn without_resolution() -> Settings {
    let mut settings = Settings::default();
    settings.strip_metadata_dpi = 0.0;
    settings
}

fn usually(source: &[u8], text: &str) -> Encoded {
    made(source, text, &without_resolution(), Negotiation::default())
}

#[test]
fn the_source_comes_out_without_its_metadata() {
    let mut metadata = Metadata::default();
    metadata.exif = Some(exif(1));
    metadata.xmp = Some(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".to_vec());
    for format in [Format::Jpeg, Format::Webp] {
        if !can_write(format) {
            continue;
        }
        let source = poor(format, &metadata);
        let bare = poor(format, &Metadata::default());
        let asked = format!("q:90/f:{format}");
        assert_eq!(usually(&source, &asked).bytes, bare, "{format}");
        let kept = usually(&source, &format!("{asked}/sm:0"));
        assert_eq!(kept.bytes, source, "{format}");
        assert_eq!((kept.format, kept.width, kept.height), (format, 96, 64));
    }
}

#[test]
fn a_source_that_was_repaired_does_not_come_out_itself() {
    let whole = poor(Format::Jpeg, &Metadata::default());
    let cut = [&whole[..whole.len() - 60], &[0xff, 0xd9]].concat();
    assert_eq!(usually(&whole, "q:90").bytes, whole);
    let made = usually(&cut, "q:90");
    assert_eq!(
        (made.format, made.width, made.height),
        (Format::Jpeg, 96, 64)
    );
    assert!(made.bytes.len() > whole.len(), "coded anew");
}

#[test]
fn copyright_stays_as_it_does_in_other_results() {
    let mut metadata = Metadata::default();
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend([0x98, 0x82, 2, 0, 4, 0, 0, 0]);
    tiff.extend(b"me!\0\0\0\0\0");
    metadata.exif = Some(tiff);
    let source = poor(Format::Jpeg, &metadata);
    let contains = |bytes: &[u8]| bytes.windows(3).any(|text| text == b"me!");
    assert!(contains(&usually(&source, "q:90").bytes));
    assert!(!contains(&usually(&source, "q:90/kcr:0").bytes));
}

#[test]
fn anything_visible_or_any_wish_for_the_encoder_makes_a_new_file() {
    let source = poor(Format::Jpeg, &Metadata::default());
    for text in [
        "q:90/w:48",
        "q:90/c:40:40",
        "q:90/rot:180",
        "q:90/fl:1",
        "q:90/bl:1",
        "q:90/pd:1",
        "q:90/jpgo:1",
        "q:90/f:png",
        "q:3",
    ] {
        assert_ne!(usually(&source, text).bytes, source, "{text}");
    }
    let mut turned = Metadata::default();
    turned.exif = Some(exif(6));
    let turned = usually(&poor(Format::Jpeg, &turned), "q:90");
    assert_eq!((turned.width, turned.height), (64, 96));
    let header = probe(&turned.bytes, &Limits::default()).unwrap();
    assert_eq!((header.width, header.height), (64, 96));
}

#[test]
fn the_switch_goes_from_never_to_any_format() {
    let source = poor(Format::Jpeg, &Metadata::default());
    let mut settings = without_resolution();
    let with = |settings: &Settings, text: &str, webp| {
        let negotiation = Negotiation::NONE.with_webp(webp);
        made(&source, text, settings, negotiation)
    };
    settings.smaller_source = SmallerSource::Never;
    assert_ne!(with(&settings, "q:90", Preference::None).bytes, source);
    if !can_write(Format::Webp) {
        return;
    }
    settings.smaller_source = SmallerSource::SameFormat;
    let webp = with(&settings, "q:90", Preference::Prefer);
    assert_eq!(webp.format, Format::Webp);
    settings.smaller_source = SmallerSource::AnyFormat;
    let kept = with(&settings, "q:90", Preference::Prefer);
    assert_eq!((kept.format, &kept.bytes), (Format::Jpeg, &source));
    for (text, webp) in [
        ("q:90/f:webp", Preference::None),
        ("q:90", Preference::Enforce),
    ] {
        assert_eq!(with(&settings, text, webp).format, Format::Webp, "{text}");
    }
}

#[test]
fn an_animation_comes_out_itself_only_with_all_its_frames() {
    let layout = Layout::u8(30, 20, Channels::Rgb);
    let coarse = {
        let mut settings = EncodeSettings::new(Format::Gif, 80);
        settings.palette_bits = Some(1);
        settings
    };
    let mut encoder = animation_encoder(layout, &coarse, &Metadata::default()).unwrap();
    for shift in 0..3 {
        let samples = (0..layout.bytes()).map(|i| if (i / 3 + shift) % 7 < 3 { 255 } else { 0 });
        let image = Image::from_u8(layout, samples.collect()).unwrap();
        encoder.write_frame(image, 40).unwrap();
    }
    let source = encoder.finish(0).unwrap();
    let mut settings = without_resolution();
    let frames = |encoded: &Encoded| probe(&encoded.bytes, &Limits::default()).unwrap().frames;
    for limit in [1, 2, 3, 10] {
        settings.max_animation_frames = limit;
        let result = made(&source, "q:80", &settings, Negotiation::default());
        assert_eq!(frames(&result), limit.min(3), "at most {limit}");
        if limit >= 3 {
            assert!(result.bytes.len() <= source.len());
        }
    }
}
