//! VP8L beside libwebp and image-webp, interleaved in one run on one thread, in processor time.
//!
//! `PIXGATE_CORPUS=<folder> cargo bench -p pixgate-webp --bench lossless`; `PIXGATE_BENCH_LEVEL` is
//! libwebp's lossless preset (`cwebp -z`, 6 if unset), `PIXGATE_BENCH_EFFORT` the effort here (4 if
//! unset), `PIXGATE_BENCH_ROUNDS` how often each picture is measured (3 if unset); the best counts.

#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench may panic, prints, and has a C library as a peer"
)]

#[path = "../tests/peers/mod.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod peers;

use std::path::{Path, PathBuf};

use cpu_time::ProcessTime;
use pixgate_webp::lossless::{Decoder, EncodeOptions, encode};

const FOLDERS: [&str; 3] = ["photos/png", "kodak", "graphics"];

/// Bytes and milliseconds of two encoders, then milliseconds of three decoders.
#[derive(Default)]
struct Sums {
    bytes: [usize; 2],
    encode: [f64; 2],
    decode: [f64; 3],
    /// How many files became smaller than, or as small as, the peer's.
    smaller: usize,
    files: usize,
}

fn main() {
    let Some(corpus) = std::env::var_os("PIXGATE_CORPUS") else {
        println!("PIXGATE_CORPUS is not set");
        return;
    };
    for folder in FOLDERS {
        let mut sums = Sums::default();
        for path in pictures(&Path::new(&corpus).join(folder)) {
            measure(&path, &mut sums);
        }
        let Sums {
            bytes,
            encode,
            decode,
            ..
        } = sums;
        println!(
            "{folder}: {} files, {} no larger; bytes {} against {} ({:.4}); encode {:.0} against \
             {:.0} ms ({:.3}); decode {:.1} ms, libwebp {:.1} ({:.3}), image-webp {:.1} ({:.3})",
            sums.files,
            sums.smaller,
            bytes[0],
            bytes[1],
            bytes[0] as f64 / bytes[1] as f64,
            encode[0],
            encode[1],
            encode[0] / encode[1],
            decode[0],
            decode[1],
            decode[0] / decode[1],
            decode[2],
            decode[0] / decode[2],
        );
    }
}

fn pictures(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|name| name == "png"))
        .collect();
    paths.sort();
    paths
}

fn variable(name: &str, default: u8) -> u8 {
    let value = std::env::var_os(name).and_then(|value| value.into_string().ok());
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

fn measure(path: &Path, sums: &mut Sums) {
    let (rgba, size) = rgba(path);
    let level = variable("PIXGATE_BENCH_LEVEL", 6);
    let options = EncodeOptions::new(variable("PIXGATE_BENCH_EFFORT", 4));
    let argb: Vec<u32> = rgba
        .chunks_exact(4)
        .map(|p| u32::from_be_bytes([p[3], p[0], p[1], p[2]]))
        .collect();
    let mut times = [f64::MAX; 5];
    let mut lengths = [0; 2];
    for _ in 0..variable("PIXGATE_BENCH_ROUNDS", 3) {
        let ours = peers::file(&timed(&mut times[0], || {
            encode(argb.clone(), size, options).unwrap()
        }));
        let theirs = timed(&mut times[1], || {
            peers::libwebp_lossless(&rgba, size, level)
        });
        lengths = [ours.len(), theirs.len()];
        let stream = peers::chunk(&theirs, b"VP8L").unwrap();
        let decoded = timed(&mut times[2], || decode(stream));
        let expected = timed(&mut times[3], || peers::libwebp(&theirs).unwrap());
        timed(&mut times[4], || peers::image_webp_pixels(&theirs).unwrap());
        assert!(decoded == expected, "{}", path.display());
    }
    println!(
        "{:24} {:9} {:9} {:.3}  {:8.1} {:8.1} ms {:.3}  {:6.1} {:6.1} {:6.1} ms",
        path.file_name().unwrap().display(),
        lengths[0],
        lengths[1],
        lengths[0] as f64 / lengths[1] as f64,
        times[0],
        times[1],
        times[0] / times[1],
        times[2],
        times[3],
        times[4],
    );
    sums.files += 1;
    sums.smaller += usize::from(lengths[0] <= lengths[1]);
    for (sum, length) in sums.bytes.iter_mut().zip(lengths) {
        *sum += length;
    }
    let parts = sums.encode.iter_mut().chain(&mut sums.decode);
    for (sum, time) in parts.zip(times) {
        *sum += time;
    }
}

fn timed<T>(best: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = ProcessTime::now();
    let result = work();
    *best = best.min(start.elapsed().as_secs_f64() * 1e3);
    result
}

fn decode(stream: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new(stream).unwrap();
    let row = decoder.header().width as usize * 4;
    let mut pixels = vec![0; row * decoder.header().height as usize];
    for row in pixels.chunks_exact_mut(row) {
        decoder.next_row_rgba(row).unwrap();
    }
    pixels
}

fn rgba(path: &Path) -> (Vec<u8>, (u32, u32)) {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let mut decoder = png::Decoder::new(file);
    let to_rgba = png::Transformations::normalize_to_color8() | png::Transformations::ALPHA;
    decoder.set_transformations(to_rgba);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    if info.color_type == png::ColorType::GrayscaleAlpha {
        let grey = pixels.chunks_exact(2);
        pixels = grey.flat_map(|p| [p[0], p[0], p[0], p[1]]).collect();
    }
    (pixels, (info.width, info.height))
}
