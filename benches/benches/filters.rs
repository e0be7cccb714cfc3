//! Filters, masks and marks of two megapixels of RGB beside sharp (libvips) doing the same, interleaved in one
//! run, on one core.
//!
//! ```text
//! PIXGATE_SHARP=<folder with sharp> cargo bench -p pixgate-bench --bench filters            # all
//! PIXGATE_SHARP=<folder with sharp> cargo bench -p pixgate-bench --bench filters -- blur    # names with "blur"
//! ```
//!
//! Times are processor time of samples in memory to samples in memory; the best of the rounds counts. Ours
//! contain a copy of the source, since filters work in place. `peers/filters.mjs` says what the peer is asked for;
//! where it has no such filter it is asked for what a user would do instead.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may panic and prints"
)]

use std::hint::black_box;
use std::path::Path;

use pixgate_bench::photo;
use pixgate_bench::sharp::Sharp;
use pixgate_raster::compose::{RoundedRect, composite, cut_out};
use pixgate_raster::filter::{Ramp, Recoloring, Tint, blur, blur_area, progressive_blur, unsharp};
use pixgate_raster::resample::{Resampler, ResamplingFilter, Scaling};
use pixgate_raster::{Channels, Image, Layout, Rect};

const SIZE: (u32, u32) = (1632, 1224);
const RESULT: (u32, u32) = (512, 384);
const ROUNDS: usize = 15;

type Filter = Box<dyn Fn(Image) -> Image>;

/// A filter and what the peer calls it, if it can do the like.
struct Case {
    name: &'static str,
    filter: Filter,
    has_peer: bool,
}

fn case(name: &'static str, filter: impl Fn(Image) -> Image + 'static) -> Case {
    Case {
        name,
        filter: Box::new(filter),
        has_peer: true,
    }
}

fn main() {
    let wanted: Vec<_> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part));
    let mut sharp = std::env::var_os("PIXGATE_SHARP").map(|folder| Sharp::start(folder.as_ref()));
    let layout = Layout::u8(SIZE.0, SIZE.1, Channels::Rgb);
    let samples = photo(SIZE.0, SIZE.1, 3);
    let file = format!("pixgate-filters-{}.raw", std::process::id());
    let path = std::env::temp_dir().join(file);
    std::fs::write(&path, &samples).unwrap();
    let source = Image::from_u8(layout, samples).unwrap();
    for case in cases().iter().filter(|case| is_wanted(case.name)) {
        measure(case, &source, &path, sharp.as_mut());
    }
    std::fs::remove_file(path).unwrap();
}

fn measure(case: &Case, source: &Image, path: &Path, sharp: Option<&mut Sharp>) {
    let mode = format!("filter:{}:{}:{}", case.name, SIZE.0, SIZE.1);
    let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
    let mut sharp = sharp.filter(|_| case.has_peer);
    for _ in 0..ROUNDS {
        let start = cpu_time::ThreadTime::now();
        black_box((case.filter)(black_box(source).clone()));
        ours = ours.min(start.elapsed().as_secs_f64() * 1000.0);
        if let Some(sharp) = &mut sharp {
            theirs = theirs.min(sharp.ask(path, &mode, None).0);
        }
    }
    let name = case.name;
    if sharp.is_some() {
        let ratio = theirs / ours;
        println!("{name:20} {ours:7.2} ms  sharp {theirs:7.2} ms  ratio {ratio:5.2}");
    } else {
        println!("{name:20} {ours:7.2} ms");
    }
}

fn cases() -> Vec<Case> {
    let mut cases = colors();
    cases.extend(chains());
    cases.extend(overlays());
    cases.extend(neighbourhoods());
    cases.extend(algorithms());
    cases
}

fn recolored(recoloring: Recoloring) -> impl Fn(Image) -> Image {
    move |mut image| {
        recoloring.apply(&mut image).unwrap();
        image
    }
}

fn colors() -> Vec<Case> {
    let new = Recoloring::new;
    vec![
        case("brightness", recolored(new().adjusted(20.0, 1.0))),
        case("contrast", recolored(new().adjusted(0.0, 1.3))),
        case("saturation", recolored(new().saturated(1.4))),
        case("saturation-none", recolored(new().saturated(0.0))),
        case(
            "monochrome",
            recolored(new().monochrome(1.0, [112, 66, 20])),
        ),
        case(
            "duotone",
            recolored(new().duotone(1.0, [16, 32, 111], [255, 224, 160])),
        ),
    ]
}

/// What several filters take together: brightness, contrast, saturation, monochrome and duotone; and with them
/// colorize and gradient.
fn chains() -> Vec<Case> {
    let five = Recoloring::new()
        .adjusted(20.0, 1.3)
        .saturated(1.4)
        .monochrome(0.5, [112, 66, 20])
        .duotone(0.3, [16, 32, 111], [255, 224, 160]);
    let seven = five.clone();
    let alone = |name, filter: Filter| Case {
        name,
        filter,
        has_peer: false,
    };
    vec![
        alone("copy", Box::new(|image| image)),
        alone("chain-of-five", Box::new(recolored(five))),
        alone(
            "chain-of-seven",
            Box::new(move |mut image| {
                seven.apply(&mut image).unwrap();
                let image = colorized().draw(image, 0).unwrap();
                gradient(0.0).draw(image, 0).unwrap()
            }),
        ),
    ]
}

fn gradient(degrees: f64) -> Tint {
    let ramp = Ramp {
        degrees,
        start: 0.0,
        stop: 1.0,
    };
    Tint {
        color: [0; 3],
        opacity: 0.8,
        keeps_alpha: false,
        ramp: Some(ramp.over(SIZE.0, SIZE.1)),
    }
}

fn colorized() -> Tint {
    Tint {
        color: [0, 128, 255],
        opacity: 0.4,
        keeps_alpha: false,
        ramp: None,
    }
}

fn overlays() -> Vec<Case> {
    let tinted = |tint: Tint| move |image| tint.draw(image, 0).unwrap();
    let shape = RoundedRect::new(SIZE.0, SIZE.1, [200.0; 4]);
    let mark = photo(400, 300, 4);
    let mark = Image::from_u8(Layout::u8(400, 300, Channels::Rgba), mark).unwrap();
    let place = (i64::from(SIZE.0) - 400, i64::from(SIZE.1) - 300);
    vec![
        case("colorize", tinted(colorized())),
        case("gradient-down", tinted(gradient(0.0))),
        case("gradient-slanted", tinted(gradient(-30.0))),
        case("px_round", move |image| cut_out(image, &shape, 0).unwrap()),
        case("watermark", move |image| {
            composite(image, &mark, place, 1.0).unwrap()
        }),
    ]
}

fn neighbourhoods() -> Vec<Case> {
    let blurred = |sigma| move |image| blur(image, sigma).unwrap();
    let area = |left, top, width, height| Rect {
        left,
        top,
        width,
        height,
    };
    vec![
        case("unsharp_masking", |mut image| {
            unsharp(&mut image, 1.0 / 24.0, &|| false).unwrap();
            image
        }),
        case("blur-0.8", blurred(0.8)),
        case("blur-2", blurred(2.0)),
        case("blur-5", blurred(5.0)),
        case("blur-20", blurred(20.0)),
        case("blur_areas", move |mut image| {
            for area in [area(100, 100, 600, 500), area(900, 300, 500, 700)] {
                blur_area(&mut image, area, 8.0, &|| false).unwrap();
            }
            image
        }),
        case("progressive_blur", |image| {
            let ramp = Ramp {
                degrees: 0.0,
                start: 0.0,
                stop: 1.0,
            };
            progressive_blur(image, 5.0, ramp, &|| false).unwrap()
        }),
    ]
}

fn algorithms() -> Vec<Case> {
    let scaled = |filter| {
        move |image: Image| {
            let scaling = Scaling::resized(image.layout(), RESULT.0, RESULT.1);
            let scaling = scaling.with_filter(filter);
            Resampler::new().resize(&image, scaling).unwrap()
        }
    };
    vec![
        case("nearest", scaled(ResamplingFilter::Nearest)),
        case("linear", scaled(ResamplingFilter::Linear)),
        case("cubic", scaled(ResamplingFilter::CatmullRom)),
        case("lanczos2", scaled(ResamplingFilter::Lanczos2)),
        case("lanczos3", scaled(ResamplingFilter::Lanczos3)),
    ]
}
