//! The resampler against the specification's arithmetic in double precision.
#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use std::f64::consts::PI;

use pixgate_raster::convert::{convert_channels, convert_depth};
use pixgate_raster::resample::{Resampler, ResamplingFilter, Scaling};
use pixgate_raster::{Channels, Depth, Image, Layout};
use support::Exact;

mod support;

/// Largest and mean difference over all channels.
fn difference(image: &Image, kx: f64, ky: f64) -> (f64, f64) {
    let scaling = Scaling::scaled(image.layout(), kx, ky);
    let got = Resampler::new().resize(image, scaling).unwrap();
    let (mut largest, mut sum, mut count) = (0.0_f64, 0.0, 0.0);
    for channel in 0..image.layout().channels.count() {
        let (width, height) = (got.width() as usize, got.height() as usize);
        let exact = Exact::channel(image, channel).resized(width, height, kx, ky);
        for (a, b) in Exact::channel(&got, channel)
            .values
            .iter()
            .zip(&exact.values)
        {
            let b = b.round();
            largest = largest.max((a - b).abs());
            sum += (a - b).abs();
            count += 1.0;
        }
    }
    (largest, sum / count)
}

const FACTORS: [(f64, f64); 12] = [
    (0.5, 0.5),
    (0.251, 0.251),
    (0.77, 0.77),
    (0.333, 0.9),
    (0.1, 0.13),
    (0.2, 0.9),
    (0.05, 0.05),
    (1.0, 0.6),
    (1.5, 1.5),
    (2.0, 1.0),
    (3.3, 0.4),
    (1.01, 1.01),
];

// Reference and resampler round at the same places, so only weights of 14 bits are left: an error of
// a hundredth of a level turns one rounding in a hundred the other way. Where the other axis is then
// made larger, the overshoot of Catmull-Rom can make two levels of that one.
#[test]
fn photo_like_pictures_are_within_a_level() {
    for channels in [Channels::Grey, Channels::Rgb] {
        let image = support::photo(173, 131, channels);
        for (kx, ky) in FACTORS {
            let (largest, mean) = difference(&image, kx, ky);
            let most = if kx.max(ky) > 1.0 && kx.min(ky) < 1.0 {
                2.0
            } else {
                1.0
            };
            assert!(
                largest <= most && mean < 0.03,
                "{kx} {ky}: {largest} {mean}"
            );
        }
    }
}

// Few values recur all over, so a rounding that turns does so in many places.
#[test]
fn hard_edges_are_within_a_level() {
    let image = support::edges(173, 131, Channels::Rgb);
    for (kx, ky) in FACTORS {
        let (largest, mean) = difference(&image, kx, ky);
        assert!(largest <= 1.0 && mean < 0.06, "{kx} {ky}: {largest} {mean}");
    }
}

/// Alpha that is one everywhere changes nothing.
#[test]
fn opaque_pixels_are_resampled_as_those_without_alpha() {
    let pairs = [
        (Channels::Rgb, Channels::Rgba),
        (Channels::Grey, Channels::GreyAlpha),
    ];
    for (plain, opaque) in pairs {
        for make in [support::photo, support::edges] {
            let image = make(173, 131, plain);
            let with_alpha = convert_channels(image.clone(), opaque).unwrap();
            for (kx, ky) in [
                (0.5, 0.5),
                (0.251, 0.251),
                (0.333, 0.9),
                (1.0, 0.6),
                (0.2, 0.9),
            ] {
                let scaling = Scaling::scaled(image.layout(), kx, ky);
                let mut resampler = Resampler::new();
                let expected = resampler.resize(&image, scaling).unwrap();
                let expected = convert_channels(expected, opaque).unwrap();
                assert_eq!(
                    resampler.resize(&with_alpha, scaling).unwrap(),
                    expected,
                    "{kx} {ky}"
                );
            }
        }
    }
}

/// Colour that is multiplied by alpha is rounded once, to a level: a fifth of what it is without.
#[test]
fn colour_under_even_alpha_is_within_what_alpha_keeps() {
    let mut image = support::photo(173, 131, Channels::Rgb);
    // So that no overshoot is cut off.
    let samples = image.slice_mut::<u8>().unwrap();
    samples
        .iter_mut()
        .for_each(|value| *value = 64 + *value / 2);
    let alpha = 51;
    let mut glass = convert_channels(image.clone(), Channels::Rgba).unwrap();
    for pixel in glass.slice_mut::<u8>().unwrap().chunks_exact_mut(4) {
        pixel[3] = alpha;
    }
    let scaling = Scaling::scaled(image.layout(), 0.4, 0.4);
    let expected = Resampler::new().resize(&image, scaling).unwrap();
    let result = Resampler::new().resize(&glass, scaling).unwrap();
    let rows = result
        .view::<u8>()
        .unwrap()
        .rows()
        .flat_map(|row| row.chunks(4));
    let expected = expected
        .view::<u8>()
        .unwrap()
        .rows()
        .flat_map(|row| row.chunks(3));
    for (a, b) in rows.zip(expected) {
        assert_eq!(a[3], alpha);
        assert!(
            a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 3),
            "{a:?} {b:?}"
        );
    }
}

#[test]
fn small_images_are_all_edge_and_still_exact() {
    for (width, height) in [(1, 1), (2, 3), (7, 5), (13, 2)] {
        let image = support::photo(width, height, Channels::Rgb);
        for (kx, ky) in FACTORS {
            let (largest, _) = difference(&image, kx, ky);
            assert!(largest <= 2.0, "{width}x{height} {kx} {ky}: {largest}");
        }
    }
}

/// Only 8-bit and 16-bit passes clip in between, which costs a level.
#[test]
fn sixteen_bits_and_floats_agree_with_eight() {
    let image = support::photo(90, 70, Channels::Rgb);
    for k in [0.3, 0.11, 1.7] {
        let scaling = Scaling::scaled(image.layout(), k, k);
        let narrow = Resampler::new().resize(&image, scaling).unwrap();
        for depth in [Depth::U16, Depth::F32] {
            let wide = convert_depth(image.clone(), depth).unwrap();
            let wide = Resampler::new().resize(&wide, scaling).unwrap();
            let back = convert_depth(wide, Depth::U8).unwrap();
            let pairs = narrow
                .view::<u8>()
                .unwrap()
                .rows()
                .zip(back.view::<u8>().unwrap().rows());
            for (a, b) in pairs.flat_map(|(a, b)| a.iter().zip(b)) {
                assert!(a.abs_diff(*b) <= 3, "{k} {depth:?}: {a} {b}");
            }
        }
    }
}

#[test]
fn buffers_kept_from_other_images_do_not_change_the_result() {
    let mut resampler = Resampler::new();
    let images =
        [(200, 150), (30, 300), (120, 90)].map(|(w, h)| support::photo(w, h, Channels::Rgba));
    for _ in 0..2 {
        for image in &images {
            for k in [0.4, 0.1, 1.3] {
                let scaling = Scaling::scaled(image.layout(), k, k);
                let fresh = Resampler::new().resize(image, scaling).unwrap();
                assert_eq!(resampler.resize(image, scaling).unwrap(), fresh);
            }
        }
    }
}

#[test]
fn a_crop_is_resampled_as_its_copy() {
    let image = support::photo(101, 77, Channels::Rgb);
    let view = image.view::<u8>().unwrap().crop(13, 9, 60, 51).unwrap();
    let copy = view.to_image().unwrap();
    for k in [0.5, 0.15, 1.4] {
        let scaling = Scaling::scaled(copy.layout(), k, k);
        let direct = Resampler::new().resize_view(view, scaling).unwrap();
        assert_eq!(direct, Resampler::new().resize(&copy, scaling).unwrap());
    }
}

#[test]
fn colour_of_transparent_pixels_does_not_bleed() {
    let layout = Layout::u8(40, 40, Channels::Rgba);
    let pixels = (0..1600).flat_map(|i| {
        if i % 40 < 20 {
            [255, 0, 0, 255]
        } else {
            [0, 255, 0, 0]
        }
    });
    let image = Image::from_u8(layout, pixels.collect()).unwrap();
    for size in [10, 33, 90] {
        let scaling = Scaling::resized(layout, size, size);
        let result = Resampler::new().resize(&image, scaling).unwrap();
        for pixel in result
            .view::<u8>()
            .unwrap()
            .rows()
            .flat_map(|row| row.chunks(4))
        {
            assert!(pixel[1] == 0, "{pixel:?}");
        }
    }
}

/// The kernel at `u`, as its definition says.
fn weight(filter: ResamplingFilter, u: f64) -> f64 {
    let sinc = |u: f64| {
        if u == 0.0 {
            1.0
        } else {
            (PI * u).sin() / (PI * u)
        }
    };
    let u = u.abs();
    match filter {
        ResamplingFilter::Linear => (1.0 - u).max(0.0),
        ResamplingFilter::CatmullRom if u < 1.0 => 1.5 * u.powi(3) - 2.5 * u * u + 1.0,
        ResamplingFilter::CatmullRom if u < 2.0 => -0.5 * u.powi(3) + 2.5 * u * u - 4.0 * u + 2.0,
        ResamplingFilter::Lanczos2 if u < 2.0 => sinc(u) * sinc(u / 2.0),
        ResamplingFilter::Lanczos3 if u < 3.0 => sinc(u) * sinc(u / 3.0),
        _ => 0.0,
    }
}

/// One row made smaller or larger, in double precision.
fn mixed(row: &[u8], length: u32, filter: ResamplingFilter) -> Vec<f64> {
    let width = i32::try_from(row.len()).unwrap();
    let factor = f64::from(width) / f64::from(length);
    let (filter, scale) = if factor < 1.0 {
        (filter.enlarging(), 1.0)
    } else {
        (filter, factor)
    };
    let output = |x: u32| {
        let centre = (f64::from(x) + 0.5) * factor - 0.5;
        let (mut sum, mut total) = (0.0, 0.0);
        for tap in -20..width + 20 {
            let weight = weight(filter, (f64::from(tap) - centre) / scale);
            let inside = usize::try_from(tap.clamp(0, width - 1)).unwrap();
            sum += weight * f64::from(row[inside]);
            total += weight;
        }
        (sum / total).clamp(0.0, 255.0)
    };
    (0..length).map(output).collect()
}

/// Below a factor of four nothing is averaged beforehand, so that all is the kernel's.
#[test]
fn every_kernel_is_that_of_its_definition() {
    let samples: Vec<u8> = (0..61_u32).map(|i| (i * i * 97).to_le_bytes()[1]).collect();
    for filter in [
        ResamplingFilter::Linear,
        ResamplingFilter::CatmullRom,
        ResamplingFilter::Lanczos2,
        ResamplingFilter::Lanczos3,
    ] {
        for length in [17, 30, 59, 122] {
            let exact = mixed(&samples, length, filter);
            let layout = Layout::u8(61, 1, Channels::Grey);
            let image = Image::from_u8(layout, samples.clone()).unwrap();
            let to = Scaling::resized(layout, length, 1).with_filter(filter);
            let found = Resampler::new().resize(&image, to).unwrap();
            let found = found.view::<u8>().unwrap();
            for (x, (found, exact)) in found.row(0).iter().zip(exact).enumerate() {
                let off = (f64::from(*found) - exact).abs();
                assert!(
                    off < 1.1,
                    "{filter:?} to {length} at {x}: {found} for {exact}"
                );
            }
        }
    }
}
