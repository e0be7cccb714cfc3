//! Damaged files of every raster format: whatever a stranger sends is the stranger's fault.
#![allow(
    clippy::cast_possible_truncation,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop where it likes"
)]

mod support;

use std::path::Path;

use pixgate_codec::{
    EncodeSettings, ErrorKind as CodecKind, Limits, Metadata, Pixels, animation_encoder, can_write,
    encode, probe,
};
use pixgate_engine::{Cancel, Error, ErrorKind, Negotiation, Settings, run};
use pixgate_options::{Format, WebpCompression};
use pixgate_raster::{Channels, Image, Layout};

/// Numbers that are the same in every run (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        let factor = 6_364_136_223_846_793_005;
        self.0 = self
            .0
            .wrapping_mul(factor)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}

fn picture(channels: Channels) -> Image {
    let layout = Layout::u8(37, 29, channels);
    let samples = (0..layout.samples().unwrap()).map(|place| (place * 13 / 7 + place / 40) as u8);
    Image::from_u8(layout, samples.collect()).unwrap()
}

fn still(format: Format, channels: Channels, change: impl Fn(&mut EncodeSettings)) -> Vec<u8> {
    let mut settings = EncodeSettings::new(format, 80);
    change(&mut settings);
    let pixels = Pixels::Interleaved(picture(channels));
    encode(&pixels, &settings, &Metadata::default()).unwrap()
}

fn moving(format: Format) -> Vec<u8> {
    let layout = picture(Channels::Rgba).layout();
    let settings = EncodeSettings::new(format, 80);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    for delay_ms in [40, 50, 60] {
        let mut image = picture(Channels::Rgba);
        image
            .slice_mut::<u8>()
            .unwrap()
            .rotate_left(delay_ms as usize);
        encoder.write_frame(image, delay_ms).unwrap();
    }
    encoder.finish(0).unwrap()
}

/// A file of each kind that this build writes.
fn made() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for format in Format::ALL {
        let is_raster = !matches!(format, Format::Svg);
        for channels in [
            Channels::Grey,
            Channels::Rgb,
            Channels::Rgba,
            Channels::Cmyk,
        ] {
            let fits = match channels {
                Channels::Cmyk => matches!(format, Format::Jpeg | Format::Tiff),
                Channels::Rgba => format != Format::Jpeg,
                _ => true,
            };
            if is_raster && can_write(format) && fits {
                let name = format!("{format} {channels:?}");
                files.push((name, still(format, channels, |_| ())));
            }
        }
    }
    files.push((
        "multi-pass jpeg".into(),
        still(Format::Jpeg, Channels::Rgb, |s| s.jpeg_progressive = true),
    ));
    files.push((
        "multi-pass png".into(),
        still(Format::Png, Channels::Rgb, |s| s.png_interlaced = true),
    ));
    files.push((
        "palette".into(),
        still(Format::Png, Channels::Rgba, |s| s.palette_bits = Some(4)),
    ));
    if can_write(Format::Webp) {
        let lossless = |s: &mut EncodeSettings| s.webp_compression = WebpCompression::Lossless;
        files.push((
            "lossless webp".into(),
            still(Format::Webp, Channels::Rgba, lossless),
        ));
        files.push(("moving webp".into(), moving(Format::Webp)));
    }
    files.push(("moving gif".into(), moving(Format::Gif)));
    files
}

fn damaged(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut file = file.to_vec();
    for _ in 0..=dice.roll(4) {
        let length = file.len();
        // Headers are where most of the numbers are.
        let at = match dice.roll(2) {
            0 => dice.roll(length.min(120)),
            _ => dice.roll(length),
        };
        match dice.roll(7) {
            0 => file.truncate(at.max(8)),
            1 => {
                let count = dice.roll(30).min(length - at);
                file.drain(at..at + count);
            }
            2 => {
                let piece = file[at..length.min(at + dice.roll(30))].to_vec();
                file.splice(at..at, piece);
            }
            3 => {
                let odd = [0, 1, 0x7f, 0x80, 0xff][dice.roll(5)];
                let end = length.min(at + 1 + dice.roll(4));
                file[at..end].fill(odd);
            }
            _ => file[at] ^= 1 << dice.roll(8),
        }
        if file.len() < 16 {
            break;
        }
    }
    file
}

fn attempt(file: &[u8], options: &str) -> Result<(), Error> {
    let header = probe(file, &Limits::default())?;
    let mut settings = Settings::default();
    settings.max_animation_frames = 4;
    let options = support::options(options);
    let plan = pixgate_engine::plan(&options, &header, &settings, &Negotiation::default())?;
    run(&plan, file, &Cancel::never()).map(|_| ())
}

/// Whether an answer would blame the server, or say that it is overloaded.
fn blames_the_server(error: &Error) -> bool {
    let codec = error.codec().map(pixgate_codec::Error::kind);
    // The one decoder that is known to panic, seldom; that is contained, and a fault of the file.
    if let Some(CodecKind::Panicked {
        format: Format::Jxl,
    }) = codec
    {
        return false;
    }
    let by_codec = matches!(
        codec,
        Some(
            CodecKind::Internal
                | CodecKind::Panicked { .. }
                | CodecKind::OutOfMemory { .. }
                | CodecKind::Encoder { .. }
        )
    );
    let by_engine = matches!(
        error.kind(),
        ErrorKind::Internal | ErrorKind::OutOfMemory { .. } | ErrorKind::MemoryExceedsPlan { .. }
    );
    by_codec || by_engine
}

fn damage(files: &[(String, Vec<u8>)], rounds: u64) {
    pixgate_codec::silence_contained_panics();
    let mut wrong = Vec::new();
    let (mut shown, mut refused) = (0, 0);
    for (name, file) in files {
        attempt(file, "w:20/f:png").unwrap_or_else(|error| panic!("{name}: {error}"));
        for round in 0..rounds {
            let mut dice = Dice(round);
            dice.roll(2);
            let file = damaged(file, &mut dice);
            let options = ["w:20/f:png", "rs:fill:10:12/f:jpg", "f:gif"][dice.roll(3)];
            match attempt(&file, options) {
                Ok(()) => shown += 1,
                Err(error) if blames_the_server(&error) => {
                    let codec = error.codec().map(ToString::to_string);
                    wrong.push(format!(
                        "{name}, round {round}, {options}: {error} {codec:?}"
                    ));
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}: {:#?}",
        wrong.len(),
        shown + refused,
        &wrong[..wrong.len().min(40)]
    );
    assert!(shown > 0 && refused > 0, "{shown} shown, {refused} refused");
}

#[test]
fn damaged_files_are_shown_or_refused() {
    damage(&made(), 400);
}

#[test]
#[ignore = "takes minutes"]
fn damaged_files_are_shown_or_refused_in_the_long_run() {
    damage(&made(), 20_000);
}

/// Small files below `PIXGATE_CORPUS`.
#[test]
#[ignore = "takes minutes, needs PIXGATE_CORPUS"]
fn damaged_files_of_the_corpus_are_shown_or_refused() {
    let corpus = std::env::var_os("PIXGATE_CORPUS").unwrap();
    let mut files = Vec::new();
    for folder in [
        "image-rs",
        "pngsuite",
        "imgproxy-test-images",
        "reports",
        "mozjpeg",
    ] {
        collect(&Path::new(&corpus).join(folder), &mut files);
    }
    files.sort();
    files.retain(|(_, file)| attempt(file, "w:20/f:png").is_ok());
    assert!(files.len() > 100, "{} files", files.len());
    damage(&files, 100);
}

fn collect(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.metadata().unwrap().len() < 16 << 10
            && path.extension().is_none_or(|e| e != "svg")
        {
            files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}
