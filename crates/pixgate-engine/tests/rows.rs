//! Rows scaled while they are decoded, against the whole image scaled at once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_engine::{Cancel, Negotiation, Plan, Settings, Step, run};
use pixgate_options::Format;
use pixgate_raster::{Axis, Channels, Image, Layout, Resampler, Scaling, crop};
use support::options;

#[test]
fn streamed_rows_are_those_of_the_whole_image() {
    let mut streamed = 0;
    for channels in [Channels::Grey, Channels::Rgb, Channels::Rgba] {
        for size in [(60, 700), (71, 1501), (300, 301)] {
            let source = png(size, channels);
            for text in [
                "rs:force:40:500",
                "rs:force:37:299",
                "rs:force:60:150",
                "rs:force:21:97",
                "rs:force:9:31",
                "rs:force:50:1",
                "h:77",
                "c:41:213:nowe:7:31/rs:force:33:60",
            ] {
                let plan = planned(&source, text);
                if !plan.streams_rows {
                    // Too small a source for this job.
                    continue;
                }
                streamed += 1;
                let result = run(&plan, &source, &Cancel::never());
                let result = result.unwrap_or_else(|e| panic!("{size:?} {text}: {e}"));
                let expected = at_once(&plan, pixels(&source));
                same(
                    &format!("{channels:?} {size:?} {text}"),
                    &pixels(&result.bytes),
                    &expected,
                );
            }
        }
    }
    assert!(streamed > 50, "only {streamed}");
}

#[test]
fn the_source_raster_is_not_in_the_plan() {
    let source = png((900, 1200), Channels::Rgb);
    let streamed = planned(&source, "w:90");
    let whole = planned(&source, "t:10/w:90");
    assert!(streamed.streams_rows && !whole.streams_rows);
    assert!(streamed.peak_bytes < whole.peak_bytes - 900 * 1200 * 2);
    for text in ["rot:90", "w:2000/el:1", "c:100:100", "w:50/f:jpg/-/rot:90"] {
        let plan = planned(&source, text);
        assert_eq!(plan.streams_rows, text.starts_with("w:50"), "{text}");
    }
}

fn same(name: &str, found: &Image, expected: &Image) {
    assert_eq!(found.layout(), expected.layout(), "{name}");
    let (found, expected) = (found.view::<u8>().unwrap(), expected.view::<u8>().unwrap());
    for (y, (a, b)) in found.rows().zip(expected.rows()).enumerate() {
        let differ = a.iter().zip(b).position(|(a, b)| a.abs_diff(*b) > 1);
        assert_eq!(differ, None, "{name}: row {y}: {a:?} {b:?}");
    }
}

fn at_once(plan: &Plan, image: Image) -> Image {
    let mut image = image;
    for step in &plan.steps {
        image = match *step {
            Step::Crop(r) => crop(&image, r.left, r.top, r.width, r.height).unwrap(),
            Step::Resample {
                width,
                height,
                scale_x,
                scale_y,
            } => {
                let scaling = Scaling {
                    x: Axis::mapped(image.width(), 1.0 / scale_x, width),
                    y: Axis::mapped(image.height(), 1.0 / scale_y, height),
                    premultiply: true,
                };
                Resampler::new().resize(&image, scaling).unwrap()
            }
            _ => panic!("{step:?}"),
        };
    }
    image
}

fn planned(source: &[u8], text: &str) -> Plan {
    let header = probe(source, &Limits::default()).unwrap();
    let (settings, negotiation) = (Settings::default(), Negotiation::default());
    pixgate_engine::plan(&options(text), &header, &settings, &negotiation).unwrap()
}

/// Stripes, waves and noise, so that no row is like another.
fn png((width, height): (u32, u32), channels: Channels) -> Vec<u8> {
    let layout = Layout::u8(width, height, channels);
    let row = layout.row_samples();
    let sample = |i: usize| {
        let (x, y) = (i % row, i / row);
        let noise = (i * 2_654_435_761) >> 7 & 63;
        u8::try_from((x * 3 + y * y / 7 + noise) & 255).unwrap()
    };
    let samples = (0..row * height as usize).map(sample).collect();
    let image = Image::from_u8(layout, samples).unwrap();
    let settings = EncodeSettings::new(Format::Png, 80);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
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
