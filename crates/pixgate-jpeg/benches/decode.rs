//! Decoding beside libjpeg-turbo, interleaved in one run on one thread.
//!
//! `PIXGATE_CORPUS=<folder> cargo bench -p pixgate-jpeg`; without the folder a made-up picture is
//! used. For each file the best of the rounds counts; the table gives the mean over the files and
//! the ratio to the peer at the same size. The peer is libjpeg-turbo-rs, or the library in C if
//! `PIXGATE_TURBOJPEG` is the path of `libturbojpeg.so.0`; both decode to RGB.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench may panic and prints"
)]

#[path = "../tests/support/mod.rs"]
mod support;

#[path = "peers/turbo.rs"]
mod turbo;

use std::path::Path;

use libjpeg_turbo_rs::{Decoder as Peer, ScalingFactor, Subsampling};
use pixgate_jpeg::{DecodeOptions, Decoder, Scale};
use support::{clock, encode, interleaved, planes};
use turbo::turbo;

type Case = (&'static str, fn(&[u8]) -> usize);

/// Peers first: the ratio of a case is to the peer whose name ends alike.
const CASES: [Case; 10] = [
    ("peer 1/1", |data| peer(data, 1)),
    ("peer 1/2", |data| peer(data, 2)),
    ("peer 1/4", |data| peer(data, 4)),
    ("peer 1/8", |data| peer(data, 8)),
    ("RGB 1/1", |data| ours(data, interleaved(Scale::Full))),
    ("RGB 1/2", |data| ours(data, interleaved(Scale::Half))),
    ("planes 1/1", |data| ours(data, planes(Scale::Full))),
    ("planes 1/2", |data| ours(data, planes(Scale::Half))),
    ("planes 1/4", |data| ours(data, planes(Scale::Quarter))),
    ("planes 1/8", |data| ours(data, planes(Scale::Eighth))),
];

const ROUNDS: usize = 7;

fn main() {
    for folder in ["photos/jpeg", "photos/jpeg-progressive", "photos/jpeg-444"] {
        let files = files(folder);
        let mut best = vec![[f64::MAX; CASES.len()]; files.len()];
        for (file, best) in files.iter().zip(&mut best) {
            for _ in 0..ROUNDS {
                for ((_, run), best) in CASES.iter().zip(best.iter_mut()) {
                    *best = best.min(time(file, *run));
                }
            }
        }
        report(folder, &best);
    }
}

fn time(file: &[u8], run: fn(&[u8]) -> usize) -> f64 {
    let start = clock();
    std::hint::black_box(run(file));
    clock() - start
}

fn report(folder: &str, best: &[[f64; CASES.len()]]) {
    let mean = |case: usize| best.iter().map(|row| row[case]).sum::<f64>() / best.len() as f64;
    println!("{folder}, {} files", best.len());
    for (case, (name, _)) in CASES.iter().enumerate() {
        let size = name.rsplit(' ').next().unwrap_or_default();
        let peer = CASES.iter().position(|(name, _)| name.ends_with(size));
        let ratio = mean(case) / mean(peer.unwrap_or(0));
        println!("  {name:12} {:8.2} ms {ratio:6.2}", mean(case));
    }
}

fn files(folder: &str) -> Vec<Vec<u8>> {
    let Some(root) = std::env::var_os("PIXGATE_CORPUS") else {
        let progressive = folder.contains("progressive");
        return vec![encode((1600, 1200), Subsampling::S420, |e| {
            e.progressive(progressive)
        })];
    };
    let entries = std::fs::read_dir(Path::new(&root).join(folder)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// Decodes band by band, as a caller that streams does, and counts the rows.
fn ours(data: &[u8], options: DecodeOptions) -> usize {
    let mut decoder = Decoder::new(data, options).unwrap();
    let mut rows = 0;
    while let Some(band) = decoder.next_band().unwrap() {
        rows += band
            .parts()
            .map(|(_, part)| part.rows.layout().height as usize)
            .sum::<usize>();
    }
    rows
}

fn peer(data: &[u8], divisor: u32) -> usize {
    if let Some(turbo) = turbo() {
        return turbo.decode(data, divisor);
    }
    let mut decoder = Peer::new(data).unwrap();
    decoder.set_scale(ScalingFactor::try_new(1, divisor as _).unwrap());
    decoder.decode_image().unwrap().height
}
