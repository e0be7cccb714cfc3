//! Planes against interleaved pixels: the same picture, in the same place.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, can_write, decode, encode, probe,
};
use pixgate_engine::{Cancel, Negotiation, PixelPath, Plan, Settings, run};
use pixgate_options::Format;
use pixgate_raster::geometry::orient;
use pixgate_raster::{Channels, ChromaSubsampling, Image, Layout, Orientation};
use support::options;

const JOBS: [&str; 12] = [
    "rs:fit:120:120",
    "rs:fit:101:101",
    "rs:fill:77:91",
    "rs:fill:91:77/g:so",
    "rs:force:63:45",
    "rs:fill:75:75/rot:90",
    "rs:fit:99:99/rot:180",
    "rs:fit:99:99/rot:270/fl:1",
    "rs:fit:97:97/fl:1:1",
    "c:150:111:nowe:13:7/rs:fit:71:71",
    "c:101:99:fp:0.6:0.4",
    "rs:fill:61:61/g:fp:0.7:0.3/fl:0:1",
];

#[test]
fn planes_show_the_same_picture_in_the_same_place() {
    for subsampling in [
        ChromaSubsampling::Full,
        ChromaSubsampling::Horizontal,
        ChromaSubsampling::Both,
    ] {
        for size in [(301, 211), (320, 240)] {
            let source = jpeg(size, subsampling);
            for job in JOBS {
                compare(&source, &format!("{job}/f:jpg/q:100"));
            }
        }
    }
}

/// An edge of colour that lies `d` pixels off changes the sum of a row by `d` times its height.
#[test]
fn edges_of_colour_do_not_move() {
    for subsampling in [ChromaSubsampling::Horizontal, ChromaSubsampling::Both] {
        let layout = Layout::u8(173, 131, Channels::Rgb);
        let pixel = |i: u32| {
            let (x, y) = (i % 173, i / 173);
            if (x < 81) == (y < 59) {
                [190, 60, 60]
            } else {
                [60, 60, 190]
            }
        };
        let samples = (0..173 * 131).flat_map(pixel).collect();
        let image = Image::from_u8(layout, samples).unwrap();
        let mut settings = EncodeSettings::new(Format::Jpeg, 100);
        settings.subsampling = Some(subsampling);
        let pixels = Pixels::Interleaved(image);
        let source = encode(&pixels, &settings, &Metadata::default()).unwrap();
        for job in [
            "rs:force:101:77",
            "rs:force:100:76/fl:1:1",
            "rs:force:101:77/fl:1",
            "rs:force:101:77/rot:90",
            "rs:force:101:77/rot:180",
            "c:121:97:nowe:31:17/rs:force:83:67",
            "c:121:97:nowe:31:17",
            "rs:fill:71:91/g:nowe:3:5",
            "rs:force:41:33",
        ] {
            moved(&source, &format!("{job}/f:jpg/q:100"));
        }
    }
}

fn moved(source: &[u8], text: &str) {
    let (plan, planar) = made(source, text);
    assert_eq!(plan.path(), PixelPath::Planar, "{text}");
    let colors = made(source, &format!("{text}/bl:0.1")).1;
    let (planar, colors) = (pixels(&planar), pixels(&colors));
    let turned = |image: &Image| orient(image, Orientation::ROTATE_90).unwrap();
    for (a, b) in [(&planar, &colors), (&turned(&planar), &turned(&colors))] {
        // Rows beside the crossing edge.
        for row in [3, a.height() - 4] {
            let moved = (reds(a, row) - reds(b, row)) / 130.0;
            assert!(moved.abs() < SHIFT, "{text}: {moved}");
        }
    }
}

/// Pixels.
const SHIFT: f64 = 0.06;

fn reds(image: &Image, row: u32) -> f64 {
    let view = image.view::<u8>().unwrap();
    let reds = view.row(row).iter().step_by(3);
    f64::from(reds.map(|v| u32::from(*v)).sum::<u32>())
}

#[test]
fn values_are_right_whatever_range_the_formats_have() {
    let source = jpeg((240, 180), ChromaSubsampling::Both);
    if can_write(Format::Webp) {
        compare(&source, "rs:fit:121:121/f:webp/q:100");
        let webp = made(&source, "f:webp/q:100").1;
        compare(&webp, "rs:fit:121:121/f:jpg/q:100");
        compare(&webp, "rs:fit:121:121/f:webp/q:100");
    }
    if can_write(Format::Avif) {
        compare(&source, "rs:fit:121:121/f:avif/q:100");
    }
}

#[test]
fn planes_are_left_where_colours_are_needed() {
    let source = jpeg((100, 80), ChromaSubsampling::Both);
    for text in [
        "w:50/f:png",
        "w:50/bl:2",
        "w:50/pd:3",
        "t:10/w:50",
        "rs:fill:50:50/g:sm",
        "w:60/-/w:20",
    ] {
        assert_eq!(
            planned(&source, text).path(),
            PixelPath::Interleaved8,
            "{text}"
        );
    }
}

/// Mean errors in levels of 255; both ways round to 8 bits twice, which costs 0.7 by itself, and
/// small JPEGs are shrunk by averages for colours and by frequencies for planes.
fn compare(source: &[u8], text: &str) {
    let (plan, planar) = made(source, text);
    assert_eq!(plan.path(), PixelPath::Planar, "{text}");
    // An empty blur makes no difference but that it needs colours.
    let colors = made(source, &format!("{text}/bl:0.1")).1;
    let (planar, colors) = (pixels(&planar), pixels(&colors));
    assert_eq!(planar.layout(), colors.layout(), "{text}");
    let (width, height) = (planar.width() as usize, planar.height() as usize);
    let (a, b) = (planar.view::<u8>().unwrap(), colors.view::<u8>().unwrap());
    let samples = a.rows().flatten().zip(b.rows().flatten());
    let mut errors = [0_u64; 3];
    let mut bias = [0_i64; 3];
    for (i, (a, b)) in samples.enumerate() {
        errors[i % 3] += u64::from(a.abs_diff(*b));
        bias[i % 3] += i64::from(*a) - i64::from(*b);
    }
    let count = u32::try_from(width * height).unwrap();
    let mean = errors.map(|e| f64::from(u32::try_from(e).unwrap()) / f64::from(count));
    let bias = bias.map(|e| f64::from(i32::try_from(e).unwrap()) / f64::from(count));
    let all = mean.iter().sum::<f64>() / 3.0;
    assert!(all < 1.1, "{text}: mean error {mean:?}");
    assert!(
        mean.iter().all(|mean| *mean < 1.25),
        "{text}: mean error {mean:?}"
    );
    assert!(bias.iter().all(|m| m.abs() < 0.5), "{text}: bias {bias:?}");
}

fn planned(source: &[u8], text: &str) -> Plan {
    let header = probe(source, &Limits::default()).unwrap();
    let (settings, negotiation) = (Settings::default(), Negotiation::default());
    pixgate_engine::plan(&options(text), &header, &settings, &negotiation).unwrap()
}

fn made(source: &[u8], text: &str) -> (Plan, Vec<u8>) {
    let plan = planned(source, text);
    let result = run(&plan, source, &Cancel::never()).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!((result.width, result.height), (plan.width, plan.height));
    (plan, result.bytes)
}

/// Soft shapes in soft colours, as photographs have them, and one edge.
fn jpeg((width, height): (u32, u32), subsampling: ChromaSubsampling) -> Vec<u8> {
    let layout = Layout::u8(width, height, Channels::Rgb);
    let pixel = |x: u32, y: u32| {
        let (x, y) = (f64::from(x) / 300.0, f64::from(y) / 300.0);
        let wave = |a: f64, b: f64, c: f64| (a * x + b * y + c).sin();
        let edge = if x + 0.6 * y > 0.7 { 30.0 } else { 0.0 };
        [
            120.0 + 50.0 * wave(9.0, 4.0, 0.3) + 15.0 * wave(31.0, 17.0, 1.0) + edge,
            110.0 + 45.0 * wave(5.0, 8.0, 1.3) + 15.0 * wave(31.0, 17.0, 1.0) + edge,
            130.0 + 50.0 * wave(7.0, 6.0, 2.1) + 15.0 * wave(31.0, 17.0, 1.0) + edge,
        ]
        .map(byte)
    };
    let samples = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y)));
    let image = Image::from_u8(layout, samples.collect()).unwrap();
    let mut settings = EncodeSettings::new(Format::Jpeg, 95);
    settings.subsampling = Some(subsampling);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
fn byte(value: f64) -> u8 {
    value.round() as u8
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
