//! The smallest of several results: which are tried, which wins, and what decides it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    EncodeSettings, Header, Limits, Metadata, Pixels, can_write, decode, encode, probe,
};
use pixgate_engine::{
    Cancel, Encoded, Negotiation, PixelPath, Plan, Preference, Settings, Step, run,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::{header, options, settings};

fn offers(webp: bool, avif: bool, jxl: bool) -> Negotiation {
    let preference = |is_offered| match is_offered {
        true => Preference::Prefer,
        false => Preference::None,
    };
    Negotiation::NONE
        .with_webp(preference(webp))
        .with_avif(preference(avif))
        .with_jxl(preference(jxl))
}

fn planned(text: &str, header: &Header, settings: &Settings, offers: Negotiation) -> Plan {
    pixgate_engine::plan(&options(text), header, settings, &offers)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// All formats that are tried, by name.
fn tried(plan: &Plan) -> String {
    let mut names: Vec<&str> = std::iter::once(&plan.output)
        .chain(&plan.alternatives)
        .map(|output| output.format.name())
        .collect();
    names.sort_unstable();
    names.join(" ")
}

#[test]
fn what_suits_and_is_accepted_is_tried() {
    let opaque = header(Format::Jpeg, 400, 300);
    let mut transparent = header(Format::Png, 400, 300);
    transparent.channels = Channels::Rgba;
    let none = offers(false, false, false);
    let all = offers(true, true, true);
    for (text, header, offers, expected) in [
        ("w:90/f:best", &opaque, none, "jpeg png"),
        ("w:90/f:best", &opaque, all, "avif jpeg jxl png webp"),
        ("w:90/f:best", &transparent, none, "png"),
        ("w:90/f:best", &transparent, all, "avif jxl png webp"),
        ("w:90/f:best/bg:fff", &transparent, none, "jpeg png"),
        ("w:90/h:90/ex:1/f:best", &opaque, all, "avif jxl png webp"),
        ("w:90/h:90/exar:1/f:best", &opaque, none, "png"),
        ("w:12/f:best", &opaque, all, "jpeg jxl png webp"),
        ("w:90/f:jpg", &opaque, all, "jpeg"),
        ("w:90", &opaque, none, "jpeg"),
    ] {
        let plan = planned(text, header, &settings(), offers);
        assert_eq!(tried(&plan), expected, "{text} {:?}", header.channels);
        let flattens = plan.steps.iter().any(|s| matches!(s, Step::Flatten(_)));
        assert_eq!(flattens, text.contains("bg:"), "{text}");
    }
}

#[test]
fn formats_that_would_need_other_pixels_are_left_out() {
    let wide = header(Format::Png, 17_000, 40);
    let plan = planned("f:best", &wide, &settings(), offers(true, true, false));
    assert_eq!(tried(&plan), "jpeg png");
    let mut deep = header(Format::Png, 300, 200);
    deep.bits = 16;
    let all = offers(true, true, true);
    let plan = planned("f:best/ph:1", &deep, &settings(), all);
    assert_eq!(tried(&plan), "avif jxl png");
    let mut profiled = header(Format::Png, 300, 200);
    profiled.has_color_profile = true;
    let plan = planned("f:best/scp:0", &profiled, &settings(), all);
    assert_eq!(tried(&plan), "avif jpeg png webp");
}

#[test]
fn a_single_candidate_is_made_the_usual_way() {
    let mut settings = settings();
    settings.preferred_formats = vec![Format::Jpeg];
    let mut photo = header(Format::Jpeg, 2000, 1500);
    photo.subsampling = Some(pixgate_raster::ChromaSubsampling::Both);
    let none = offers(false, false, false);
    let plan = planned("w:500/f:best", &photo, &settings, none);
    assert_eq!(
        (tried(&plan).as_str(), plan.path()),
        ("jpeg", PixelPath::Planar)
    );
    let plan = planned(
        "w:500/f:best",
        &photo,
        &settings,
        offers(true, false, false),
    );
    assert_eq!(tried(&plan), "jpeg webp");
    assert_eq!(plan.path(), PixelPath::Interleaved8);
}

#[test]
fn an_animation_is_written_once() {
    let mut moving = header(Format::Gif, 100, 100);
    moving.frames = 3;
    moving.animation = Some(pixgate_codec::Animation {
        delays_ms: vec![40; 3],
        loop_count: 0,
        fills_canvas: true,
    });
    let mut settings = settings();
    settings.max_animation_frames = 10;
    let of = |offers| planned("w:50/f:best", &moving, &settings, offers);
    assert_eq!(tried(&of(offers(true, true, true))), "webp");
    let gif = of(offers(false, true, false));
    assert_eq!((tried(&gif).as_str(), gif.frames), ("gif", 3));
}

#[test]
fn large_results_are_guessed() {
    let photo = header(Format::Jpeg, 400, 300);
    let drawing = header(Format::Png, 400, 300);
    let mut settings = settings();
    settings.best_format.max_resolution = 100 * 75;
    let of = |text: &str, header: &Header, offers| tried(&planned(text, header, &settings, offers));
    let none = offers(false, false, false);
    assert_eq!(of("w:100/f:best", &photo, none), "jpeg png");
    assert_eq!(of("w:101/f:best", &photo, none), "jpeg");
    assert_eq!(of("w:101/f:best", &drawing, none), "png");
    assert_eq!(of("w:101/f:best", &photo, offers(true, true, true)), "avif");
    assert_eq!(
        of("w:101/f:best", &photo, offers(true, false, true)),
        "webp"
    );
    assert_eq!(
        of("w:101/f:best", &photo, offers(false, false, true)),
        "jpeg"
    );
}

#[test]
fn the_settings_say_when_it_applies_and_whether_sources_are_skipped() {
    let none = offers(false, false, false);
    let (png, svg) = (header(Format::Png, 90, 90), header(Format::Svg, 90, 90));
    let mut settings = settings();
    settings.skip_processing = vec![Format::Png];
    let path = |text: &str, header: &Header, settings: &Settings| {
        planned(text, header, settings, none).path()
    };
    for header in [&png, &svg] {
        let skipped = PixelPath::PassThrough;
        assert_eq!(path("w:50", header, &settings), skipped);
        assert_ne!(path("w:50/f:best", header, &settings), skipped);
        settings.best_format.by_default = true;
        assert_ne!(path("w:50", header, &settings), skipped);
        settings.best_format.allow_skips = true;
        assert_eq!(path("w:50", header, &settings), skipped);
        assert_eq!(path("w:50/f:best", header, &settings), skipped);
        assert_ne!(path("w:50/f:jpg", header, &settings), skipped);
        settings.best_format = pixgate_engine::BestFormat::default();
    }
    settings.best_format.by_default = true;
    let photo = header(Format::Jpeg, 90, 90);
    assert_eq!(tried(&planned("w:50", &photo, &settings, none)), "jpeg png");
    assert_eq!(
        tried(&planned("w:50/f:png", &photo, &settings, none)),
        "png"
    );
    let enforced = none.with_webp(Preference::Enforce);
    assert_eq!(
        tried(&planned("w:50/f:best", &photo, &settings, enforced)),
        "webp"
    );
}

/// Noise over waves, or a drawing of few lines.
fn picture(is_photo: bool) -> Image {
    let layout = Layout::u8(200, 150, Channels::Rgb);
    let mut state = 1_u32;
    let samples = (0..layout.bytes()).map(|i| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (x, y) = (i / 3 % 200, i / 600);
        let value = match is_photo {
            true => (x * x / 90 + y * 2 + i % 3 * 30) % 200 + u64::from(state >> 27),
            false => u64::from(x / 20 % 2 == y / 30 % 2) * (60 + i % 3 * 70),
        };
        u8::try_from(value).unwrap()
    });
    Image::from_u8(layout, samples.collect()).unwrap()
}

fn source(is_photo: bool) -> Vec<u8> {
    let settings = EncodeSettings::new(Format::Png, 80);
    let pixels = Pixels::Interleaved(picture(is_photo));
    encode(&pixels, &settings, &Metadata::default()).unwrap()
}

fn made(source: &[u8], text: &str, settings: &Settings, offers: Negotiation) -> Encoded {
    let header = probe(source, &Limits::default()).unwrap();
    let plan = planned(text, &header, settings, offers);
    run(&plan, source, &Cancel::never()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn the_smallest_wins() {
    let settings = Settings::default();
    let source = source(true);
    for offers in [offers(false, false, false), offers(true, true, true)] {
        let best = made(&source, "f:best/w:190", &settings, offers);
        let header = probe(&source, &Limits::default()).unwrap();
        let plan = planned("f:best/w:190", &header, &settings, offers);
        let alone = std::iter::once(&plan.output).chain(&plan.alternatives);
        let alone = alone.map(|output| {
            let text = format!("f:{}/w:190", output.format);
            made(&source, &text, &settings, Negotiation::default())
        });
        let smallest = alone.min_by_key(|alone| alone.bytes.len()).unwrap();
        assert_eq!(best.format, smallest.format);
        // A planar path may differ by a little.
        assert!(best.bytes.len().abs_diff(smallest.bytes.len()) < 200);
        assert_eq!(
            probe(&best.bytes, &Limits::default()).unwrap().format,
            best.format
        );
    }
}

#[test]
fn little_to_see_is_kept_without_loss_unless_bytes_are_limited() {
    let mut settings = Settings::default();
    let source = source(false);
    let pixels = |file: &[u8]| {
        let header = probe(file, &Limits::default()).unwrap();
        let (pixels, _) = decode(file, &header, &Default::default(), &Limits::default()).unwrap();
        pixels
    };
    let all = offers(true, true, true);
    for offers in [offers(false, false, false), all] {
        let best = made(&source, "f:best", &settings, offers);
        assert!(!matches!(best.format, Format::Jpeg | Format::Avif));
        let Pixels::Interleaved(best) = pixels(&best.bytes) else {
            panic!("planes");
        };
        assert_eq!(best, picture(false));
    }
    if !can_write(Format::Webp) {
        return;
    }
    settings.preferred_formats = vec![Format::Jpeg];
    let webp = made(&source, "f:best", &settings, offers(true, false, false));
    assert_eq!(webp.format, Format::Webp);
    settings.best_format.complexity_threshold = 0.0;
    let lossy = made(&source, "f:best", &settings, offers(true, false, false));
    assert!(lossy.bytes.len() > webp.bytes.len());
    settings.best_format.complexity_threshold = 5.5;
    let limited = made(
        &source,
        "f:best/mb:100000",
        &settings,
        offers(true, false, false),
    );
    assert_eq!(limited.bytes, lossy.bytes);
}

#[test]
fn a_trim_decides_anew() {
    let settings = Settings::default();
    let best = made(
        &source(false),
        "t:10/f:best",
        &settings,
        offers(true, true, true),
    );
    assert_eq!(
        probe(&best.bytes, &Limits::default()).unwrap().width,
        best.width
    );
    assert!(!matches!(best.format, Format::Jpeg | Format::Avif));
}
