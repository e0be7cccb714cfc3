//! Texts as watermarks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use std::sync::Mutex;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, animation_encoder, decode, encode,
    frames, probe,
};
use pixgate_engine::{
    Cancel, Companions, Error, ErrorKind, Negotiation, Plan, Settings, check_options, plan_bytes,
    plan_with, run,
};
use pixgate_options::{Format, ProcessingOptions};
use pixgate_raster::{Channels, Image, Layout};
use support::counting::{Counting, most_during};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of all threads are counted, so runs take turns.
static ALONE: Mutex<()> = Mutex::new(());

fn white(width: u32, height: u32) -> Image {
    let samples = vec![255; (width * height * 3) as usize];
    Image::from_u8(Layout::u8(width, height, Channels::Rgb), samples).unwrap()
}

fn source(width: u32, height: u32) -> Vec<u8> {
    let pixels = Pixels::Interleaved(white(width, height));
    let settings = EncodeSettings::new(Format::Png, 80);
    encode(&pixels, &settings, &Metadata::default()).unwrap()
}

/// Options, with a text for each pipeline.
fn options(text: &str, marks: &[&str]) -> ProcessingOptions {
    let mut options = support::options(text);
    for (pipeline, mark) in options.pipelines.iter_mut().zip(marks) {
        pipeline.watermark_text = Some((*mark).to_owned());
    }
    options
}

fn planned(source: &[u8], text: &str, marks: &[&str]) -> Result<Plan, Error> {
    let header = probe(source, &Limits::default()).unwrap();
    let options = options(text, marks);
    let (settings, negotiation) = (Settings::default(), Negotiation::default());
    let (companions, cancel) = (Companions::NONE, &Cancel::never());
    plan_with(
        &options,
        &header,
        &settings,
        &negotiation,
        companions,
        cancel,
    )
}

/// The result's pixels; neither planning nor running takes more memory than it says.
fn marked(source: &[u8], text: &str, marks: &[&str]) -> Image {
    let _alone = ALONE.lock();
    let (plan, taken) = most_during(|| planned(source, text, marks));
    let most = plan_bytes(&options(text, marks), &Settings::default());
    assert!(taken <= most, "{text}: {taken} of {most}");
    let plan = plan.unwrap();
    let (result, taken) = most_during(|| run(&plan, source, &Cancel::never()));
    let most = plan.peak_bytes;
    assert!(taken <= most, "{text}: {taken} of {most}");
    decoded(&result.unwrap().bytes)
}

fn decoded(bytes: &[u8]) -> Image {
    let limits = Limits::default();
    let header = probe(bytes, &limits).unwrap();
    let decoded = decode(bytes, &header, &DecodeRequest::default(), &limits);
    let (Pixels::Interleaved(image), _) = decoded.unwrap() else {
        panic!("planes");
    };
    image
}

/// Left, top, right and bottom of what is not white, the latter two behind it.
fn ink(image: &Image) -> [u32; 4] {
    let view = image.view::<u8>().unwrap();
    let mut ink = [u32::MAX, u32::MAX, 0, 0];
    for y in 0..image.height() {
        for x in 0..image.width() {
            if view.pixel(x, y).iter().any(|sample| *sample < 255) {
                ink = [
                    ink[0].min(x),
                    ink[1].min(y),
                    ink[2].max(x + 1),
                    ink[3].max(y + 1),
                ];
            }
        }
    }
    ink
}

#[test]
fn a_text_is_drawn_where_its_ink_says() {
    let source = source(200, 100);
    let corner = ink(&marked(&source, "wm:1:nowe", &["Hxg"]));
    assert_eq!((corner[0], corner[1]), (0, 0));
    let [left, top, right, bottom] = ink(&marked(&source, "wm:1:soea:3:4", &["Hxg"]));
    assert_eq!((right, bottom), (197, 96));
    assert_eq!((right - left, bottom - top), (corner[2], corner[3]));
    let doubled = ink(&marked(&source, "dpr:2/w:100/wm:1:nowe", &["Hxg"]));
    assert_eq!(doubled, corner, "text does not follow dpr");
}

#[test]
fn a_text_gets_the_size_that_is_asked_for() {
    let source = source(300, 200);
    for (text, width) in [
        ("wm:1:nowe:0:0:0.5", 150),
        ("wm:1:nowe/wms:120:0", 120),
        ("wm:1:nowe/wms:8:0", 8),
    ] {
        let [left, _, right, _] = ink(&marked(&source, text, &["Hello there"]));
        assert_eq!((left, right), (0, width), "{text}");
    }
    let big = marked(&source, "wm:1:nowe/wms:300:0", &["IH"]);
    let view = big.view::<u8>().unwrap();
    let row = (0..300).map(|x| view.pixel(x, 60)[0]);
    let soft = row.filter(|sample| !matches!(sample, 0 | 255)).count();
    assert!(soft <= 6, "{soft} columns are neither black nor white");
}

#[test]
fn a_text_goes_before_pictures() {
    let mut options = options("wm:1/wmu:aHR0cDovL20vYQ", &["x"]);
    assert!(Companions::wanted_by(&options).is_empty());
    options.pipelines[0].watermark_text = Some(String::new());
    assert_eq!(Companions::wanted_by(&options), ["http://m/a"]);
    let source = source(50, 50);
    assert!(planned(&source, "wm:1/wmu:aHR0cDovL20vYQ", &["x"]).is_ok());
}

#[test]
fn what_has_no_ink_changes_nothing() {
    let source = source(60, 60);
    for mark in [" ", "\n", "<b> </b>"] {
        let plan = planned(&source, "wm:1/f:png", &[mark]).unwrap();
        assert_eq!(plan.steps, [], "{mark:?}");
    }
    let plan = planned(&source, "wm:0/f:png", &["<broken"]).unwrap();
    assert_eq!(plan.steps, []);
}

#[test]
fn markup_is_refused_before_there_is_a_source() {
    let error = check_options(&options("wm:1", &["a<b>c"])).unwrap_err();
    let ErrorKind::InvalidText { what } = error.kind() else {
        panic!("{error}");
    };
    assert_eq!(what, "markup at character 2: a tag is not closed");
    assert_eq!(error.kind().name(), "invalid_watermark_text");
    assert!(check_options(&options("wm:0", &["a<b>c"])).is_ok());
}

#[test]
fn each_pipeline_has_its_text() {
    let source = source(200, 100);
    let texts = [
        "<span color='red'>one</span>",
        "<span color='blue'>two</span>",
    ];
    let image = marked(&source, "wm:1:nowe/-/wm:1:soea", &texts);
    let view = image.view::<u8>().unwrap();
    let count = |color: [u8; 3]| {
        view.rows()
            .flat_map(|row| row.chunks(3))
            .filter(|p| *p == color)
            .count()
    };
    assert!(count([255, 0, 0]) > 5 && count([0, 0, 255]) > 5);
    let alone = marked(&source, "wm:1:nowe/-/wm:1:soea", &texts[..1]);
    assert!(
        ink(&alone)[2] < 60,
        "a text does not go over into the next pipeline"
    );
}

#[test]
fn a_box_is_pixels_or_a_part_of_the_image() {
    let source = source(400, 300);
    let text = "several words that do not fit into one line of the box";
    let width = |options: &str| {
        let [left, _, right, _] = ink(&marked(&source, options, &[text]));
        right - left
    };
    let pixels = width("wm:1/pxtb:150");
    assert!((90..=150).contains(&pixels), "{pixels}");
    assert_eq!(width("wm:1/pxtb:0.375"), pixels);
    assert_eq!(width("wm:1/pxtb:75/dpr:2/w:200"), pixels);
    assert_eq!(width("wm:1/pxtb:0"), width("wm:1"));
    let [_, top, _, bottom] = ink(&marked(&source, "wm:1/pxtb:150:2", &[text]));
    assert!((30..45).contains(&(bottom - top)));
}

#[test]
fn a_text_can_be_turned_repeated_and_shadowed() {
    let source = source(300, 300);
    let count = |options: &str| {
        let image = marked(&source, options, &["Hello"]);
        let view = image.view::<u8>().unwrap();
        let pixels = view.rows().flat_map(|row| row.chunks(3));
        pixels.filter(|pixel| pixel[0] < 128).count()
    };
    let once = count("wm:1");
    assert!(count("wm:1:re:10:10") > once * 30);
    assert!(count("wm:1:ch:10:10") > once * 15);
    assert!(count("wm:1/wmsh:3") > once);
    let [left, top, right, bottom] = ink(&marked(&source, "wm:1/wmr:90", &["Hello"]));
    assert!(bottom - top > right - left);
}

#[test]
fn every_frame_has_the_text() {
    let settings = EncodeSettings::new(Format::Gif, 80);
    let layout = Layout::u8(60, 40, Channels::Rgb);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    for _ in 0..3 {
        encoder.write_frame(white(60, 40), 100).unwrap();
    }
    let source = encoder.finish(0).unwrap();
    let header = probe(&source, &Limits::default()).unwrap();
    let mut settings = Settings::default();
    settings.max_animation_frames = 10;
    let options = options("wm:1:nowe/f:gif", &["Hi"]);
    let (negotiation, cancel) = (Negotiation::default(), Cancel::never());
    let plan = plan_with(
        &options,
        &header,
        &settings,
        &negotiation,
        Companions::NONE,
        &cancel,
    );
    let plan = plan.unwrap();
    assert!(plan.frames > 1 || header.frames == 1);
    let result = run(&plan, &source, &cancel).unwrap().bytes;
    let header = probe(&result, &Limits::default()).unwrap();
    let mut frames = frames(&result, &header, &Limits::default()).unwrap();
    while let Some((frame, _)) = frames.next_frame().unwrap() {
        let samples = frame.view::<u8>().unwrap();
        let rows = samples.rows().flat_map(<[u8]>::iter);
        assert!(rows.copied().filter(|sample| *sample < 100).count() > 10);
    }
}

#[test]
fn a_trim_lays_the_text_out_for_what_it_keeps() {
    let source = source(200, 200);
    let text = "some words to be wrapped in half the width";
    let plan = planned(&source, "t:10/wm:1:nowe/pxtb:0.5", &[text]).unwrap();
    let next = plan.after_trim(0, (100, 200), &Cancel::never()).unwrap();
    let width = |plan: &Plan| match plan.steps.last() {
        Some(pixgate_engine::Step::Watermark(step)) => step.width,
        other => panic!("{other:?}"),
    };
    assert!(width(&plan) > 50 && width(&plan) <= 100);
    assert!(width(&next) <= 50);
    assert!(next.peak_bytes <= plan.peak_bytes);
}

#[test]
fn planning_text_ends_when_it_is_told_to() {
    let source = source(20, 20);
    let header = probe(&source, &Limits::default()).unwrap();
    let cancel = Cancel::never();
    cancel.cancel();
    let options = options("wm:1", &["x"]);
    let (settings, negotiation) = (Settings::default(), Negotiation::default());
    let plan = plan_with(
        &options,
        &header,
        &settings,
        &negotiation,
        Companions::NONE,
        &cancel,
    );
    assert_eq!(plan.unwrap_err().kind(), &ErrorKind::Cancelled);
}

#[test]
fn what_is_too_large_to_be_drawn_is_scaled_up() {
    let source = source(9000, 4);
    let plan = planned(&source, "wm:1:nowe:0:0:1", &["."]).unwrap();
    assert!(plan.peak_bytes < 1 << 30);
    let source = self::source(9000, 900);
    let plan = planned(&source, "wm:1:ce:0:0:1", &["Hello, this is a long line"]).unwrap();
    let Some(pixgate_engine::Step::Watermark(step)) = plan.steps.last() else {
        panic!("no mark");
    };
    assert!(
        step.loaded.0 <= 8192 && step.width.abs_diff(9000) <= 1,
        "{step:?}"
    );
}

#[test]
fn an_explanation_says_that_it_is_a_text() {
    let source = source(100, 100);
    let plan = planned(&source, "wm:1:re/wmr:90", &["Hi"]).unwrap();
    let said = plan.steps.last().unwrap().to_string();
    assert!(
        said.starts_with("watermark of text, repeated: turn"),
        "{said}"
    );
}
