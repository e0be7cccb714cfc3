//! What a run says of itself while it goes on.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use std::cell::RefCell;

use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, animation_encoder, encode, probe};
use pixgate_engine::Stage::{Decode, Encode, Transform};
use pixgate_engine::{Cancel, Negotiation, Stage, run_watched};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};

const LAYOUT: Layout = Layout::u8(640, 480, Channels::Rgb);

fn still(format: Format) -> Vec<u8> {
    let pixels = Pixels::Interleaved(Image::zeroed(LAYOUT).unwrap());
    let settings = EncodeSettings::new(format, 90);
    encode(&pixels, &settings, &Metadata::default()).unwrap()
}

/// Frames of one grey each.
fn animation(frames: u8) -> Vec<u8> {
    let settings = EncodeSettings::new(Format::Gif, 90);
    let mut encoder = animation_encoder(LAYOUT, &settings, &Metadata::default()).unwrap();
    for number in 0..frames {
        let samples = vec![number * 60; LAYOUT.samples().unwrap()];
        let frame = Image::from_u8(LAYOUT, samples).unwrap();
        encoder.write_frame(frame, 100).unwrap();
    }
    encoder.finish(0).unwrap()
}

/// The stages of a run, one that goes on said once.
fn stages(source: &[u8], options: &str) -> Vec<Stage> {
    let header = probe(source, &Limits::default()).unwrap();
    let mut settings = support::settings();
    settings.max_animation_frames = 10;
    let options = support::options(options);
    let plan = pixgate_engine::plan(&options, &header, &settings, &Negotiation::default()).unwrap();
    let begun: RefCell<Vec<Stage>> = RefCell::default();
    run_watched(&plan, source, &Cancel::never(), &|stage| {
        begun.borrow_mut().push(stage);
    })
    .unwrap();
    let mut begun = begun.into_inner();
    begun.dedup();
    begun
}

#[test]
fn planes_are_decoded_transformed_and_encoded() {
    let begun = stages(&still(Format::Jpeg), "w:640/q:50");
    assert_eq!(begun, [Decode, Transform, Encode]);
}

#[test]
fn planes_that_become_smaller_do_so_while_they_are_decoded() {
    let begun = stages(&still(Format::Jpeg), "w:100");
    assert!(begun.starts_with(&[Decode, Transform, Decode]), "{begun:?}");
    assert!(begun.ends_with(&[Transform, Encode]), "{begun:?}");
}

#[test]
fn rows_go_back_and_forth_between_decoding_and_transforming() {
    let begun = stages(&still(Format::Png), "w:100");
    assert!(begun.starts_with(&[Decode, Transform, Decode]), "{begun:?}");
    assert!(begun.ends_with(&[Transform, Encode]), "{begun:?}");
}

#[test]
fn images_that_are_needed_whole_are_decoded_first() {
    let begun = stages(&still(Format::Png), "t:10/w:100");
    assert_eq!(begun, [Decode, Transform, Encode]);
}

#[test]
fn frames_go_through_all_stages() {
    let begun = stages(&animation(3), "w:100/f:gif");
    let frames = begun.iter().filter(|stage| **stage == Transform).count();
    assert!(frames >= 3, "{begun:?}");
    assert_eq!(begun.last(), Some(&Encode));
}

#[test]
fn a_source_that_is_passed_through_has_no_stages() {
    assert_eq!(stages(&still(Format::Png), "skp:png/f:png"), []);
}
