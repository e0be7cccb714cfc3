//! Whole files beside libwebp, interleaved in one run on one thread, in processor time.
//!
//! `cargo bench -p pixgate-webp --bench files -- FILE...`: pictures (`.png`) are written lossy, with alpha where they
//! have some, or with a soft oval cut out (`oval` as an argument), and with sharp chroma (`sharp`); animations (`.webp`)
//! lossy and without loss. Quality 75 and 90, method and effort 4; the best of three counts. The last
//! columns are the mean of absolute differences of what libwebp shows, weighted by alpha.

#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a bench may panic, prints, and has a C library as a peer"
)]

#[path = "../tests/peers/mod.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod peers;

use std::path::Path;

use cpu_time::ProcessTime;
use peers::lossy::Lossy;
use pixgate_webp::animation::Encoder;
use pixgate_webp::lossless::EncodeOptions;
use pixgate_webp::vp8::Settings;
use pixgate_webp::yuv::Chroma;
use pixgate_webp::{Coding, encode};

type Pixels = Vec<[u8; 4]>;

#[derive(Default)]
struct Sums {
    bytes: [usize; 2],
    time: [f64; 2],
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|a| a == name);
    let paths = arguments
        .iter()
        .map(Path::new)
        .filter(|path| path.is_file());
    let mut sums = Sums::default();
    for path in paths {
        if path.extension().is_some_and(|name| name == "webp") {
            animation(path, &mut sums);
        } else {
            picture(path, has("oval"), has("sharp"), &mut sums);
        }
    }
    println!(
        "bytes {} of {}: {:.3}; time {:.0} of {:.0} ms: {:.3}",
        sums.bytes[0],
        sums.bytes[1],
        sums.bytes[0] as f64 / sums.bytes[1] as f64,
        sums.time[0],
        sums.time[1],
        sums.time[0] / sums.time[1],
    );
}

fn picture(path: &Path, is_oval: bool, is_sharp: bool, sums: &mut Sums) {
    let (mut pixels, size) = rgba(path);
    if is_oval {
        cut_out(&mut pixels, size);
    }
    for quality in [75, 90] {
        let chroma = if is_sharp {
            Chroma::Sharp
        } else {
            Chroma::Averaged
        };
        let settings = Settings::new(quality);
        let theirs = Lossy {
            quality,
            method: 4,
            is_sharp,
        };
        let files = both(
            || encode(pixels.clone(), size, Coding::Lossy { settings, chroma }).unwrap(),
            || peers::lossy::encode(pixels.as_flattened(), size, theirs),
            sums,
        );
        let shown = files.map(|file| apart(&peers::libwebp(&file).unwrap(), &pixels));
        println!("  {} {quality}: apart {shown:.3?}", path.display());
    }
}

fn animation(path: &Path, sums: &mut Sums) {
    let file = std::fs::read(path).unwrap();
    let side = |at: usize| u32::from_le_bytes([file[at], file[at + 1], file[at + 2], 0]) + 1;
    let size = (side(24), side(27));
    let Some(frames) = peers::animation::decode(&file, size) else {
        return;
    };
    let flat: Vec<Vec<u8>> = frames.into_iter().map(|(frame, _)| frame).collect();
    for (quality, lossless) in [(75, 0), (90, 0), (75, 1)] {
        let coding = match lossless {
            0 => Coding::Lossy {
                settings: Settings::new(quality),
                chroma: Chroma::Averaged,
            },
            _ => Coding::Lossless(EncodeOptions::new(4)),
        };
        let theirs = Lossy {
            quality,
            method: 4,
            is_sharp: false,
        };
        let mut config = theirs.config();
        config.lossless = lossless;
        let ours = || {
            let mut encoder = Encoder::new(size, coding).unwrap();
            for frame in &flat {
                encoder.push(frame.as_chunks::<4>().0, 100).unwrap();
            }
            encoder.finish(0).unwrap()
        };
        let files = both(
            ours,
            || peers::animation::encode(&flat, size, &config),
            sums,
        );
        let shown = files.map(|file| {
            let shown = peers::animation::decode(&file, size).unwrap_or_default();
            let sum: f64 = flat
                .iter()
                .zip(0..)
                .map(|(frame, number): (_, i32)| {
                    let mut at = shown.iter().filter(|(_, end)| *end > number * 100);
                    let found = at.next().or(shown.last());
                    found.map_or(0.0, |(found, _)| apart(found, frame.as_chunks::<4>().0))
                })
                .sum();
            (sum / flat.len() as f64, shown.len())
        });
        println!(
            "  {} {quality} {lossless}: apart {shown:.3?}",
            path.display()
        );
    }
}

/// Files of both, the best of three.
fn both(ours: impl Fn() -> Vec<u8>, theirs: impl Fn() -> Vec<u8>, sums: &mut Sums) -> [Vec<u8>; 2] {
    let mut best = [f64::MAX; 2];
    let mut files = [Vec::new(), Vec::new()];
    for _ in 0..3 {
        files[0] = timed(&mut best[0], &ours);
        files[1] = timed(&mut best[1], &theirs);
    }
    print!(
        "{:9} {:9} {:.3}  {:8.1} {:8.1} ms {:.3}",
        files[0].len(),
        files[1].len(),
        files[0].len() as f64 / files[1].len() as f64,
        best[0],
        best[1],
        best[0] / best[1],
    );
    for i in 0..2 {
        sums.bytes[i] += files[i].len();
        sums.time[i] += best[i];
    }
    files
}

fn timed<T>(best: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = ProcessTime::now();
    let result = work();
    *best = best.min(start.elapsed().as_secs_f64() * 1e3);
    result
}

/// Mean of absolute differences, weighted by alpha.
fn apart(shown: &[u8], wanted: &[[u8; 4]]) -> f64 {
    let pairs = shown.as_chunks::<4>().0.iter().zip(wanted);
    let weighted = |(a, b): (&[u8; 4], &[u8; 4])| -> f64 {
        let colors = a[..3].iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b)));
        colors.sum::<f64>() * f64::from(b[3]) / 255.0 + f64::from(a[3].abs_diff(b[3]))
    };
    pairs.map(weighted).sum::<f64>() / wanted.len() as f64
}

/// Leaves an oval with a soft edge.
fn cut_out(pixels: &mut Pixels, (width, height): (u32, u32)) {
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let (x, y) = (at as u32 % width, at as u32 / width);
        let side = |at: u32, of: u32| (at as f32 + 0.5) / of as f32 * 2.2 - 1.1;
        let inside = 1.0 - side(x, width).hypot(side(y, height));
        pixel[3] = (inside * 2000.0).clamp(0.0, 255.0) as u8;
    }
}

fn rgba(path: &Path) -> (Pixels, (u32, u32)) {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let mut decoder = png::Decoder::new(file);
    let to_rgba = png::Transformations::normalize_to_color8() | png::Transformations::ALPHA;
    decoder.set_transformations(to_rgba);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let pixels = match info.color_type {
        png::ColorType::GrayscaleAlpha => {
            let grey = pixels.as_chunks::<2>().0.iter();
            grey.map(|[grey, alpha]| [*grey, *grey, *grey, *alpha])
                .collect()
        }
        _ => pixels.as_chunks::<4>().0.to_vec(),
    };
    (pixels, (info.width, info.height))
}
