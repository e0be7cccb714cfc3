//! Pages of TIFF files and frames of animations, alone and put under each other.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop where it likes"
)]

mod support;

use std::sync::Mutex;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, animation_encoder, decode, probe,
};
use pixgate_engine::{
    Cancel, Encoded, ErrorKind, Negotiation, Plan, Settings, plan, probe_for, run,
};
use pixgate_options::Format;
use pixgate_raster::convert::{convert_channels, convert_depth};
use pixgate_raster::{Channels, Depth, Image, Layout};
use support::counting::{Counting, most_during};
use support::pages::tiff;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What one test allocates counts for all that run.
static ALONE: Mutex<()> = Mutex::new(());

/// Every pixel differs from its neighbours, and pages from each other.
fn image(layout: Layout, seed: u32) -> Image {
    let count = layout.channels.count();
    let samples = (0..layout.samples().unwrap()).map(|place| {
        let is_alpha = layout.channels.has_alpha() && place % count == count - 1;
        let value = u32::try_from(place).unwrap().wrapping_mul(37) + seed * 101;
        if is_alpha {
            200
        } else {
            value.to_le_bytes()[0]
        }
    });
    Image::from_u8(
        Layout {
            depth: Depth::U8,
            ..layout
        },
        samples.collect(),
    )
    .unwrap()
}

fn page(width: u32, height: u32, channels: Channels, seed: u32) -> Image {
    image(Layout::u8(width, height, channels), seed)
}

fn planned(source: &[u8], options: &str, settings: &Settings) -> Plan {
    let options = support::options(options);
    let limits = Limits::default();
    let header = probe_for(&options, source, &limits, settings, &Cancel::never()).unwrap();
    plan(&options, &header, settings, &Negotiation::default()).unwrap()
}

fn made(source: &[u8], options: &str) -> Image {
    let plan = planned(source, options, &Settings::default());
    let (result, taken) = most_during(|| run(&plan, source, &Cancel::never()));
    assert!(
        taken <= plan.peak_bytes,
        "{options}: {taken} of {}",
        plan.peak_bytes
    );
    let result = result.unwrap();
    assert_eq!((result.width, result.height), (plan.width, plan.height));
    read(&result)
}

fn read(result: &Encoded) -> Image {
    let limits = Limits::default();
    let header = probe(&result.bytes, &limits).unwrap();
    let request = DecodeRequest::default();
    let (pixels, _) = decode(&result.bytes, &header, &request, &limits).unwrap();
    let Pixels::Interleaved(image) = pixels else {
        panic!("planes came");
    };
    image
}

fn rgba(image: Image) -> Image {
    let image = convert_depth(image, Depth::U8).unwrap();
    convert_channels(image, Channels::Rgba).unwrap()
}

/// The rows of `whole` from `top` on are those of `part`, and nothing is beside them.
fn assert_holds(whole: &Image, part: Image, top: u32) {
    let (whole, part) = (rgba(whole.clone()), rgba(part));
    let (whole, part) = (whole.view::<u8>().unwrap(), part.view::<u8>().unwrap());
    let length = part.width() as usize * 4;
    for y in 0..part.height() {
        let row = whole.row(top + y);
        assert_eq!(&row[..length], part.row(y), "row {y} below {top}");
        assert!(
            row[length..].iter().all(|sample| *sample == 0),
            "beside row {y}"
        );
    }
}

#[test]
fn a_page_has_its_own_size_and_channels_and_the_last_stands_in_for_those_behind() {
    let _alone = ALONE.lock();
    let pages = [
        page(7, 5, Channels::Grey, 1),
        page(4, 9, Channels::Rgba, 2),
        page(3, 3, Channels::Rgb, 3),
    ];
    let source = tiff(&pages.clone().map(|page| (page, 1)));
    for (options, page) in [
        ("f:png", 0),
        ("pg:1/f:png", 1),
        ("pg:2/f:png", 2),
        ("pg:9/f:png", 2),
    ] {
        assert_eq!(made(&source, options), pages[page], "{options}");
    }
}

#[test]
fn pages_are_put_under_each_other_at_the_left() {
    let _alone = ALONE.lock();
    let pages = [
        page(7, 5, Channels::Grey, 1),
        page(4, 9, Channels::Rgb, 2),
        page(6, 3, Channels::Grey, 3),
    ];
    let source = tiff(&pages.clone().map(|page| (page, 1)));
    let whole = made(&source, "pgs:3/f:png");
    assert_eq!(whole.layout(), Layout::u8(7, 17, Channels::Rgba));
    for (page, top) in pages.clone().into_iter().zip([0, 5, 14]) {
        assert_holds(&whole, page, top);
    }
    let rest = made(&source, "pg:1/pgs:7/f:png");
    assert_eq!(rest.layout(), Layout::u8(6, 12, Channels::Rgba));
    assert_holds(&rest, pages[1].clone(), 0);
    assert_holds(&rest, pages[2].clone(), 9);
}

#[test]
fn a_stack_is_as_general_as_its_pages_and_no_more() {
    let _alone = ALONE.lock();
    let stack = |pages: &[Image], options: &str| {
        let pages: Vec<_> = pages.iter().map(|page| (page.clone(), 1)).collect();
        made(&tiff(&pages), options)
    };
    let grey = page(4, 2, Channels::Grey, 1);
    let both = stack(&[grey.clone(), grey.clone()], "pgs:2/f:png");
    assert_eq!(both.layout(), Layout::u8(4, 4, Channels::Grey));
    let color = page(4, 2, Channels::Rgb, 1);
    let both = stack(&[grey.clone(), color.clone()], "pgs:2/f:png");
    assert_eq!(both.layout(), Layout::u8(4, 4, Channels::Rgb));
    let deep = convert_depth(grey.clone(), Depth::U16).unwrap();
    let both = stack(&[grey, deep], "pgs:2/ph:1/f:png");
    assert_eq!(both.layout().depth, Depth::U16);
    assert_holds(&both, page(4, 2, Channels::Grey, 1), 2);
    let inks = page(4, 2, Channels::Cmyk, 1);
    let alone = stack(std::slice::from_ref(&inks), "f:png");
    let both = stack(&[color, inks], "pgs:2/f:png");
    assert_eq!(both.layout(), Layout::u8(4, 4, Channels::Rgb));
    assert_holds(&both, alone, 2);
}

#[test]
fn all_pages_are_turned_as_the_first_one_is() {
    let _alone = ALONE.lock();
    let pages = [
        (page(6, 2, Channels::Rgb, 1), 6),
        (page(4, 3, Channels::Rgb, 2), 1),
    ];
    let source = tiff(&pages);
    let upright = made(&source, "pgs:2/f:png");
    assert_eq!((upright.width(), upright.height()), (3, 10));
    for ((page, _), top) in pages.iter().zip([0, 6]) {
        let turned = pixgate_raster::geometry::orient(page, pixgate_raster::Orientation::ROTATE_90);
        assert_holds(&upright, turned.unwrap(), top);
    }
    let stored = made(&source, "pgs:2/ar:0/f:png");
    assert_eq!((stored.width(), stored.height()), (6, 5));
    // Alone each is turned as it says itself.
    assert_eq!(made(&source, "f:png").width(), 2);
    assert_eq!(made(&source, "pg:1/f:png").width(), 4);
}

#[test]
fn one_page_of_a_stack_is_that_page() {
    let _alone = ALONE.lock();
    let source = tiff(&[
        (page(5, 4, Channels::Rgb, 1), 1),
        (page(5, 4, Channels::Rgb, 2), 1),
    ]);
    for options in ["pg:1", "rs:fit:3:3", "pg:1/rs:fill:2:4/f:webp"] {
        let settings = Settings::default();
        let (one, same) = (
            planned(&source, options, &settings),
            planned(&source, &format!("{options}/pgs:1"), &settings),
        );
        assert_eq!(one, same);
    }
}

#[test]
fn a_stack_goes_through_the_steps_as_one_picture() {
    let _alone = ALONE.lock();
    let source = tiff(&[
        (page(40, 30, Channels::Rgb, 1), 1),
        (page(40, 50, Channels::Rgb, 2), 1),
    ]);
    let plan = planned(&source, "pgs:2/rs:fit:20:0/f:jpg", &Settings::default());
    assert_eq!((plan.loaded, plan.width, plan.height), ((40, 80), 20, 40));
    assert_eq!(
        plan.remarks(),
        ["2 pages from page 0 on are put under each other"]
    );
    made(&source, "pgs:2/rs:fill:20:20/g:so/bl:1/f:jpg");
    made(&source, "pgs:2/t:5/f:png");
}

#[test]
fn all_pages_count_against_the_limit() {
    let _alone = ALONE.lock();
    let source = tiff(&[
        (page(10, 10, Channels::Grey, 1), 1),
        (page(5, 10, Channels::Grey, 1), 1),
    ]);
    let check = |limit| {
        let mut settings = Settings::default();
        settings.max_src_resolution = limit;
        let options = support::options("pgs:2");
        let limits = Limits::default();
        let header = probe_for(&options, &source, &limits, &settings, &Cancel::never()).unwrap();
        plan(&options, &header, &settings, &Negotiation::default()).map(drop)
    };
    assert!(check(200).is_ok());
    let error = check(199).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::SourceTooLarge { height: 20, .. }
    ));
    let mut limits = Limits::default();
    limits.max_frame_pixels = 199;
    let (options, settings) = (support::options("pgs:2"), Settings::default());
    assert!(probe_for(&options, &source, &limits, &settings, &Cancel::never()).is_err());
}

#[test]
fn a_header_of_other_pages_is_refused() {
    let _alone = ALONE.lock();
    let source = tiff(&[
        (page(2, 2, Channels::Grey, 1), 1),
        (page(2, 2, Channels::Grey, 2), 1),
    ]);
    let header = probe(&source, &Limits::default()).unwrap();
    assert_eq!(header.frames, 2);
    for options in ["pg:1", "pgs:2"] {
        let refused = plan(
            &support::options(options),
            &header,
            &Settings::default(),
            &Negotiation::default(),
        );
        let error = refused.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::PagesNotProbed { .. }),
            "{error}"
        );
    }
}

fn animation(format: Format, frames: u32) -> Vec<u8> {
    let layout = Layout::u8(6, 4, Channels::Rgb);
    let mut settings = EncodeSettings::new(format, 100);
    settings.webp_compression = pixgate_options::WebpCompression::Lossless;
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    for number in 0..frames {
        let color = [250 * u8::from(number == 1), 90, 250 * u8::from(number == 2)];
        let image = Image::from_u8(layout, color.repeat(24)).unwrap();
        encoder.write_frame(image, 50).unwrap();
    }
    encoder.finish(0).unwrap()
}

#[test]
fn frames_are_pages_where_the_result_is_still() {
    let _alone = ALONE.lock();
    for format in [Format::Gif, Format::Webp] {
        let source = animation(format, 3);
        let whole = made(&source, "pg:1/pgs:9/f:png");
        assert_eq!((whole.width(), whole.height()), (6, 8), "{format}");
        for (number, top) in [(1, 0), (2, 4)] {
            assert_holds(&whole, made(&source, &format!("pg:{number}/f:png")), top);
        }
    }
}

#[test]
fn pages_do_not_matter_to_an_animation_unless_it_is_stopped() {
    let _alone = ALONE.lock();
    let mut settings = Settings::default();
    settings.max_animation_frames = 10;
    let source = animation(Format::Gif, 3);
    let plan_of = |options: &str| planned(&source, options, &settings);
    let moving = plan_of("pg:1/pgs:2/f:gif");
    assert_eq!((moving.frames, moving.height), (3, 4));
    let still = plan_of("da:1/pgs:2/f:gif");
    assert_eq!((still.frames, still.height), (1, 8));
    let result = run(&still, &source, &Cancel::never()).unwrap();
    assert_eq!(probe(&result.bytes, &Limits::default()).unwrap().frames, 1);
    // A result that cannot be animated has pages all the same.
    assert_eq!(plan_of("pgs:2/f:png").height, 8);
}

#[test]
fn frames_that_a_file_lost_leave_room() {
    let _alone = ALONE.lock();
    let mut source = animation(Format::Gif, 3);
    let plan = planned(&source, "pgs:3/f:png", &Settings::default());
    source.truncate(source.len() - 12);
    let result = run(&plan, &source, &Cancel::never());
    if let Ok(result) = result {
        assert_eq!((result.width, result.height), (6, 12));
    }
}
