//! Pixels of small results of every step, against pictures that were looked at once.
//!
//! Sources are made by arithmetic (`sources.rs`), cases are lines of `cases.json`: a case's
//! `tolerance` is the largest difference of a channel, in 255ths and with alpha multiplied in, that
//! is let pass. An animation's frames are stacked in one picture.
//!
//! ```text
//! PIXGATE_BLESS=1 cargo test -p pixgate-engine --test golden      # writes the pictures anew
//! ```
//!
//! Look at them before they are committed, and measure them against imgproxy, whose answers they
//! are to resemble; `reference.txt` holds how far apart each was. Two servers are asked, the second
//! scaling in linear light, both started with the same folder, which need not exist before:
//!
//! ```text
//! export IMGPROXY_LOCAL_FILESYSTEM_ROOT=$FOLDER IMGPROXY_WATERMARK_PATH=$FOLDER/mark.png \
//!     IMGPROXY_MAX_ANIMATION_FRAMES=50
//! PIXGATE_GOLDEN_SOURCES=$FOLDER cargo test -p pixgate-engine --test golden   # writes the sources
//! IMGPROXY_BIND=127.0.0.1:8081 imgproxy &
//! IMGPROXY_BIND=127.0.0.1:8082 IMGPROXY_USE_LINEAR_COLORSPACE=true imgproxy &
//! PIXGATE_REFERENCE=127.0.0.1:8081,127.0.0.1:8082 cargo test -p pixgate-engine --test golden
//! ```
//!
//! With `PIXGATE_BLESS=1` besides, the last command writes `reference.txt`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod picture;
mod reference;
mod sources;
#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};

use pixgate_codec::{Limits, probe};
use pixgate_engine::{
    Cancel, Companions, Negotiation, Settings, WatermarkImage, plan_with, probe_for, run,
};
use serde::Deserialize;

use picture::Picture;
use sources::Source;

/// One result.
#[derive(Deserialize)]
struct Case {
    /// Also the name of its picture.
    name: String,
    source: String,
    options: String,
    tolerance: f64,
    /// Scaled in linear light.
    #[serde(default)]
    linear: bool,
    /// The open edition of imgproxy cannot do it.
    #[serde(default)]
    alone: bool,
}

#[test]
fn results_look_as_they_did() {
    let sources = sources::all();
    write_sources(&sources);
    for case in cases() {
        let (name, result) = (&case.name, made(&sources, &case));
        let path = folder().join(format!("{name}.png"));
        if std::env::var_os("PIXGATE_BLESS").is_some() {
            std::fs::write(&path, Picture::png(&result)).unwrap();
        }
        let expected = Picture::read(&std::fs::read(&path).unwrap());
        let result = Picture::read(&result);
        assert_eq!(result.facts(), expected.facts(), "{name}");
        let apart = result.apart(&expected);
        assert!(apart.largest <= case.tolerance, "{name}: {apart:?}");
    }
}

#[test]
fn every_picture_belongs_to_a_case() {
    let mut names: Vec<_> = cases().into_iter().map(|case| case.name).collect();
    let files = std::fs::read_dir(folder()).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let pictures = paths.filter(|path| path.extension().is_some_and(|end| end == "png"));
    let stem = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let mut pictures: Vec<_> = pictures.map(stem).collect();
    pictures.sort();
    names.sort();
    assert_eq!(names, pictures);
    assert!(names.len() >= 80, "{}", names.len());
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("cases.json")).unwrap()
}

fn made(sources: &[Source], case: &Case) -> Vec<u8> {
    let find = |name: &str| sources.iter().find(|source| source.name == name);
    let source = &find(&case.source).unwrap().bytes;
    let image = |name: &str| {
        let bytes = find(name).unwrap().bytes.as_slice();
        WatermarkImage {
            bytes: bytes.into(),
            header: probe(bytes, &Limits::default()).unwrap(),
        }
    };
    let mut settings = Settings::default();
    settings.max_animation_frames = 50;
    settings.use_linear_colorspace = case.linear;
    settings.watermark = Some(image("mark.png"));
    settings.color_profiles = support::profiles::profiles();
    let mut companions = Companions::default();
    companions.insert("http://m/mask", image("mask.png"));
    let options = support::options(&case.options);
    let limits = Limits::default();
    let header = probe_for(&options, source, &limits, &settings, &Cancel::never()).unwrap();
    let none = Negotiation::default();
    let plan = plan_with(
        &options,
        &header,
        &settings,
        &none,
        &companions,
        &Cancel::never(),
    )
    .unwrap();
    run(&plan, source, &Cancel::never()).unwrap().bytes
}

/// For the reference to read.
fn write_sources(sources: &[Source]) {
    if let Some(folder) = std::env::var_os("PIXGATE_GOLDEN_SOURCES") {
        std::fs::create_dir_all(&folder).unwrap();
        for source in sources {
            std::fs::write(Path::new(&folder).join(source.name), &source.bytes).unwrap();
        }
    }
}
