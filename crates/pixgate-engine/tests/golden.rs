//! Pixels of small results, against pictures that were looked at once.
//!
//! `PIXGATE_BLESS=1 cargo test -p pixgate-engine --test golden` writes the pictures anew; look at
//! them before they are committed. Tolerances are the largest difference of a channel.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use std::path::PathBuf;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_engine::{Cancel, Negotiation, Settings, run};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use serde_json::Value;

#[test]
fn results_look_as_they_did() {
    let cases: Value = serde_json::from_str(include_str!("golden/cases.json")).unwrap();
    let cases = cases.as_array().unwrap();
    let source = source();
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let result = made(&source, case["options"].as_str().unwrap());
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.png"));
        if std::env::var_os("PIXGATE_BLESS").is_some() {
            std::fs::write(&path, &result).unwrap();
        }
        let expected = std::fs::read(&path).unwrap();
        compare(
            name,
            &result,
            &expected,
            case["tolerance"].as_u64().unwrap(),
        );
    }
    assert_eq!(cases.len(), 10);
}

fn made(source: &[u8], options: &str) -> Vec<u8> {
    let header = probe(source, &Limits::default()).unwrap();
    let options = support::options(options);
    let settings = Settings::default();
    let plan = pixgate_engine::plan(&options, &header, &settings, &Negotiation::default()).unwrap();
    run(&plan, source, &Cancel::never()).unwrap().bytes
}

/// Four quarters in four colours, a white diagonal, a red frame.
fn source() -> Vec<u8> {
    let (width, height) = (64_u32, 40_u32);
    let color = |x: u32, y: u32| match (x < width / 2, y < height / 2) {
        _ if x < 3 || y < 3 || x >= width - 3 || y >= height - 3 => [255, 0, 0],
        _ if x.abs_diff(y) < 2 => [255, 255, 255],
        (true, true) => [20, 60, 200],
        (false, true) => [240, 220, 20],
        (true, false) => [10, 160, 60],
        (false, false) => [60, 60, 60],
    };
    let samples = (0..height).flat_map(|y| (0..width).flat_map(move |x| color(x, y)));
    let layout = Layout::u8(width, height, Channels::Rgb);
    let image = Image::from_u8(layout, samples.collect()).unwrap();
    let settings = EncodeSettings::new(Format::Png, 80);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}

fn compare(name: &str, result: &[u8], expected: &[u8], tolerance: u64) {
    let (result, expected) = (pixels(result), pixels(expected));
    assert_eq!(result.layout(), expected.layout(), "{name}");
    let (result, expected) = (result.view::<u8>().unwrap(), expected.view::<u8>().unwrap());
    for (y, (a, b)) in result.rows().zip(expected.rows()).enumerate() {
        for (x, (a, b)) in a.iter().zip(b).enumerate() {
            let difference = u64::from(a.abs_diff(*b));
            assert!(
                difference <= tolerance,
                "{name}: {a} not {b} in row {y}, sample {x}"
            );
        }
    }
}

fn pixels(bytes: &[u8]) -> Image {
    let limits = Limits::default();
    let header = probe(bytes, &limits).unwrap();
    match decode(bytes, &header, &DecodeRequest::default(), &limits)
        .unwrap()
        .0
    {
        Pixels::Interleaved(image) => image,
        Pixels::Planar(_) => panic!("planes from PNG"),
    }
}
