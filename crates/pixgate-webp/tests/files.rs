//! Whole files: pictures with alpha and animations, as libwebp reads them and beside those that it writes.
#![allow(
    unsafe_code,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    clippy::panic,
    reason = "libwebp is a C library, sizes are small, and helpers are tests too"
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod peers;

use peers::lossy::Lossy;
use pixgate_webp::animation::Encoder;
use pixgate_webp::lossless::{EncodeOptions, decode_alpha};
use pixgate_webp::vp8::{Decoder, Settings};
use pixgate_webp::yuv::{Chroma, Yuv};
use pixgate_webp::{Coding, encode};
use proptest::prelude::*;

const LOSSLESS: Coding = Coding::Lossless(EncodeOptions::new(4));

fn lossy(quality: u8, effort: u8) -> Coding {
    let mut settings = Settings::new(quality);
    settings.effort = effort;
    let chroma = Chroma::Averaged;
    Coding::Lossy { settings, chroma }
}

/// A disc with a soft edge over nothing, of a ramp of colours and a little noise.
fn disc((width, height): (u32, u32), center: (f32, f32), radius: f32) -> Vec<[u8; 4]> {
    let mut state = 1_u32;
    let mut pixel = |x: u32, y: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 29) as u8;
        let distance = (x as f32 - center.0).hypot(y as f32 - center.1);
        let alpha = ((radius - distance) * 40.0).clamp(0.0, 255.0) as u8;
        // Colours under nothing are as wild as can be.
        let hidden = if alpha == 0 { (state >> 24) as u8 } else { 0 };
        let ramp = |value: u32| ((value * 3) as u8 / 2 + noise).wrapping_add(hidden);
        [ramp(x), ramp(y), 128 + noise, alpha]
    };
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| pixel(x, y))
        .collect()
}

/// Mean of absolute differences, of what is seen.
fn apart(shown: &[u8], wanted: &[[u8; 4]]) -> f64 {
    let pairs = shown.as_chunks::<4>().0.iter().zip(wanted);
    let weighted = |(a, b): (&[u8; 4], &[u8; 4])| -> f64 {
        let colors = a[..3].iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b)));
        colors.sum::<f64>() * f64::from(b[3]) / 255.0 + f64::from(a[3].abs_diff(b[3]))
    };
    pairs.map(weighted).sum::<f64>() / wanted.len() as f64
}

#[test]
fn pictures_with_alpha_are_no_larger_than_libwebps() {
    let size = (200, 150);
    let pixels = disc(size, (90.0, 80.0), 61.5);
    for (quality, effort) in [(50, 4), (80, 2), (80, 4), (95, 6)] {
        let ours = encode(pixels.clone(), size, lossy(quality, effort)).unwrap();
        let settings = Lossy {
            quality,
            method: effort,
            is_sharp: false,
        };
        let theirs = peers::lossy::encode(pixels.as_flattened(), size, settings);
        let name = format!("{quality} {effort}: {} of {}", ours.len(), theirs.len());
        assert!(ours.len() * 100 <= theirs.len() * 101, "{name}");
        let [found, other] = [&ours, &theirs].map(|file| {
            let shown = peers::libwebp(file).unwrap();
            apart(&shown, &pixels)
        });
        assert!(found < other * 1.1 + 0.1, "{name}: {found} {other}");
        let alpha: Vec<u8> = pixels.iter().map(|pixel| pixel[3]).collect();
        let content = peers::chunk(&ours, b"ALPH").unwrap();
        assert!(decode_alpha(content, size).unwrap() == alpha, "{name}");
        let mut decoder = Decoder::new(peers::chunk(&ours, b"VP8 ").unwrap(), true).unwrap();
        assert_eq!(decoder.size(), size);
        while decoder.next_rows().unwrap().is_some() {}
    }
}

#[test]
fn opaque_pictures_have_no_alpha() {
    let pixels = vec![[9, 80, 200, 255]; 40 * 30];
    let file = encode(pixels, (40, 30), lossy(70, 4)).unwrap();
    assert_eq!(&file[12..16], b"VP8 ");
}

#[test]
fn what_is_hidden_costs_nothing() {
    let size = (160, 160);
    let pixels = disc(size, (40.0, 40.0), 30.0);
    let mut clean = pixels.clone();
    clean
        .iter_mut()
        .filter(|pixel| pixel[3] == 0)
        .for_each(|pixel| *pixel = [0; 4]);
    let [wild, clean] = [pixels, clean].map(|pixels| encode(pixels, size, lossy(75, 4)).unwrap());
    assert_eq!(wild.len(), clean.len());
}

/// A disc that wanders, over nothing or over a ground of stripes.
fn wandering(size: (u32, u32), is_opaque: bool) -> Vec<Vec<[u8; 4]>> {
    let stripe = |at: usize| {
        let tone = (at % size.0 as usize / 7 * 20) as u8;
        [tone, 90, 255 - tone, 255]
    };
    let frame = |number: u16| {
        let center = (20.0 + 9.0 * f32::from(number), 30.0);
        let mut pixels = disc(size, center, 16.0);
        if is_opaque {
            for (at, pixel) in pixels.iter_mut().enumerate() {
                if pixel[3] < 255 {
                    *pixel = stripe(at);
                }
            }
        }
        pixels
    };
    (0..6).map(frame).collect()
}

fn written(frames: &[Vec<[u8; 4]>], size: (u32, u32), coding: Coding) -> Vec<u8> {
    let mut encoder = Encoder::new(size, coding).unwrap();
    for frame in frames {
        encoder.push(frame, 100).unwrap();
    }
    encoder.finish(0).unwrap()
}

#[test]
fn animations_are_no_larger_than_libwebps() {
    let size = (120, 64);
    for is_opaque in [false, true] {
        let frames = wandering(size, is_opaque);
        let flat: Vec<Vec<u8>> = frames.iter().map(|f| f.as_flattened().to_vec()).collect();
        for (coding, lossless) in [(lossy(50, 4), 0), (lossy(80, 4), 0), (LOSSLESS, 1)] {
            let ours = written(&frames, size, coding);
            let quality = match coding {
                Coding::Lossy { settings, .. } => settings.quality,
                Coding::Lossless(_) => 75,
            };
            let settings = Lossy {
                quality,
                method: 4,
                is_sharp: false,
            };
            let mut config = settings.config();
            config.lossless = lossless;
            let theirs = peers::animation::encode(&flat, size, &config);
            let name = format!("{is_opaque} {coding:?}: {} of {}", ours.len(), theirs.len());
            let [found, other] = [&ours, &theirs].map(|file| {
                let shown = peers::animation::decode(file, size).unwrap();
                assert_eq!(shown.len(), 6, "{name}");
                let errors = shown
                    .iter()
                    .zip(&frames)
                    .map(|((shown, _), frame)| apart(shown, frame));
                errors.sum::<f64>()
            });
            // No more bytes where what is shown is as good; they may have as many more as it is better.
            let (ours, theirs) = (ours.len() as f64, theirs.len() as f64);
            let most = if lossless == 0 {
                1.01 * other / found
            } else {
                LOSSLESS_MOST
            };
            assert!(ours <= theirs * most, "{name}: {found} {other}");
            assert!(found <= other * 1.05, "{name}: {found} {other}");
        }
    }
}

/// Noise of a few thousand pixels, in which VP8L takes up to a quarter more than libwebp.
const LOSSLESS_MOST: f64 = 1.27;

#[test]
fn sharp_planes_are_as_good_as_libwebps() {
    let size = (96, 64);
    let colors = [
        [255, 0, 0],
        [0, 0, 255],
        [0, 255, 0],
        [255, 255, 255],
        [0, 0, 0],
        [230, 0, 230],
    ];
    for step in [3, 5, 8, 11] {
        let pixel = |at: usize| {
            let [red, green, blue] = colors[(at % 96 / step + at / 96 / (step + 2)) % 6];
            [red, green, blue, 255]
        };
        let pixels: Vec<[u8; 4]> = (0..96 * 64).map(pixel).collect();
        let ours = Yuv::new(&pixels, size, Chroma::Sharp).unwrap();
        let plain = Yuv::new(&pixels, size, Chroma::Averaged).unwrap();
        let [y, cb, cr] = peers::lossy::sharp_planes(pixels.as_flattened(), size);
        let mut theirs = ours.clone();
        (theirs.luma, theirs.chroma) = (y, [cb, cr]);
        let [ours, theirs, plain] = [&ours, &theirs, &plain].map(|yuv| shown_apart(yuv, &pixels));
        let name = format!("{step}: {ours:?} {theirs:?} {plain:?}");
        assert!(ours[1] < theirs[1] && ours[1] * 2.0 < plain[1], "{name}");
        assert!(ours[0] < theirs[0] * 1.15, "{name}");
    }
}

/// Mean squares of differences of what decoders show: of values, and of the values of brightness.
fn shown_apart(yuv: &Yuv, pixels: &[[u8; 4]]) -> [f64; 2] {
    let (width, height) = (yuv.size.0 as usize, yuv.size.1 as usize);
    let half = (width.div_ceil(2), height.div_ceil(2));
    let other = |at: usize, end: usize| match at % 2 {
        0 => (at / 2).saturating_sub(1),
        _ => (at / 2 + 1).min(end - 1),
    };
    let chroma = |plane: &[u8], x: usize, y: usize| {
        let at = |x: usize, y: usize| f64::from(plane[y * half.0 + x]);
        let ((x, far_x), (y, far_y)) = ((x / 2, other(x, half.0)), (y / 2, other(y, half.1)));
        let sum = 9.0 * at(x, y) + 3.0 * (at(far_x, y) + at(x, far_y)) + at(far_x, far_y);
        (sum / 16.0 - 128.0) * 255.0 / 224.0
    };
    let light = |value: f64| (value / 255.0).powf(2.2);
    let bright = |[r, g, b]: [f64; 3]| {
        let sum = 0.299 * light(r) + 0.587 * light(g) + 0.114 * light(b);
        sum.powf(1.0 / 2.2) * 255.0
    };
    let mut sums = [0.0; 2];
    for (at, pixel) in pixels.iter().enumerate() {
        let (x, y) = (at % width, at / width);
        let luma = (f64::from(yuv.luma[at]) - 16.0) * 255.0 / 219.0;
        let [cb, cr] = [0, 1].map(|i| chroma(&yuv.chroma[i], x, y));
        let shown = [
            luma + 1.402 * cr,
            luma - 0.344 * cb - 0.714 * cr,
            luma + 1.772 * cb,
        ];
        let shown = shown.map(|value| value.clamp(0.0, 255.0));
        let wanted = [0, 1, 2].map(|i| f64::from(pixel[i]));
        let squares = shown.iter().zip(wanted).map(|(a, b)| (a - b).powi(2));
        sums[0] += squares.sum::<f64>() / 3.0;
        sums[1] += (bright(shown) - bright(wanted)).powi(2);
    }
    sums.map(|sum| sum / pixels.len() as f64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn lossless_animations_come_back(
        width in 1_u32..24,
        height in 1_u32..20,
        seeds in prop::collection::vec(any::<u32>(), 1..7),
        effort in 0_u8..=6,
    ) {
        let count = (width * height) as usize;
        let frames: Vec<Vec<[u8; 4]>> = seeds.iter().map(|seed| made_up(count, *seed)).collect();
        let file = written(&frames, (width, height), Coding::Lossless(EncodeOptions::new(effort)));
        let mut distinct = frames.clone();
        distinct.dedup_by(|a, b| seen(a) == seen(b));
        if distinct.len() == 1 {
            prop_assert_eq!(&peers::libwebp(&file).unwrap(), &seen(&distinct[0]));
            return Ok(());
        }
        let shown = peers::animation::decode(&file, (width, height)).unwrap();
        prop_assert_eq!(shown.len(), distinct.len());
        for ((shown, _), wanted) in shown.iter().zip(&distinct) {
            let shown = shown.as_chunks::<4>().0;
            prop_assert_eq!(seen(shown), seen(wanted));
        }
    }
}

/// Few colours, mostly as in other frames.
fn made_up(count: usize, seed: u32) -> Vec<[u8; 4]> {
    let colors = [
        [0, 0, 0, 0],
        [9, 8, 7, 255],
        [200, 0, 0, 255],
        [0, 99, 0, 128],
        [1, 2, 3, 0],
    ];
    let mut state = seed;
    let pixel = |at: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let is_usual = state >> 28 < 12 + seed % 5;
        colors[if is_usual {
            at / 9 % 3
        } else {
            (state >> 20) as usize % 5
        }]
    };
    (0..count).map(pixel).collect()
}

/// Pixels without the colours of those that nobody sees.
fn seen(pixels: &[[u8; 4]]) -> Vec<u8> {
    let seen = |pixel: &[u8; 4]| if pixel[3] == 0 { [0; 4] } else { *pixel };
    pixels.iter().flat_map(seen).collect()
}
