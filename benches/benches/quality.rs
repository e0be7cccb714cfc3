//! How near resized pictures are to exact arithmetic, beside sharp (libvips).
//!
//! ```text
//! PIXGATE_CORPUS=<folder> PIXGATE_SHARP=<folder with sharp> cargo bench -p pixgate-bench --bench quality
//! ```
//!
//! Photographs, cut to a multiple of 16 pixels, are made smaller with Lanczos3 as a server makes them
//! smaller: as RGB, in linear light, and one plane alone as JPEG's are. What comes out is compared with
//! Lanczos3 in 64-bit floats: SSIMULACRA2 with the floats rounded to 8 bits, and PSNR with the floats
//! themselves (58.9 dB is all that 8 bits allow). sharp gets the same pixels; its linear light is
//! `pipelineColourspace('scrgb')`, floats from end to end. Without a corpus there is nothing to do.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may panic and prints"
)]

use std::path::Path;

use fast_ssim2::{PixelDescriptor, PixelSlice, compute_ssimulacra2};
use pixgate_bench::beside::files;
use pixgate_bench::exact::Exact;
use pixgate_bench::sharp::Sharp;
use pixgate_codec::{DecodeRequest, Limits, Pixels, decode, probe};
use pixgate_raster::convert::convert_channels;
use pixgate_raster::geometry::crop;
use pixgate_raster::resample::{Resampler, Scaling};
use pixgate_raster::{Channels, Image, Layout};

const FOLDERS: [&str; 3] = ["kodak", "photos/png", "photos/jpeg"];
/// Of the source's sides.
const SCALES: [(u32, u32); 4] = [(1, 2), (5, 16), (1, 4), (1, 8)];
const MODES: [&str; 3] = ["plain", "linear", "plane"];

fn main() {
    let Some(corpus) = std::env::var_os("PIXGATE_CORPUS") else {
        println!("PIXGATE_CORPUS is not set: nothing to measure");
        return;
    };
    let mut sharp = std::env::var_os("PIXGATE_SHARP").map(|folder| Sharp::start(folder.as_ref()));
    for folder in FOLDERS {
        let paths = files(&Path::new(&corpus).join(folder));
        let pictures: Vec<_> = paths.iter().filter_map(|path| picture(path)).collect();
        for (part, whole) in SCALES {
            for mode in MODES {
                let scores = pictures.iter().map(|picture| {
                    let to = [picture.width(), picture.height()].map(|side| side / whole * part);
                    measure(picture, to, mode, sharp.as_mut())
                });
                report(
                    &format!("{folder} {part}/{whole} {mode}"),
                    &scores.collect::<Vec<_>>(),
                );
            }
        }
    }
}

/// The pixels of a photograph as RGB, if that is what it is.
fn picture(path: &Path) -> Option<Image> {
    path.extension().filter(|e| *e == "png" || *e == "jpg")?;
    let bytes = std::fs::read(path).unwrap();
    let limits = Limits::default();
    let header = probe(&bytes, &limits).unwrap();
    let (pixels, _) = decode(&bytes, &header, &DecodeRequest::default(), &limits).unwrap();
    let Pixels::Interleaved(image) = pixels else {
        return None;
    };
    let rgb = convert_channels(image, Channels::Rgb).unwrap();
    let [width, height] = [rgb.width(), rgb.height()].map(|side| side / 16 * 16);
    Some(crop(&rgb, 0, 0, width, height).unwrap())
}

/// Mean square and SSIMULACRA2, ours and the peer's.
type Scores = [Option<(f64, f64)>; 2];

fn measure(
    picture: &Image,
    [width, height]: [u32; 2],
    mode: &str,
    sharp: Option<&mut Sharp>,
) -> Scores {
    let source = if mode == "plane" {
        green(picture)
    } else {
        picture.clone()
    };
    let layout = source.layout();
    let scaling = Scaling::resized(layout, width, height);
    let mut resampler = Resampler::new();
    let small = match mode {
        "linear" => resampler.resize_linear(&source, scaling, &|| false),
        _ => resampler.resize(&source, scaling),
    };
    let size = (layout.width as usize, layout.height as usize);
    let exact = Exact::new(&samples(&source), size, layout.channels.count());
    let exact = exact.resized((width as usize, height as usize), mode == "linear");
    let theirs = sharp.map(|sharp| sharp.resize(&samples(&source), layout, (width, height), mode));
    [Some(samples(&small.unwrap())), theirs]
        .map(|bytes| bytes.map(|bytes| (exact.squares(&bytes), similarity(&exact, &bytes))))
}

/// The samples of green, of which luma mostly consists.
fn green(picture: &Image) -> Image {
    let layout = picture.layout();
    let green = samples(picture)
        .chunks_exact(3)
        .map(|pixel| pixel[1])
        .collect();
    Image::from_u8(
        Layout::u8(layout.width, layout.height, Channels::Grey),
        green,
    )
    .unwrap()
}

fn samples(image: &Image) -> Vec<u8> {
    image
        .view::<u8>()
        .unwrap()
        .rows()
        .flatten()
        .copied()
        .collect()
}

fn similarity(exact: &Exact, bytes: &[u8]) -> f64 {
    let (format, row) = match exact.channels {
        1 => (PixelDescriptor::GRAY8_SRGB, exact.width),
        _ => (PixelDescriptor::RGB8_SRGB, exact.width * 3),
    };
    let sides = [exact.width, exact.height].map(|side| u32::try_from(side).unwrap());
    let slice = |bytes| PixelSlice::new(bytes, sides[0], sides[1], row, format).unwrap();
    compute_ssimulacra2(&slice(&exact.bytes()), &slice(bytes)).unwrap()
}

/// Prints PSNR of all pictures together and the mean of SSIMULACRA2, and on how many pictures the
/// peer is nearer.
fn report(name: &str, scores: &[Scores]) {
    let of = |who: usize| {
        let scores: Vec<_> = scores.iter().filter_map(|scores| scores[who]).collect();
        let count = scores.len() as f64;
        let squares = scores.iter().map(|(squares, _)| squares).sum::<f64>() / count;
        let similar = scores.iter().map(|(_, similar)| similar).sum::<f64>() / count;
        let worst = scores
            .iter()
            .map(|(_, similar)| *similar)
            .fold(100.0, f64::min);
        format!(
            "{:6.2} dB {similar:6.2} (worst {worst:6.2})",
            20.0 * 255_f64.log10() - 10.0 * squares.log10()
        )
    };
    let nearer = |better: fn((f64, f64), (f64, f64)) -> bool| {
        let pairs = scores.iter().filter_map(|scores| scores[0].zip(scores[1]));
        pairs
            .filter(|(ours, theirs)| better(*theirs, *ours))
            .count()
    };
    println!(
        "{name:24} {:2} pictures  pixgate {}  sharp {}  nearer {:2} by dB {:2} by points",
        scores.len(),
        of(0),
        of(1),
        nearer(|a, b| a.0 < b.0),
        nearer(|a, b| a.1 > b.1),
    );
}
