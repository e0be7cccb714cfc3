//! Laws that hold for every image.
#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use pixgate_raster::compose::{composite, premultiply, unpremultiply};
use pixgate_raster::filter::{blur, pixelate, sharpen};
use pixgate_raster::geometry::{
    Canvas, crop, embed, embed_bytes, flip_horizontal, flip_vertical, orient,
};
use pixgate_raster::measure::attention;
use pixgate_raster::resample::{Resampler, Scaling, resize_bytes, resize_linear_bytes};
use pixgate_raster::{Channels, Image, Layout, Orientation};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn images() -> impl Strategy<Value = Image> {
    let channels = prop_oneof![
        Just(Channels::Grey),
        Just(Channels::GreyAlpha),
        Just(Channels::Rgb),
        Just(Channels::Rgba),
    ];
    (1..70_u32, 1..70_u32, channels, any::<u32>()).prop_map(|(width, height, channels, seed)| {
        let layout = Layout::u8(width, height, channels);
        let mut state = seed;
        let samples = (0..layout.samples().unwrap()).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        Image::from_u8(layout, samples.collect()).unwrap()
    })
}

fn orientations() -> impl Strategy<Value = Orientation> {
    (1..=8_u8).prop_map(Orientation::from_exif)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(4), ..ProptestConfig::default() })]

    #[test]
    fn four_quarter_turns_are_nothing(image in images()) {
        let mut turned = image.clone();
        for _ in 0..4 {
            turned = orient(&turned, Orientation::ROTATE_90).unwrap();
        }
        prop_assert_eq!(turned, image);
    }

    #[test]
    fn flipping_twice_is_nothing(image in images()) {
        let mut flipped = image.clone();
        for flip in [flip_horizontal, flip_vertical] {
            flip(&mut flipped);
            flip(&mut flipped);
        }
        prop_assert_eq!(flipped, image);
    }

    #[test]
    fn two_orientations_are_their_combination(image in images(), a in orientations(), b in orientations()) {
        let stepwise = orient(&orient(&image, a).unwrap(), b).unwrap();
        prop_assert_eq!(orient(&image, a.then(b)).unwrap(), stepwise);
    }

    #[test]
    fn cropping_commutes_with_a_quarter_turn(image in images(), l in 0..70_u32, t in 0..70_u32) {
        let (left, top) = (l % image.width(), t % image.height());
        let (width, height) = (image.width() - left, (image.height() - top).div_ceil(2));
        let first = orient(&crop(&image, left, top, width, height).unwrap(), Orientation::ROTATE_90).unwrap();
        let turned = orient(&image, Orientation::ROTATE_90).unwrap();
        let below = image.height() - top - height;
        prop_assert_eq!(crop(&turned, below, left, height, width).unwrap(), first);
    }

    #[test]
    fn premultiplied_colour_survives_a_round_trip(image in images()) {
        let mut once = image.clone();
        premultiply(&mut once);
        let mut twice = once.clone();
        unpremultiply(&mut twice);
        premultiply(&mut twice);
        for (a, b) in once.view::<u8>().unwrap().rows().flatten().zip(twice.view::<u8>().unwrap().rows().flatten()) {
            prop_assert!(a.abs_diff(*b) <= 1);
        }
    }

    #[test]
    fn embedding_keeps_the_pixels(image in images(), left in 0..9_u32, top in 0..9_u32) {
        let canvas = Canvas { width: image.width() + 9, height: image.height() + 9, left: left.into(), top: top.into() };
        let placed = embed(&image, canvas).unwrap();
        prop_assert_eq!(placed.layout().bytes(), embed_bytes(image.layout(), canvas));
        let back = crop(&placed, left, top, image.width(), image.height()).unwrap();
        let origin = Canvas { width: image.width(), height: image.height(), left: 0, top: 0 };
        prop_assert_eq!(back, embed(&image, origin).unwrap());
    }

    #[test]
    fn invisible_overlays_change_nothing_that_is_opaque(image in images()) {
        let opaque = composite(image.clone(), &image, (0, 0), 0.0).unwrap();
        if !image.layout().channels.has_alpha() {
            prop_assert_eq!(opaque, image);
        }
    }

    #[test]
    fn resampling_gives_the_size_asked_for_and_is_deterministic(image in images(), w in 1..100_u32, h in 1..100_u32) {
        let scaling = Scaling::resized(image.layout(), w, h);
        let result = Resampler::new().resize(&image, scaling).unwrap();
        prop_assert_eq!((result.width(), result.height()), (w, h));
        prop_assert!(resize_bytes(image.layout(), scaling) >= result.layout().bytes());
        prop_assert_eq!(Resampler::new().resize(&image, scaling).unwrap(), result);
    }

    #[test]
    fn linear_light_gives_the_same_size_within_the_memory_it_names(image in images(), w in 1..100_u32, h in 1..100_u32) {
        let scaling = Scaling::resized(image.layout(), w, h);
        let result = Resampler::new().resize_linear(&image, scaling, &|| false).unwrap();
        prop_assert_eq!(result.layout(), image.layout().sized(w, h));
        prop_assert!(resize_linear_bytes(image.layout(), scaling) >= result.layout().bytes());
    }

    #[test]
    fn a_smart_crop_lies_inside(image in images(), w in 0..70_u32, h in 0..70_u32) {
        let (width, height) = (1 + w % image.width(), 1 + h % image.height());
        let (left, top) = attention(&image, width, height).unwrap();
        prop_assert!(crop(&image, left, top, width, height).is_ok());
    }

    #[test]
    fn filters_keep_the_layout(image in images(), sigma in 0.0..12.0_f64, size in 0..80_u32) {
        let mut filtered = blur(image.clone(), sigma).unwrap();
        sharpen(&mut filtered, sigma).unwrap();
        pixelate(&mut filtered, size).unwrap();
        prop_assert_eq!(filtered.layout(), image.layout());
    }

    #[test]
    fn a_uniform_image_stays_uniform(value in any::<u8>(), w in 1..90_u32, h in 1..90_u32) {
        let image = Image::from_u8(Layout::u8(61, 47, Channels::Rgb), vec![value; 61 * 47 * 3]).unwrap();
        let result = Resampler::new().resize(&image, Scaling::resized(image.layout(), w, h)).unwrap();
        for sample in result.view::<u8>().unwrap().rows().flatten() {
            prop_assert!(sample.abs_diff(value) <= 1);
        }
    }
}
