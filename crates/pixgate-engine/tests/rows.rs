//! Rows scaled while they are decoded, against the whole image scaled at once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_engine::step::{Crop, CutOut, Flatten, Resample, Shape};
use pixgate_engine::{Cancel, Negotiation, Plan, Settings, Step, run};
use pixgate_options::{Format, Rgb};
use pixgate_raster::compose::{RoundedRect, cut_out, flatten};
use pixgate_raster::convert::convert_depth;
use pixgate_raster::geometry::crop;
use pixgate_raster::resample::{Axis, Resampler, Scaling};
use pixgate_raster::{Channels, Depth, Image, Layout};
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
                // Filters of rows that follow run on each chunk.
                "rs:force:40:500/bg:255:128:0",
                "rs:force:37:299/bg:20:20:20",
                "rs:force:21:97/bg:0:0:255/bga:0.5/-/bg:9:200:9",
                "rs:force:40:500/pxr:7:0:13:max",
                "rs:force:37:299/pxe:1/-/bg:20:20:20",
            ] {
                let plan = planned(&source, text);
                if !plan.streams_rows() {
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
    assert!(streamed.streams_rows() && !whole.streams_rows());
    assert!(streamed.peak_bytes < whole.peak_bytes - 900 * 1200 * 2);
    for text in ["rot:90", "w:2000/el:1", "c:100:100", "w:50/f:jpg/-/rot:90"] {
        let plan = planned(&source, text);
        assert_eq!(plan.streams_rows(), text.starts_with("w:50"), "{text}");
    }
}

/// 16 bits are streamed as they are, or made 8 row by row.
#[test]
fn deep_rows_are_streamed_too() {
    for (channels, text) in [
        (Channels::Grey, "ph:1/rs:force:40:500"),
        (Channels::Rgb, "ph:1/rs:force:37:299"),
        (Channels::Rgba, "ph:1/rs:force:21:97"),
        (Channels::Rgb, "rs:force:37:299"),
    ] {
        let source = deep_png((300, 1501), channels);
        let plan = planned(&source, text);
        assert!(plan.streams_rows(), "{text}");
        assert!(
            plan.peak_bytes < pixels(&source).layout().bytes() + (3 << 20),
            "{text}"
        );
        let result = pixels(&run(&plan, &source, &Cancel::never()).unwrap().bytes);
        let depth = if text.starts_with("ph") {
            Depth::U16
        } else {
            Depth::U8
        };
        assert_eq!(result.layout().depth, depth, "{text}");
        let expected = at_once(&plan, convert_depth(pixels(&source), depth).unwrap());
        // 16 bits may be off by what 8 may: a level of 8.
        let narrow = |image| convert_depth(image, Depth::U8).unwrap();
        same(text, &narrow(result), &narrow(expected));
    }
}

fn deep_png(size: (u32, u32), channels: Channels) -> Vec<u8> {
    let image = convert_depth(pixels(&png(size, channels)), Depth::U16).unwrap();
    let settings = EncodeSettings::new(Format::Png, 80);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}

/// A block that can be longer than the source, since it is compressed, is dropped beyond a bound
/// that the plan counts.
#[test]
fn metadata_is_kept_up_to_its_bound() {
    let image = pixels(&png((40, 30), Channels::Rgb));
    for (length, is_kept) in [(200_000, true), (400_000, false)] {
        let mut metadata = Metadata::default();
        metadata.icc = Some(vec![7; length]);
        let settings = EncodeSettings::new(Format::Png, 80);
        let source = encode(&Pixels::Interleaved(image.clone()), &settings, &metadata).unwrap();
        assert!(source.len() < 20_000, "the block is compressed");
        let plan = planned(&source, "w:20/scp:0/f:png");
        let result = run(&plan, &source, &Cancel::never()).unwrap().bytes;
        let header = probe(&result, &Limits::default()).unwrap();
        assert_eq!(header.has_color_profile, is_kept, "{length}");
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
            Step::Crop(Crop { rect: r, .. }) => {
                crop(&image, r.left, r.top, r.width, r.height).unwrap()
            }
            Step::Resample(Resample {
                width,
                height,
                scale_x,
                scale_y,
                ..
            }) => {
                let scaling = Scaling {
                    x: Axis::mapped(image.width(), 1.0 / scale_x, width),
                    y: Axis::mapped(image.height(), 1.0 / scale_y, height),
                    premultiply: true,
                };
                Resampler::new().resize(&image, scaling).unwrap()
            }
            Step::Flatten(Flatten { background, .. }) => {
                flatten(image, samples(background)).unwrap()
            }
            Step::Underlay(step) => under(image, step.background, step.alpha),
            Step::CutOut(CutOut { shape, .. }) => {
                let (width, height) = (image.width(), image.height());
                let shape = match shape {
                    Shape::Rounded(radii) => RoundedRect::new(width, height, radii),
                    _ => RoundedRect::ellipse(width, height),
                };
                cut_out(image, &shape, 0).unwrap()
            }
            _ => panic!("{step:?}"),
        };
    }
    image
}

fn samples(color: Rgb) -> [u8; 3] {
    [color.red, color.green, color.blue]
}

/// Source over destination, each pixel by itself.
fn under(image: Image, color: Rgb, alpha: u8) -> Image {
    let mut image = image;
    let unit = |sample: u8| f64::from(sample) / 255.0;
    let byte = |value: f64| (value * 255.0 + 0.5).clamp(0.0, 255.0) as u8;
    for [r, g, b, a] in image.slice_mut::<u8>().unwrap().as_chunks_mut().0 {
        let own = unit(*a);
        let both = own + unit(alpha) * (1.0 - own);
        let share = if both > 0.0 { own / both } else { 1.0 };
        for (sample, color) in [r, g, b].into_iter().zip(samples(color)) {
            *sample = byte(unit(*sample) * share + unit(color) * (1.0 - share));
        }
        *a = byte(both);
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
