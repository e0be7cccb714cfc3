//! Animations in, animations and still images out.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use std::sync::Arc;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, animation_encoder, decode, encode,
    frames, probe,
};
use pixgate_engine::{
    Cancel, Companions, Encoded, Negotiation, Plan, Settings, Step, Warning, WatermarkImage,
    plan_with, run,
};
use pixgate_options::{Format, WebpCompression};
use pixgate_raster::compose::premultiply;
use pixgate_raster::convert::convert_channels;
use pixgate_raster::{Channels, Image, Layout};

const DELAYS: [u32; 4] = [50, 100, 0, 250];
/// As browsers show them: a frame without a time stays for a tenth of a second.
const SHOWN: [u32; 4] = [50, 100, 100, 250];

/// A green square that moves to the right over blue, played three times.
fn source(format: Format) -> Vec<u8> {
    let layout = Layout::u8(40, 20, Channels::Rgb);
    let settings = EncodeSettings::new(format, 90);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    for (number, delay_ms) in (0..).zip(DELAYS) {
        encoder.write_frame(frame(number), delay_ms).unwrap();
    }
    encoder.finish(3).unwrap()
}

fn frame(number: u32) -> Image {
    let color = |x: u32, y: u32| {
        let is_inside = (10 * number..10 * number + 10).contains(&x) && (5..15).contains(&y);
        if is_inside { [0, 200, 0] } else { [0, 0, 200] }
    };
    let samples = (0..20).flat_map(|y| (0..40).flat_map(move |x| color(x, y)));
    Image::from_u8(Layout::u8(40, 20, Channels::Rgb), samples.collect()).unwrap()
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.max_animation_frames = 50;
    settings
}

fn made(source: &[u8], options: &str, settings: &Settings) -> (Plan, Encoded) {
    let header = probe(source, &Limits::default()).unwrap();
    let options = support::options(options);
    let plan = pixgate_engine::plan(&options, &header, settings, &Negotiation::default()).unwrap();
    let result = run(&plan, source, &Cancel::never()).unwrap();
    (plan, result)
}

/// Frames, delays and how often they are played.
fn read(bytes: &[u8]) -> (Vec<Image>, Vec<u32>, Option<u32>) {
    let limits = Limits::default();
    let header = probe(bytes, &limits).unwrap();
    let mut reader = frames(bytes, &header, &limits).unwrap();
    let (mut images, mut delays) = (Vec::new(), Vec::new());
    while let Some((image, delay_ms)) = reader.next_frame().unwrap() {
        images.push(image);
        delays.push(delay_ms);
    }
    (images, delays, header.animation.map(|a| a.loop_count))
}

/// Red, green and blue of a pixel.
fn pixel(image: &Image, x: usize, y: u32) -> [u8; 3] {
    let channels = image.layout().channels.count();
    let view = image.view::<u8>().unwrap();
    let row = view.row(y);
    [
        row[channels * x],
        row[channels * x + 1],
        row[channels * x + 2],
    ]
}

fn is_near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 90)
}

#[test]
fn delays_and_loops_are_kept_and_every_frame_is_scaled() {
    for from in [Format::Gif, Format::Webp] {
        for to in [Format::Gif, Format::Webp] {
            let name = format!("{from} to {to}");
            let (plan, result) = made(&source(from), &format!("w:20/f:{to}"), &settings());
            assert_eq!((plan.frames, result.format), (4, to), "{name}");
            let (images, delays, plays) = read(&result.bytes);
            assert_eq!((&delays[..], plays), (&SHOWN[..], Some(3)), "{name}");
            for (number, image) in (0..4_usize).zip(&images) {
                assert_eq!((image.width(), image.height()), (20, 10), "{name}");
                let inside = pixel(image, 5 * number + 2, 5);
                assert!(is_near(inside, [0, 200, 0]), "{name} {number}: {inside:?}");
            }
        }
    }
}

#[test]
fn all_steps_are_done_to_each_frame() {
    let options = "c:20:20:no/rot:90/ex:1/w:30/h:20/pd:2/bg:ff0000/f:gif";
    let (plan, result) = made(&source(Format::Gif), options, &settings());
    let (images, ..) = read(&result.bytes);
    assert_eq!(images.len(), 3, "two frames look alike and become one");
    for image in &images {
        assert_eq!((image.width(), image.height()), (34, 24));
        assert_eq!((plan.width, plan.height), (34, 24));
        assert!(is_near(pixel(image, 0, 0), [255, 0, 0]));
    }
    // Left becomes top.
    assert!(is_near(pixel(&images[0], 17, 6), [0, 200, 0]));
    assert!(is_near(pixel(&images[1], 17, 17), [0, 200, 0]));
}

#[test]
fn more_frames_than_allowed_are_dropped() {
    let mut settings = settings();
    settings.max_animation_frames = 2;
    let (plan, result) = made(&source(Format::Webp), "f:gif", &settings);
    let (_, delays, plays) = read(&result.bytes);
    assert_eq!((plan.frames, plays), (2, Some(3)));
    assert_eq!(delays, DELAYS[..2]);
}

#[test]
fn still_results_show_the_first_frame_or_the_page() {
    let gif = source(Format::Gif);
    for (options, number) in [("f:png", 0), ("f:png/pg:2", 2), ("da:1/pg:9/f:gif", 3)] {
        let (plan, result) = made(&gif, options, &settings());
        assert_eq!(plan.frames, 1, "{options}");
        let header = probe(&result.bytes, &Limits::default()).unwrap();
        assert_eq!(header.frames, 1, "{options}");
        if result.format == Format::Gif {
            let (images, ..) = read(&result.bytes);
            let inside = pixel(&images[0], 10 * number + 5, 10);
            assert!(is_near(inside, [0, 200, 0]), "{options}");
        }
    }
    let (plan, _) = made(&gif, "f:gif", &Settings::default());
    assert_eq!(plan.frames, 1, "animations are off by default");
}

#[test]
fn frames_are_not_trimmed() {
    let (plan, result) = made(&source(Format::Gif), "t:10/f:gif", &settings());
    assert!(plan.warnings.contains(&Warning::AnimationNotTrimmed));
    assert!(!plan.steps.iter().any(|step| matches!(step, Step::Trim(_))));
    assert_eq!((result.width, result.height), (40, 20));
    let (plan, _) = made(&source(Format::Gif), "t:10/f:png", &settings());
    assert!(plan.warnings.is_empty());
}

#[test]
fn the_watermark_is_on_every_frame() {
    let layout = Layout::u8(4, 4, Channels::Rgb);
    let red = Image::from_u8(layout, [255, 0, 0].repeat(16)).unwrap();
    let png = EncodeSettings::new(Format::Png, 80);
    let bytes = encode(&Pixels::Interleaved(red), &png, &Metadata::default()).unwrap();
    let header = probe(&bytes, &Limits::default()).unwrap();
    let mut settings = settings();
    let bytes: Arc<[u8]> = bytes.into();
    settings.watermark = Some(WatermarkImage { bytes, header });
    for (options, x, y) in [("wm:1:soea/f:gif", 38, 18), ("wm:1:re:4:4/f:gif", 20, 10)] {
        let (_, result) = made(&source(Format::Gif), options, &settings);
        let (images, ..) = read(&result.bytes);
        assert_eq!(images.len(), 4);
        for image in &images {
            assert_eq!(pixel(image, x, y), [255, 0, 0], "{options}");
        }
    }
}

/// Every frame by itself, as pixels with alpha multiplied in.
fn stills(source: &[u8], options: &str, settings: &Settings) -> Vec<Image> {
    let mut companions = Companions::default();
    let light = (0..24_u8).map(|i| i * 11).collect();
    let mask = Image::from_u8(Layout::u8(6, 4, Channels::Grey), light).unwrap();
    companions.insert("http://m/mask", encoded(mask));
    let header = probe(source, &Limits::default()).unwrap();
    let (options, none) = (support::options(options), Negotiation::default());
    let plan = plan_with(
        &options,
        &header,
        settings,
        &none,
        &companions,
        &Cancel::never(),
    )
    .unwrap();
    let result = run(&plan, source, &Cancel::never()).unwrap().bytes;
    let limits = Limits::default();
    let header = probe(&result, &limits).unwrap();
    let images = if header.frames > 1 {
        read(&result).0
    } else {
        let decoded = decode(&result, &header, &DecodeRequest::default(), &limits);
        match decoded.unwrap().0 {
            Pixels::Interleaved(image) => vec![image],
            Pixels::Planar(_) => panic!("planes were not asked for"),
        }
    };
    let multiplied = |image| {
        let mut image = convert_channels(image, Channels::Rgba).unwrap();
        premultiply(&mut image);
        image
    };
    images.into_iter().map(multiplied).collect()
}

/// The largest difference of a sample.
fn apart(one: &Image, other: &Image) -> u8 {
    assert_eq!(one.layout(), other.layout());
    let (one, other) = (one.view::<u8>().unwrap(), other.view::<u8>().unwrap());
    let pairs = one.rows().flatten().zip(other.rows().flatten());
    pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

fn encoded(image: Image) -> WatermarkImage {
    let png = EncodeSettings::new(Format::Png, 80);
    let bytes = encode(&Pixels::Interleaved(image), &png, &Metadata::default()).unwrap();
    WatermarkImage {
        header: probe(&bytes, &Limits::default()).unwrap(),
        bytes: bytes.into(),
    }
}

/// An animation's frames are what each would be as a picture of its own.
#[test]
fn filters_masks_and_marks_see_each_frame_alone() {
    let mut settings = settings();
    settings.webp_compression = WebpCompression::Lossless;
    settings.watermark = Some(encoded(frame(2)));
    let gif = source(Format::Gif);
    let (frames, ..) = read(&gif);
    for options in [
        "a:10:1.3:0.7/mc:0.4:ff8800/dt:0.3/col:0.2:ff0000/gr:0.7:0000ff:30",
        "ush:always/bl:1/ba:2:0:0:0.5:1/pbl:3:left",
        "pxr:6",
        "w:30/pxe:1",
        "pxm:aHR0cDovL20vbWFzaw",
        "pxm:aHR0cDovL20vbWFzaw/pxmm:luminance:cover:1/bg:ff0000",
        "wm:0.6:soea:1:1:0.5",
        "wm:0.6:ch:1:1:0.2",
        "wm:1:ce/wms:20/wmr:30/wmsh:2",
        "wm:0.7:re/wmu:aHR0cDovL20vbWFzaw/pxr:4",
    ] {
        let options = format!("{options}/f:webp");
        let moving = stills(&gif, &options, &settings);
        assert_eq!(moving.len(), 4, "{options}");
        for (frame, moving) in frames.iter().zip(moving) {
            let still = encoded(convert_channels(frame.clone(), Channels::Rgb).unwrap());
            let still = stills(&still.bytes, &options, &settings);
            assert_eq!(apart(&still[0], &moving), 0, "{options}");
        }
    }
}

#[test]
fn a_number_of_bytes_limits_animations_as_well() {
    let webp = source(Format::Webp);
    let (_, large) = made(&webp, "f:webp/q:100", &settings());
    let limit = large.bytes.len() * 9 / 10;
    let (_, small) = made(&webp, &format!("f:webp/q:100/mb:{limit}"), &settings());
    assert!(small.bytes.len() <= limit && small.quality < 100);
    assert_eq!(read(&small.bytes).1, SHOWN);
}

#[test]
fn a_cancelled_animation_stops() {
    let gif = source(Format::Gif);
    let header = probe(&gif, &Limits::default()).unwrap();
    let options = support::options("f:gif");
    let plan = pixgate_engine::plan(&options, &header, &settings(), &Negotiation::default());
    let cancel = Cancel::never();
    cancel.cancel();
    assert!(run(&plan.unwrap(), &gif, &cancel).is_err());
}
