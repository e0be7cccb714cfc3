//! Collected files, good and bad; runs if `PIXGATE_CORPUS` says where they are.

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
    let Some(root) = std::env::var_os("PIXGATE_CORPUS") else {
        return Vec::new();
    };
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

#[test]
fn fuzz_cases_are_decoded_or_refused() {
    let files = files("zune/fuzz-corpus/jpeg");
    if files.is_empty() {
        return;
    }
    let (mut outcome, mut large) = (Outcome::default(), 0);
    for file in files {
        let data = std::fs::read(file).unwrap();
        if is_small(&data) {
            run(&data, interleaved(Scale::Full), &mut outcome);
        } else {
            large += 1;
            run(&data, planes(Scale::Eighth), &mut outcome);
        }
    }
    assert_eq!(outcome.files, 1836, "{outcome:?}, {large} large");
}

#[test]
fn collections_are_decoded_or_refused() {
    let folders = [
        ("image-rs", 0),
        ("mozjpeg", 0),
        ("zune/test-images", 0),
        ("photos/variants", 0),
    ];
    for (folder, count) in folders {
        let files = files(folder);
        if files.is_empty() {
            return;
        }
        let mut outcome = Outcome::default();
        for file in files.iter().filter(|path| is_jpeg(path)) {
            let data = std::fs::read(file).unwrap();
            let options = if is_small(&data) {
                interleaved(Scale::Full)
            } else {
                planes(Scale::Half)
            };
            run(&data, options, &mut outcome);
        }
        assert_eq!(outcome.files, count, "{folder}: {outcome:?}");
    }
}

#[test]
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
    assert!(compared == 0 || compared == 10, "{compared}");
}
