//! Laws of results, pixel by pixel.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_engine::{Cancel, Negotiation, Settings, run};
use pixgate_options::Format;
use pixgate_raster::convert::convert_depth;
use pixgate_raster::{Channels, Depth, Image, Layout, Samples};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

fn config() -> ProptestConfig {
    let mut config = ProptestConfig::with_cases(48);
    config.failure_persistence = None;
    config.rng_seed = RngSeed::Fixed(4);
    config
}

fn images() -> impl Strategy<Value = Image> {
    let channels = vec![
        Channels::Grey,
        Channels::GreyAlpha,
        Channels::Rgb,
        Channels::Rgba,
    ];
    let depths = vec![Depth::U8, Depth::U16];
    let all = (
        1..60_u32,
        1..60_u32,
        select(channels),
        select(depths),
        any::<u32>(),
    );
    all.prop_map(|(width, height, channels, depth, seed)| {
        let layout = Layout::u8(width, height, channels);
        let mut state = seed;
        let samples = (0..layout.samples().unwrap()).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        let image = Image::from_u8(layout, samples.collect()).unwrap();
        convert_depth(image, depth).unwrap()
    })
}

fn png(image: &Image) -> Vec<u8> {
    let settings = EncodeSettings::new(Format::Png, 80);
    encode(
        &Pixels::Interleaved(image.clone()),
        &settings,
        &Metadata::default(),
    )
    .unwrap()
}

/// What options make of an image, at full depth and without loss.
fn made(image: &Image, options: &str) -> Image {
    let bytes = png(image);
    let limits = Limits::default();
    let header = probe(&bytes, &limits).unwrap();
    let options = support::options(&format!("ph:1/{options}/f:png"));
    let (settings, negotiation) = (Settings::default(), Negotiation::default());
    let plan = pixgate_engine::plan(&options, &header, &settings, &negotiation).unwrap();
    let result = run(&plan, &bytes, &Cancel::never()).unwrap().bytes;
    let header = probe(&result, &limits).unwrap();
    let (pixels, _) = decode(&result, &header, &DecodeRequest::default(), &limits).unwrap();
    let Pixels::Interleaved(image) = pixels else {
        panic!("planes from PNG")
    };
    image
}

/// Alpha by pixel, 8 bits of it.
fn alphas(image: Image) -> Vec<u8> {
    let image = convert_depth(image, Depth::U8).unwrap();
    let image = pixgate_raster::convert::convert_channels(image, Channels::Rgba).unwrap();
    let view = image.view::<u8>().unwrap();
    let pixels = view.rows().flat_map(|row| row.chunks(4));
    pixels.map(|pixel| pixel[3]).collect()
}

/// Filters that are told to do nothing.
const NEUTRAL: [&str; 16] = [
    "br:0",
    "co:1",
    "sa:1/a:0:1:1",
    "mc:0:ff0000",
    "dt:0:ff0000:00ff00",
    "col:0:ff0000:1",
    "gr:0:ff0000:45:0.5:0.5",
    "ush:none:2:3",
    "ush:auto",
    "ba:0:0:0:1:1",
    "ba:5/ba:5:0.5:0.5:0:1",
    "pbl:0:left",
    "pxr:0:0",
    "pxe:0",
    "pxm:/pxmm:alpha:cover:1",
    "wm:0:re/wms:9/wmr:30/wmsh:3",
];

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_asked_changes_nothing(image in images()) {
        prop_assert_eq!(made(&image, "q:80"), image);
    }

    /// Neither a sample nor the kind of one.
    #[test]
    fn neutral_filters_change_nothing(image in images()) {
        for options in NEUTRAL {
            prop_assert_eq!(made(&image, options), image.clone(), "{}", options);
        }
    }

    /// On straight colours, with alpha as it was.
    #[test]
    fn filters_of_colours_leave_alpha_alone(image in images(), (b, c, s) in (-99..99, 0.0..3.0, 0.0..3.0)) {
        let options = format!("a:{b}:{c}:{s}/mc:0.3:ff8800/dt:0.2:002050:fff0c0/col:0.4:00ff00:1");
        let found = made(&image, &options);
        prop_assert_eq!(alphas(found), alphas(image));
    }

    /// What a shape keeps of a pixel is its colour; alpha can only become less.
    #[test]
    fn shapes_leave_colours_alone(image in images(), radius in 0..40, ellipse in 0..2) {
        let found = made(&image, &format!("pxr:{radius}:0:max/pxe:{ellipse}"));
        prop_assert_eq!(found.layout().depth, image.layout().depth);
        let colors = |image: &Image| {
            let image = convert_depth(image.clone(), Depth::U8).unwrap();
            let image = pixgate_raster::convert::convert_channels(image, Channels::Rgba).unwrap();
            let Samples::U8(samples) = image.samples() else {
                panic!("another depth")
            };
            samples.as_chunks::<4>().0.to_vec()
        };
        for ([.., before], [.., after]) in colors(&image).iter().zip(&colors(&found)) {
            prop_assert!(after <= before);
        }
        let pairs = colors(&image).into_iter().zip(colors(&found));
        prop_assert!(pairs.into_iter().all(|(a, b)| a[..3] == b[..3]));
    }

    #[test]
    fn greys_stay_grey_under_shapes(image in images()) {
        let found = made(&image, "pxr:5").layout().channels;
        prop_assert_eq!(found, image.layout().channels.with_alpha());
    }

    #[test]
    fn an_algorithm_changes_nothing_where_nothing_is_scaled(image in images()) {
        for algorithm in ["nearest", "linear", "cubic", "lanczos2", "lanczos3"] {
            prop_assert_eq!(made(&image, &format!("ra:{algorithm}")), image.clone());
        }
    }

    /// Every pixel is one of the source's.
    #[test]
    fn picking_pixels_makes_no_new_ones(image in images(), (width, height) in (1..90_u32, 1..90_u32)) {
        let found = made(&image, &format!("ra:nearest/rs:force:{width}:{height}:1"));
        let kept = |image: &Image| {
            let image = convert_depth(image.clone(), Depth::U8).unwrap();
            let count = image.layout().channels.count();
            let view = image.view::<u8>().unwrap();
            let pixels = view.rows().flat_map(|row| row.chunks(count)).map(<[u8]>::to_vec);
            pixels.collect::<std::collections::BTreeSet<_>>()
        };
        prop_assert!(kept(&found).is_subset(&kept(&image)));
    }

    #[test]
    fn unsharp_masking_keeps_alpha_kind_and_depth(image in images()) {
        let found = made(&image, "ush:always:2");
        prop_assert_eq!(found.layout(), image.layout());
        prop_assert_eq!(alphas(found), alphas(image));
    }

    /// Quarter turns blur down before across, which rounds differently.
    #[test]
    fn areas_go_with_the_picture(
        image in images(),
        turn in select(vec!["rot:180", "fl:1:0", "fl:0:1", "rot:180/fl:1:1"]),
        (x, y, width, height) in (0.0..0.9, 0.0..0.9, 0.05..0.9, 0.05..0.9),
    ) {
        let area = format!("ba:3:{x:.2}:{y:.2}:{width:.2}:{height:.2}");
        let first = made(&image, &format!("{area}/-/{turn}"));
        prop_assert_eq!(first, made(&image, &format!("{area}/{turn}")), "{} {}", turn, area);
    }

    #[test]
    fn greys_under_greys_stay_grey(image in images(), angle in 0..360) {
        let options = format!("col:0.3:404040/gr:0.5:ffffff:{angle}");
        let (channels, depth) = (image.layout().channels, image.layout().depth);
        let found = made(&image, &options).layout();
        prop_assert_eq!((found.channels, found.depth), (channels, depth));
    }

    #[test]
    fn a_full_colour_is_all_there_is(image in images()) {
        let found = made(&image, "col:1:102030");
        let found = convert_depth(found, Depth::U8).unwrap();
        let found = pixgate_raster::convert::convert_channels(found, Channels::Rgba).unwrap();
        let mut pixels = found.view::<u8>().unwrap().rows().flat_map(|row| row.chunks(4));
        prop_assert!(pixels.all(|pixel| pixel == [16, 32, 48, 255]));
    }

    #[test]
    fn the_order_of_filters_in_the_url_does_not_matter(image in images()) {
        let one = made(&image, "br:20/co:1.5/sa:2/mc:0.5:ff0000/dt:0.5:00ff00/col:0.2:0000ff/gr:0.5");
        let other = made(&image, "gr:0.5/col:0.2:0000ff/dt:0.5:00ff00/mc:0.5:ff0000/sa:2/co:1.5/br:20");
        prop_assert_eq!(one, other);
    }

    #[test]
    fn four_quarter_turns_are_nothing(image in images()) {
        prop_assert_eq!(made(&image, "rot:90/-/rot:90/-/rot:90/-/rot:90"), image);
    }

    #[test]
    fn a_flip_twice_is_nothing(image in images(), (x, y) in (0..2, 0..2)) {
        prop_assert_eq!(made(&image, &format!("fl:{x}:{y}/-/fl:{x}:{y}")), image);
    }

    #[test]
    fn half_a_turn_is_both_flips(image in images()) {
        prop_assert_eq!(made(&image, "rot:180"), made(&image, "fl:1:1"));
    }

    /// Gravities of crops are those of the picture as it is shown.
    #[test]
    fn edges_are_cut_off_the_same_before_and_after_turning(
        image in images(),
        turns in 0..4,
        (flip_x, flip_y) in (0..2, 0..2),
        (width, height) in (1..60_u32, 1..60_u32),
        gravity in select(vec!["no", "so", "ea", "we", "noea", "nowe", "soea", "sowe"]),
        (x, y) in (0..9_u32, 0..9_u32),
    ) {
        let turn = format!("rot:{}/fl:{flip_x}:{flip_y}", turns * 90);
        // The middle is rounded in one direction, which turning reverses: only edges are cut there.
        let (width, height) = match gravity {
            "no" | "so" => (0, height),
            "ea" | "we" => (width, 0),
            _ => (width, height),
        };
        let cut = format!("c:{width}:{height}:{gravity}:{x}:{y}");
        prop_assert_eq!(
            made(&image, &format!("{cut}/{turn}")),
            made(&image, &format!("{turn}/-/{cut}")),
            "{} {}", turn, cut
        );
    }

    #[test]
    fn padding_is_cut_off_again(image in images(), (a, b, c, d) in (0..9, 0..9, 0..9, 0..9)) {
        let (width, height) = (image.width(), image.height());
        let options = format!("pd:{a}:{b}:{c}:{d}/-/c:{width}:{height}:nowe:{d}:{a}");
        let framed = made(&image, &options);
        let layout = framed.layout();
        let opaque = pixgate_raster::convert::convert_channels(image, layout.channels).unwrap();
        prop_assert_eq!(framed, opaque);
    }
}
