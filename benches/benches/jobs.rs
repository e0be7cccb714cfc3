//! Whole jobs: encoded bytes in, a picture fitted into 512×512 as encoded bytes out.
#![allow(clippy::unwrap_used, reason = "inputs are made here")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pixgate_bench::photo;
use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, encode, probe};
use pixgate_engine::{Cancel, Negotiation, Settings, plan, run};
use pixgate_options::{Format, ProcessingOptions};
use pixgate_raster::{Channels, Image, Layout};

const SOURCE: (u32, u32) = (2040, 1360);
const BOX: u32 = 512;

/// A photo-like picture in this format.
fn source(format: Format) -> Vec<u8> {
    let (width, height) = SOURCE;
    let layout = Layout::u8(width, height, Channels::Rgb);
    let image = Image::from_u8(layout, photo(width, height, 3)).unwrap();
    let settings = EncodeSettings::new(format, 85);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}

fn options(to: Format) -> ProcessingOptions {
    let mut options = ProcessingOptions::default();
    options.pipelines[0].width = Some(BOX);
    options.pipelines[0].height = Some(BOX);
    options.global.format = Some(to);
    options
}

/// Probe, plan and run, as a server does with every request.
fn job(bytes: &[u8], options: &ProcessingOptions) -> Vec<u8> {
    let header = probe(bytes, &Limits::default()).unwrap();
    let plan = plan(
        options,
        &header,
        &Settings::default(),
        &Negotiation::default(),
    )
    .unwrap();
    run(&plan, bytes, &Cancel::never()).unwrap().bytes
}

fn jobs(c: &mut Criterion) {
    let mut group = c.benchmark_group("jobs");
    group.sample_size(20);
    for (name, from, to) in [
        ("jpeg-to-jpeg", Format::Jpeg, Format::Jpeg),
        ("png-to-png", Format::Png, Format::Png),
        ("webp-to-webp", Format::Webp, Format::Webp),
        ("jpeg-to-webp", Format::Jpeg, Format::Webp),
    ] {
        let (bytes, options) = (source(from), options(to));
        group.bench_function(name, |b| b.iter(|| job(black_box(&bytes), &options)));
    }
    group.finish();
}

criterion_group!(benches, jobs);
criterion_main!(benches);
