//! Truncated and damaged files: what was there is decoded, and nothing panics.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic"
)]

mod support;

use libjpeg_turbo_rs::Subsampling;
use pixgate_jpeg::{DecodeOptions, Decoder, ErrorKind, Scale, Tolerance};
use support::{decode, encode, interleaved, planes};

fn files() -> Vec<Vec<u8>> {
    let sizes = [(40, 24), (33, 17), (79, 65)];
    let subsamplings = [Subsampling::S420, Subsampling::S444, Subsampling::S422];
    let kinds = [(false, 0), (false, 2), (true, 0), (true, 3)];
    let mut files = Vec::new();
    for (size, subsampling) in sizes.into_iter().zip(subsamplings) {
        for (progressive, interval) in kinds {
            files.push(encode(size, subsampling, |e| {
                e.progressive(progressive).restart_blocks(interval)
            }));
        }
    }
    files
}

fn strict() -> DecodeOptions {
    let mut options = interleaved(Scale::Full);
    options.tolerance = Tolerance::Strict;
    options
}

#[test]
fn every_truncation_gives_a_whole_picture_or_an_error() {
    let mut cuts = 0;
    for (number, file) in files().iter().enumerate() {
        assert!(decode(file, strict()).is_ok());
        for length in 0..file.len() - 2 {
            cuts += 1;
            let cut = &file[..length];
            if let Ok(decoded) = decode(cut, planes(Scale::Full)) {
                assert!(
                    decoded.damage.is_some() || length + 8 > file.len(),
                    "{number}: {length} of {}",
                    file.len()
                );
            }
            let _ = decode(cut, interleaved(Scale::Half));
        }
    }
    assert!(cuts > 20_000, "{cuts}");
}

#[test]
fn strict_decoding_refuses_what_lenient_decoding_notes() {
    for file in files() {
        let cut = &file[..file.len() * 3 / 4];
        let noted = decode(cut, interleaved(Scale::Full)).unwrap().damage;
        assert_eq!(decode(cut, strict()).unwrap_err(), noted.unwrap());
    }
}

#[test]
fn rows_before_the_cut_are_whole_and_rows_behind_it_grey() {
    let file = encode((64, 160), Subsampling::S444, |e| e);
    let whole = decode(&file, interleaved(Scale::Full))
        .unwrap()
        .parts
        .remove(0)
        .2;
    let cut = decode(&file[..file.len() / 2], interleaved(Scale::Full)).unwrap();
    let pixels = &cut.parts[0].2;
    assert_eq!(pixels[..64 * 3 * 8], whole[..64 * 3 * 8]);
    assert!(
        pixels[pixels.len() - 64 * 3..]
            .iter()
            .all(|&sample| sample == 128)
    );
}

#[test]
fn restart_markers_limit_the_damage() {
    let file = encode((64, 64), Subsampling::S444, |e| e.restart_rows(1));
    let whole = decode(&file, interleaved(Scale::Full))
        .unwrap()
        .parts
        .remove(0)
        .2;
    let second = file
        .windows(2)
        .position(|pair| pair == [0xff, 0xd1])
        .unwrap();
    let mut damaged = file.clone();
    damaged[second + 4..second + 12].fill(0x55);
    let decoded = decode(&damaged, interleaved(Scale::Full)).unwrap();
    let rows = |from: usize, to: usize| from * 64 * 3..to * 64 * 3;
    let pixels = &decoded.parts[0].2;
    assert_eq!(pixels[rows(0, 16)], whole[rows(0, 16)]);
    assert_ne!(pixels[rows(16, 24)], whole[rows(16, 24)]);
    assert_eq!(pixels[rows(24, 64)], whole[rows(24, 64)]);
}

#[test]
fn flipped_bits_never_panic_and_kernels_agree_on_them() {
    let mut seed = 99u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    for file in files() {
        for _ in 0..300 {
            let mut flipped = file.clone();
            for _ in 0..1 + next() % 3 {
                let at = next() % flipped.len();
                flipped[at] ^= 1 << (next() % 8);
            }
            if Decoder::new(&flipped, DecodeOptions::default())
                .is_ok_and(|decoder| decoder.memory_bytes() > 8 << 20)
            {
                continue;
            }
            let mut options = interleaved(Scale::Full);
            let vector = decode(&flipped, options);
            options.simd = false;
            assert_eq!(vector, decode(&flipped, options));
        }
    }
}

#[test]
fn scans_are_limited() {
    let file = encode((40, 24), Subsampling::S420, |e| e.progressive(true));
    let mut options = interleaved(Scale::Full);
    options.max_scans = 3;
    let damage = decode(&file, options).unwrap().damage.unwrap();
    assert_eq!(*damage.kind(), ErrorKind::TooManyScans { limit: 3 });
}

#[test]
fn memory_is_limited() {
    let file = encode((64, 64), Subsampling::S420, |e| e.progressive(true));
    let mut options = interleaved(Scale::Full);
    let needed = Decoder::new(&file, options).unwrap().memory_bytes();
    let limit = needed - 1;
    options.max_memory_bytes = limit;
    let error = decode(&file, options).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::TooMuchMemory { needed, limit });
}

#[test]
fn other_kinds_are_named() {
    let lossless = encode((40, 24), Subsampling::S444, |e| e.lossless(true));
    let error = decode(&lossless, interleaved(Scale::Full)).unwrap_err();
    assert_eq!(error.to_string(), "lossless JPEG is not supported");
}
