//! What a plan refuses, and what it says then.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_engine::{ErrorKind, Negotiation, PixelPath, Settings, Support, Warning};
use pixgate_options::{Format, OptionId};
use pixgate_raster::Channels;
use support::{header, options, plan, settings};

#[test]
fn an_option_that_cannot_be_carried_out_is_named() {
    for (text, option) in [
        ("vta:1:9:9:9:9", "video_thumbnail_animation"),
        ("vtt:1:2:2:9:9", "video_thumbnail_tile"),
    ] {
        let error = plan(text, &header(Format::Png, 10, 10)).unwrap_err();
        assert_eq!(
            error.kind(),
            &ErrorKind::UnsupportedOption { option },
            "{text}"
        );
        assert_eq!(
            error.to_string(),
            format!("option {option} is not supported yet")
        );
    }
}

#[cfg(not(feature = "faces"))]
#[test]
fn without_a_detector_whatever_needs_objects_is_refused() {
    for (text, option) in [
        ("bd:3", "blur_detections"),
        ("dd:1:face", "draw_detections"),
        ("co:1.2:face", "crop_objects"),
        ("op:prop", "objects_position"),
        ("g:obj:face", "gravity:obj"),
        ("c:5:5:objw:face:2", "crop:obj"),
    ] {
        let error = plan(text, &header(Format::Png, 10, 10)).unwrap_err();
        let kind = ErrorKind::UnsupportedOption { option };
        assert_eq!(error.kind(), &kind, "{text}");
    }
}

#[test]
fn an_option_without_effect_is_not_refused() {
    for text in [
        "br:0",
        "contrast:1",
        "gr:0",
        "bga:1",
        "car:0",
        "ra:lanczos3",
        "aq:none",
        "vts:4",
        "vtk:1",
        "maf:5",
    ] {
        plan(text, &header(Format::Png, 10, 10)).unwrap_or_else(|e| panic!("{text}: {e}"));
    }
}

#[test]
fn limits_hold_exactly_and_take_the_orientation_into_account() {
    let mut turned = header(Format::Jpeg, 2000, 1000);
    turned.orientation = pixgate_codec::Orientation::from_exif(6);
    let check = |limit| {
        let mut settings = settings();
        settings.max_src_resolution = limit;
        pixgate_engine::plan(
            &options("w:10"),
            &turned,
            &settings,
            &Negotiation::default(),
        )
    };
    assert!(check(2_000_000).is_ok());
    let expected = ErrorKind::SourceTooLarge {
        width: 1000,
        height: 2000,
        frames: 1,
        limit: 1_999_999,
    };
    assert_eq!(check(1_999_999).unwrap_err().kind(), &expected);
}

#[test]
fn frames_count_together_unless_one_has_a_limit_of_its_own() {
    let mut animation = header(Format::Gif, 100, 100);
    animation.frames = 10;
    animation.animation = Some(pixgate_codec::Animation {
        delays_ms: vec![40; 10],
        loop_count: 0,
        fills_canvas: false,
    });
    let check = |all, one| {
        let mut settings = settings();
        settings.max_animation_frames = 20;
        settings.max_src_resolution = all;
        settings.max_animation_frame_resolution = one;
        pixgate_engine::plan(
            &options("w:10"),
            &animation,
            &settings,
            &Negotiation::default(),
        )
    };
    let too_large = |frames, limit| ErrorKind::SourceTooLarge {
        width: 100,
        height: 100,
        frames,
        limit,
    };
    let refused = |all, one| check(all, one).unwrap_err();
    assert_eq!(refused(99_999, 0).kind(), &too_large(10, 99_999));
    assert_eq!(check(100_000, 0).unwrap().frames, 10);
    assert_eq!(check(1, 10_000).unwrap().frames, 10);
    assert_eq!(refused(100_000, 9_999).kind(), &too_large(1, 9_999));
}

#[test]
fn the_most_specific_quality_counts() {
    for (text, quality) in [
        ("f:jpg", 80),
        ("f:webp", 79),
        ("f:avif", 63),
        ("f:jpg/fq:jpg:55", 55),
        ("f:jpg/fq:jpg:55/q:44", 44),
        ("f:webp/q:0/fq:webp:0", 79),
    ] {
        let plan = plan(text, &header(Format::Png, 100, 100)).unwrap();
        assert_eq!(plan.output.quality, quality, "{text}");
    }
}

#[test]
fn a_skipped_source_is_passed_through() {
    let path = |text: &str, source| plan(text, &header(source, 10, 10)).unwrap().path();
    assert_eq!(path("skp:png/w:5", Format::Png), PixelPath::PassThrough);
    assert_eq!(
        path("skp:png/w:5/f:png", Format::Png),
        PixelPath::PassThrough
    );
    assert_eq!(path("w:5", Format::Svg), PixelPath::PassThrough);
    assert_eq!(path("w:5/f:svg", Format::Svg), PixelPath::PassThrough);
    assert_eq!(path("w:5/f:png", Format::Svg), PixelPath::Interleaved8);
    assert_eq!(
        path("skp:png/w:5/f:jpg", Format::Png),
        PixelPath::Interleaved8
    );
}

#[test]
fn chained_pipelines_work_on_each_others_results() {
    let plan = plan(
        "rs:fill:60:40/-/rot:90/-/w:20/pd:1",
        &header(Format::Png, 100, 100),
    )
    .unwrap();
    assert_eq!((plan.width, plan.height), (22, 32));
}

#[test]
fn every_option_of_the_grammar_is_supported_or_not() {
    for row in pixgate_url::processing_options() {
        assert!(row.id().is_some(), "{}", row.name());
    }
    assert_eq!(pixgate_engine::support(OptionId::Width), Support::Full);
    let settings = Settings::default();
    assert!(settings.writable_formats.contains(&Format::Png));
}

#[test]
fn what_is_refused_is_named_in_the_table() {
    for (text, name) in [("g:obj:car", "gravity"), ("c:5:5:obj:car", "crop")] {
        let refused = plan(text, &header(Format::Png, 10, 10)).map(|_| ());
        let kind = refused.unwrap_err();
        let is_option = matches!(kind.kind(), ErrorKind::UnsupportedOption { .. });
        assert!(is_option, "{text}: {kind}");
        let support = pixgate_engine::support(OptionId::from_name(name).unwrap());
        assert!(matches!(support, Support::Partly { .. }), "{name}");
    }
}

#[test]
fn what_the_source_prevents_is_a_warning() {
    let warnings =
        |text: &str, header: &pixgate_codec::Header| plan(text, header).unwrap().warnings;
    let avif = header(Format::Avif, 100, 100);
    assert_eq!(warnings("eth:1", &avif), [Warning::NoThumbnail]);
    assert_eq!(warnings("eth:1", &header(Format::Png, 100, 100)), []);
    let mut inks = header(Format::Jpeg, 100, 100);
    inks.channels = Channels::Cmyk;
    assert_eq!(warnings("scp:0", &inks), []);
    inks.has_color_profile = true;
    assert_eq!(warnings("scp:0", &inks), []);
    assert_eq!(warnings("scp:0/f:png", &inks), [Warning::ProfileNotKept]);
    assert_eq!(warnings("scp:0/f:gif", &inks), []);
    assert_eq!(warnings("w:50", &inks), []);
    let jpeg = header(Format::Jpeg, 100, 100);
    let option = "jpeg_options:overshoot_deringing";
    let left_out = [Warning::EncoderOptionNotUsed { option }];
    assert_eq!(warnings("jpgo:1:1:1:1:0:3", &jpeg), left_out);
    assert_eq!(warnings("jpgo:1:1:1/f:png", &jpeg), []);
}
