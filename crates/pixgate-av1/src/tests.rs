//! Streams against a decoder: what it shows is what the encoder thought that it would.
#![allow(unsafe_code, reason = "rav1d has the interface of a C library")]

mod decoder;

use crate::kernels::testing::Numbers;
use crate::parameters::filters;
use crate::{BitDepth, Chroma, ColorDescription, Picture, Samples, Settings, encode_with};

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

fn check(width: u32, height: u32, chroma: Chroma, bit_depth: BitDepth, quantizer: u8) {
    let planes = if chroma == Chroma::None { 1 } else { 3 };
    let depth = bit_depth.bits();
    let size = |plane: usize| {
        let (w, h) = (width as usize, height as usize);
        if plane > 0 && chroma == Chroma::Half {
            (w.div_ceil(2), h.div_ceil(2))
        } else {
            (w, h)
        }
    };
    let wide: Vec<Vec<u16>> = (0..planes)
        .map(|plane| drawing(size(plane).0, size(plane).1, plane, depth))
        .collect();
    let bytes: Vec<Vec<u8>> = wide
        .iter()
        .map(|plane| plane.iter().map(|&value| value as u8).collect())
        .collect();
    let shifted: Vec<Vec<u16>> = wide
        .iter()
        .map(|plane| plane.iter().map(|&value| value << (16 - depth)).collect())
        .collect();
    let samples = (0..planes)
        .map(|plane| {
            if depth == 8 {
                Samples::U8(&bytes[plane])
            } else {
                Samples::U16(&shifted[plane])
            }
        })
        .collect();
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
        planes: samples,
    };
    let mut expected: Vec<Vec<u16>> = (0..planes)
        .map(|plane| vec![0; size(plane).0 * size(plane).1])
        .collect();
    let settings = Settings::new(quantizer);
    let mut none = filters(quantizer);
    none.deblock = [0; 4];
    none.cdef = [0; 4];
    let stream = encode_with(&picture, settings, none, &mut |tile, row, windows| {
        for (plane, window) in windows.iter().enumerate() {
            let (w, h) = size(plane);
            let side = if plane > 0 && chroma == Chroma::Half { 32 } else { 64 };
            let (left, top) = (tile.left * side, (tile.top + row) * side);
            for (y, line) in window.rows().enumerate() {
                if top + y >= h {
                    break;
                }
                let count = line.len().min(w - left);
                expected[plane][(top + y) * w + left..][..count].copy_from_slice(&line[..count]);
            }
        }
    })
    .unwrap();
    let decoded = decoder::decode(&stream.data);
    assert_eq!(decoded.len(), planes);
    for plane in 0..planes {
        let (w, _) = size(plane);
        let wrong = decoded[plane]
            .iter()
            .zip(&expected[plane])
            .position(|(a, b)| a != b);
        assert_eq!(
            wrong.map(|at| (at % w, at / w)),
            None,
            "plane {plane} of {width}x{height} {chroma:?} {bit_depth:?} at {quantizer}"
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
