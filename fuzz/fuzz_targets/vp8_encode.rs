//! Lossy pictures: what is written is read by libwebp and by the decoder here to the same planes, which are what
//! the encoder saw; alpha beside it comes back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_fuzz::webp::{libwebp, libwebp_planes, vp8_file};
use pixgate_webp::lossless::decode_alpha;
use pixgate_webp::vp8::{Decoder, Preset, Settings, encode_seen};
use pixgate_webp::yuv::{Chroma, Yuv};
use pixgate_webp::{Coding, encode};

const PRESETS: [Preset; 6] = [
    Preset::Default,
    Preset::Picture,
    Preset::Photo,
    Preset::Drawing,
    Preset::Icon,
    Preset::Text,
];

fuzz_target!(|data: &[u8]| {
    let [width, height, quality, choice, scale, seeds @ ..] = data else {
        return;
    };
    if seeds.is_empty() {
        return;
    }
    let size = (u32::from(*width) + 1, u32::from(height % 128) + 1);
    let mut settings = Settings::new(quality % 101);
    settings.effort = choice & 7;
    settings.preset = PRESETS[usize::from(choice >> 3) % 6];
    let chroma = if choice & 0x40 == 0 {
        Chroma::Averaged
    } else {
        Chroma::Sharp
    };
    let pixels = pixels(size, u32::from(*scale), seeds);

    let yuv = Yuv::new(&pixels, size, chroma).expect("a valid picture");
    let [cb, cr] = yuv.chroma;
    let (payload, seen) =
        encode_seen(size, &[yuv.luma, cb, cr], settings).expect("a valid picture");
    assert!(planes(&payload, false) == seen, "not what the encoder saw");
    let file = vp8_file(&payload);
    let theirs = libwebp_planes(&file).expect("libwebp reads it");
    assert!(planes(&payload, true) == theirs, "not what libwebp shows");

    let file =
        encode(pixels.clone(), size, Coding::Lossy { settings, chroma }).expect("a valid picture");
    assert!(libwebp(&file).is_some());
    if let Some(content) = pixgate_fuzz::webp::chunk(&file, *b"ALPH") {
        let alpha = decode_alpha(content, size).expect("whole alpha");
        assert!(
            alpha
                .iter()
                .zip(&pixels)
                .all(|(alpha, pixel)| *alpha == pixel[3])
        );
    } else {
        assert!(pixels.iter().all(|pixel| pixel[3] == 255));
    }
});

/// Blocks of so many pixels of the colours in the seeds.
fn pixels((width, height): (u32, u32), scale: u32, seeds: &[u8]) -> Vec<[u8; 4]> {
    let side = scale % 24 + 1;
    let at = |x: u32, y: u32| (y / side * 31 + x / side) as usize * 3;
    let seed = |at: usize| seeds[at % seeds.len()];
    let alpha = |at: usize| match scale >> 6 {
        0 | 1 => 255,
        2 => {
            if seed(at) & 1 == 0 {
                0
            } else {
                255
            }
        }
        _ => seed(at),
    };
    (0..height)
        .flat_map(|y| (0..width).map(move |x| at(x, y)))
        .map(|at| [seed(at), seed(at + 1), seed(at + 2), alpha(at + 3)])
        .collect()
}

/// Y, Cb and Cr.
fn planes(payload: &[u8], is_filtered: bool) -> [Vec<u8>; 3] {
    let mut decoder = Decoder::new(payload, is_filtered).expect("a valid stream");
    let mut planes: [Vec<u8>; 3] = Default::default();
    while let Some(rows) = decoder.next_rows().expect("a whole stream") {
        let [cb, cr] = rows.chroma;
        for (to, from) in planes.iter_mut().zip([rows.luma, cb, cr]) {
            from.rows().for_each(|row| to.extend_from_slice(row));
        }
    }
    planes
}
