use super::*;
use crate::lossless::EncodeOptions;
use crate::vp8::Settings;
use crate::yuv::Chroma;

const LOSSLESS: Coding = Coding::Lossless(EncodeOptions::new(2));

fn lossy(quality: u8) -> Coding {
    Coding::Lossy {
        settings: Settings::new(quality),
        chroma: Chroma::Averaged,
    }
}

/// Place and flags of each frame.
fn frames(file: &[u8]) -> Vec<([u32; 4], u32, u8)> {
    let mut found = Vec::new();
    let mut rest = &file[12..];
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        if rest.starts_with(b"ANMF") {
            let field =
                |at: usize| u32::from_le_bytes([rest[8 + at], rest[9 + at], rest[10 + at], 0]);
            let place = [field(0) * 2, field(3) * 2, field(6) + 1, field(9) + 1];
            found.push((place, field(12), rest[8 + 15]));
        }
        rest = &rest[8 + length.next_multiple_of(2)..];
    }
    found
}

/// A ground with a square of another colour.
fn square(ground: [u8; 4], left: usize) -> Vec<[u8; 4]> {
    let is_inside =
        |at: usize| (left..left + 6).contains(&(at % 64)) && (10..16).contains(&(at / 64));
    let pixel = |at| {
        if is_inside(at) {
            [250, 200, 0, 255]
        } else {
            ground
        }
    };
    (0..64 * 40).map(pixel).collect()
}

fn written(coding: Coding, all: &[Vec<[u8; 4]>]) -> Vec<u8> {
    let mut encoder = Encoder::new((64, 40), coding).unwrap();
    for pixels in all {
        encoder.push(pixels, 70).unwrap();
    }
    encoder.finish(3).unwrap()
}

#[test]
fn frames_are_what_changed() {
    let ground = [10, 60, 90, 255];
    for coding in [LOSSLESS, lossy(80)] {
        let file = written(
            coding,
            &[square(ground, 11), square(ground, 11), square(ground, 20)],
        );
        let frames = frames(&file);
        assert_eq!(frames.len(), 2);
        assert_eq!((frames[0].0, frames[0].1), ([0, 0, 64, 40], 140));
        assert_eq!((frames[1].0, frames[1].1), ([10, 10, 16, 6], 70));
        assert_eq!(file[42..44], [3, 0]);
    }
}

#[test]
fn what_was_left_behind_on_transparent_ground_is_cleared() {
    let frames = frames(&written(
        LOSSLESS,
        &[square([0; 4], 2), square([0; 4], 20), square([0; 4], 50)],
    ));
    assert_eq!(frames[0].2 & 1, 1);
    assert_eq!(frames[1].0, [20, 10, 6, 6]);
    assert_eq!(frames[1].2 & 1, 1);
    assert_eq!(frames[2].0, [50, 10, 6, 6]);
}

#[test]
fn a_canvas_that_is_emptied_takes_a_frame() {
    let file = written(LOSSLESS, &[square([0; 4], 2), vec![[0; 4]; 64 * 40]]);
    assert_eq!(frames(&file).len(), 2);
}

#[test]
fn slow_changes_add_up() {
    let ground = |tone: u8| vec![[tone, tone, tone, 255]; 64 * 40];
    let all: Vec<_> = (0..40).map(|i| ground(100 + i)).collect();
    let count = frames(&written(lossy(75), &all)).len();
    // No tone is further away than the tolerance.
    let most = usize::from(tolerance(75)) + 1;
    assert_eq!(count, 40_usize.div_ceil(most));
}

#[test]
fn one_frame_is_a_still_picture() {
    for (coding, name) in [(LOSSLESS, b"VP8L"), (lossy(50), b"VP8X")] {
        let file = written(coding, &[square([0; 4], 3), square([0; 4], 3)]);
        assert_eq!(&file[12..16], name);
        assert!(frames(&file).is_empty());
    }
}

#[test]
fn delays_do_not_overflow() {
    let mut encoder = Encoder::new((64, 40), LOSSLESS).unwrap();
    encoder.push(&square([0; 4], 3), u32::MAX).unwrap();
    encoder.push(&square([0; 4], 3), u32::MAX).unwrap();
    encoder.push(&square([0; 4], 4), 1).unwrap();
    let frames = frames(&encoder.finish(0).unwrap());
    assert_eq!(frames[0].1, (1 << 24) - 1);
}

#[test]
fn nothing_and_other_sizes_are_refused() {
    let mut encoder = Encoder::new((64, 40), LOSSLESS).unwrap();
    assert!(encoder.push(&[[0; 4]; 5], 1).is_err());
    assert_eq!(encoder.finish(0), Err(Error::NoFrame));
    assert!(Encoder::new((0, 4), LOSSLESS).is_err());
    assert!(Encoder::new((16_384, 4), LOSSLESS).is_err());
}
