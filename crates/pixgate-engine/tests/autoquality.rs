//! The quality is searched for: by bytes, by what the eye sees.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    Animation, EncodeSettings, Limits, Metadata, Pixels, can_write, encode, probe,
};
use pixgate_engine::{Cancel, Encoded, Negotiation, Settings, Warning, run};
use pixgate_options::{AutoqualityMethod, Format};
use pixgate_raster::{Channels, Image, Layout};
use support::{header, options};

fn source(channels: Channels) -> Vec<u8> {
    let layout = Layout::u8(160, 120, channels);
    let count = channels.count() as u64;
    let samples = (0..layout.bytes()).map(|i| {
        let (x, y) = (i / count % 160, i / count / 160);
        let wave = (x * x / 9 + y * y / 7 + i % count * 40) % 256;
        u8::try_from(if i % count == 3 { 255 - wave / 4 } else { wave }).unwrap()
    });
    let image = Image::from_u8(layout, samples.collect()).unwrap();
    let settings = EncodeSettings::new(Format::Png, 80);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}

fn made(source: &[u8], text: &str, settings: &Settings) -> Encoded {
    let header = probe(source, &Limits::default()).unwrap();
    let none = Negotiation::default();
    let plan = pixgate_engine::plan(&options(text), &header, settings, &none).unwrap();
    run(&plan, source, &Cancel::never()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_size_is_met_with_the_highest_quality_that_fits() {
    let (source, settings) = (source(Channels::Rgb), Settings::default());
    for format in [Format::Jpeg, Format::Webp] {
        if !can_write(format) {
            continue;
        }
        let fixed = |quality| made(&source, &format!("q:{quality}/f:{format}"), &settings);
        let target = fixed(40).bytes.len();
        let found = made(
            &source,
            &format!("aq:size:{target}:10:90/f:{format}"),
            &settings,
        );
        assert!(
            found.quality >= 40 && found.bytes.len() <= target,
            "{format}"
        );
        assert!(fixed(found.quality + 1).bytes.len() > target, "{format}");
        let none_fits = made(&source, &format!("aq:size:10:30:90/f:{format}"), &settings);
        assert_eq!(none_fits.quality, 30, "{format}");
    }
}

#[test]
fn the_smaller_the_dissimilarity_the_higher_the_quality() {
    let settings = Settings::default();
    for channels in [Channels::Rgb, Channels::Grey, Channels::Rgba] {
        let source = source(channels);
        for format in [Format::Jpeg, Format::Webp, Format::Avif] {
            if !can_write(format) {
                continue;
            }
            let of = |target: &str| {
                let text = format!("aq:dssim:{target}:5:95:0.0005/f:{format}");
                made(&source, &text, &settings).quality
            };
            assert_eq!(of("0.9"), 5, "{format} {channels:?}");
            let (fine, coarse) = (of("0.005"), of("0.05"));
            assert!(coarse < fine, "{format} {channels:?}: {coarse} {fine}");
        }
    }
}

#[test]
fn without_a_network_ml_counts_as_dssim_and_says_so() {
    let source = source(Channels::Rgb);
    let mut settings = Settings::default();
    let made = |settings: &Settings, text: &str| made(&source, text, settings);
    let expected = made(&settings, "aq:dssim:0.01:10:90/f:jpg");
    assert_eq!(
        made(&settings, "aq:ml:0.01:10:90/f:jpg").bytes,
        expected.bytes
    );
    settings.autoquality.method = AutoqualityMethod::Ml;
    assert_eq!(
        made(&settings, "aq::0.01:10:90/f:jpg").bytes,
        expected.bytes
    );
    settings.max_animation_frames = 3;
    let warnings = |text: &str, frames: u32| {
        let mut source = header(Format::Gif, 100, 100);
        source.frames = frames;
        source.animation = (frames > 1).then(|| Animation {
            delays_ms: vec![40; 3],
            loop_count: 0,
            fills_canvas: false,
        });
        let none = Negotiation::default();
        let plan = pixgate_engine::plan(&options(text), &source, &settings, &none);
        plan.unwrap().warnings
    };
    for text in ["aq:ml/f:jpg", "f:jpg"] {
        assert_eq!(warnings(text, 1), [Warning::NoNetworkForQuality], "{text}");
    }
    assert_eq!(warnings("aq:dssim/f:jpg", 1), []);
    assert_eq!(warnings("aq:ml/f:png", 1), [], "no quality to search");
    assert_eq!(warnings("aq:ml/f:webp", 3), [Warning::AnimationNotCompared]);
}

#[test]
fn a_search_from_the_settings_gives_way_to_a_quality_in_the_url_and_to_large_results() {
    let source = source(Channels::Rgb);
    let mut settings = Settings::default();
    settings.autoquality.method = AutoqualityMethod::Dssim;
    settings.autoquality.target = 0.0;
    let quality = |settings: &Settings, text: &str| made(&source, text, settings).quality;
    (settings.autoquality.min, settings.autoquality.max) = (88, 88);
    assert_eq!(quality(&settings, "f:jpg"), 88);
    assert_eq!(quality(&settings, "f:jpg/aq:dssim:0:30:30"), 30);
    assert_eq!(quality(&settings, "f:jpg/aq:none"), 80);
    assert_eq!(quality(&settings, "f:jpg/q:50"), 50);
    settings.autoquality.max_resolution = 160 * 120 - 1;
    assert_eq!(quality(&settings, "f:jpg"), 80);
    assert_eq!(quality(&settings, "f:jpg/w:80"), 88);
    if can_write(Format::Avif) {
        assert_eq!(quality(&settings, "f:avif/w:80"), 65);
    }
}
