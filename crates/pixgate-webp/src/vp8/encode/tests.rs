//! What is written is read by decoders to what the encoder saw.
#![allow(unsafe_code, reason = "libwebp is a C library")]

use proptest::prelude::*;

use super::seen::{Planes, encode_seen};
use super::*;
use crate::vp8::Decoder;

fn made_up((width, height): (usize, usize), seed: u32, noise: u32) -> Planes {
    let mut state = seed;
    let mut plane = |width: usize, height: usize, scale: usize| -> Vec<u8> {
        (0..width * height)
            .map(|i| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let (x, y) = (i % width * scale, i / width * scale);
                let wave = (x * x / 40 + y * (5 + seed as usize % 7)) % 256;
                let edge = if (x / 9 + y / 13) % 3 == 0 { 90 } else { 0 };
                let value = wave + edge + ((state >> 24) * noise / 64) as usize;
                u8::try_from(value % 256).unwrap()
            })
            .collect()
    };
    let half = (width.div_ceil(2), height.div_ceil(2));
    [
        plane(width, height, 1),
        plane(half.0, half.1, 2),
        plane(half.0, half.1, 2),
    ]
}

fn decoded(payload: &[u8], is_filtered: bool) -> Planes {
    let mut decoder = Decoder::new(payload, is_filtered).unwrap();
    let mut planes = Planes::default();
    while let Some(rows) = decoder.next_rows().unwrap() {
        let [cb, cr] = rows.chroma;
        for (to, from) in planes.iter_mut().zip([rows.luma, cb, cr]) {
            from.rows().for_each(|row| to.extend(row));
        }
    }
    planes
}

fn check(size: (usize, usize), planes: &Planes, settings: Settings) {
    let side = |side| u32::try_from(side).unwrap();
    let (payload, seen) = encode_seen((side(size.0), side(size.1)), planes, settings).unwrap();
    let ours = decoded(&payload, false);
    for plane in 0..3 {
        let first = ours[plane]
            .iter()
            .zip(&seen[plane])
            .position(|(a, b)| a != b);
        assert_eq!(first, None, "{size:?} {settings:?} plane {plane}");
        assert_eq!(ours[plane].len(), seen[plane].len());
    }
    let file = super::super::tests::file(&payload);
    super::super::tests::check(&file, &format!("{size:?} {settings:?}"));
}

fn settings(quality: u8, effort: u8) -> Settings {
    Settings {
        effort,
        ..Settings::new(quality)
    }
}

#[test]
fn small_sizes_come_back() {
    for size in [(1, 1), (2, 3), (16, 16), (17, 15), (33, 70), (160, 96)] {
        for quality in [0, 30, 75, 100] {
            for effort in 0..=6 {
                let planes = made_up(size, 5, 10);
                check(size, &planes, settings(quality, effort));
            }
        }
    }
}

#[test]
fn long_sides_come_back() {
    for size in [(16_383, 3), (5, 16_383)] {
        check(size, &made_up(size, 3, 20), settings(60, 2));
    }
}

#[test]
fn modes_keep_within_their_room() {
    let size = (330, 330);
    let planes = made_up(size, 3, 30);
    let macroblocks = 21 * 21;
    for bits in [4, 7, 10, 40] {
        let mut encoder = Encoder::new(330, 330, settings(80, 4)).unwrap();
        encoder
            .push_planes(&planes[0], [&planes[1], &planes[2]])
            .unwrap();
        let tools = Tools {
            mode_bits: bits * macroblocks,
            ..Tools::new(4)
        };
        let payload = encoder.finish_by(tools, &mut |_, _, _| {}).unwrap();
        let tag = u32::from_le_bytes([payload[0], payload[1], payload[2], 0]);
        // Probabilities and the header take a few hundred bytes.
        assert!(
            (tag >> 5) * 8 < bits * macroblocks + 8 * 1300,
            "{bits} {}",
            tag >> 5
        );
        assert_eq!(decoded(&payload, false)[0].len(), 330 * 330);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn all_pictures_come_back(
        width in 1_usize..90,
        height in 1_usize..90,
        seed in any::<u32>(),
        noise in 0_u32..64,
        quality in 0_u8..=100,
        effort in 0_u8..=6,
    ) {
        let planes = made_up((width, height), seed, noise);
        check((width, height), &planes, settings(quality, effort));
    }
}
