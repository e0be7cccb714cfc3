//! One photograph in many colour spaces, depths and orientations: all of them come out alike. Runs
//! only if `PIXGATE_CORPUS` names a folder with `photos/variants` in it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use std::path::{Path, PathBuf};

use pixgate_codec::{DecodeRequest, Limits, Pixels, decode, probe};
use pixgate_engine::{Cancel, Negotiation, Settings, run};
use pixgate_raster::convert::convert_channels;
use pixgate_raster::geometry::orient;
use pixgate_raster::{Channels, Image, Orientation};

/// The original, at 600 pixels and without loss.
const ORIGINAL: &str = "interlaced.png";

/// Files and the largest mean differences of red, green and blue from the original's, when both are
/// scaled to 48×32 so that sizes, artefacts and dither do not count.
const LIMITS: [(&str, [f64; 3]); 10] = [
    ("lossless.webp", [1.0, 1.0, 1.0]),
    ("lzw.tiff", [1.0, 1.0, 1.0]),
    ("rgb16.png", [0.6, 0.6, 0.6]),
    ("palette64.png", [1.8, 1.8, 1.8]),
    ("avif-10bit.avif", [1.3, 1.3, 1.3]),
    ("exif-copyright.jpg", [1.6, 1.6, 1.6]),
    // Its blues have no red in sRGB, where 8 bits of the wider space are coarse; imgproxy shows the
    // same red.
    ("display-p3.png", [4.2, 1.0, 1.0]),
    ("display-p3.jpg", [5.0, 1.8, 1.8]),
    // Inks cannot show the blues at all: 13, 9 and 13 are what is lost in print, not here.
    ("cmyk.jpg", [16.0, 11.0, 16.0]),
    ("gray.jpg", [1.8, 1.8, 1.8]),
];

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn every_colour_space_shows_the_same_picture() {
    let folder = folder();
    let original = small(&folder.join(ORIGINAL), "rs:force:48:32");
    for (name, limits) in LIMITS {
        let mut wanted = original.clone();
        if name == "gray.jpg" {
            wanted = convert_channels(wanted, Channels::Grey).unwrap();
            wanted = convert_channels(wanted, Channels::Rgb).unwrap();
        }
        let found = apart(&small(&folder.join(name), "rs:force:48:32"), &wanted);
        let is_near = found
            .iter()
            .zip(limits)
            .all(|(found, limit)| *found <= limit);
        assert!(is_near, "{name}: {found:?}, not {limits:?}");
    }
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn every_orientation_is_turned_upright() {
    let folder = folder();
    for number in 1..=8 {
        let turn = Orientation::from_exif(number);
        let options = if turn.swaps_sides() {
            "rs:force:32:48"
        } else {
            "rs:force:48:32"
        };
        let path = folder.join(format!("orientation-{number}.jpg"));
        let wanted = orient(&small(&folder.join(ORIGINAL), "rs:force:48:32"), turn).unwrap();
        let found = apart(&small(&path, options), &wanted);
        assert!(
            found.iter().all(|found| *found <= 1.6),
            "{number}: {found:?}"
        );
    }
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn alpha_is_the_same_in_every_format() {
    let folder = folder();
    let on_blue = |name| small(&folder.join(name), "rs:force:48:32/bg:2040a0");
    let wanted = on_blue("alpha.png");
    for name in ["alpha.webp", "alpha-lossless.webp", "alpha.avif"] {
        let found = apart(&on_blue(name), &wanted);
        assert!(found.iter().all(|found| *found <= 1.0), "{name}: {found:?}");
    }
}

fn folder() -> PathBuf {
    let root = std::env::var_os("PIXGATE_CORPUS").unwrap();
    let folder = Path::new(&root).join("photos/variants");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 23);
    folder
}

/// Through the engine, as 8-bit RGB.
fn small(path: &Path, options: &str) -> Image {
    let bytes = std::fs::read(path).unwrap();
    let limits = Limits::default();
    let header = probe(&bytes, &limits).unwrap();
    let options = support::options(&format!("{options}/f:png"));
    let mut settings = Settings::default();
    // Decoders that scale have their own look; here it is about colours.
    settings.disable_shrink_on_load = true;
    let negotiation = Negotiation::default();
    let plan = pixgate_engine::plan(&options, &header, &settings, &negotiation).unwrap();
    let result = run(&plan, &bytes, &Cancel::never()).unwrap().bytes;
    let header = probe(&result, &limits).unwrap();
    let (pixels, _) = decode(&result, &header, &DecodeRequest::default(), &limits).unwrap();
    let Pixels::Interleaved(image) = pixels else {
        panic!("planes from PNG")
    };
    convert_channels(image, Channels::Rgb).unwrap()
}

/// Mean difference of each channel.
fn apart(a: &Image, b: &Image) -> [f64; 3] {
    assert_eq!(a.layout(), b.layout());
    let pixels = f64::from(a.width()) * f64::from(a.height());
    let (a, b) = (a.view::<u8>().unwrap(), b.view::<u8>().unwrap());
    let pairs = a.rows().flatten().zip(b.rows().flatten());
    let mut sums = [0.0; 3];
    for (place, (a, b)) in pairs.enumerate() {
        sums[place % 3] += f64::from(a.abs_diff(*b));
    }
    sums.map(|sum| sum / pixels)
}
