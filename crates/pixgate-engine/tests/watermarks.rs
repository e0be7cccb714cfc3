//! Size, angle, shadow and pattern of watermarks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_engine::{Cancel, Error, ErrorKind, Negotiation, Plan, Settings, WatermarkImage, run};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};

const RED: [u8; 3] = [255, 0, 0];
const WHITE: [u8; 3] = [255, 255, 255];

fn filled(width: u32, height: u32, color: [u8; 3]) -> Vec<u8> {
    let samples = color.repeat((width * height) as usize);
    let image = Image::from_u8(Layout::u8(width, height, Channels::Rgb), samples).unwrap();
    let settings = EncodeSettings::new(Format::Png, 80);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}

fn planned(source: &[u8], mark: (u32, u32), text: &str) -> Result<Plan, Error> {
    let mark = filled(mark.0, mark.1, RED);
    let mut settings = Settings::default();
    settings.watermark = Some(WatermarkImage {
        header: probe(&mark, &Limits::default()).unwrap(),
        bytes: mark.into(),
    });
    let header = probe(source, &Limits::default()).unwrap();
    let options = support::options(text);
    pixgate_engine::plan(&options, &header, &settings, &Negotiation::default())
}

/// What comes out on a white square.
fn marked(side: u32, mark: (u32, u32), text: &str) -> Image {
    let source = filled(side, side, WHITE);
    let plan = planned(&source, mark, text).unwrap();
    let bytes = run(&plan, &source, &Cancel::never()).unwrap().bytes;
    let limits = Limits::default();
    let header = probe(&bytes, &limits).unwrap();
    let decoded = decode(&bytes, &header, &DecodeRequest::default(), &limits);
    let (Pixels::Interleaved(image), _) = decoded.unwrap() else {
        panic!("{text}");
    };
    image
}

fn at(image: &Image, x: u32, y: u32) -> [u8; 3] {
    image.view::<u8>().unwrap().pixel(x, y).try_into().unwrap()
}

fn reds(image: &Image) -> usize {
    let view = image.view::<u8>().unwrap();
    let pixels = view.rows().flat_map(|row| row.chunks_exact(3));
    pixels.filter(|pixel| *pixel == RED).count()
}

#[test]
fn a_size_is_a_box_that_is_filled_as_far_as_the_ratio_allows() {
    for (mark, options, (width, height)) in [
        ((10, 10), "wms:20:0", (20, 20)),
        ((4, 2), "wms:0:10", (20, 10)),
        ((4, 2), "wms:30:10", (20, 10)),
        ((40, 20), "wms:8:50", (8, 4)),
        ((10, 10), "wms:0:0", (10, 10)),
        ((10, 10), "wms:20:20/wm:1:nowe:0:0:0.5", (50, 50)),
        ((10, 10), "dpr:2/wms:20/w:100", (20, 20)),
    ] {
        let image = marked(100, mark, &format!("wm:1:nowe/{options}"));
        let area = (width * height) as usize;
        assert_eq!(reds(&image), area, "{options}");
        assert_eq!(at(&image, width - 1, height - 1), RED, "{options}");
    }
}

#[test]
fn quarters_are_exact_and_other_angles_grow_the_box() {
    let image = marked(100, (4, 2), "wm:1:nowe/wmr:90");
    assert_eq!(
        (at(&image, 1, 3), at(&image, 2, 0), at(&image, 0, 4)),
        (RED, WHITE, WHITE)
    );
    assert_eq!(
        marked(100, (4, 2), "wm:1/wmr:360"),
        marked(100, (4, 2), "wm:1")
    );
    assert_eq!(
        marked(100, (4, 2), "wm:1/wmr:-90"),
        marked(100, (4, 2), "wm:1/wmr:630")
    );

    let image = marked(200, (100, 100), "wm:1:nowe/wmr:45");
    assert_eq!(
        (at(&image, 0, 0), at(&image, 71, 71), at(&image, 143, 71)),
        (WHITE, RED, WHITE)
    );
    assert_ne!(at(&image, 71, 1), WHITE);
    let area = reds(&image);
    assert!((9_400..=10_000).contains(&area), "{area}");
}

#[test]
fn a_shadow_hangs_out_and_does_not_move_the_mark() {
    let image = marked(100, (10, 10), "wm:1:nowe:20:20/wmsh:2");
    assert_eq!((at(&image, 20, 20), at(&image, 29, 29)), (RED, RED));
    assert_eq!(reds(&image), 100);
    assert!(at(&image, 31, 25)[0] < 255 && at(&image, 19, 25)[0] < at(&image, 18, 25)[0]);
    assert_eq!(at(&image, 60, 60), WHITE);
    let corner = marked(100, (10, 10), "wm:1:nowe/wmsh:3");
    assert_eq!((at(&corner, 0, 0), reds(&corner)), (RED, 100));
    let half = marked(100, (10, 10), "wm:0.5:nowe/wmsh:3");
    assert_eq!(at(&half, 0, 0), [255, 127, 127]);
    assert!(at(&half, 11, 5)[0] > at(&corner, 11, 5)[0]);
    assert_eq!(
        marked(100, (10, 10), "wm:1/wmsh:0"),
        marked(100, (10, 10), "wm:1")
    );
}

#[test]
fn shadows_of_neighbours_meet_without_seams() {
    let image = marked(60, (10, 10), "wm:1:re:4:4/wmsh:2");
    let plain = marked(60, (10, 10), "wm:1:re:4:4");
    for y in 0..60 - 14 {
        for x in 0..60 - 14 {
            assert_eq!(at(&image, x, y), at(&image, x + 14, y + 14), "{x} {y}");
            assert_eq!(at(&image, x, y) == RED, at(&plain, x, y) == RED, "{x} {y}");
        }
    }
}

#[test]
fn a_chessboard_has_every_second_cell() {
    let image = marked(8, (2, 2), "wm:1:ch");
    for y in 0..8 {
        for x in 0..8 {
            let is_black = (x / 2 + y / 2) % 2 == 0;
            assert_eq!(at(&image, x, y) == RED, is_black, "{x} {y}");
        }
    }
    let image = marked(8, (2, 2), "wm:1:ch:2:2");
    assert_eq!(
        (at(&image, 1, 1), at(&image, 6, 6), at(&image, 5, 1)),
        (RED, RED, WHITE)
    );
    assert_eq!(reds(&image), 8);
    let wide = marked(300, (20, 10), "wm:1:ch:3:5");
    let pattern = 46 * 30 / 2;
    assert!(reds(&wide).abs_diff(90_000 * 200 / pattern) < 3_000);
    assert_eq!(reds(&marked(40, (10, 10), "wm:1:ch:-5:-5")), 1600);
    assert_eq!(reds(&marked(40, (10, 10), "wm:1:ch:-500:-500")), 1600);
}

#[test]
fn what_is_too_large_is_refused_before_anything_is_drawn() {
    let source = filled(100, 100, WHITE);
    for (mark, options) in [
        ((10, 10), "wm:1/wms:16384:0"),
        ((10, 10), "wm:1/wms:4294967295:0"),
        ((1, 1000), "wm:1/wms:100:0"),
    ] {
        let refused = planned(&source, mark, options).unwrap_err();
        let kind = refused.kind();
        let is_size = matches!(
            kind,
            ErrorKind::OptionOutOfRange { .. } | ErrorKind::ResultTooLarge { .. }
        );
        assert!(is_size, "{options}: {kind:?}");
    }
    let plan = planned(&source, (10, 10), "wm:1/wmsh:1000").unwrap();
    assert!(plan.peak_bytes > 40 << 20, "its shadow is counted");
}

#[test]
fn an_explanation_says_what_becomes_of_the_mark() {
    let source = filled(100, 100, WHITE);
    let plan = planned(&source, (10, 10), "wm:1:ch/wms:20:0/wmr:30/wmsh:2").unwrap();
    let said = plan.steps.last().unwrap().to_string();
    assert_eq!(
        said,
        "watermark: scale to 20 x 20, turn by 30 degrees, repeat every 56 x 56, \
         repeat every 112 x 112, shadow, sigma 2, crop the scaled image 100 x 100 at 3, 3"
    );
}
