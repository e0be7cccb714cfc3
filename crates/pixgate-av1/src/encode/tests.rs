//! Streams against a decoder: what it shows is what the encoder thought that it would.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers of tests"
)]

use crate::kernels::testing::Numbers;
use crate::peer;
use crate::{BitDepth, Chroma, ColorDescription, Error, Picture, Samples};

use super::{Effort, Settings, encode, encode_shown};

/// What a plane of a picture looks like, from its place and a random number.
type Painter = fn(x: usize, y: usize, plane: usize, numbers: &mut Numbers) -> u32;

/// Pictures as computers draw them: letters, checkerboards, dithers, gradients, areas of one colour,
/// slanting stripes.
const PAINTERS: [Painter; 7] = [
    |x, y, plane, _| {
        let is_ink = (x / 2 * 7 + y / 3 * 5) % 11 < 3 && y % 24 > 8 && x % 50 > 6;
        if is_ink { 20 + 9 * plane as u32 } else { 235 }
    },
    |x, y, plane, _| [10, 240][(x / 8 + y / 8 + plane) % 2],
    |x, y, plane, _| [30, 220, 120][(x * 3 + y * (5 + plane)) / 29 % 3],
    |x, y, _, numbers| [0, 255][usize::from(numbers.next(0..96) > (x + y) as i32 % 96)],
    |x, y, plane, _| ((x * 3 + y * (plane + 1)) / 2 % 256) as u32,
    |x, y, plane, _| [7, 80, 90, 160, 200, 250, 12, 31, 77][(x / 13 * 3 + y / 9 * (5 + plane)) % 9],
    |x, y, plane, numbers| {
        let flat = [40, 90, 190][(x / 70 + y / 60 + plane) % 3];
        if (x / 32 + y / 32) % 4 == 0 {
            flat + numbers.next(0..30) as u32
        } else {
            flat
        }
    },
];

fn painted(width: usize, height: usize, plane: usize, depth: u32, painter: Painter) -> Vec<u16> {
    let mut numbers = Numbers::new(plane as u64 + 1);
    let value =
        |i: usize| painter(i % width, i / width, plane, &mut numbers).min(255) << (depth - 8);
    (0..width * height)
        .map(value)
        .map(|value| value as u16)
        .collect()
}

/// A picture with flat parts, slopes, edges and noise.
fn drawing(width: usize, height: usize, plane: usize, depth: u32) -> Vec<u16> {
    let mut numbers = Numbers::new(plane as u64 + 1);
    let top = (1 << depth) - 1;
    (0..width * height)
        .map(|i| {
            let (x, y) = ((i % width) as i32, (i / width) as i32);
            let slope = (x * (3 + plane as i32) + y * 2) >> 2;
            let edge = if (x / 24 + y / 40) % 2 == 0 { 60 } else { 0 };
            let noise = if y % 64 < 20 { numbers.next(0..40) } else { 0 };
            let value = (slope + edge + noise) % 256;
            let shifted = value << (depth - 8);
            shifted.clamp(0, top) as u16
        })
        .collect()
}

/// Planes of a picture in the types that it needs.
struct Planes {
    bytes: Vec<Vec<u8>>,
    words: Vec<Vec<u16>>,
}

impl Planes {
    fn new(sizes: &[(usize, usize)], depth: u32, painter: Option<Painter>) -> Self {
        let drawings = sizes.iter().enumerate();
        let drawings: Vec<Vec<u16>> = drawings
            .map(|(plane, &(width, height))| match painter {
                Some(painter) => painted(width, height, plane, depth, painter),
                None => drawing(width, height, plane, depth),
            })
            .collect();
        let each = |plane: &Vec<u16>| plane.iter().map(|&value| value as u8).collect();
        let shifted = |plane: &Vec<u16>| plane.iter().map(|&value| value << (16 - depth)).collect();
        Self {
            bytes: drawings.iter().map(each).collect(),
            words: drawings.iter().map(shifted).collect(),
        }
    }

    fn samples(&self, depth: u32) -> Vec<Samples<'_>> {
        if depth == 8 {
            self.bytes.iter().map(|plane| Samples::U8(plane)).collect()
        } else {
            self.words.iter().map(|plane| Samples::U16(plane)).collect()
        }
    }
}

fn sizes(width: u32, height: u32, chroma: Chroma) -> Vec<(usize, usize)> {
    let (width, height) = (width as usize, height as usize);
    match chroma {
        Chroma::None => vec![(width, height)],
        Chroma::Half => {
            let half = (width.div_ceil(2), height.div_ceil(2));
            vec![(width, height), half, half]
        }
        Chroma::Full => vec![(width, height); 3],
    }
}

fn check(width: u32, height: u32, chroma: Chroma, bit_depth: BitDepth, quantizer: u8) {
    check_settings(width, height, chroma, bit_depth, Settings::new(quantizer));
}

fn check_settings(
    width: u32,
    height: u32,
    chroma: Chroma,
    bit_depth: BitDepth,
    settings: Settings,
) {
    check_painted((width, height), chroma, bit_depth, settings, None);
}

fn check_painted(
    (width, height): (u32, u32),
    chroma: Chroma,
    bit_depth: BitDepth,
    settings: Settings,
    painter: Option<Painter>,
) {
    let sizes = sizes(width, height, chroma);
    let planes = Planes::new(&sizes, bit_depth.bits(), painter);
    let picture = Picture {
        width,
        height,
        bit_depth,
        chroma,
        color: ColorDescription {
            primaries: 1,
            transfer: 13,
            matrix: 6,
            is_full_range: true,
        },
        planes: planes.samples(bit_depth.bits()),
    };
    let (stream, expected) = encode_shown(&picture, settings).unwrap();
    let decoded = peer::decode(&stream.data);
    assert_eq!(decoded.len(), sizes.len());
    for (plane, (w, _)) in sizes.into_iter().enumerate() {
        let pairs = decoded[plane].iter().zip(&expected[plane]);
        let wrong = pairs.into_iter().position(|(a, b)| a != b);
        assert_eq!(
            wrong.map(|at| (at % w, at / w)),
            None,
            "plane {plane} of {width}x{height} {chroma:?} {bit_depth:?} with {settings:?}"
        );
    }
}

#[test]
fn decoders_see_what_the_encoder_saw() {
    for chroma in [Chroma::None, Chroma::Half, Chroma::Full] {
        for (width, height) in [(64, 64), (1, 1), (8, 8), (100, 75), (200, 136), (17, 260)] {
            for quantizer in [1, 30, 110, 255] {
                check(width, height, chroma, BitDepth::Eight, quantizer);
            }
        }
    }
}

#[test]
fn higher_depths_are_exact_too() {
    for depth in [BitDepth::Ten, BitDepth::Twelve] {
        for chroma in [Chroma::None, Chroma::Half, Chroma::Full] {
            for quantizer in [1, 90, 255] {
                check(150, 90, chroma, depth, quantizer);
            }
        }
    }
}

#[test]
fn large_pictures_have_tiles() {
    check(4200, 72, Chroma::Half, BitDepth::Eight, 120);
}

#[test]
fn every_effort_is_exact() {
    for effort in [Effort::Quick, Effort::Usual, Effort::Thorough] {
        let mut settings = Settings::new(60);
        settings.effort = effort;
        check_settings(130, 70, Chroma::Half, BitDepth::Eight, settings);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    #[test]
    fn any_size_and_quantizer_is_exact(
        width in 1u32..150,
        height in 1u32..150,
        chroma in proptest::sample::select(vec![Chroma::None, Chroma::Half, Chroma::Full]),
        depth in proptest::sample::select(vec![BitDepth::Eight, BitDepth::Ten, BitDepth::Twelve]),
        quantizer in 1u8..=255,
    ) {
        check(width, height, chroma, depth, quantizer);
    }

    #[test]
    fn any_drawing_is_exact(
        size in (1u32..200, 1u32..200),
        chroma in proptest::sample::select(vec![Chroma::None, Chroma::Half, Chroma::Full]),
        depth in proptest::sample::select(vec![BitDepth::Eight, BitDepth::Ten, BitDepth::Twelve]),
        effort in proptest::sample::select(vec![Effort::Quick, Effort::Usual, Effort::Thorough]),
        quantizer in 1u8..=255,
        painter in proptest::sample::select(PAINTERS.to_vec()),
    ) {
        let mut settings = Settings::new(quantizer);
        settings.effort = effort;
        check_painted(size, chroma, depth, settings, Some(painter));
    }
}

#[test]
fn drawings_are_exact() {
    for painter in PAINTERS {
        for chroma in [Chroma::None, Chroma::Half, Chroma::Full] {
            for quantizer in [20, 98, 200] {
                let settings = Settings::new(quantizer);
                check_painted((170, 130), chroma, BitDepth::Eight, settings, Some(painter));
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let samples = [0; 12];
    let picture = |width, height, bit_depth, planes| Picture {
        width,
        height,
        bit_depth,
        chroma: Chroma::None,
        color: ColorDescription {
            primaries: 1,
            transfer: 13,
            matrix: 6,
            is_full_range: true,
        },
        planes,
    };
    let plane = Samples::U8(&samples);
    let settings = Settings::new(50);
    let refused = |picture: &Picture<'_>| encode(picture, settings).unwrap_err();
    assert_eq!(
        refused(&picture(0, 3, BitDepth::Eight, vec![plane])),
        Error::Size {
            width: 0,
            height: 3
        }
    );
    assert_eq!(
        refused(&picture(4, 3, BitDepth::Eight, vec![plane, plane])),
        Error::PlaneCount {
            wanted: 1,
            found: 2
        }
    );
    assert_eq!(
        refused(&picture(4, 3, BitDepth::Ten, vec![plane])),
        Error::SampleType { plane: 0 }
    );
    assert_eq!(
        refused(&picture(5, 3, BitDepth::Eight, vec![plane])),
        Error::SampleCount {
            plane: 0,
            wanted: 15,
            found: 12
        }
    );
    assert!(encode(&picture(4, 3, BitDepth::Eight, vec![plane]), settings).is_ok());
}
