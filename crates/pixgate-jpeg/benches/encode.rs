//! Encoding beside libjpeg-turbo-rs, interleaved in one run on one thread.
//!
//! `PIXGATE_CORPUS=<folder> cargo bench -p pixgate-jpeg --bench encode`; without the folder made-up
//! pictures are used. Photographs are reduced to a quarter first. For each picture the best of the
//! rounds counts; the table gives the mean over the pictures, the ratio to the peer in the same
//! mode, and the mean number of bytes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may panic and prints"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::Path;

use libjpeg_turbo_rs::{Encoder as Peer, PixelFormat, Subsampling};
use pixgate_jpeg::{
    DecodeOptions, EncodeOptions, Entropy, Output, Rounding, Scale, Source, encode,
};
use pixgate_raster::{Channels, ChromaSubsampling, Layout, View};
use support::{clock, decode, planes};

const MODES: [(&str, Entropy); 3] = [
    ("typical", Entropy::Typical),
    ("optimised", Entropy::Optimized),
    ("progressive", Entropy::Progressive),
];

const ROUNDS: usize = 41;

type Part = (u32, u32, Vec<u8>);

/// A picture as interleaved RGB and as planes of 4:2:0.
struct Picture {
    rgb: Part,
    planes: Vec<Part>,
}

fn main() {
    let pictures = pictures();
    println!("{} pictures", pictures.len());
    for (name, entropy) in MODES {
        let mut sums = [(0.0, 0); 3];
        for picture in &pictures {
            let cases: [&dyn Fn() -> usize; 3] = [
                &|| peer(picture, entropy),
                &|| from_rgb(picture, entropy),
                &|| from_planes(picture, entropy),
            ];
            let mut best = [(f64::MAX, 0); 3];
            for _ in 0..ROUNDS {
                for (case, best) in cases.iter().zip(&mut best) {
                    let start = clock();
                    let bytes = case();
                    *best = (best.0.min(clock() - start), bytes);
                }
            }
            for (sum, best) in sums.iter_mut().zip(best) {
                *sum = (sum.0 + best.0, sum.1 + best.1);
            }
        }
        for (case, (time, bytes)) in ["peer, RGB", "RGB", "planes"].iter().zip(sums) {
            let (mean, ratio) = (time / pictures.len() as f64, time / sums[0].0);
            let bytes = bytes / pictures.len();
            println!("{name:12} {case:10} {mean:8.3} ms {ratio:6.2} {bytes:8} bytes");
        }
    }
}

fn pictures() -> Vec<Picture> {
    let Some(root) = std::env::var_os("PIXGATE_CORPUS") else {
        let file = support::encode((1600, 1200), Subsampling::S420, |e| e);
        return vec![picture(&file)];
    };
    let entries = std::fs::read_dir(Path::new(&root).join("photos/jpeg")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| picture(&std::fs::read(path).unwrap()))
        .collect()
}

fn picture(file: &[u8]) -> Picture {
    let mut options = DecodeOptions::default();
    options.output = Output::Interleaved {
        scale: Scale::Quarter,
        rounding: Rounding::Up,
    };
    let rgb = decode(file, options).unwrap().parts.swap_remove(0);
    let planes = decode(file, planes(Scale::Quarter)).unwrap().parts;
    Picture { rgb, planes }
}

fn peer(picture: &Picture, entropy: Entropy) -> usize {
    let (width, height, samples) = &picture.rgb;
    let encoder = Peer::new(samples, *width as usize, *height as usize, PixelFormat::Rgb);
    let encoder = encoder.quality(80).subsampling(Subsampling::S420);
    let encoder = encoder.optimize_huffman(entropy != Entropy::Typical);
    let encoder = encoder.progressive(entropy == Entropy::Progressive);
    encoder.encode().unwrap().len()
}

fn from_rgb(picture: &Picture, entropy: Entropy) -> usize {
    let mut options = EncodeOptions::default();
    options.entropy = entropy;
    encode(Source::Rgb(view(&picture.rgb, Channels::Rgb)), &options)
        .unwrap()
        .len()
}

fn from_planes(picture: &Picture, entropy: Entropy) -> usize {
    let mut options = EncodeOptions::default();
    options.entropy = entropy;
    let source = Source::Planes {
        planes: [0, 1, 2].map(|at: usize| view(&picture.planes[at], Channels::Grey)),
        subsampling: ChromaSubsampling::Both,
    };
    encode(source, &options).unwrap().len()
}

fn view((width, height, samples): &Part, channels: Channels) -> View<'_, u8> {
    let layout = Layout::u8(*width, *height, channels);
    View::new(samples, layout, layout.row_samples()).unwrap()
}
