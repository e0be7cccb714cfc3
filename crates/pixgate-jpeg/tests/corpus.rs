//! Collected files, good and bad, in the folder that `PIXGATE_CORPUS` names.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic"
)]

mod support;

use std::path::{Path, PathBuf};

use libjpeg_turbo_rs::{PixelFormat, decompress_to};
use pixgate_jpeg::{ColorModel, DecodeOptions, Decoder, Header, Scale};
use support::{decode, interleaved, planes};

/// What became of the files of a folder.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    files: usize,
    whole: usize,
    damaged: usize,
    refused: usize,
}

fn files(folder: &str) -> Vec<PathBuf> {
    let root = std::env::var_os("PIXGATE_CORPUS").unwrap();
    let mut found = Vec::new();
    collect(&Path::new(&root).join(folder), &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn is_jpeg(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    extension == "jpg" || extension == "jpeg"
}

fn run(data: &[u8], options: DecodeOptions, outcome: &mut Outcome) {
    outcome.files += 1;
    match decode(data, options) {
        Ok(decoded) if decoded.damage.is_none() => outcome.whole += 1,
        Ok(_) => outcome.damaged += 1,
        Err(_) => outcome.refused += 1,
    }
}

/// Whether the test can afford the file in the development profile.
fn is_small(data: &[u8]) -> bool {
    Header::read(data).map_or(true, |h| h.width * h.height < 1 << 22)
}

#[track_caller]
fn expect(folder: &str, whole: usize, damaged: usize, refused: usize) {
    let found = files(folder);
    let mut outcome = Outcome::default();
    let is_wanted = |path: &&PathBuf| folder.contains("fuzz") || is_jpeg(path);
    for file in found.iter().filter(is_wanted) {
        let data = std::fs::read(file).unwrap();
        let options = if is_small(&data) {
            interleaved(Scale::Full)
        } else {
            planes(Scale::Eighth)
        };
        run(&data, options, &mut outcome);
    }
    let expected = Outcome {
        files: whole + damaged + refused,
        whole,
        damaged,
        refused,
    };
    assert_eq!(outcome, expected);
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn fuzz_cases_are_decoded_or_refused() {
    expect("zune/fuzz-corpus/jpeg", 11, 452, 1373);
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn collected_test_images_are_decoded() {
    expect("image-rs", 6, 0, 0);
    expect("zune/test-images", 29, 1, 0);
    expect("imgproxy-test-images", 1, 0, 0);
    expect("photos/variants", 12, 0, 0);
    expect("photos/large", 1, 0, 0);
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn samples_of_12_bits_are_refused() {
    expect("mozjpeg", 3, 0, 1);
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn photographs_have_the_pixels_of_the_oracle() {
    let mut compared = 0;
    for folder in ["photos/jpeg", "photos/jpeg-444", "photos/jpeg-progressive"] {
        for file in files(folder).iter().step_by(5) {
            let data = std::fs::read(file).unwrap();
            let decoder = Decoder::new(&data, interleaved(Scale::Full)).unwrap();
            assert_eq!(decoder.header().color_model, ColorModel::YCbCr);
            let ours = decode(&data, interleaved(Scale::Full)).unwrap();
            let expected = decompress_to(&data, PixelFormat::Rgb).unwrap();
            assert!(ours.parts[0].2 == expected.data, "{}", file.display());
            compared += 1;
        }
    }
    assert_eq!(compared, 10);
}
