//! Results with the colour profile that is asked for.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop where it likes"
)]

mod support;

use std::sync::Mutex;

use moxcms::ColorProfile;
use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, animation_encoder, can_write, decode,
    encode, probe,
};
use pixgate_engine::{
    Cancel, Encoded, Error, ErrorKind, Negotiation, PixelPath, Plan, Settings, Warning, run,
};
use pixgate_options::Format;
use pixgate_raster::convert::convert_depth;
use pixgate_raster::{Channels, Depth, Image, Layout};
use support::counting::{Counting, most_during};
use support::profiles::{ink_profile, profiles, written};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What one test allocates counts for all that run.
static ALONE: Mutex<()> = Mutex::new(());

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.color_profiles = profiles();
    settings.max_animation_frames = 5;
    settings
}

fn waves(width: u32, height: u32, channels: Channels) -> Image {
    let layout = Layout::u8(width, height, channels);
    let samples = (0..layout.samples().unwrap()).map(|place| (place * 7 % 251).to_le_bytes()[0]);
    Image::from_u8(layout, samples.collect()).unwrap()
}

fn source(format: Format, image: Image, icc: Option<Vec<u8>>) -> Vec<u8> {
    let mut metadata = Metadata::default();
    metadata.icc = icc;
    let settings = EncodeSettings::new(format, 95);
    encode(&Pixels::Interleaved(image), &settings, &metadata).unwrap()
}

fn png(channels: Channels) -> Vec<u8> {
    source(Format::Png, waves(24, 16, channels), None)
}

fn planned(source: &[u8], options: &str) -> Result<Plan, Error> {
    let header = probe(source, &Limits::default()).unwrap();
    let (options, settings) = (support::options(options), settings());
    pixgate_engine::plan(&options, &header, &settings, &Negotiation::default())
}

/// Carries a plan out, and measures it.
fn within_plan(plan: &Plan, source: &[u8]) -> Result<Encoded, Error> {
    let (result, taken) = most_during(|| run(plan, source, &Cancel::never()));
    assert!(taken <= plan.peak_bytes, "{taken} of {}", plan.peak_bytes);
    result
}

/// Pixels and profile of the result.
fn made(source: &[u8], options: &str) -> (Image, Option<Vec<u8>>) {
    let plan = planned(source, options).unwrap();
    let bytes = within_plan(&plan, source).unwrap().bytes;
    let limits = Limits::default();
    let header = probe(&bytes, &limits).unwrap();
    let (pixels, metadata) = decode(&bytes, &header, &DecodeRequest::default(), &limits).unwrap();
    let Pixels::Interleaved(image) = pixels else {
        panic!("planes came");
    };
    (image, metadata.icc)
}

#[test]
fn srgb_is_embedded_and_changes_no_pixel_that_is_srgb() {
    let _alone = ALONE.lock();
    let source = png(Channels::Rgb);
    for format in ["png", "jpg", "webp", "tiff", "avif"] {
        let name = Format::from_name(format).unwrap();
        if !can_write(name) {
            continue;
        }
        for strip in ["scp:0", "scp:1"] {
            let (plain, none) = made(&source, &format!("{strip}/f:{format}"));
            let (image, icc) = made(&source, &format!("cp:srgb/{strip}/f:{format}"));
            assert_eq!((image, none), (plain, None), "{format}");
            assert_eq!(icc.map(|icc| icc.len()), Some(480), "{format}");
        }
    }
}

#[test]
fn srgb_keeps_jpeg_on_its_fastest_path() {
    let _alone = ALONE.lock();
    let jpeg = source(Format::Jpeg, waves(1600, 1200, Channels::Rgb), None);
    let plan = planned(&jpeg, "cp:srgb/w:200").unwrap();
    assert_eq!(plan.path(), PixelPath::Planar);
    assert_eq!(plan.remarks(), ["the colour profile srgb is embedded"]);
    let (_, icc) = made(&jpeg, "cp:srgb/w:200");
    assert!(icc.is_some());
}

#[test]
fn colours_of_another_profile_become_those_of_the_one_asked_for() {
    let _alone = ALONE.lock();
    let p3 = written(&ColorProfile::new_display_p3());
    let layout = Layout::u8(4, 4, Channels::Rgb);
    let image = Image::from_u8(layout, [200, 100, 100].repeat(16)).unwrap();
    let source = source(Format::Png, image.clone(), Some(p3.clone()));
    let (srgb, icc) = made(&source, "cp:srgb/f:png");
    let (stripped, _) = made(&source, "f:png");
    assert_eq!(srgb, stripped);
    assert_eq!(icc.map(|icc| icc.len()), Some(480));
    let (same, icc) = made(&source, "cp:p3/f:png");
    assert_eq!((same, icc), (image, Some(p3)));
    let (adobe, _) = made(&source, "cp:adobe/f:png");
    assert_ne!(adobe, stripped);
}

#[test]
fn grey_becomes_colour_for_a_profile_of_colour_and_colour_grey_for_one_of_grey() {
    let _alone = ALONE.lock();
    let (image, icc) = made(&png(Channels::Grey), "cp:srgb/f:png");
    assert_eq!(image.layout().channels, Channels::Rgb);
    assert!(icc.is_some());
    for (channels, expected) in [
        (Channels::Rgb, Channels::Grey),
        (Channels::Rgba, Channels::GreyAlpha),
        (Channels::Grey, Channels::Grey),
    ] {
        let (image, icc) = made(&png(channels), "cp:grey/f:png");
        assert_eq!(image.layout().channels, expected);
        assert!(icc.is_some());
    }
}

#[test]
fn depth_and_alpha_stay() {
    let _alone = ALONE.lock();
    let deep = convert_depth(waves(20, 10, Channels::Rgba), Depth::U16).unwrap();
    let source = source(Format::Png, deep.clone(), None);
    let (image, _) = made(&source, "cp:p3/ph:1/f:png");
    assert_eq!(image.layout(), deep.layout());
    let alpha = |image: &Image| -> Vec<u16> {
        let samples = image.view::<u16>().unwrap();
        samples
            .rows()
            .flatten()
            .copied()
            .skip(3)
            .step_by(4)
            .collect()
    };
    assert_eq!(alpha(&image), alpha(&deep));
}

#[test]
fn inks_come_in_jpeg_and_tiff_and_nowhere_else() {
    let _alone = ALONE.lock();
    let layout = Layout::u8(8, 8, Channels::Rgb);
    let black = Image::from_u8(layout, vec![0; 192]).unwrap();
    let black = source(Format::Png, black, None);
    for format in ["jpg", "tiff"] {
        let (image, icc) = made(&black, &format!("cp:cmyk/f:{format}"));
        assert_eq!(image.layout().channels, Channels::Cmyk, "{format}");
        let pixel = image.view::<u8>().unwrap().pixel(3, 3).to_vec();
        assert!(pixel[0] < 6 && pixel[3] > 249, "{pixel:?}");
        assert_eq!(icc, Some(ink_profile()), "{format}");
    }
    for format in ["png", "webp"] {
        let plan = planned(&black, &format!("cp:cmyk/f:{format}")).unwrap();
        assert_eq!(plan.warnings, [Warning::ColorProfileNotUsed], "{format}");
        let (image, icc) = made(&black, &format!("cp:cmyk/f:{format}"));
        assert_eq!((image.layout().channels, icc), (Channels::Rgb, None));
    }
    let clear = png(Channels::Rgba);
    let plan = planned(&clear, "cp:cmyk/f:tiff").unwrap();
    assert_eq!(plan.warnings, [Warning::ColorProfileNotUsed]);
}

#[test]
fn sources_of_inks_get_the_profile_too() {
    let _alone = ALONE.lock();
    let image =
        Image::from_u8(Layout::u8(8, 8, Channels::Cmyk), [0, 0, 0, 255].repeat(64)).unwrap();
    let source = source(Format::Jpeg, image, Some(ink_profile()));
    let (image, icc) = made(&source, "cp:srgb/f:jpg");
    assert_eq!(image.layout().channels, Channels::Rgb);
    assert_eq!(icc.map(|icc| icc.len()), Some(480));
    assert!(
        image
            .view::<u8>()
            .unwrap()
            .pixel(2, 2)
            .iter()
            .all(|v| *v < 8)
    );
    let (image, _) = made(&source, "cp:cmyk/f:jpg");
    let pixel = image.view::<u8>().unwrap().pixel(2, 2).to_vec();
    assert!(pixel[3] > 240, "{pixel:?}");
}

#[test]
fn formats_without_profiles_have_none() {
    let _alone = ALONE.lock();
    for format in ["gif", "bmp"] {
        let source = png(Channels::Rgb);
        let plan = planned(&source, &format!("cp:srgb/f:{format}")).unwrap();
        assert_eq!(plan.warnings, [Warning::ColorProfileNotUsed], "{format}");
        let (_, icc) = made(&source, &format!("cp:srgb/f:{format}"));
        assert_eq!(icc, None);
    }
}

#[test]
fn frames_are_converted_one_by_one() {
    let _alone = ALONE.lock();
    let layout = Layout::u8(6, 4, Channels::Rgb);
    let gif = EncodeSettings::new(Format::Gif, 90);
    let mut encoder = animation_encoder(layout, &gif, &Metadata::default()).unwrap();
    for red in [0, 255] {
        let image = Image::from_u8(layout, [red, 0, 0].repeat(24)).unwrap();
        encoder.write_frame(image, 50).unwrap();
    }
    let source = encoder.finish(0).unwrap();
    for (profile, length) in [("srgb", Some(480)), ("p3", None)] {
        let plan = planned(&source, &format!("cp:{profile}/f:webp")).unwrap();
        assert_eq!(plan.frames, 2);
        let result = within_plan(&plan, &source).unwrap();
        let header = probe(&result.bytes, &Limits::default()).unwrap();
        assert_eq!((header.frames, header.has_color_profile), (2, true));
        let (_, icc) = made(&source, &format!("cp:{profile}/f:webp"));
        let found = icc.map(|icc| icc.len());
        assert!(found.is_some() && (length.is_none() || found == length));
    }
}

#[test]
fn what_is_no_profile_is_refused_with_its_name() {
    let _alone = ALONE.lock();
    let source = png(Channels::Rgb);
    for name in ["none", "text"] {
        let error = planned(&source, &format!("cp:{name}/f:png")).unwrap_err();
        let is_of_profile = matches!(error.kind(), ErrorKind::ColorProfile { .. });
        assert!(is_of_profile && error.to_string().contains(name), "{error}");
    }
    let plan = planned(&source, "cp:broken/f:jpg").unwrap();
    let error = within_plan(&plan, &source).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::ColorProfile { .. }),
        "{error}"
    );
    let none = pixgate_engine::plan(
        &support::options("cp:cmyk/f:jpg"),
        &probe(&source, &Limits::default()).unwrap(),
        &Settings::default(),
        &Negotiation::default(),
    );
    let error = none.unwrap_err().to_string();
    assert!(error.contains("IMGPROXY_COLOR_PROFILES_DIR"), "{error}");
}
