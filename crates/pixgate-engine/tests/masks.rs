//! Pictures as masks, and the shapes beside them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use std::sync::Mutex;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_engine::{
    Cancel, Companions, Error, ErrorKind, Negotiation, Plan, Settings, WatermarkImage, plan_with,
    run,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::counting::{Counting, most_during};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of all threads are counted, so runs take turns.
static ALONE: Mutex<()> = Mutex::new(());

/// `http://m/a`.
const URL: &str = "pxm:aHR0cDovL20vYQ";

fn png(width: u32, channels: Channels, samples: Vec<u8>) -> Vec<u8> {
    let height = u32::try_from(samples.len() / channels.count()).unwrap() / width;
    let image = Image::from_u8(Layout::u8(width, height, channels), samples).unwrap();
    let settings = EncodeSettings::new(Format::Png, 80);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}

fn blue(width: u32, height: u32) -> Vec<u8> {
    png(
        width,
        Channels::Rgb,
        [0, 0, 255].repeat((width * height) as usize),
    )
}

fn planned(source: &[u8], mask: Vec<u8>, text: &str) -> Result<Plan, Error> {
    let mut companions = Companions::default();
    let header = probe(&mask, &Limits::default()).unwrap();
    let bytes = mask.into();
    companions.insert("http://m/a", WatermarkImage { bytes, header });
    let header = probe(source, &Limits::default()).unwrap();
    let (options, settings) = (support::options(text), Settings::default());
    plan_with(
        &options,
        &header,
        &settings,
        &Negotiation::default(),
        &companions,
        &Cancel::never(),
    )
}

/// The result's pixels; taking no more memory than planned.
fn masked(source: &[u8], mask: Vec<u8>, text: &str) -> Image {
    let _alone = ALONE.lock();
    let plan = planned(source, mask, text).unwrap();
    let (result, taken) = most_during(|| run(&plan, source, &Cancel::never()));
    assert!(
        taken <= plan.peak_bytes,
        "{text}: {taken} of {}",
        plan.peak_bytes
    );
    let bytes = result.unwrap().bytes;
    let limits = Limits::default();
    let header = probe(&bytes, &limits).unwrap();
    let decoded = decode(&bytes, &header, &DecodeRequest::default(), &limits);
    let (Pixels::Interleaved(image), _) = decoded.unwrap() else {
        panic!("{text}");
    };
    image
}

fn alpha(image: &Image, x: u32, y: u32) -> u8 {
    image.view::<u8>().unwrap().pixel(x, y)[3]
}

/// Left white, right black.
fn halves() -> Vec<u8> {
    let row = [[255; 10], [0; 10]].concat();
    png(20, Channels::Grey, row.repeat(10))
}

#[test]
fn light_is_kept_and_dark_is_hidden_however_large_the_mask_is() {
    for size in [(100, 100), (20, 10), (7, 300)] {
        let source = blue(size.0, size.1);
        let image = masked(&source, halves(), &format!("{URL}/f:png"));
        assert_eq!((image.width(), image.height()), size);
        assert_eq!(
            (alpha(&image, 0, 1), alpha(&image, size.0 - 1, 1)),
            (255, 0)
        );
        let image = masked(&source, halves(), &format!("{URL}/pxmm:::1/f:png"));
        assert_eq!(
            (alpha(&image, 0, 1), alpha(&image, size.0 - 1, 1)),
            (0, 255)
        );
    }
}

#[test]
fn a_mask_can_be_fitted_in_three_ways() {
    let source = blue(100, 100);
    let white = || png(20, Channels::Grey, vec![255; 200]);
    let with = |mask, mode: &str| masked(&source, mask, &format!("{URL}/{mode}/f:png"));
    let image = with(white(), "pxmm:auto:contain");
    assert_eq!((alpha(&image, 50, 10), alpha(&image, 50, 50)), (0, 255));
    let image = with(white(), "pxmm:auto:contain:1");
    assert_eq!((alpha(&image, 50, 10), alpha(&image, 50, 50)), (255, 0));
    let image = with(halves(), "pxmm:luminance:cover");
    assert_eq!((alpha(&image, 30, 0), alpha(&image, 70, 99)), (255, 0));
}

#[test]
fn coverages_are_multiplied_and_formats_without_alpha_get_the_background() {
    let source = blue(100, 100);
    let grey = || png(1, Channels::Grey, vec![128]);
    let image = masked(&source, grey(), &format!("pxr:max/{URL}/f:png"));
    assert_eq!((alpha(&image, 0, 0), alpha(&image, 50, 50)), (0, 128));
    let image = masked(&source, grey(), &format!("{URL}/bg:ff0000/f:jpg/q:100"));
    let [red, green, azure]: [u8; 3] = image
        .view::<u8>()
        .unwrap()
        .pixel(50, 50)
        .try_into()
        .unwrap();
    assert!(red.abs_diff(127) < 4 && green < 4 && azure.abs_diff(128) < 4);
    let plan = planned(&source, grey(), URL).unwrap();
    assert_eq!(plan.output.format, Format::Png);
}

#[test]
fn a_mask_that_is_not_there_is_an_error_and_not_a_picture() {
    let header = probe(&blue(9, 9), &Limits::default()).unwrap();
    let (settings, none) = (Settings::default(), Negotiation::default());
    for (text, option) in [
        (URL, "px_mask"),
        ("wm:1/wmu:aHR0cDovL20vYQ", "watermark_url"),
    ] {
        let refused = pixgate_engine::plan(&support::options(text), &header, &settings, &none);
        let missing = ErrorKind::CompanionMissing { option };
        assert_eq!(*refused.unwrap_err().kind(), missing, "{text}");
    }
}
