//! Streams are read back by this crate, by libwebp and by image-webp, to the pixels they were made
//! from.
#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test, with a C library as a peer"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod peers;

use std::path::Path;

use pixgate_webp::lossless::{
    AlphaOptions, Decoder, EncodeOptions, Header, decode_alpha, encode, encode_alpha,
};
use proptest::prelude::*;

/// What a test picture shows.
#[derive(Clone, Copy, Debug)]
enum Scene {
    Noise,
    Gradient,
    /// So many colours.
    Palette(u32),
    /// Tiles that come again.
    Pattern,
    /// Smooth colours with noise in their lowest bits.
    Photo,
}

/// How alpha goes.
#[derive(Clone, Copy, Debug)]
enum Alpha {
    Opaque,
    OnOff,
    Smooth,
    Clear,
}

fn scene() -> impl Strategy<Value = Scene> {
    prop_oneof![
        Just(Scene::Noise),
        Just(Scene::Gradient),
        (1..300_u32).prop_map(Scene::Palette),
        Just(Scene::Pattern),
        Just(Scene::Photo),
    ]
}

fn alpha() -> impl Strategy<Value = Alpha> {
    prop_oneof![
        Just(Alpha::Opaque),
        Just(Alpha::OnOff),
        Just(Alpha::Smooth),
        Just(Alpha::Clear),
    ]
}

fn sizes() -> impl Strategy<Value = (u32, u32)> {
    prop_oneof![
        8 => (1..70_u32, 1..70_u32),
        2 => (1..400_u32, 1..300_u32),
        1 => (1..=16_383_u32, 1..4_u32),
        1 => (1..4_u32, 1..=16_383_u32),
    ]
}

fn mix(value: u32) -> u32 {
    let value = (value ^ value >> 16).wrapping_mul(0x7FEB_352D);
    let value = (value ^ value >> 15).wrapping_mul(0x846C_A68B);
    value ^ value >> 16
}

fn picture((width, height): (u32, u32), scene: Scene, alpha: Alpha, seed: u32) -> Vec<u32> {
    let pixel = |x: u32, y: u32| {
        let noise = mix(seed ^ mix(x) ^ mix(y).rotate_left(9));
        let rgb = match scene {
            Scene::Noise => noise,
            Scene::Gradient => ((x * 3) & 0xFF) << 16 | ((y * 2) & 0xFF) << 8 | ((x + y) & 0xFF),
            Scene::Palette(count) => mix(seed ^ (noise % count)),
            Scene::Pattern => mix(seed ^ (x % 13) ^ (y % 7) << 8),
            Scene::Photo => {
                let base = (x / 3 + y / 2) & 0x7F;
                (base * 0x01_0101) + (noise & 0x03_0707)
            }
        };
        let opacity = match alpha {
            Alpha::Opaque => 0xFF,
            Alpha::OnOff => u32::from((x / 5 + y / 3).is_multiple_of(2)) * 0xFF,
            Alpha::Smooth => (x * 2 + y) & 0xFF,
            Alpha::Clear => 0,
        };
        opacity << 24 | rgb & 0xFF_FFFF
    };
    (0..height)
        .flat_map(|y| (0..width).map(move |x| pixel(x, y)))
        .collect()
}

fn decoded(stream: &[u8]) -> (Header, Vec<u32>) {
    let mut decoder = Decoder::new(stream).unwrap();
    let mut pixels = Vec::new();
    while let Some(row) = decoder.next_row().unwrap() {
        pixels.extend_from_slice(row);
    }
    (decoder.header(), pixels)
}

/// As bytes of red, green, blue and alpha.
fn bytes(pixels: &[u32]) -> Vec<u8> {
    let rgba = |argb: &u32| argb.rotate_left(8).to_be_bytes();
    pixels.iter().flat_map(rgba).collect()
}

fn check(size: (u32, u32), pixels: &[u32], options: EncodeOptions) {
    let stream = encode(pixels.to_vec(), size, options).unwrap();
    let (header, ours) = decoded(&stream);
    assert_eq!((header.width, header.height), size);
    let is_same = |(a, b): (&u32, &u32)| a == b || (!options.exact && a >> 24 == 0 && b >> 24 == 0);
    assert_eq!(ours.len(), pixels.len());
    assert!(ours.iter().zip(pixels).all(is_same));
    let file = peers::file(&stream);
    let expected = bytes(&ours);
    assert_eq!(peers::libwebp(&file).unwrap(), expected);
    assert_eq!(peers::image_webp(&file).unwrap(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn pictures_come_back(
        size in sizes(),
        scene in scene(),
        alpha in alpha(),
        seed: u32,
        effort in 0..7_u8,
        exact: bool,
    ) {
        let mut options = EncodeOptions::default();
        options.effort = effort;
        options.exact = exact;
        check(size, &picture(size, scene, alpha, seed), options);
    }

    #[test]
    fn broken_streams_end_in_errors(
        scene in scene(),
        seed: u32,
        cut in 0..400_usize,
        changed in prop::collection::vec((0..400_usize, any::<u8>()), 0..4),
    ) {
        let size = (40, 30);
        let pixels = picture(size, scene, Alpha::Smooth, seed);
        let mut stream = encode(pixels, size, EncodeOptions::default()).unwrap();
        for (at, byte) in changed {
            let at = at % stream.len();
            stream[at] = byte;
        }
        let cut = cut % stream.len();
        stream.truncate(stream.len() - cut);
        if let Ok(mut decoder) = Decoder::new(&stream) {
            let most = decoder.header().height;
            let rows = (0..most).take_while(|_| decoder.next_row().is_ok()).count();
            prop_assert!(rows as u32 <= most);
        }
    }

    #[test]
    fn alpha_is_read_by_libwebp(
        size in (1..70_u32, 1..70_u32),
        alpha in alpha(),
        scene in scene(),
        seed: u32,
        effort in 0..7_u8,
    ) {
        let pixels = picture(size, scene, alpha, seed);
        let plane: Vec<u8> = pixels.iter().map(|argb| argb.to_be_bytes()[1]).collect();
        let content = encode_alpha(&plane, size, AlphaOptions::new(effort, 100)).unwrap();
        prop_assert_eq!(&decode_alpha(&content, size).unwrap(), &plane);
        let rgba = peers::libwebp(&peers::with_alpha(size, &content)).unwrap();
        let theirs: Vec<u8> = rgba.chunks(4).map(|pixel| pixel[3]).collect();
        prop_assert_eq!(theirs, plane);
    }
}

/// Rows come until the data end, and none is made up of zeros; as in libwebp only the very last symbol
/// may be cut.
#[test]
fn streams_that_end_early_give_rows_and_an_error() {
    let size = (60, 40);
    let pixels = picture(size, Scene::Photo, Alpha::Smooth, 3);
    let stream = encode(pixels.clone(), size, EncodeOptions::default()).unwrap();
    for missing in 2..stream.len() - 5 {
        let cut = &stream[..stream.len() - missing];
        let mut rows = Vec::new();
        if let Ok(mut decoder) = Decoder::new(cut) {
            while let Ok(Some(row)) = decoder.next_row() {
                rows.extend_from_slice(row);
            }
        }
        if rows.len() == pixels.len() {
            assert!(missing < 8, "{missing}");
            let theirs = peers::libwebp(&peers::file(cut));
            assert!(theirs.is_none_or(|theirs| theirs == bytes(&rows)));
            continue;
        }
        let is_same = |(a, b): (&u32, &u32)| a == b || a >> 24 == 0 && b >> 24 == 0;
        assert!(rows.iter().zip(&pixels).all(is_same), "{missing}");
    }
}

#[test]
fn the_largest_sides_come_back() {
    for size in [(16_383, 1), (1, 16_383), (16_383, 3)] {
        let pixels = picture(size, Scene::Photo, Alpha::Opaque, 7);
        check(size, &pixels, EncodeOptions::default());
    }
    assert!(encode(vec![0; 16_384], (16_384, 1), EncodeOptions::default()).is_err());
    assert!(encode(Vec::new(), (0, 1), EncodeOptions::default()).is_err());
    assert!(encode(vec![0; 3], (2, 2), EncodeOptions::default()).is_err());
}

/// All lossless files of the corpus, to libwebp's pixels.
#[test]
fn the_corpus_decodes_as_by_libwebp() {
    let Some(corpus) = std::env::var_os("PIXGATE_CORPUS") else {
        return;
    };
    let folder = Path::new(&corpus).join("conformance/webp");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::read(entry.unwrap().path()).unwrap();
        let Some(stream) = peers::chunk(&file, b"VP8L") else {
            continue;
        };
        let (_, pixels) = decoded(stream);
        assert_eq!(peers::libwebp(&file).unwrap(), bytes(&pixels));
        count += 1;
    }
    assert!(count >= 28, "{count} files");
}
