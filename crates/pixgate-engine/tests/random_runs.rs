//! Random options on real pictures: what comes out is as planned, within limits and memory.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, animation_encoder, encode, probe};
use pixgate_engine::{
    Cancel, Companions, EmbeddedThumbnails, ErrorKind, Negotiation, Settings, Step, WatermarkImage,
    plan_with, probe_for, run,
};
use pixgate_options::Format;
use pixgate_raster::convert::convert_depth;
use pixgate_raster::{Channels, Depth, Image, Layout};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use support::counting::{Counting, most_during};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const LONGEST: u32 = 700;

fn noise(layout: Layout) -> Image {
    let mut state = 1_u32;
    let samples = (0..layout.samples().unwrap()).map(|place| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0] / 4 + u8::try_from(place / 9 % 190).unwrap()
    });
    Image::from_u8(layout, samples.collect()).unwrap()
}

fn still(format: Format, channels: Channels, depth: Depth, size: (u32, u32)) -> Vec<u8> {
    let image = noise(Layout::u8(size.0, size.1, channels));
    let pixels = Pixels::Interleaved(convert_depth(image, depth).unwrap());
    encode(
        &pixels,
        &EncodeSettings::new(format, 85),
        &Metadata::default(),
    )
    .unwrap()
}

fn moving() -> Vec<u8> {
    let layout = Layout::u8(90, 70, Channels::Rgba);
    let settings = EncodeSettings::new(Format::Gif, 80);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    for delay_ms in [40, 50, 60] {
        encoder.write_frame(noise(layout), delay_ms).unwrap();
    }
    encoder.finish(0).unwrap()
}

fn sources() -> Vec<Vec<u8>> {
    vec![
        still(Format::Png, Channels::Rgb, Depth::U8, (333, 217)),
        still(Format::Png, Channels::Rgba, Depth::U8, (120, 301)),
        still(Format::Png, Channels::Grey, Depth::U8, (64, 64)),
        still(Format::Png, Channels::Rgb, Depth::U16, (201, 133)),
        still(Format::Png, Channels::GreyAlpha, Depth::U16, (90, 77)),
        still(Format::Png, Channels::Rgb, Depth::U8, (1, 1)),
        still(Format::Jpeg, Channels::Rgb, Depth::U8, (517, 389)),
        still(Format::Jpeg, Channels::Grey, Depth::U8, (130, 95)),
        still(Format::Bmp, Channels::Rgb, Depth::U8, (61, 40)),
        still(Format::Tiff, Channels::Rgb, Depth::U8, (75, 140)),
        moving(),
        paged(),
        small_inside(),
    ]
}

/// A TIFF file of unlike pages.
fn paged() -> Vec<u8> {
    let page = |width, height, channels| noise(Layout::u8(width, height, channels));
    support::pages::tiff(&[
        (page(60, 40, Channels::Rgb), 6),
        (page(75, 20, Channels::Grey), 1),
        (page(30, 50, Channels::Rgba), 3),
    ])
}

/// A JPEG file with a thumbnail.
fn small_inside() -> Vec<u8> {
    let thumbnail = still(Format::Jpeg, Channels::Rgb, Depth::U8, (80, 60));
    let mut metadata = Metadata::default();
    metadata.exif = Some(support::pages::exif_with_thumbnail(5, &thumbnail));
    let image = Pixels::Interleaved(noise(Layout::u8(400, 300, Channels::Rgb)));
    encode(&image, &EncodeSettings::new(Format::Jpeg, 85), &metadata).unwrap()
}

/// What is read of a source, and what goes along with the result.
fn about_files() -> Vec<BoxedStrategy<String>> {
    vec![
        (0..4_u32).prop_map(|page| format!("pg:{page}")).boxed(),
        (1..5_u32).prop_map(|pages| format!("pgs:{pages}")).boxed(),
        (0..2).prop_map(|off| format!("da:{off}")).boxed(),
        (0..2).prop_map(|on| format!("eth:{on}")).boxed(),
        (0.0..400.0_f64)
            .prop_map(|dpi| format!("dpi:{dpi:.1}"))
            .boxed(),
        select(vec!["srgb", "p3", "adobe", "grey", "cmyk"])
            .prop_map(|profile| format!("cp:{profile}"))
            .boxed(),
    ]
}

fn picture(bytes: Vec<u8>) -> WatermarkImage {
    WatermarkImage {
        header: probe(&bytes, &Limits::default()).unwrap(),
        bytes: bytes.into(),
    }
}

/// Of `http://m/mark` and `http://m/mask`.
fn companions() -> Companions {
    let mut companions = Companions::default();
    let mark = still(Format::Jpeg, Channels::Rgb, Depth::U8, (250, 170));
    companions.insert("http://m/mark", picture(mark));
    let mask = still(Format::Png, Channels::Rgba, Depth::U16, (77, 150));
    companions.insert("http://m/mask", picture(mask));
    companions
}

fn settings() -> Settings {
    let mark = still(Format::Png, Channels::Rgba, Depth::U8, (40, 30));
    let mut settings = Settings::default();
    settings.max_animation_frames = 3;
    settings.max_result_dimension = LONGEST;
    settings.embedded_thumbnails = EmbeddedThumbnails::All;
    settings.color_profiles = support::profiles::profiles();
    settings.watermark = Some(picture(mark));
    settings
}

/// Options that change pixels where they are.
fn filters() -> Vec<BoxedStrategy<String>> {
    let color = || select(vec!["000000", "b3b3b3", "ff8000", "0020ff"]);
    let sigma = || prop_oneof![Just(0.0), 0.3..6.0_f64];
    vec![
        sigma().prop_map(|sigma| format!("bl:{sigma:.1}")).boxed(),
        sigma().prop_map(|sigma| format!("sh:{sigma:.1}")).boxed(),
        (0..40_u32).prop_map(|side| format!("pix:{side}")).boxed(),
        (
            select(vec!["auto", "none", "always"]),
            0.1..3.0_f64,
            4.0..40.0_f64,
        )
            .prop_map(|(mode, weight, divider)| format!("ush:{mode}:{weight:.1}:{divider:.0}"))
            .boxed(),
        (
            sigma(),
            0.0..1.0_f64,
            0.0..1.0_f64,
            0.0..1.0_f64,
            0.0..1.0_f64,
        )
            .prop_map(|(sigma, x, y, w, h)| {
                format!("ba:{sigma:.1}:{x:.2}:{y:.2}:{w:.2}:{h:.2}:0.4:0.4:0.1:0.1")
            })
            .boxed(),
        (sigma(), 0..360_u32, -0.5..1.5_f64, -0.5..1.5_f64)
            .prop_map(|(sigma, angle, a, b)| format!("pbl:{sigma:.1}:{angle}:{a:.1}:{b:.1}"))
            .boxed(),
        (-90..90_i32, 0.0..3.0_f64, 0.0..3.0_f64)
            .prop_map(|(b, c, s)| format!("a:{b}:{c:.1}:{s:.1}"))
            .boxed(),
        (0.0..1.0_f64, color())
            .prop_map(|(intensity, color)| format!("mc:{intensity:.1}:{color}"))
            .boxed(),
        (0.0..1.0_f64, color(), color())
            .prop_map(|(intensity, dark, light)| format!("dt:{intensity:.1}:{dark}:{light}"))
            .boxed(),
        (0.0..1.0_f64, color(), 0..2)
            .prop_map(|(opacity, color, keep)| format!("col:{opacity:.1}:{color}:{keep}"))
            .boxed(),
        (
            0.0..1.0_f64,
            color(),
            0..360_u32,
            -0.5..1.5_f64,
            -0.5..1.5_f64,
        )
            .prop_map(|(o, color, angle, a, b)| format!("gr:{o:.1}:{color}:{angle}:{a:.1}:{b:.1}"))
            .boxed(),
    ]
}

/// What is drawn on the result, and what is cut out of it.
fn marks() -> Vec<BoxedStrategy<String>> {
    vec![
        select(vec![
            "wm:0.5:re:3:4:0.2",
            "wm:1:ch:3:4",
            "wm:0.7:soea:2:3:0.3",
        ])
        .prop_map(str::to_owned)
        .boxed(),
        select(vec!["wms:30:0", "wms:3:5"])
            .prop_map(str::to_owned)
            .boxed(),
        (-400.0..400.0_f64)
            .prop_map(|degrees| format!("wmr:{degrees:.1}"))
            .boxed(),
        (0.0..9.0_f64)
            .prop_map(|sigma| format!("wmsh:{sigma:.1}"))
            .boxed(),
        select(vec![
            // `Hello <i>you</i>`, `two\nlines` and `some words <b>bold</b>`.
            "wmt:SGVsbG8gPGk-eW91PC9pPg",
            "wmt:dHdvCmxpbmVz",
            "wmt:c29tZSB3b3JkcyA8Yj5ib2xkPC9iPg/pxtb:0.3:2:center",
        ])
        .prop_map(str::to_owned)
        .boxed(),
        select(vec!["pxr:max", "pxr:9:0.3:0:40", "pxr:0"])
            .prop_map(str::to_owned)
            .boxed(),
        (0..2).prop_map(|on| format!("pxe:{on}")).boxed(),
        select(vec![
            "wmu:aHR0cDovL20vbWFyaw",
            "wmu:aHR0cDovL20vbWFzaw",
            "wmu:",
        ])
        .prop_map(str::to_owned)
        .boxed(),
        select(vec!["pxm:aHR0cDovL20vbWFzaw", "pxm:aHR0cDovL20vbWFyaw"])
            .prop_map(str::to_owned)
            .boxed(),
        (
            select(vec!["auto", "alpha", "luminance"]),
            select(vec!["stretch", "cover", "contain"]),
            0..2,
        )
            .prop_map(|(reading, fit, invert)| format!("pxmm:{reading}:{fit}:{invert}"))
            .boxed(),
    ]
}

/// Options of a URL; each is there half of the time.
fn options() -> impl Strategy<Value = String> {
    let gravity = || {
        select(vec![
            "ce",
            "no",
            "soea",
            "nowe",
            "we:3:0",
            "fp:0.7:0.2",
            "sm",
        ])
    };
    let place = || select(vec!["ce", "no", "soea:2:1", "nowe", "fp:0.3:0.9"]);
    let kind = select(vec!["fit", "fill", "fill-down", "force", "auto"]);
    let size = (kind, 0..400_u32, 0..400_u32, 0..2, 0..2);
    let list: Vec<BoxedStrategy<String>> = vec![
        size.prop_map(|(kind, w, h, enlarge, extend)| {
            format!("rs:{kind}:{w}:{h}:{enlarge}:{extend}")
        })
        .boxed(),
        select(vec!["nearest", "linear", "cubic", "lanczos2", "lanczos3"])
            .prop_map(|algorithm| format!("ra:{algorithm}"))
            .boxed(),
        gravity().prop_map(|gravity| format!("g:{gravity}")).boxed(),
        (0..300_u32, 0..300_u32, gravity())
            .prop_map(|(w, h, g)| format!("c:{w}:{h}:{g}"))
            .boxed(),
        (0.3..3.0_f64)
            .prop_map(|ratio| format!("car:{ratio:.2}"))
            .boxed(),
        (0.2..3.0_f64)
            .prop_map(|zoom| format!("z:{zoom:.2}"))
            .boxed(),
        (0.5..2.5_f64)
            .prop_map(|dpr| format!("dpr:{dpr:.1}"))
            .boxed(),
        (0..4)
            .prop_map(|turns| format!("rot:{}", turns * 90))
            .boxed(),
        (0..2, 0..2)
            .prop_map(|(x, y)| format!("fl:{x}:{y}"))
            .boxed(),
        place().prop_map(|place| format!("exar:1:{place}")).boxed(),
        (0..30_u32, 0..30_u32)
            .prop_map(|(a, b)| format!("pd:{a}:{b}"))
            .boxed(),
        Just("bg:ff8040".to_owned()).boxed(),
        (0..60_u32)
            .prop_map(|threshold| format!("t:{threshold}"))
            .boxed(),
        Just("ph:1".to_owned()).boxed(),
        (500..20_000_u32)
            .prop_map(|bytes| format!("mb:{bytes}"))
            .boxed(),
        select(vec!["png", "jpg", "gif", "bmp", "tiff", "webp"])
            .prop_map(|f| format!("f:{f}"))
            .boxed(),
    ];
    let list = list
        .into_iter()
        .chain(filters())
        .chain(marks())
        .chain(about_files());
    let maybe = |option: BoxedStrategy<String>| prop_oneof![Just(String::new()), option];
    let all: Vec<_> = list.map(maybe).collect();
    all.prop_map(|mut options| {
        options.retain(|option| !option.is_empty());
        options.push("q:70".to_owned());
        options.join("/")
    })
}

#[test]
fn results_are_as_planned_within_limits_and_memory() {
    let (sources, settings, companions) = (sources(), settings(), companions());
    let mut config = ProptestConfig::with_cases(300);
    config.failure_persistence = None;
    config.rng_seed = RngSeed::Fixed(4);
    proptest!(config, |(which in 0..sources.len(), options in options())| {
        let bytes = &sources[which];
        let parsed = support::options(&options);
        let limits = Limits::default();
        let header = probe_for(&parsed, bytes, &limits, &settings, &Cancel::never()).unwrap();
        let none = Negotiation::default();
        let plan = match plan_with(&parsed, &header, &settings, &none, &companions, &Cancel::never()) {
            Ok(plan) => plan,
            Err(error) => {
                let is_expected = matches!(error.kind(), ErrorKind::ResultTooLarge { .. });
                prop_assert!(is_expected, "{options}: {error}");
                return Ok(());
            }
        };
        let (result, taken) = most_during(|| run(&plan, bytes, &Cancel::never()));
        prop_assert!(taken <= plan.peak_bytes, "{options}: took {taken} of {}", plan.peak_bytes);
        let has_trim = plan.steps.iter().any(|step| matches!(step, Step::Trim(_)));
        let result = match result {
            Ok(result) => result,
            Err(error) => {
                // What trimming leaves may have to grow more than was planned, and nothing else.
                let grows = matches!(error.kind(), ErrorKind::MemoryExceedsPlan { .. });
                let is_expected = grows && has_trim;
                prop_assert!(is_expected, "{options}: {error}");
                return Ok(());
            }
        };
        let found = probe(&result.bytes, &Limits::default()).unwrap();
        prop_assert_eq!((found.width, found.height), (result.width, result.height), "{}", &options);
        prop_assert_eq!(found.format, plan.output.format, "{}", &options);
        if !has_trim {
            prop_assert_eq!((found.width, found.height), (plan.width, plan.height), "{}", &options);
        }
    });
}
