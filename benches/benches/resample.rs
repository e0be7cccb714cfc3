//! The resize core: 2040×1360 to 512×341, beside `fast_image_resize` called directly, and with
//! `PIXGATE_SHARP=<folder with sharp>` beside sharp (libvips), by processor time, in turns.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "inputs are made here; a bench prints"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use fast_image_resize as fir;
use pixgate_bench::photo;
use pixgate_bench::sharp::Sharp;
use pixgate_raster::filter::{blur, sharpen};
use pixgate_raster::measure::attention;
use pixgate_raster::resample::{Resampler, Scaling};
use pixgate_raster::{
    Channels, ChromaSubsampling, Image, Layout, Orientation, Planes, View, YuvMatrix, YuvRange,
};

const SOURCE: (u32, u32) = (2040, 1360);
const TARGET: (u32, u32) = (512, 341);

fn image(channels: Channels, (width, height): (u32, u32)) -> Image {
    let count = u32::try_from(channels.count()).unwrap();
    let samples = photo(width, height, count);
    Image::from_u8(Layout::u8(width, height, channels), samples).unwrap()
}

fn interleaved(c: &mut Criterion) {
    let cases = [
        ("rgb", Channels::Rgb, fir::PixelType::U8x3),
        ("rgba", Channels::Rgba, fir::PixelType::U8x4),
        ("grey", Channels::Grey, fir::PixelType::U8),
    ];
    for (name, channels, pixel_type) in cases {
        let source = image(channels, SOURCE);
        let mut group = c.benchmark_group(format!("resample/{name}"));
        let scaling = Scaling::resized(source.layout(), TARGET.0, TARGET.1);
        let mut resampler = Resampler::new();
        group.bench_function("pixgate", |b| {
            b.iter(|| resampler.resize(black_box(&source), scaling).unwrap());
        });
        let view: View<'_, u8> = source.view().unwrap();
        let bytes: Vec<u8> = view.rows().flatten().copied().collect();
        let from = fir::images::Image::from_vec_u8(SOURCE.0, SOURCE.1, bytes, pixel_type).unwrap();
        let mut resizer = fir::Resizer::new();
        group.bench_function("fast_image_resize", |b| {
            b.iter(|| {
                let mut to = fir::images::Image::new(TARGET.0, TARGET.1, pixel_type);
                resizer.resize(black_box(&from), &mut to, None).unwrap();
                to
            });
        });
        group.finish();
    }
}

fn planar(c: &mut Criterion) {
    let half = (SOURCE.0 / 2, SOURCE.1 / 2);
    let planes = Planes {
        y: image(Channels::Grey, SOURCE),
        chroma: Some([image(Channels::Grey, half), image(Channels::Grey, half)]),
        alpha: None,
        subsampling: ChromaSubsampling::Both,
        matrix: YuvMatrix::Bt601,
        range: YuvRange::Full,
    };
    let scaling = Scaling::resized(planes.y.layout(), TARGET.0, TARGET.1);
    let mut resampler = Resampler::new();
    c.bench_function("resample/planes-420/pixgate", |b| {
        b.iter(|| {
            let to = ChromaSubsampling::Both;
            let next = Orientation::UPRIGHT;
            resampler
                .resize_planes(black_box(&planes), scaling, to, next)
                .unwrap()
        });
    });
}

fn thumbnail(c: &mut Criterion) {
    let source = image(Channels::Rgb, SOURCE);
    let scaling = Scaling::resized(source.layout(), 120, 80);
    let mut resampler = Resampler::new();
    c.bench_function("resample/rgb-thumbnail/pixgate", |b| {
        b.iter(|| resampler.resize(black_box(&source), scaling).unwrap());
    });
    let large = Scaling::resized(Layout::u8(510, 340, Channels::Rgb), 1020, 680);
    let small = image(Channels::Rgb, (510, 340));
    c.bench_function("resample/rgb-enlarge/pixgate", |b| {
        b.iter(|| resampler.resize(black_box(&small), large).unwrap());
    });
}

/// In linear light, beside the plain resize of `resample/rgb` and `rgba`.
fn linear(c: &mut Criterion) {
    for (name, channels) in [("rgb", Channels::Rgb), ("rgba", Channels::Rgba)] {
        let source = image(channels, SOURCE);
        let scaling = Scaling::resized(source.layout(), TARGET.0, TARGET.1);
        let mut resampler = Resampler::new();
        c.bench_function(&format!("resample/{name}-linear/pixgate"), |b| {
            b.iter(|| {
                resampler
                    .resize_linear(black_box(&source), scaling, &|| false)
                    .unwrap()
            });
        });
    }
}

/// Filters of the small picture, as in a job.
fn filters(c: &mut Criterion) {
    let source = image(Channels::Rgb, TARGET);
    for sigma in [2.0, 20.0, 200.0, 1000.0] {
        c.bench_function(&format!("filter/blur-{sigma}"), |b| {
            b.iter(|| blur(source.clone(), black_box(sigma)).unwrap());
        });
    }
    c.bench_function("filter/sharpen-1", |b| {
        b.iter(|| {
            let mut copy = source.clone();
            sharpen(&mut copy, black_box(1.0)).unwrap();
            copy
        });
    });
    let large = image(Channels::Rgb, SOURCE);
    c.bench_function("filter/attention", |b| {
        b.iter(|| attention(black_box(&large), 600, 600).unwrap());
    });
}

/// Prints the best of some rounds of both.
fn beside_sharp(_: &mut Criterion) {
    let Some(folder) = std::env::var_os("PIXGATE_SHARP") else {
        return;
    };
    let mut sharp = Sharp::start(folder.as_ref());
    for (name, channels) in [("rgb", Channels::Rgb), ("rgba", Channels::Rgba)] {
        let source = image(channels, SOURCE);
        let view: View<'_, u8> = source.view().unwrap();
        let bytes: Vec<u8> = view.rows().flatten().copied().collect();
        let scaling = Scaling::resized(source.layout(), TARGET.0, TARGET.1);
        let mut resampler = Resampler::new();
        for mode in ["plain", "linear"] {
            let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
            for _ in 0..ROUNDS {
                let start = cpu_time::ProcessTime::now();
                let result = match mode {
                    "plain" => resampler.resize(black_box(&source), scaling),
                    _ => resampler.resize_linear(black_box(&source), scaling, &|| false),
                };
                black_box(result.unwrap());
                ours = ours.min(start.elapsed().as_secs_f64() * 1000.0);
                let (time, _) = sharp.resize_timed(&bytes, source.layout(), TARGET, mode);
                theirs = theirs.min(time);
            }
            let ratio = theirs / ours;
            println!(
                "resample/{name}-{mode}: {ours:.2} ms, sharp {theirs:.2} ms, ratio {ratio:.2}"
            );
        }
    }
}

const ROUNDS: usize = 15;

criterion_group!(
    benches,
    interleaved,
    planar,
    thumbnail,
    linear,
    filters,
    beside_sharp
);
criterion_main!(benches);
